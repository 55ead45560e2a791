"""The head of a page: its title, and beside it what can be done to the whole page."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator


def heading(title: str) -> DeltaGenerator:
    """Show the title (Markdown); gives the place for buttons at the other end of its line."""
    line = st.container(horizontal=True, vertical_alignment="center")
    line.title(title, anchor=False, width="stretch")
    return line
