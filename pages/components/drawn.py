"""What was drawn last: a press is about that, whatever others have changed until it is worked off.

For forms and open dialogs, which are drawn anew before their press is worked off. What a button's callback is given,
and what a dialog is opened with, stays as it was without this.
"""

from collections.abc import Iterable, Mapping
from typing import NoReturn, TypeVar

import streamlit as st

from services.errors import MovedOn

ASKED, FOLLOWS = "drawn.asked", "drawn.follows"

T = TypeVar("T")


def anew() -> NoReturn:
    """Draw the page anew for what others did, or what a job did, and not for a press of its person."""
    st.session_state[ASKED] = True
    st.rerun()


def begin() -> None:
    """A run of the page begins; called once, before anything is drawn."""
    st.session_state[FOLLOWS] = st.session_state.pop(ASKED, False)


def follows_others() -> bool:
    """Whether the page is drawn for others: what its person types, and has not sent, is in the browser alone then."""
    return bool(st.session_state.get(FOLLOWS))


def before(place: str, about: object, now: T) -> T:
    """What stood at a place when it was drawn last about the same, or `now` if it was not; `now` is drawn this time."""
    key = f"drawn.{place}"
    kept = st.session_state.get(key)
    st.session_state[key] = (about, now)
    return kept[1] if kept and kept[0] == about else now


def chosen(keys: Iterable[str]) -> dict[str, object]:
    """What is chosen by now in the questions with these keys."""
    return {key: st.session_state.get(key) for key in keys}


def must_be_chosen(shown: Mapping[str, object]) -> None:
    """A press may come before the page shows what was chosen just now; `shown` is what was `chosen` when it was drawn.

    Raises: MovedOn.
    """
    if chosen(shown) != shown:
        raise MovedOn("Your last choice was not shown yet. Look at it, then save.")
