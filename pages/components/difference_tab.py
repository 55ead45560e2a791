"""The Differences tab: fields that changed on both sides, until someone says which side is right."""

from functools import partial
from typing import Literal

import streamlit as st

from pages.components import bulk, compare, decided_list, dialogs, filters, notices, table, text, undo_bar
from services import connection, differences
from services.access import Principal, Role
from services.differences import DifferenceItem
from services.foreign_text import one_line
from services.reconcile.contact import LABELS
from services.records.listing import Listing

AREA = "differences"
Winner = Literal["practice", "xero"]
STATES = {"": "To decide", "decided": "Decided"}
FIELDS = {"": "All fields"} | {field.value: label for field, label in LABELS.items()}
SHOWN = 200
"""How many a choice lists one by one."""
USE_PRACTICE, USE_XERO = ":material/contacts: Use practice", ":material/cloud: Use Xero"
OPEN = ":material/open_in_full: Open contact"
NEVER = "Never"
COLUMNS = {
    "Contact": st.column_config.TextColumn(width=150),
    "Field": st.column_config.TextColumn(width=100),
    "Last agreed": st.column_config.TextColumn(help="What both sides said when they last agreed.", width=85),
    "Practice": st.column_config.TextColumn(help="Your contact now.", width=155),
    "Xero": st.column_config.TextColumn(help="The contact in Xero now.", width=155),
    "Since": table.moment(),
}


def show(person: Principal) -> None:
    """The list, and the choice of a side for one or many."""
    may_act = person.role.includes(Role.EDITOR)
    search, field, organisation, decided = _filters()
    if decided:
        decided_list.show(person, search, organisation, field)
        return
    listing = table.fetch(AREA, lambda page: differences.list_differences(organisation, search, page, field=field))
    items = {item.difference_id: item for item in listing.rows}
    names = {one: f"{item.name}: {item.field.label}" for one, item in items.items()}
    if not items:
        bulk.unseen()
        _empty(bool(search or field or organisation))
        return
    opens = {one: item.contact_id for one, item in items.items()}
    if may_act:
        acts: list[bulk.Act] = [
            *bulk.opening(opens),
            ("Use practice", ":material/contacts:", partial(_ask, "practice")),
            ("Use Xero", ":material/cloud:", partial(_ask, "xero")),
        ]
        every = partial(differences.difference_ids, organisation, search, field)
        bulk.bar(names, listing.total, every, acts, "difference")
    else:
        bulk.open_bar(opens)
    table.show(
        [_row(item) for item in listing.rows],
        list(items),
        COLUMNS,
        names=list(names.values()),
        menu=(USE_PRACTICE, USE_XERO, OPEN) if may_act else (OPEN,),
        brief=table.OPEN,
        most_rows=10,
        alt="Differences",
    )
    table.pager(AREA, listing.total)
    _whole(items)
    if (picked := table.picked()) and picked[1] in items:
        _act(picked[0], items[picked[1]])
    if about := dialogs.asked("differences"):
        _dialog(person, about["winner"], about["ids"])


def _filters() -> tuple[str, str, str, bool]:
    known = {one.id: one.name for one in connection.list_connections()}
    with st.container(horizontal=True):
        search = filters.search(AREA, "Name")
        field = filters.choice(AREA, "field", "Field", FIELDS)
        state = filters.choice(AREA, "state", "State", STATES)
        organisation = filters.organisation(AREA, known)
    return search, field, organisation, bool(state)


def _row(item: DifferenceItem) -> dict[str, object]:
    return {
        "Contact": item.name,
        "Field": item.field.label,
        "Last agreed": _agreed(item),
        "Practice": item.practice,
        "Xero": item.xero,
        "Since": item.created_at,
    }


def _agreed(item: DifferenceItem) -> str:
    return NEVER if item.base is None else item.base


def _whole(items: dict[str, DifferenceItem]) -> None:
    """The values of the one row that is ticked, which its cells may cut."""
    kept = list(table.chosen())
    if len(kept) == 1 and kept[0] in items:
        item = items[kept[0]]
        st.markdown(f"**{text.plain(item.name)}: {item.field.label.lower()}**")
        heads = ("Last agreed", "Practice", "Xero")
        for place, head, value in zip(st.columns(3), heads, (_agreed(item), item.practice, item.xero), strict=True):
            with place.container(gap=None):
                st.caption(head)
                st.text(one_line(value) or "–")


def _act(label: str, item: DifferenceItem) -> None:
    if label == OPEN:
        st.switch_page("contacts/contact.py", query_params={"id": item.contact_id})
    _ask("practice" if label == USE_PRACTICE else "xero", [item.difference_id])


def _ask(winner: Winner, ids: list[str]) -> None:
    dialogs.ask("differences", winner=winner, ids=ids)


def _dialog(person: Principal, winner: Winner, ids: list[str]) -> None:
    open_now = differences.differences_among(ids, SHOWN)
    take = "takes" if open_now.total == 1 else "take"
    fields = f"**{text.count(open_now.total, 'field')}**"
    if winner == "practice":
        icon, button = ":material/contacts:", "Use practice"
        told = f"{fields} {take} the value from your contacts, which is written to Xero."
    else:
        icon, button = ":material/cloud:", "Use Xero"
        told = f"{fields} {take} the value from Xero, which is written to your contacts."
    kept = " The value it replaces is kept under *Decided*, from where it can be restored."
    details = partial(_details, winner, open_now)
    dialogs.confirm(button, told + kept, button, partial(_choose, person, winner, ids), icon, details)


def _details(winner: Winner, shown: Listing[DifferenceItem]) -> None:
    """What is written over what, field by field."""
    rows = [
        (one.name, one.field.label, *((one.practice, one.xero) if winner == "practice" else (one.xero, one.practice)))
        for one in shown.rows
    ]
    compare.listed(("Contact", "Field", "Will be written", "Will be replaced"), rows, "What is written over what")
    compare.more(len(shown.rows), shown.total)


def _choose(person: Principal, winner: Winner, ids: list[str]) -> None:
    side = "your contacts" if winner == "practice" else "Xero"
    report = differences.choose(person, ids, winner)
    undo_bar.report(report, f"taken from {side}", "field")
    table.drop(ids)


def _empty(filtered: bool) -> None:
    if filtered:
        filters.none_match(AREA, "No difference matches these filters.", ["state"])
    else:
        notices.empty(
            "No differences. Where both sides change the same field, you choose here which value stays.",
            ":material/check_circle:",
        )
