"""Open pages keep up with what others do: every few seconds a page looks whether anything has changed.

Looking costs one question to SQLite that reads no table. Only when something was committed since the page ran, it runs
again, as after a click: what is typed, ticked, filtered or scrolled to stays. While a dialog is open the page waits, so
that nobody's form changes under their hands; what a form says is checked again when it is saved.
"""

import streamlit as st

from pages.components import dialogs, drawn
from services import news

SECONDS = 4
SEEN = "live.seen"
STILL = ("xero", "practice", "notifications")
"""Pages that are forms themselves: they stay as they are until their person does something."""


def watch(path: str) -> None:
    """Keep the page at `path` up to date; called before the page reads anything."""
    st.session_state[SEEN] = news.version()
    drawn.begin()
    if path not in STILL:
        _look()


@st.fragment(run_every=SECONDS)
def _look() -> None:
    if news.version() != st.session_state.get(SEEN) and not dialogs.is_open():
        drawn.anew()
