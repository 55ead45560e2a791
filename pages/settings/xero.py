"""Xero (Manage): set-up, preview and import of one organisation, and how it does from then on."""

import streamlit as st

from pages.components import (
    brand,
    changes,
    dialogs,
    job_news,
    live,
    notices,
    session,
    text,
    xero_policies,
    xero_preview,
    xero_setup,
)
from pages.components.brake import brake_card
from pages.components.heading import heading
from pages.components.organisation import badge, running_job, sync_now_button
from services import connection, differences, imports, jobs
from services.access import Principal, Role
from services.connection import ConnectionItem
from services.errors import LIMITED, NotFound

FACT_WIDTH = 205
"""So wide is "within a minute" in a card. Where there is no room for four side by side, two and two stand."""


def find(connection_id: str) -> ConnectionItem:
    """The organisation asked for, or the only one; the page ends here when there is none."""
    known = connection.list_connections()
    if not connection_id and len(known) == 1:
        return known[0]
    try:
        return connection.get_connection(connection_id)
    except NotFound:
        brand.entitle("Xero")
        heading("Xero")
        notices.empty(
            "Choose an organisation in Connected Apps.",
            ":material/hub:",
            page="settings/connected_apps.py",
            label="Connected Apps",
        )
        st.stop()


def head(person: Principal, one: ConnectionItem) -> None:
    """The organisation's name and state, and what can be done to it."""
    st.page_link("settings/connected_apps.py", label="Connected Apps", icon=":material/arrow_back:")
    with heading(text.plain(one.name)):
        badge(one)
        if one.state != "disconnected":
            if one.started_at:
                sync_now_button(person, one)
            if st.button("Disconnect", icon=":material/link_off:"):
                dialogs.ask("disconnect")
        elif st.button("Connect again", icon=":material/link:"):
            st.switch_page("settings/connected_apps.py")


def setting_up(person: Principal, one: ConnectionItem) -> None:
    """The way from connecting to the import, one step at a time."""
    step = st.query_params.get("step", "")
    names = ("1 Set up", "2 Preview", "3 Import")
    at = 1 if step == "preview" else 0
    st.caption(" › ".join(f"**{name}**" if place == at else name for place, name in enumerate(names)))
    if at:
        xero_preview.show(person, one)
    else:
        xero_setup.first_time(person, one)


def imported(person: Principal, one: ConnectionItem) -> None:
    """The import: its progress, then what it did."""
    job = jobs.latest_job(one.id, "import")
    if job is None or job.state in ("queued", "running"):
        return
    if job.state == "failed":
        st.button("Start the import again", type="primary", on_click=start_again, args=[person, one.id])
        return
    with st.container(border=True):
        differing = differences.list_differences(one.id, size=1).total
        did = [job_news.counted(job) or "Nothing was new in Xero"]
        did += [text.count(differing, "difference")] if differing else []
        st.markdown(f":material/check_circle: **The import is done.** {', '.join(did)}.")
        with st.container(horizontal=True):
            if job.result.get("ask") or job.result.get("hold"):
                to_resolve("Resolve Match Issues", "Match Issues")
            if differing:
                to_resolve("Differences", "Differences")


def to_resolve(label: str, tab: str) -> None:
    """The way to what the import has left to people."""
    way, query = "xero/match_issues.py", {"tab": tab}
    st.page_link(way, label=label, icon=":material/arrow_forward:", icon_position="right", query_params=query)


def start_again(person: Principal, connection_id: str) -> None:
    """Queue the import once more: it goes on where it stopped."""
    with notices.toasts():
        imports.start_import(person, connection_id)


