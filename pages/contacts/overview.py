"""Overview: how many contacts stand where, what needs a decision, and how each connection is doing."""

import streamlit as st

from pages.components import notices, progress, session, text
from pages.components.heading import heading
from pages.components.organisation import badge
from services import connection, jobs, overview
from services.access import Principal, Role
from services.connection import ConnectionItem
from services.overview import Overview

CLIENTS, ISSUES, CONTACTS = "xero/client_list.py", "xero/match_issues.py", "contacts/contacts.py"


def cards(now: Overview) -> None:
    """A card per state, each a way to its list."""
    for place, card in zip(
        st.columns(4),
        (
            ("Contacts", now.contacts, ":material/contacts:", "All contacts", CONTACTS, {}),
            ("Syncing with Xero", now.syncing, ":material/sync_alt:", "Client List", CLIENTS, {}),
            (
                "Not linked",
                now.unlinked,
                ":material/link_off:",
                "See them",
                CONTACTS,
                {"contacts_linked": "Not linked"},
            ),
            ("Match issues", now.issues, ":material/rule:", "Resolve", ISSUES, {}),
        ),
        strict=True,
    ):
        label, number, icon, link, page, query = card
        with place, st.container(border=True):
            st.metric(label, f"{number:,}", icon=icon)
            with st.container(horizontal=True, horizontal_alignment="right"):
                st.page_link(
                    page, label=link, icon=":material/arrow_forward:", icon_position="right", query_params=query
                )


def needs(now: Overview) -> list[tuple[int, str, str, str, dict[str, str]]]:
    """What waits for a person: how many, what it is, what to do, where."""
    issues = {"tab": "Differences"}
    previous = {"tab": "Previously Synced"}
    everything = [
        (now.issues, "match issue", "Say which contacts belong together", ISSUES, {}),
        (now.differences, "difference", "Choose which side is right", ISSUES, issues),
        (now.failing, "contact that fails to sync", "See why", CLIENTS, {"clients_state": "Failing"}),
        (now.broken, "broken link", "Re-match or create anew", ISSUES, previous | {"previous_state": "Broken"}),
    ]
    return [need for need in everything if need[0]]


def attention(now: Overview) -> None:
    """The list of what waits for a person."""
    st.subheader("Needs attention")
    waiting = needs(now)
    if not waiting:
        notices.empty("Nothing needs your attention.", ":material/check_circle:")
    for number, noun, what, page, query in waiting:
        plural = "contacts that fail to sync" if noun.startswith("contact") else ""
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{text.count(number, noun, plural)}**")
            st.space("stretch")
            st.page_link(page, label=what, icon=":material/arrow_forward:", icon_position="right", query_params=query)


def connections(person: Principal, known: list[ConnectionItem]) -> None:
    """Each Xero organisation: its state and its last sync."""
    st.subheader("Xero")
    if not known:
        with st.container(border=True):
            st.markdown("No Xero organisation is connected yet.")
            if person.role.includes(Role.ADMIN):
                st.page_link("settings/connected_apps.py", label="Connect Xero", icon=":material/arrow_forward:")
            else:
                st.caption("An admin connects one in Settings, Connected Apps.")
    for one in known:
        with st.container(border=True):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(f"**{text.plain(one.name)}**")
                st.space("stretch")
                badge(one)
            st.caption(f"Last sync {text.ago(one.last_sync_at)}", help=text.exact(one.last_sync_at) or None)
            if person.role.includes(Role.ADMIN):
                st.page_link("settings/xero.py", label="Manage", icon=":material/tune:", query_params={"id": one.id})


me = session.guard()
heading("Overview")
figures = overview.get_overview()
organisations = connection.list_connections()
for running in jobs.running_jobs():
    progress.watch(running, next((one.name for one in organisations if one.id == running.connection_id), ""))
cards(figures)
left, right = st.columns([3, 2], gap="medium")
with left:
    attention(figures)
with right:
    connections(me, organisations)
