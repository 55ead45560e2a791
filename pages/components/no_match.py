"""After Re-match: those that found no match, as a list and then one after another, each with its candidates."""

from collections.abc import Mapping, Sequence

import streamlit as st

from pages.components import candidates, dialogs, drawn, notices, previous_menu, table, text, undo_bar
from services import links, previous
from services.access import Principal
from services.candidates import Candidate, candidates_with
from services.links import RematchResult
from services.previous import PreviousItem
from services.reconcile.match import Keys

MISSED, CREATE = "previous.missed", "previous.create"
LISTED = 10
NOTHING_LEFT_OUT: Sequence[tuple[str, str]] = ()
Seen = tuple[PreviousItem, Candidate | None]
"""The one looked at, and the candidate chosen."""


def ask(missed: Sequence[RematchResult]) -> None:
    """Open the dialog about these: several as a list first, a single one with its candidates at once."""
    dialogs.ask(MISSED, missed={one.link_id: one.message for one in missed}, at=0 if len(missed) == 1 else None)


def creating(names: list[str], number: int) -> str:
    """What making so many new contacts of what is in Xero means, as Markdown."""
    made, then, before = "A new contact is made", "it syncs", "The contact that was linked before stays as it is"
    if number > 1:
        made, then = f"**{text.figure(number)} new contacts** are made", "they sync"
        before = "The contacts that were linked before stay as they are"
    return (
        f"{made} from Xero's data:\n\n{text.listed(names, number)}\n\nFrom then on {then}. {before}, and nothing "
        "changes in Xero."
    )


def ask_create(ids: list[str], without: Sequence[tuple[str, str]] = NOTHING_LEFT_OUT) -> None:
    """Open the dialog that makes new contacts of what is in Xero; `without` are those left out, with the reason."""
    names = [previous_menu.named(one) for one in previous.previous_items(ids[:LISTED])]
    dialogs.ask(CREATE, ids=ids, names=names, seen=previous.partners(ids), without=without)


def create(person: Principal, ids: list[str], seen: Mapping[str, Keys]) -> None:
    """Make new contacts of what is in Xero, as it was `seen`: link id → the contact there."""
    undo_bar.report(links.create_new_contact(person, ids, seen), "created and linked")
    table.drop(ids)


def dialog(person: Principal, missed: dict[str, str], at: int | None) -> None:
    """`missed` says by link id why there is no match; `at` is the one looked at, None shows the list."""
    at = None if at is None else min(at, len(missed) - 1)
    title, icon = "No match found", ":material/search_off:"
    if at is not None and _offered(list(missed)[at]):
        title, icon = "Which contact is it?", ":material/person_search:"

    @st.dialog(title, width="medium", icon=icon, on_dismiss=dialogs.close)
    def body() -> None:
        if at is None:
            _list(missed)
        else:
            _one(person, missed, at)

    body()


def _offered(link_id: str) -> list[Candidate]:
    """The candidates for the Xero contact of an ended link, its former partner first; none where none can be linked."""
    [*found] = previous.previous_items([link_id])
    return [] if not found or found[0].why_not else _candidates(found[0])


def _candidates(item: PreviousItem) -> list[Candidate]:
    return candidates_with(item.connection_id, item.partner_id, item.contact_id)


def _list(missed: dict[str, str]) -> None:
    st.markdown(f"**{text.count(len(missed), 'contact')}** found no match. They stay as they are and stay ticked.")
    shown = previous.previous_items(list(missed)[:LISTED])
    table.small(
        [{"Contact in Xero": previous_menu.named(one), "Why": missed[one.link_id]} for one in shown], "No match found"
    )
    if len(missed) > len(shown):
        st.caption(f"and {text.count(len(missed) - len(shown), 'other')}")
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Close"):
            dialogs.done()
        if st.button("Create New Contact for all", icon=":material/person_add:"):
            ask_create(list(missed))
            st.rerun()
        if st.button("See candidates, one by one", icon=":material/arrow_forward:", type="primary"):
            _turn(missed, 0)


def _one(person: Principal, missed: dict[str, str], at: int) -> None:
    link_id, message = list(missed.items())[at]
    _steps(missed, at)
    [*found] = previous.previous_items([link_id])
    if not found:
        st.info("It has been linked again in the meantime.")
        return
    [item] = found
    if item.why_not:
        st.markdown(f"**{text.plain(item.xero_name)}** stays as it is. {text.sentence(item.why_not)}")
        return
    merged = f"**{text.plain(item.xero_name)}** was merged into it in Xero. " if item.survivor else ""
    st.markdown(f"**{text.plain(item.partner_name)}** stays as it is. {merged}{text.sentence(message)}")
    former = {item.contact_id: f"**Was linked with it until {text.ago(item.ended_at)}**"}
    chosen = candidates.choose(item.connection_id, item.partner_id, _candidates(item), item.link_id, former)
    if chosen:
        candidates.score(chosen)
    _buttons(person, missed, drawn.before(MISSED, link_id, (item, chosen)), chosen)


def _steps(missed: dict[str, str], at: int) -> None:
    if len(missed) == 1:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"{text.figure(at + 1)} of {text.figure(len(missed))} without a match", width="content")
        st.space("stretch")
        if st.button("Previous", icon=":material/chevron_left:", type="tertiary", disabled=at == 0):
            _turn(missed, at - 1)
        last = at == len(missed) - 1
        if st.button("Next", icon=":material/chevron_right:", icon_position="right", type="tertiary", disabled=last):
            _turn(missed, at + 1)


def _buttons(person: Principal, missed: dict[str, str], seen: Seen, chosen: Candidate | None) -> None:
    """The ways on, each button its contact's own: a second press does not reach the one that came after the first."""
    item, whom = seen
    partners = drawn.before(CREATE, item.link_id, previous.partners([item.link_id]))
    with st.container(horizontal=True, horizontal_alignment="right"), notices.sentences():
        if st.button("Close" if len(missed) > 1 else "Cancel"):
            dialogs.done()
        if st.button("Create New Contact", icon=":material/person_add:", key=f"missed.create.{item.link_id}"):
            create(person, [item.link_id], partners)
            _go_on(missed, item.link_id)
        free = chosen is not None and not chosen.linked_to
        key = f"missed.link.{item.link_id}.{chosen.contact_id if chosen else ''}"
        if st.button("Link", icon=":material/link:", type="primary", disabled=not free, key=key) and whom:
            versions = whom.rev, item.partner_rev
            command = links.link_to(person, item.link_id, whom.contact_id, item.partner_id, versions)
            table.drop([item.link_id])
            undo_bar.offer(f"{text.plain(item.partner_name)} is linked and syncing again.", command)
            _go_on(missed, item.link_id)


def _go_on(missed: dict[str, str], done: str) -> None:
    """To the one after `done`, which is no longer missed; after the last one the dialog closes."""
    at = list(missed).index(done)
    left = {link_id: why for link_id, why in missed.items() if link_id != done}
    if not left:
        dialogs.done()
    _turn(left, at)


def _turn(missed: dict[str, str], at: int) -> None:
    dialogs.ask(MISSED, missed=missed, at=at)
    st.rerun()
