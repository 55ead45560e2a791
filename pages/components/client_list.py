"""The Client List: every contact that syncs with Xero, filtered and chosen, and what can be done with them.

It is no page file, since those are compiled and run anew each time.
"""

from collections.abc import Mapping
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.components import bulk, dialogs, filters, first_steps, notices, table, text, two_way, undo_bar, views
from pages.components.heading import heading
from pages.components.organisation import running_job, sync_now_button
from services import clients, connection, contacts, links, overview
from services.access import Principal, Role
from services.clients import ClientFilter, ClientItem
from services.records.listing import Listing

AREA = "clients"
XERO_TYPES = {
    "": "All Xero types",
    "customer": "Customer",
    "supplier": "Supplier",
    "both": "Customer and supplier",
    "neither": "Neither",
}
STATES = {"ok": "In sync", "waiting": "Waiting", "failing": "Failing", "difference": "Difference", "kept": "Kept apart"}
COLOURS = ["green", "blue", "red", "orange", "violet"]
SORTS = {
    "name": "Name, A to Z",
    "-name": "Name, Z to A",
    "-synced_at": "Synced last",
    "synced_at": "Synced longest ago",
    "email": "Billing email",
    "contact_type": "Contact type",
}
OPEN = ":material/open_in_full: Open contact"
OPEN_XERO = ":material/open_in_new: Open in Xero"
STOP = ":material/sync_disabled: Stop Syncing Contact"
RETRY = ":material/refresh: Retry"
COLUMNS = {
    "Contact name": st.column_config.TextColumn(width=145),
    "Billing email": st.column_config.TextColumn(width=138),
    "Contact type": st.column_config.TextColumn(width=85),
    "Xero type": st.column_config.TextColumn(help="Customer, supplier, both or neither.", width=75),
    "State": st.column_config.MultiselectColumn(
        options=list(STATES.values()),
        color=COLOURS,
        width=85,
        help="Waiting: a change goes with the next sync, or once working hours begin, the brake is released or Xero is "
        "connected again. "
        "Kept apart: a change stays on one side, as the direction of its field or of the contact says.",
    ),
    "Why": st.column_config.TextColumn(help="Why it was refused or is delayed; in full above once ticked.", width=140),
    "Direction": st.column_config.TextColumn(help="Which way changes travel.", width=75),
    "Synced": table.moment(),
    "Xero": st.column_config.LinkColumn(display_text="Open", width=48),
}

NO_WHY = {label: look for label, look in COLUMNS.items() if label != "Why"}
NARROWER = {
    "Contact name": st.column_config.TextColumn(width=110),
    "Billing email": st.column_config.TextColumn(width=80),
    "Contact type": st.column_config.TextColumn(width=70),
    "Direction": st.column_config.TextColumn(help="Which way changes travel.", width=65),
}
"""How wide columns are where reasons are shown, so that the menu of the rows stays in sight beside them."""


def wanted() -> ClientFilter:
    """The filters as the person set them."""
    known = {one.id: one.name for one in connection.list_connections()}
    first, second = st.container(horizontal=True), st.container(horizontal=True)
    with first:
        search = filters.search(AREA, "Name, email or phone")
        state = filters.choice(AREA, "state", "State", {"": "All states"} | STATES)
        sort, descending = filters.order(AREA, SORTS)
    with second:
        contact_type = filters.contact_type(AREA, contacts.contact_types())
        kind = filters.kind(AREA)
        xero_type = filters.choice(AREA, "xero", "Xero type", XERO_TYPES)
        organisation = filters.organisation(AREA, known)
    return ClientFilter(organisation, search, contact_type, kind, xero_type, state, sort, descending)


def row(item: ClientItem) -> dict[str, object]:
    """A synced contact as the table shows it."""
    return {
        "Why": item.why,
        "Contact name": item.name,
        "Billing email": item.email,
        "Contact type": item.contact_type,
        "Xero type": "Both" if item.xero_type == XERO_TYPES["both"] else item.xero_type,
        "State": [STATES.get(item.sync_state, item.sync_state)],
        "Direction": "Both ways" if item.two_way else "From Xero",
        "Synced": item.synced_at,
        "Xero": item.xero_url or None,
    }


def act(person: Principal, items: dict[str, ClientItem], label: str, link_id: str) -> None:
    """Do what was chosen from a row's menu."""
    item = items.get(link_id)
    if item is None:
        notices.say("That contact is no longer on this page.", ":material/info:")
        st.rerun()
    elif label == OPEN:
        st.switch_page("contacts/contact.py", query_params={"id": item.contact_id})
    elif label == OPEN_XERO:
        dialogs.ask("xero", name=item.name, url=item.xero_url)
    elif label == RETRY:
        retry(person, [link_id])
    elif label == STOP:
        dialogs.ask("stop", ids=[link_id], names=[item.name], seen={link_id: item.contact_id})


def ask_about(question: str, shown: ClientFilter, ids: list[str]) -> None:
    """Ask about all chosen contacts, and say how many of them the filters have hidden meanwhile."""
    found = clients.linked_with(ids)
    names, whom = [name for _, name in found.values()], {one: contact_id for one, (contact_id, _) in found.items()}
    hidden = len(set(ids).difference(clients.client_ids(shown)))
    dialogs.ask(question, ids=ids, names=names, hidden=hidden, seen=whom)


