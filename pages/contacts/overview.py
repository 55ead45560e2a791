"""Overview: the state of the sync in one glance, what happened lately, and how each connection is doing."""

import streamlit as st

from pages.components import cards, changes, chart, first_steps, lookalike, notices, progress, session, text
from pages.components.cards import Card
from pages.components.heading import heading
from services import connection, excluded, overview, sync_states, trends
from services.access import Principal
from services.connection import ConnectionItem
from services.sync_states import SyncStates
from services.trends import Latest

CLIENTS, ISSUES, CONTACTS = "xero/client_list.py", "xero/match_issues.py", "contacts/contacts.py"
HEALTH, ACTIVITY = "xero/health.py", "settings/activity.py"
ARCHIVED = excluded.REASONS[excluded.ARCHIVED]
QUIET = "opacity:.75;font-size:.875rem"


def glance() -> None:
    """A card per state, each the way to its list."""
    now, states, left_out = overview.get_overview(), sync_states.count_states(), excluded.count_excluded()
    taking_none = {"health_tab": "Excluded", "health_reason": "All but archived"}
    ended = {"tab": "Previously Synced"}
    cards.numbers(
        (
            Card("In sync", states.in_sync, ":material/check_circle:", CLIENTS, {"clients_state": "In sync"}),
            Card("Waiting", states.waiting, ":material/schedule:", CLIENTS, {"clients_state": "Waiting"}),
            Card("Failing", states.failing, ":material/error:", HEALTH, {"health_tab": "Failing"}, alert=True),
            Card("Match issues", now.issues, ":material/rule:", ISSUES, {"tab": "Match Issues"}),
            Card("Differences", now.differences, ":material/difference:", ISSUES, {"tab": "Differences"}),
            Card("Stopped", now.stopped, ":material/sync_disabled:", ISSUES, ended | {"previous_state": "Stopped"}),
            Card("Broken", now.broken, ":material/link_off:", ISSUES, ended | {"previous_state": "Broken"}),
            Card("Excluded", left_out.in_use, ":material/block:", HEALTH, taking_none),
        )
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        whole(now.contacts, now.unlinked, left_out.archived, states)


def whole(contacts: int, unlinked: int, archived: int, states: SyncStates) -> None:
    """The whole contact book in a line of links, with what has no card."""
    link(CONTACTS, text.count(contacts, "contact"))
    link(CONTACTS, f"{text.figure(unlinked)} not linked", contacts_linked="Not linked")
    if states.kept:
        link(CLIENTS, f"{text.figure(states.kept)} kept apart", clients_state="Kept apart")
    if refused := states.not_created:
        link(CONTACTS, f"{text.figure(refused)} refused by Xero", contacts_linked="Refused by Xero")
    if archived:
        link(HEALTH, f"{text.figure(archived)} archived in Xero", health_tab="Excluded", health_reason=ARCHIVED)


def link(page: str, label: str, **query: str) -> None:
    """A link with an arrow."""
    st.page_link(page, label=label, icon=":material/chevron_right:", icon_position="right", query_params=query)


def lately() -> None:
    """The last entries of the activity log."""
    st.space("xsmall")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header("Recent activity", anchor=False)
        st.space("stretch")
        link(ACTIVITY, "All activity")
    entries = trends.latest()
    if not entries:
        notices.empty("Nothing has happened yet. What people and the sync do shows here.")
        return
    with st.container(border=True, gap="xsmall"):
        for entry in entries:
            with st.container(horizontal=True, wrap=False, vertical_alignment="center"):
                with st.container(gap=None):
                    st.markdown(text.sentence(entry.summary))
                    st.html(f'<div style="{QUIET}">{about(entry)}</div>')
                if entry.contact_id:
                    link("contacts/contact.py", "Open", id=entry.contact_id)
                elif entry.standing:
                    link(ISSUES, "Resolve", **lookalike.issue(entry.standing, entry.asked_about))


def about(entry: Latest) -> str:
    """Of whom an entry is, who did it and when, as HTML."""
    named = entry.contact if entry.contact not in entry.summary else ""
    parts = (text.html(named), text.html(changes.actor(entry.actor)), text.ago_with_exact(entry.at))
    return " · ".join(part for part in parts if part)


def connections(person: Principal, known: list[ConnectionItem]) -> None:
    """Each Xero organisation: how it is doing, in words."""
    st.header("Xero", anchor=False)
    for one in known:
        cards.organisation(person, one)
    if not known:
        first_steps.none_connected(person)


me = session.guard()
heading("Overview")
organisations = connection.list_connections()
progress.everything()
first_steps.show(me, overview.get_overview(), organisations)
glance()
left, right = st.columns([3, 2], gap="medium")
with left:
    st.header("Changes, questions and problems", anchor=False)
    chart.days(trends.by_day(text.zone()))
with right:
    connections(me, organisations)
lately()
