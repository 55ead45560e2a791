"""Dialogs: which one is open is kept in the session, so that a rerun of the page does not lose it."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from pages.components import notices, progress

OPEN = "dialogs.open"


def ask(name: str, /, **about: Any) -> None:
    """Open the dialog `name` in this run or the next; `about` is what it is about."""
    st.session_state[OPEN] = (name, about)


def asked(name: str) -> dict[str, Any] | None:
    """What the dialog `name` is about, when it is the open one."""
    opened = st.session_state.get(OPEN)
    return opened[1] if opened and opened[0] == name else None


def is_open() -> bool:
    """Whether any dialog is open."""
    return OPEN in st.session_state


def close() -> None:
    """Close whichever dialog is open."""
    st.session_state.pop(OPEN, None)


def done(message: str = "") -> None:
    """Close the dialog after its work, say so, and run the page again."""
    close()
    if message:
        notices.say(message)
    st.rerun()


def confirm(
    title: str,
    consequences: str,
    button: str,
    run: Callable[[], None],
    icon: str | None = None,
    details: Callable[[], None] | None = None,
) -> None:
    """Ask before doing: what will happen (Markdown), Cancel, and a button that says what it does.

    `details` draws what the consequences are one by one, for which the dialog is wide.
    """

    @st.dialog(title, icon=icon, on_dismiss=close, width="large" if details else "small")
    def body() -> None:
        st.markdown(consequences)
        if details:
            details()
        problem = st.container()
        if buttons(button):
            with problem, notices.sentences(), progress.working():
                run()
                done()

    body()


def buttons(label: str, disabled: bool = False) -> bool:
    """The last row of a dialog: Cancel and the button that acts. Whether the latter was pressed."""
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Cancel", key="dialog.cancel"):
            done()
        return st.button(label, type="primary", key="dialog.act", disabled=disabled)