@st.fragment(run_every=live.SECONDS)
def facts(connection_id: str, told: str) -> None:
    """Who connected it, when it syncs and why it waits, and how much of the day's calls is left.

    They keep up with the sync by themselves, since the page, whose forms are not to change under one's hands, does not.
    `told` is an error that stands above already.
    """
    one = connection.get_connection(connection_id)
    cards = (
        (
            "Connected",
            text.ago(one.connected_at),
            text.exact(one.connected_at),
        ),
        ("Last sync", text.ago(one.last_sync_at), text.exact(one.last_sync_at)),
        ("Next sync", next_sync(one), text.exact(one.next_tick_at)),
        (
            "Calls to Xero today",
            f"{text.figure(one.calls_left_today)} left",
            f"{text.figure(one.calls_used_today)} of {text.figure(one.calls_per_day)} were made in the last 24 hours. "
            "Xero allows this many per organisation; a tenth is kept for what people ask for.",
        ),
    )
    with st.grid(2, min_column_width=2 * FACT_WIDTH):
        for pair in (cards[:2], cards[2:]):
            with st.grid(2, min_column_width=FACT_WIDTH):
                for label, value, help_text in pair:
                    st.metric(label, value, border=True, height="stretch", help=text.sentence(help_text) or None)
    st.caption(f"Connected by {text.plain(changes.actor(one.connected_by))}.")
    hindered(one, told)


def hindered(one: ConnectionItem, told: str) -> None:
    """Why it waits, and what went wrong, unless that stands above; a limit of calls that is used up is both."""
    waits = "" if one.braked_at is not None else one.waits  # what the brake holds back is said above
    limited = one.error.endswith(LIMITED)
    if waits and not (limited and told):
        st.info(text.sentence(waits), icon=":material/hourglass_top:")
    if one.error and one.error != told and not (limited and waits):
        st.error(text.sentence(one.error))


def next_sync(one: ConnectionItem) -> str:
    """When the next sync is due, in words."""
    if one.state != "connected":
        return "none"
    soon = text.ago(one.next_tick_at, "now")
    return soon if soon.startswith(("in ", "within ")) else "now"


def lists() -> None:
    """The ways to this organisation's lists."""
    with st.container(horizontal=True):
        if st.button("View Client List", icon=":material/sync_alt:", type="primary"):
            st.switch_page("xero/client_list.py")
        if st.button("Resolve Match Issues", icon=":material/rule:"):
            st.switch_page("xero/match_issues.py")


def disconnect_dialog(person: Principal, one: ConnectionItem) -> None:
    """Ask before disconnecting."""

    def disconnect() -> None:
        connection.disconnect(person, one.id)
        notices.say(f"{text.plain(one.name)} is disconnected.")
        st.query_params["id"] = one.id  # without it this page is that of the only organisation that is connected

    consequences = (
        f"The program gives up its access to **{text.plain(one.name)}**, and all its contacts stop syncing. Nothing is "
        "deleted here or in Xero. Links are kept under Previously Synced, and what still waited to be sent is dropped. "
        "If you connect the organisation again, you can re-match them."
    )
    dialogs.confirm("Disconnect Xero", consequences, "Disconnect", disconnect, icon=":material/link_off:")


me = session.guard(Role.ADMIN)
organisation = find(st.query_params.get("id", ""))
brand.entitle(organisation.name)
head(me, organisation)
if organisation.state == "setting_up":
    setting_up(me, organisation)
elif organisation.state == "disconnected":
    notices.empty(
        "This organisation is disconnected. Its links are under Previously Synced.",
        ":material/link_off:",
        page="xero/match_issues.py",
        label="Previously Synced",
        query={"tab": "Previously Synced"},
    )
else:
    told = running_job(organisation)
    if st.query_params.get("step") == "import":
        imported(me, organisation)
    brake_card(me, organisation)
    facts(organisation.id, told)
    lists()
    with st.expander("What is imported", icon=":material/tune:"):
        xero_setup.change(me, organisation)
    with st.expander("How fields are kept in step", icon=":material/compare_arrows:"):
        xero_policies.change(me, organisation)
if dialogs.asked("disconnect") is not None:
    disconnect_dialog(me, organisation)
