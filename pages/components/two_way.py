"""Make two-way: what was changed here meanwhile and would be written to Xero at once, and the question whether to."""

from collections.abc import Mapping
from functools import partial

from pages.components import compare, dialogs, table, text, undo_bar
from services import links, two_way
from services.access import Principal
from services.two_way import KeptHere

DIALOG = "two_way"


def ask(link_id: str, contact_id: str, name: str) -> None:
    """Open the dialog about one contact."""
    dialogs.ask(DIALOG, ids=[link_id], names=[name], seen={link_id: contact_id})


def dialog(person: Principal) -> None:
    """The dialog, if it is open."""
    if about := dialogs.asked(DIALOG):
        _confirm(person, about["ids"], about["names"], about["seen"])


def _confirm(person: Principal, ids: list[str], names: list[str], seen: Mapping[str, str]) -> None:
    kept, sync = two_way.kept_here(tuple(ids)), "syncs" if len(ids) == 1 else "sync"
    consequences = (
        f"**{text.count(len(ids), 'contact')}** {sync} both ways from now on:\n\n{text.listed(names, len(ids))}\n\n"
        f"Changes here are written to Xero as well. {_at_once(kept)} What was written to Xero cannot be undone from "
        "here."
    )
    run, details = partial(_make, person, ids, seen), partial(_details, kept) if kept.total else None
    dialogs.confirm("Make two-way", consequences, "Make two-way", run, ":material/sync_alt:", details)


def _at_once(kept: KeptHere) -> str:
    if not kept.total:
        return "Nothing has been changed here meanwhile that would go there at once."
    goes = "that was changed here meanwhile goes" if kept.total == 1 else "that were changed here meanwhile go"
    return f"**{text.count(kept.total, 'field')}** {goes} there at once, as listed below."


def _details(kept: KeptHere) -> None:
    rows = [(one.name, one.field.label, one.written, one.replaced) for one in kept.first]
    compare.listed(("Contact", "Field", "Will be written", "Will be replaced"), rows, "What is written to Xero")
    compare.more(len(kept.first), kept.total)


def _make(person: Principal, ids: list[str], seen: Mapping[str, str]) -> None:
    undo_bar.report(links.make_two_way(person, ids, seen), "synced both ways from now on")
    table.drop(ids)
