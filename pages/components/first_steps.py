"""What comes first: the way of a new practice from nothing to contacts that sync, and where one is on it."""

import streamlit as st

from pages.components import notices, text
from services import connection
from services.access import Principal, Role
from services.connection import ConnectionItem
from services.overview import Overview

CONTACTS, ISSUES = "contacts/contacts.py", "xero/match_issues.py"
CONNECT, MANAGE = "settings/connected_apps.py", "settings/xero.py"
DONE, TO_DO = ":green[:material/check_circle:]", ":gray[:material/radio_button_unchecked:]"


def show(person: Principal, counts: Overview, known: list[ConnectionItem]) -> None:
    """The three steps until an organisation syncs; each says whether it is done, and leads to where it is done.

    Who has synced before and disconnected only has to connect again.
    """
    if any(one.started_at for one in known) or counts.stopped or counts.broken:
        return
    with st.container(border=True, gap="small"):
        st.markdown("**First steps**")
        brought = (
            f"{text.count(counts.contacts, 'contact')} here."
            if counts.contacts
            else "Without them, every contact in Xero would be created here again."
        )
        _step(counts.contacts > 0, "Bring in your contacts", brought, CONTACTS, "Import")
        connect, set_up = _way(person, "Connect"), _way(person, "Set up") if known else ""
        _step(bool(known), "Connect Xero", "An admin signs in at Xero and allows access.", CONNECT, connect)
        would = "It says what would happen to each contact."
        _step(False, "Look at the preview, and start the import", would, MANAGE, set_up)


def come_first(person: Principal) -> bool:
    """For a list that is empty while no organisation syncs: say what comes first. Whether it is so."""
    known = connection.list_connections()
    if any(one.started_at for one in known):
        return False
    if known:
        _set_up(person, known[0])
    elif _ended():
        _connect_again(person)
    else:
        _connect(person)
    return True


def none_connected(person: Principal) -> None:
    """For the place of an organisation while none is connected: say so, with the way to connect one."""
    if person.role.includes(Role.ADMIN):
        label = "Connect again" if _ended() else "Connect Xero"
        notices.empty(_none_connected(), ":material/link_off:", page=CONNECT, label=label)
    else:
        said = f"{_none_connected()} An admin connects one in Settings, Connected Apps."
        notices.empty(said, ":material/link_off:")


def _set_up(person: Principal, one: ConnectionItem) -> None:
    said = f"{text.plain(one.name)} is connected, and nothing is imported from it yet"
    if person.role.includes(Role.ADMIN):
        notices.empty(f"{said}.", ":material/tune:", page=MANAGE, label="Set up and import", query={"id": one.id})
    else:
        notices.empty(f"{said}: an admin sets it up in Settings, Connected Apps.", ":material/tune:")


def _connect(person: Principal) -> None:
    if person.role.includes(Role.ADMIN):
        notices.empty("Connect Xero first.", page=CONNECT, label="Connect Xero")
    else:
        notices.empty("Connect Xero first: an admin does that in Settings, Connected Apps.")


def _connect_again(person: Principal) -> None:
    said = f"{_none_connected()} What synced before is kept under Previously Synced."
    again = {CONNECT: "Connect again"} if person.role.includes(Role.ADMIN) else {}
    if not again:
        said = f"{said} An admin can connect again in Settings, Connected Apps."
    tab = "Previously Synced"
    notices.empty(said, ":material/link_off:", page=ISSUES, label=tab, query={"tab": tab}, also=again)


def _none_connected() -> str:
    names = [f"**{text.plain(one.name)}**" for one in _ended()]
    if not names:
        return "No Xero organisation is connected."
    return f"{', '.join(names)} {'is' if len(names) == 1 else 'are'} disconnected, so nothing syncs."


def _ended() -> list[ConnectionItem]:
    """The organisations that synced once, while none is connected."""
    return [one for one in connection.list_connections(include_disconnected=True) if one.started_at]


def _way(person: Principal, label: str) -> str:
    return label if person.role.includes(Role.ADMIN) else ""


def _step(done: bool, what: str, why: str, page: str, label: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"{DONE if done else TO_DO} {what}. :gray[{why}]")
        st.space("stretch")
        if label and not done:
            st.page_link(page, label=label, icon=":material/chevron_right:", icon_position="right")
