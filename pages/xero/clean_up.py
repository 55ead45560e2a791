"""The clean-up list: duplicates within one side, which cause most of the questions that an import raises."""

from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from pages.components import bulk, filters, first_steps, notices, session, table, text
from pages.components.heading import heading
from services import connection, duplicates
from services.access import Principal
from services.duplicates import PRACTICE, REASONS, XERO, DuplicateGroup, Member

AREA = "clean_up"
SIDES = {PRACTICE: "Practice", XERO: "Xero"}
COLUMNS = {
    "Group": st.column_config.NumberColumn(width=60),
    "Name": st.column_config.TextColumn(width=150),
    "Email": st.column_config.TextColumn(width=170),
    "Phone": st.column_config.TextColumn(width=125),
    "Why": st.column_config.TextColumn(width=165),
}
OPEN = ":material/open_in_full: Open contact"
OPEN_IN_XERO = st.column_config.LinkColumn(display_text="Open in Xero", width=110)
CHECK = ":material/check_circle:"
ADVICE = {
    PRACTICE: "Archive the ones that are not needed, or tell them apart: duplicates cause most match issues.",
    XERO: "Merge them in Xero, or tell them apart there; nothing is changed from here.",
}


def choose() -> tuple[str, str, str]:
    """The side, the organisation on Xero's side, and the reason to look at."""
    known = {one.id: one.name for one in connection.list_connections()}
    with st.container(horizontal=True, vertical_alignment="center"):
        side = filters.choice(AREA, "side", "Side", SIDES) or PRACTICE
        reason = filters.choice(AREA, "reason", "Reason", {"": "All reasons"} | REASONS)
        organisation = next(iter(known), "")
        if side == XERO and len(known) > 1:
            organisation = filters.choice(AREA, "organisation", "Organisation", known) or organisation
    return side, organisation if side == XERO else "", reason


def show(person: Principal, side: str, organisation: str, reason: str) -> None:
    """The groups of this page, a row for each contact, and all of them as a file."""
    with st.spinner("Looking for duplicates…"):
        listing = table.fetch(AREA, lambda page: duplicates.list_duplicates(side, organisation, reason, page))
    if not listing.rows:
        empty(person, side, reason)
        return
    export = session.guarded(person, partial(duplicates.export_csv, side, organisation, reason))
    count(listing.total, export, f"clean-up-{side}.csv")
    st.caption(ADVICE[side])
    members_of(listing.rows, side)
    table.pager(AREA, listing.total, "Groups")
    if picked := table.picked():
        st.switch_page(bulk.CONTACT_PAGE, query_params={"id": contact_of(picked[1])})


def count(groups: int, export: Callable[[], bytes], file: str) -> None:
    """How many groups there are, and the way to have them all as a file."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{text.count(groups, 'group')}** of contacts that may be the same.")
        st.space("stretch")
        st.download_button("Export CSV", export, file, "text/csv", icon=":material/download:", on_click="ignore")


def members_of(groups: Sequence[DuplicateGroup], side: str) -> None:
    """The contacts of these groups; those of the practice can be opened."""
    first = table.place(AREA) + 1
    members = [(place, group, one) for place, group in enumerate(groups, first) for one in group.members]
    keys = [f"{place} {one.contact_id}" for place, _, one in members]
    if side == PRACTICE:
        bulk.open_bar({one: contact_of(one) for one in keys})
    table.show(
        [row(*member) for member in members],
        keys,
        COLUMNS | {"In Xero": OPEN_IN_XERO} if side == XERO else COLUMNS,
        names=[one.name for _, _, one in members] if side == PRACTICE else None,
        menu=(OPEN,) if side == PRACTICE else (),
        alt="Clean-up List",
    )


def contact_of(key: str) -> str:
    """The contact that a row of the list is about."""
    return key.rpartition(" ")[2]


def row(place: int, group: DuplicateGroup, one: Member) -> dict[str, object]:
    """One contact of a group."""
    return {
        "Group": place,
        "Name": one.name,
        "Email": one.email,
        "Phone": one.phone,
        "Why": group.words,
        "In Xero": one.xero_url,
    }


def empty(person: Principal, side: str, reason: str) -> None:
    """What stands there when nothing is to be cleaned up."""
    where = "in Xero" if side == XERO else "among your contacts"
    if reason:
        notices.empty("No group fits this filter.", ":material/search_off:")
    elif side == XERO and not connection.list_connections():
        first_steps.none_connected(person)
    else:
        notices.empty(f"Nothing to clean up {where}: no two share a name, billing email, phone or number.", CHECK)


me = session.guard()
heading("Clean-up List")
show(me, *choose())
