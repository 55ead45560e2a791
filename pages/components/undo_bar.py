"""The way back after an action: what was done, and Undo, on top of the page until the next action or a while later."""

import time
from dataclasses import dataclass

import streamlit as st

from pages.components import notices, text
from services import undo
from services.access import Principal, Role
from services.links import Report

OFFERED = "undo_bar.offered"
SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Offer:
    """What was done, as Markdown; the command to take back; and when it was done."""

    message: str
    command: str
    at: float


def offer(message: str, command: str) -> None:
    """Tell that something is done, with the way back if there is one. `message` is Markdown."""
    if undo.undoable(command):
        st.session_state[OFFERED] = Offer(message, command, time.monotonic())
    else:
        notices.say(message)


def report(result: Report, done: str, noun: str = "contact") -> None:
    """Tell how a bulk command went, with the way back. `done` completes "3 contacts …"."""
    if result.done or not result.skipped:
        offer(f"{text.count(result.done, noun)} {done}.", result.command)
    notices.skipped(result, noun)


def show(person: Principal) -> None:
    """The bar, if something was done just now that this person may undo."""
    offered: Offer | None = st.session_state.get(OFFERED)
    if offered is None or not person.role.includes(Role.EDITOR):
        return
    if time.monotonic() - offered.at > SECONDS:
        close()
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(f":material/check: {offered.message}")
        st.space("stretch")
        st.button("Undo", icon=":material/undo:", key="undo_bar.undo", on_click=_undo, args=[person, offered])
        st.button("Close", icon=":material/close:", key="undo_bar.close", type="tertiary", on_click=close)


def close() -> None:
    """Offer nothing any more."""
    st.session_state.pop(OFFERED, None)


def _undo(person: Principal, offered: Offer) -> None:
    close()
    with notices.toasts():
        told(undo.undo_command(person, offered.command))


def told(result: Report) -> None:
    """Tell how an undo went."""
    if result.done:
        notices.say(f"{text.count(result.done, 'action')} undone.", icon=":material/undo:")
    notices.skipped(result, "action")
