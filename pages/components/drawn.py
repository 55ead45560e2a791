"""What was drawn last: a press is about that, whatever others have changed until it is worked off.

For forms and open dialogs, which are drawn anew before their press is worked off. What a button's callback is given,
and what a dialog is opened with, stays as it was without this.
"""

from typing import TypeVar

import streamlit as st

T = TypeVar("T")


def before(place: str, about: object, now: T) -> T:
    """What stood at a place when it was drawn last about the same, or `now` if it was not; `now` is drawn this time."""
    key = f"drawn.{place}"
    kept = st.session_state.get(key)
    st.session_state[key] = (about, now)
    return kept[1] if kept and kept[0] == about else now
