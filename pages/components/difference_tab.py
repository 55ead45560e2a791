"""The Differences tab: fields that changed on both sides, until someone says which side is right."""

from functools import partial
from typing import Literal

import streamlit as st

from pages.components import bulk, decided_list, dialogs, filters, notices, table, text, undo_bar
from services import connection, differences
from services.access import Principal, Role
from services.differences import DifferenceItem

AREA = "differences"
Winner = Literal["practice", "xero"]
STATES = {"": "To decide", "decided": "Decided"}
USE_PRACTICE, USE_XERO = ":material/contacts: Use practice", ":material/cloud: Use Xero"
OPEN = ":material/open_in_full: Open contact"
COLUMNS = {
    "Contact": st.column_config.TextColumn(width=150),
    "Field": st.column_config.TextColumn(width=100),
    "Base": st.column_config.TextColumn(help="What both sides last agreed on.", width=95),
    "Practice": st.column_config.TextColumn(help="Your contact now.", width=155),
    "Xero": st.column_config.TextColumn(help="The contact in Xero now.", width=155),
    "Since": table.moment(95),
}


def show(person: Principal) -> None:
    """The list, and the choice of a side for one or many."""
    may_act = person.role.includes(Role.EDITOR)
    search, organisation, decided = _filters()
    if decided:
        decided_list.show(person, search, organisation)
        return
    listing = table.fetch(AREA, lambda page: differences.list_differences(organisation, search, page))
    items = {item.difference_id: item for item in listing.rows}
    names = {one: f"{item.name}: {item.field.label}" for one, item in items.items()}
    if not items:
        _empty(bool(search or organisation))
        return
    if may_act:
        acts: list[bulk.Act] = [
            ("Use practice", ":material/contacts:", partial(_ask, "practice")),
            ("Use Xero", ":material/cloud:", partial(_ask, "xero")),
        ]
        bulk.bar(names, listing.total, partial(differences.difference_ids, organisation, search), acts, "difference")
    table.show(
        [_row(item) for item in listing.rows],
        list(items),
        COLUMNS,
        names=list(names.values()) if may_act else None,
        menu=(USE_PRACTICE, USE_XERO, OPEN) if may_act else (OPEN,),
        alt="Differences",
    )
    table.pager(AREA, listing.total)
    if (picked := table.picked()) and picked[1] in items:
        _act(person, picked[0], items[picked[1]])
    if about := dialogs.asked("differences"):
        _dialog(person, about["winner"], about["ids"], about["names"])


def _filters() -> tuple[str, str, bool]:
    known = {one.id: one.name for one in connection.list_connections()}
    with st.container(horizontal=True):
        search = filters.search(AREA, "Name")
        state = filters.choice(AREA, "state", "State", STATES)
        organisation = filters.organisation(AREA, known)
    return search, organisation, bool(state)


def _row(item: DifferenceItem) -> dict[str, object]:
    return {
        "Contact": item.name,
        "Field": item.field.label,
        "Base": item.base,
        "Practice": item.practice,
        "Xero": item.xero,
        "Since": item.created_at,
    }


def _act(person: Principal, label: str, item: DifferenceItem) -> None:
    if label == OPEN:
        st.switch_page("contacts/contact.py", query_params={"id": item.contact_id})
    winner: Winner = "practice" if label == USE_PRACTICE else "xero"
    with notices.sentences():
        _choose(person, winner, [item.difference_id])
        st.rerun()


def _ask(winner: Winner, ids: list[str]) -> None:
    dialogs.ask("differences", winner=winner, ids=ids, names=[name for name in table.chosen().values() if name])


def _dialog(person: Principal, winner: Winner, ids: list[str], names: list[str]) -> None:
    kept, lost = ("your contacts", "Xero") if winner == "practice" else ("Xero", "your contacts")
    consequences = (
        f"**{text.count(len(ids), 'field')}** take the value from {kept}; the value in {lost} is overwritten, "
        f"and kept under Decided:\n\n{text.listed(names, len(ids))}"
    )
    button = "Use practice" if winner == "practice" else "Use Xero"
    dialogs.confirm(button, consequences, button, partial(_choose, person, winner, ids))


def _choose(person: Principal, winner: Winner, ids: list[str]) -> None:
    side = "your contacts" if winner == "practice" else "Xero"
    report = differences.choose(person, ids, winner)
    undo_bar.report(report, f"taken from {side}", "field")
    table.drop(ids)


def _empty(filtered: bool) -> None:
    if filtered:
        notices.empty("No difference matches these filters.", ":material/search_off:")
    else:
        notices.empty("No differences. Both sides agree wherever they are linked.", ":material/check_circle:")
