"""How a connected Xero organisation is shown: its state, and Sync now with its progress."""

import streamlit as st

from pages.components import notices, progress, text
from pages.components.brand import Badge
from services import imports, jobs
from services.access import Principal
from services.connection import ConnectionItem

NOW = "at once"
STATES: dict[str, Badge] = {
    "connected": ("Connected", "green"),
    "setting_up": ("Not set up yet", "orange"),
    "sign_in_needed": ("Sign-in needed", "red"),
    "disconnected": ("Disconnected", "gray"),
}


def badge(one: ConnectionItem) -> None:
    """Its state as a badge."""
    label, colour = STATES.get(one.state, (one.state, "gray"))
    if one.state == "connected" and one.braked_at is not None:
        label, colour = "Brake on", "orange"
    elif one.state == "connected" and one.stalled:
        label, colour = "Not syncing", "red"
    st.badge(label, color=colour)


def sync_now_button(person: Principal, one: ConnectionItem, label: str = "Sync now") -> None:
    """A button that syncs at once."""
    st.button(
        text.sentence(label),
        icon=":material/sync:",
        key=f"sync.{one.id}",
        disabled=one.state != "connected" or progress.is_running(jobs.latest_job(one.id)),
        on_click=_sync,
        args=[person, one.id],
        help=None if one.state == "connected" else "It is not connected.",
    )


def running_job(one: ConnectionItem) -> str:
    """The progress of what runs for this organisation, or why it stopped and why it does not get through by now.

    The organisation's own error says the latter: it is blank once a sync has got through, if only as far as the brake.
    Gives the error that it has told of, if there was one.
    """
    job = jobs.latest_job(one.id)
    if job and progress.is_running(job):
        progress.watch(job, one.name)
    elif job and job.state == "failed" and one.error:
        stopped = f"The last {progress.NOUNS.get(job.kind, 'job')} stopped. {text.sentence(one.error)}"
        st.error(f"{stopped} The sync tries again {upcoming(one)}.")
        return one.error
    return ""


def upcoming(one: ConnectionItem) -> str:
    """When the next sync is, in words; one that is overdue comes at once."""
    if one.state != "connected":
        return "once it is connected again"
    soon = text.ago(one.next_tick_at, NOW)
    return NOW if soon.endswith(" ago") or soon == "just now" else soon


def _sync(person: Principal, connection_id: str) -> None:
    with notices.toasts():
        imports.sync_now(person, connection_id)
