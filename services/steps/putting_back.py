"""Putting back what importing a file changed: all its contacts at once, which takes no longer than importing them."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import inspect, select
from sqlmodel import Session, col

from models.activity import ActivityRow
from models.base import Json
from models.contact import ContactRow
from services.errors import MovedOn
from services.reconcile.contact import Field, value_to_json, values_from_json
from services.records.bulk import Report, Skipped
from services.records.intents import wake_all
from services.records.listing import among, chunks
from services.records.values import contact_of
from services.steps.rewriting import Rewrite, rewrite_all, rewrite_of

ARCHIVED, CHANGED = "It has been archived since.", "It has been changed since, here or from Xero."
GONE = "A contact that is no longer there"


def put_back(session: Session, actor: str, noted: Json) -> Report:
    """Give the contacts that a file changed the values they had, but for those that have moved on since.

    Contacts that the file added stay. Raises: MovedOn when there is none to put back.
    """
    rewrites: list[Rewrite] = []
    skipped: list[Skipped] = []
    for row, entry in _changed(session, noted["command"]):
        if why := _moved_on(row, entry.after):
            skipped.append(Skipped(row.name if row else GONE, why))
        else:
            rewrites.append(_reversed(row, entry.before))
    if not rewrites:
        raise MovedOn("Every contact that it changed has been changed again or archived since.")
    rewrite_all(session, actor, "by undoing the import of a file", rewrites)
    wake_all(session)
    return Report(len(rewrites), (*skipped, *_added(noted["added"])))


def _changed(session: Session, command: str) -> list[tuple[Any, Any]]:
    """The contacts that a command changed, as they are, each with its entry in the log; None for one that is gone."""
    columns = col(ActivityRow.contact_id), col(ActivityRow.before), col(ActivityRow.after)
    mine = col(ActivityRow.command) == command, col(ActivityRow.action) == "contact.edited"
    entries = session.execute(select(*columns).where(*mine).order_by(col(ActivityRow.id))).all()
    rows = _rows(session, [entry.contact_id for entry in entries])
    return [(rows.get(entry.contact_id), entry) for entry in entries]


def _rows(session: Session, ids: Collection[str]) -> dict[str, Any]:
    whole = select(*inspect(ContactRow).columns)
    found = (row for chunk in chunks(ids) for row in session.execute(whole.where(among(ContactRow.id, chunk))))
    return {row.id: row for row in found}


def _moved_on(row: Any, after: Mapping[str, Any]) -> str:
    """Why a contact cannot be put back; blank when what the file changed says still what the file said."""
    if row is None:
        return "It has been deleted since."
    if row.archived_at is not None:
        return ARCHIVED
    contact, fields = contact_of(row), set(Field)
    said = {
        name: value_to_json(contact.get(Field(name))) if name in fields else getattr(row, name)
        for name in after
    }  # fmt: skip
    return "" if said == after else CHANGED


def _reversed(row: Any, before: Mapping[str, Any]) -> Rewrite:
    others = {name: value for name, value in before.items() if name not in set(Field)}
    return rewrite_of(row, contact_of(row).with_values(values_from_json(before)), others)


def _added(number: int) -> tuple[Skipped, ...]:
    """What to know of the contacts that the file added; they may be in Xero by now, or somebody's."""
    if number == 1:
        return (Skipped("1 contact that the file added", "It stays here. Archive it if it is not wanted."),)
    many = Skipped(f"{number} contacts that the file added", "They stay here. Archive those that are not wanted.")
    return (many,) if number else ()
