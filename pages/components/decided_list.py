"""Differences that were decided, by a person or a policy: what won, what lost, and the way back."""

from functools import partial

import streamlit as st

from pages.components import bulk, changes, filters, notices, table, undo_bar
from services import decided
from services.access import Principal, Role
from services.decided import DecidedItem

AREA = "decided"
RESTORE, OPEN = ":material/undo: Restore", ":material/open_in_full: Open contact"
SIDES = {"practice": "Practice", "xero": "Xero"}
COLUMNS = {
    "Contact": st.column_config.TextColumn(width=130),
    "Field": st.column_config.TextColumn(width=102),
    "Winner": st.column_config.TextColumn(width=70),
    "Kept": st.column_config.TextColumn(help="The value that won.", width=138),
    "Lost": st.column_config.TextColumn(help="The value that was overwritten. Restore brings it back.", width=138),
    "By": st.column_config.TextColumn(width=75),
    "When": table.moment(),
}


def show(person: Principal, search: str, organisation: str, field: str) -> None:
    """The list, and Restore for one or many."""
    may_act = person.role.includes(Role.EDITOR)
    listing = table.fetch(AREA, lambda page: decided.list_decided(organisation, search, page, field=field))
    items = {item.difference_id: item for item in listing.rows}
    if not items:
        bulk.unseen()
    if not items and (search or organisation or field):
        filters.none_match("differences", "No decided difference matches these filters.", ["state"])
        return
    if not items:
        notices.empty("No difference has been decided yet. What loses is kept here, and can be restored.")
        return
    names = {one: f"{item.name}: {item.field.label}" for one, item in items.items()}
    opens = {one: item.contact_id for one, item in items.items()}
    if may_act:
        restoring: bulk.Act = ("Restore", ":material/undo:", partial(_restore, person))
        acts = [*bulk.opening(opens), restoring]
        bulk.bar(names, len(items), lambda: list(items), acts, "decision", where="on this page")
    else:
        bulk.open_bar(opens)
    table.show(
        [_row(item) for item in listing.rows],
        list(items),
        COLUMNS,
        names=list(names.values()),
        menu=(RESTORE, OPEN) if may_act else (OPEN,),
        brief=table.OPEN,
        alt="Decided differences",
    )
    table.pager(AREA, listing.total)
    if (picked := table.picked()) and picked[1] in items:
        _act(person, picked[0], items[picked[1]])


def _row(item: DecidedItem) -> dict[str, object]:
    return {
        "Contact": item.name,
        "Field": item.field.label,
        "Winner": SIDES[item.winner],
        "Kept": item.kept or "(blank)",
        "Lost": item.lost or "(blank)",
        "By": changes.actor(item.actor),
        "When": item.closed_at,
    }


def _act(person: Principal, label: str, item: DecidedItem) -> None:
    if label == OPEN:
        st.switch_page("contacts/contact.py", query_params={"id": item.contact_id})
    _restore(person, [item.difference_id])


def _restore(person: Principal, ids: list[str]) -> None:
    undo_bar.at_once(ids, "restored", lambda: decided.restore(person, ids), "value")