def stop(person: Principal, ids: list[str], seen: Mapping[str, str]) -> None:
    """Stop syncing these links, as long as they are with the contacts seen, and say how it went."""
    undo_bar.report(links.stop(person, ids, seen), "stopped syncing")
    table.drop(ids)


def retry(person: Principal, ids: list[str]) -> None:
    """Write what Xero refused once more, and say how it went."""
    undo_bar.at_once(ids, "retried", lambda: clients.retry(person, ids))


def stopping(number: int) -> str:
    """What stopping so many is called."""
    return "Stop Syncing Contact" if number == 1 else "Stop Syncing Contacts"


def stop_dialog(person: Principal, ids: list[str], names: list[str], seen: Mapping[str, str], hidden: int = 0) -> None:
    """Say what stopping means for both sides, and ask."""
    number = len(ids)
    what = "it" if number == 1 else "them"
    unseen = f"The filters leave **{text.figure(hidden)}** of them out of the list you see. " if hidden else ""
    verb, stay = ("stops", "It stays") if number == 1 else ("stop", "They stay")
    consequences = (
        f"**{text.count(number, 'contact')}** {verb} syncing:\n\n{text.listed(names, number)}\n\n{unseen}"
        f"{stay} as now in your contacts and in Xero; nothing is deleted on either side. Later changes on one side "
        f"no longer reach the other. You can sync {what} again from Previously Synced."
    )
    dialogs.confirm(
        stopping(number), consequences, "Unsync", partial(stop, person, ids, seen), icon=":material/sync_disabled:"
    )


@st.dialog("Open in Xero", icon=":material/open_in_new:", on_dismiss=dialogs.close)
def xero_dialog(name: str, url: str) -> None:
    """A link, since a menu entry cannot open another tab."""
    st.markdown(f"**{text.plain(name)}** opens in a new tab.")
    st.link_button("Open in Xero", url, type="primary", icon=":material/open_in_new:", width="stretch")


def empty(person: Principal, filtered: bool) -> None:
    """What to do when there is nothing to list."""
    if filtered:
        filters.none_match(AREA, "No synced contact matches these filters.")
    elif first_steps.come_first(person):
        return
    elif previous := overview.get_to_resolve().previous:
        did = f"Nothing syncs now. {text.count(previous, 'contact')} did."
        notices.empty(did, page="xero/match_issues.py", label="Previously Synced", query={"tab": "Previously Synced"})
    else:
        notices.empty("Nothing syncs yet. Resolve match issues, or create a contact in Xero from its page.")


def show(person: Principal) -> None:
    """The filters, the list, and whatever is asked about it."""
    may_act = person.role.includes(Role.EDITOR)
    beside_title = heading("Client List")
    _organisations(person, may_act, beside_title)
    chosen = wanted()
    with beside_title:
        views.show(person, AREA)
    listing = table.fetch(AREA, lambda page: clients.list_clients(chosen, page))
    on_page = {item.link_id: item for item in listing.rows}
    if listing.rows:
        _rows(person, may_act, chosen, listing)
        table.pager(AREA, listing.total)
    else:
        bulk.unseen()
        empty(person, chosen != ClientFilter(sort=chosen.sort, descending=chosen.descending))
    if picked := table.picked():
        act(person, on_page, *picked)
    _dialog(person)


def _organisations(person: Principal, may_act: bool, beside_title: DeltaGenerator) -> None:
    """What runs for each organisation, and Sync now."""
    organisations = [one for one in connection.list_connections() if one.started_at]
    for organisation in organisations:
        running_job(organisation)
        if may_act:
            label = "Sync now" if len(organisations) == 1 else f"Sync {organisation.name}"
            with beside_title:
                sync_now_button(person, organisation, label)


def _rows(person: Principal, may_act: bool, chosen: ClientFilter, listing: Listing[ClientItem]) -> None:
    """The table, with what can be done to those chosen above it."""
    failing = [item.link_id for item in listing.rows if item.error]
    opens = {item.link_id: item.contact_id for item in listing.rows}
    if may_act:
        bulk.bar(
            {item.link_id: item.name for item in listing.rows},
            listing.total,
            lambda: clients.client_ids(chosen),
            [
                *bulk.opening(opens),
                *([("Retry", ":material/refresh:", lambda ids: retry(person, ids))] if failing else []),
                ("Make two-way", ":material/sync_alt:", partial(ask_about, two_way.DIALOG, chosen)),
                (stopping(len(table.chosen())), ":material/sync_disabled:", partial(ask_about, "stop", chosen)),
            ],
            note=_why_of_ticked(listing),
        )
    else:
        bulk.open_bar(opens)
    table.show(
        [row(item) for item in listing.rows],
        [item.link_id for item in listing.rows],
        COLUMNS | NARROWER if any(item.why for item in listing.rows) else NO_WHY,
        names=[item.name for item in listing.rows],
        menu=(OPEN, OPEN_XERO, STOP) if may_act else (OPEN, OPEN_XERO),
        more=dict.fromkeys(failing, (RETRY,)) if may_act else {},
        alt="Client List",
    )


def _why_of_ticked(listing: Listing[ClientItem]) -> str:
    """The reason of the one that is ticked, which its cell cuts; "" for one without."""
    ticked = list(table.chosen())
    return next((item.why for item in listing.rows if ticked == [item.link_id]), "")


def _dialog(person: Principal) -> None:
    if about := dialogs.asked("stop"):
        stop_dialog(person, **about)
    elif about := dialogs.asked("xero"):
        xero_dialog(about["name"], about["url"])
    two_way.dialog(person)
