"""The way back after an action: what was done, and Undo, always in sight until the next action or a while later."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import streamlit as st

from pages.components import dialogs, notices, progress, table, text
from services import undo
from services.access import Principal, Role
from services.records.bulk import Report, Skipped

OFFERED, SKIPPED = "undo_bar.offered", "undo_bar.skipped"
SECONDS = 120.0
OF_A_FILE = (
    "Undoing a file gives the contacts that it changed their values back and removes those that it added. One that was "
    "changed, archived, linked or sent to Xero since is left as it is."
)
FEW = 3
"""So many rows that a command left as they were are told one by one; more are told in a list."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What was done, as Markdown; the command to take back, if it can be; what it left out; and when it was."""

    message: str
    command: str
    at: float
    skipped: tuple[Skipped, ...] = ()


def offer(message: str, command: str) -> None:
    """Tell that something is done, with the way back if there is one, and no more of what was done before it. `message`
    is Markdown.
    """
    if undo.undoable(command):
        st.session_state[OFFERED] = Offer(message, command, time.monotonic())
    else:
        close()
        notices.say(message)


def report(result: Report, done: str, noun: str = "contact") -> None:
    """Tell how a bulk command went row by row, with the way back. `done` completes "3 contacts …"."""
    message = f"{text.count(result.done, noun)} {done}."
    if len(result.skipped) > FEW:
        left = f"{message} **{text.count(len(result.skipped), noun)}** left as they were."
        command = result.command if undo.undoable(result.command) else ""
        st.session_state[OFFERED] = Offer(left, command, time.monotonic(), result.skipped)
        return
    if result.done or not result.skipped:
        offer(message, result.command)
    for one in result.skipped:
        notices.say(f"{text.plain(one.name)}: {text.plain(one.reason)}", icon=":material/warning:")


def at_once(ids: Sequence[str], done: str, run: Callable[[], Report], noun: str = "contact") -> None:
    """Run a command for these rows, saying how far it is, then tell as `report` does and draw the page anew."""
    with notices.sentences(), progress.working():
        report(run(), done, noun)
        table.drop(ids)
        st.rerun()


def show(person: Principal) -> None:
    """The bar, if something was done just now that this person may undo."""
    if not person.role.includes(Role.EDITOR):
        return
    if OFFERED not in st.session_state:
        st.session_state[OFFERED] = _before_reload(person)
    offered: Offer | None = st.session_state[OFFERED]
    if offered is None:
        return
    if time.monotonic() - offered.at > SECONDS:
        close()
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="undo_bar"):
        st.markdown(f":material/check: {offered.message}", width="stretch")
        if offered.skipped:
            st.button("See why", icon=":material/list:", key="undo_bar.skipped", on_click=dialogs.ask, args=[SKIPPED])
        if offered.command and st.button("Undo", icon=":material/undo:", key="undo_bar.undo"):
            _undo(person, offered)
        st.button("Close", icon=":material/close:", key="undo_bar.close", type="tertiary", on_click=close)
    if dialogs.asked(SKIPPED) is not None:
        _see_why(offered.skipped)


def close() -> None:
    """Offer nothing any more."""
    st.session_state[OFFERED] = None


def _before_reload(person: Principal) -> Offer | None:
    """What a page that was loaded anew had offered: the session is another, the log is the same."""
    last = undo.last_of(person, timedelta(seconds=SECONDS))
    if last is None:
        return None
    others = f", and {text.figure(last.entries - 1)} more done together" if last.entries > 1 else ""
    message = f"{text.sentence(last.summary)}{others}."
    return Offer(message, last.command, time.monotonic() - (datetime.now(UTC) - last.at).total_seconds())


def _undo(person: Principal, offered: Offer) -> None:
    """Take it back, which takes a while for many; who goes on to another page meanwhile is not offered it again."""
    close()
    with notices.toasts(), progress.working("Undoing"):
        told(undo.undo_command(person, offered.command))
        st.rerun()
    st.session_state[OFFERED] = offered
    st.rerun()


def told(result: Report) -> None:
    """Tell how an undo went."""
    report(result, "undone", "action")


@st.dialog("Left as they were", width="medium", icon=":material/list:", on_dismiss=dialogs.close)
def _see_why(skipped: Sequence[Skipped]) -> None:
    table.small([{"Name": one.name, "Why": one.reason} for one in skipped], "Left as they were")
    if st.button("Close", key="undo_bar.skipped.close"):
        dialogs.done()
