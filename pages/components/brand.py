"""The program's name and mark, and the narrow column of the screens before sign-in."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import streamlit as st

NAME = "Contact sync for Xero"
ICON = str(Path(__file__).parent.parent / "static" / "icon.svg")


@contextmanager
def centred() -> Iterator[None]:
    """A narrow column in the middle, headed by mark and name."""
    with st.columns([1, 1.1, 1])[1]:
        st.space("large")
        with st.container(horizontal=True, horizontal_alignment="center", vertical_alignment="center"):
            st.image(ICON, width=36, alt="")
            st.markdown(f"**{NAME}**", width="content")
        yield
