"""The program's name and mark, and the narrow column of the screens before sign-in."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import streamlit as st

NAME = "Contact sync for Xero"
STATIC = Path(__file__).parent.parent / "static"
ICON = str(STATIC / "icon.svg")


def style() -> None:
    """What the theme alone cannot: legible primary buttons in dark, and names written from right to left."""
    st.html(STATIC / "style.css")


@contextmanager
def centred() -> Iterator[None]:
    """A narrow column in the middle, headed by mark and name."""
    with st.columns([1, 1.1, 1])[1]:
        st.space("large")
        with st.container(horizontal=True, horizontal_alignment="center", vertical_alignment="center"):
            st.image(ICON, width=36, alt="")
            st.markdown(f"**{NAME}**", width="content")
        yield
