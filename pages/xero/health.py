"""Sync Health: which contacts are in sync, wait, fail, differ, are kept apart or take no part, and why."""

from functools import partial

import streamlit as st

from pages.components import (
    bulk,
    client_list,
    create_many,
    filters,
    first_steps,
    let_in,
    notices,
    progress,
    session,
    table,
    text,
)
from pages.components.heading import heading
from services import clients, connection, excluded, sync_states
from services.access import Principal, Role
from services.clients import ClientFilter, ClientItem
from services.excluded import ExcludedFilter, ExcludedItem

AREA = "health"
TAB = "health_tab"
STATES = {"failing": "Failing", "waiting": "Waiting", "ok": "In sync", "kept": "Kept apart", "excluded": "Excluded"}
REASONS = {"": "All reasons", excluded.IN_USE: "All but archived"} | excluded.REASONS
OPEN = ":material/open_in_full: Open contact"
SYNCED = {
    "Contact": st.column_config.TextColumn(width=140),
    "Billing email": st.column_config.TextColumn(width=140),
    "What": st.column_config.TextColumn(width=278),
    "Last synced": table.moment(),
}
LEFT_OUT = {
    "Contact in Xero": st.column_config.TextColumn(width=210),
    "Email in Xero": st.column_config.TextColumn(width=210),
    "Type": st.column_config.TextColumn(width=120),
    "Why": st.column_config.TextColumn(width=230),
    "Xero": st.column_config.LinkColumn(display_text="Open", width=48),
}
WORDS = {
    "ok": "Nothing waits to be written.",
    "kept": "A change stays on one side, as the direction of its field or of the contact says.",
}
NOBODY = {"kept": "No contact is kept apart: no change stays on one side because of the direction it may travel."}
"""What an empty tab says whose name does not explain itself."""
ONE_WAY = "Nothing waits to be written; changes here stay here."


def synced(person: Principal, state: str) -> None:
    """Linked contacts in one state; those that fail can be tried again."""
    with st.container(horizontal=True):
        search = filters.search(AREA, "Name, email or phone")
        organisation = filters.organisation(AREA, {one.id: one.name for one in connection.list_connections()})
    chosen = ClientFilter(organisation, search, sync_state=state)
    listing = table.fetch(AREA, lambda page: clients.list_clients(chosen, page))
    items = {item.link_id: item for item in listing.rows}
    refused = state == "failing" and create_many.refused()
    if not items:
        bulk.unseen()
        if search or organisation:
            filters.none_match(AREA, "No contact matches these filters.")
        elif not refused:
            notices.empty(NOBODY.get(state, f"No contact here is {STATES[state].lower()}."), ":material/check_circle:")
        return
    names = {one: item.name for one, item in items.items()}
    retrying = state == "failing" and person.role.includes(Role.EDITOR)
    opens = {one: item.contact_id for one, item in items.items()}
    if retrying:
        again: bulk.Act = ("Retry", ":material/refresh:", partial(client_list.retry, person))
        bulk.bar(names, listing.total, lambda: clients.client_ids(chosen), [*bulk.opening(opens), again])
    else:
        bulk.open_bar(opens)
    rows = [row(item) for item in listing.rows]
    table.show(rows, list(items), SYNCED, names=list(names.values()), menu=(OPEN,), alt="Sync Health")
    table.pager(AREA, listing.total)
    if (picked := table.picked()) and picked[1] in items:
        st.switch_page("contacts/contact.py", query_params={"id": items[picked[1]].contact_id})


def row(item: ClientItem) -> dict[str, object]:
    """A linked contact as the table shows it."""
    return {
        "Contact": item.name,
        "Billing email": item.email,
        "What": item.error or _stands(item),
        "Last synced": item.synced_at,
    }


def _stands(item: ClientItem) -> str:
    if item.waits:
        delayed = f" Not through yet: {item.delayed_by}" if item.delayed_by else ""
        return f"A change {item.waits}{text.until(item.waits_until)}.{delayed}"
    return ONE_WAY if item.sync_state == "ok" and not item.two_way else WORDS[item.sync_state]


def left_out(person: Principal) -> None:
    """Xero contacts that take no part; they can be let in."""
    with st.container(horizontal=True):
        search = filters.search(AREA, "Name or email")
        reason = filters.choice(AREA, "reason", "Reason", REASONS)
        organisation = filters.organisation(AREA, {one.id: one.name for one in connection.list_connections()})
    chosen = ExcludedFilter(organisation, search, reason)
    listing = table.fetch(AREA, lambda page: excluded.list_excluded(chosen, page))
    items = {item.key: item for item in listing.rows}
    if not items:
        bulk.unseen()
        if chosen == ExcludedFilter():
            notices.empty("Every contact in Xero takes part.", ":material/check_circle:")
        else:
            filters.none_match(AREA, "No excluded contact matches these filters.")
        return
    may_act = person.role.includes(Role.EDITOR)
    if may_act:
        bulk.bar(
            {one: item.name for one, item in items.items()},
            listing.total,
            lambda: excluded.excluded_ids(chosen),
            [("Let in", ":material/login:", let_in.ask)],
            hint="Tick contacts to let them in: the next sync matches them like new ones.",
        )
    names = [item.name for item in listing.rows] if may_act else None
    table.show([left_row(item) for item in listing.rows], list(items), LEFT_OUT, names=names, alt="Excluded contacts")
    table.pager(AREA, listing.total)
    let_in.dialog(person)


def left_row(item: ExcludedItem) -> dict[str, object]:
    """A contact that takes no part as the table shows it."""
    return {
        "Contact in Xero": item.name,
        "Email in Xero": item.email,
        "Type": item.xero_type,
        "Why": item.reason_text,
        "Xero": item.xero_url,
    }


def differing(number: int) -> None:
    """How many contacts are on no tab because their sides differ, and the way to where somebody chooses."""
    if not number:
        return
    are, sides = ("is", "its two sides") if number == 1 else ("are", "their two sides")
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(
            f":orange[:material/difference:] **{text.count(number, 'contact')}** {are} on none of these tabs: {sides} "
            "differ in a field until somebody chooses."
        )
        st.space("stretch")
        st.page_link(
            "xero/match_issues.py",
            label="Differences",
            icon=":material/arrow_forward:",
            icon_position="right",
            query_params={"tab": "Differences"},
        )


def begin_where_something_is() -> None:
    """Open the first tab that has something, unless the person or the address has chosen one."""
    if TAB in st.session_state or TAB in st.query_params:
        return
    now = sync_states.count_states()
    numbers = {"failing": now.failing, "waiting": now.waiting, "ok": now.in_sync, "kept": now.kept}
    if first := next((state for state, number in numbers.items() if number), None):
        st.session_state[TAB] = STATES[first]


def change_tab() -> None:
    """Leave behind what was chosen on the other tab."""
    table.leave()


me = session.guard()
heading("Sync Health")
progress.everything()
if first_steps.come_first(me):
    st.stop()
begin_where_something_is()
differing(sync_states.count_states().differing)
tabs = st.tabs(list(STATES.values()), key=TAB, bind="query-params", on_change=change_tab)
for tab, state in zip(tabs, STATES, strict=True):
    if tab.open:
        with tab:
            if state == "excluded":
                left_out(me)
            else:
                synced(me, state)
