"""The search box in the sidebar: whatever page one is on, Enter leads to what was found everywhere."""

import streamlit as st

BOX, GOING = "quick_search.text", "quick_search.going"
ASKED = "search_for"
"""The box of the page Search; the address names it."""


def show(page: str) -> None:
    """The box; in the run after Enter, the way to the page Search. `page` is the address of the page one is on."""
    with st.sidebar:
        st.text_input(
            "Search everything",
            key=BOX,
            type="search",
            placeholder="Search everything",
            label_visibility="collapsed",
            on_change=_go,
        )
    asked = st.session_state.pop(GOING, None)
    if asked and page == "search":
        st.session_state[ASKED] = asked
    elif asked:
        st.switch_page("contacts/search.py", query_params={ASKED: asked})


def _go() -> None:
    state = st.session_state
    state[GOING], state[BOX] = state[BOX].strip(), ""
