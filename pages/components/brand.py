"""The program's name and mark, what all its pages share, and the narrow column of the screens before sign-in."""

from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import streamlit as st

from pages.components import text
from services.foreign_text import one_line

Colour = Literal["blue", "gray", "green", "orange", "red", "violet"]
Badge = tuple[str, Colour]
"""A state in a word or two, and its colour."""

NAME = "Contact Sync for Xero"
STATIC = Path(__file__).parent.parent / "static"
SMALL = "font-size:1rem;margin:0;padding:0"
ICON = f"data:image/svg+xml;base64,{b64encode((STATIC / 'icon.svg').read_bytes()).decode()}"
"""As a data URL, since a path would be read anew with every run of a page."""


def _from_file(name: str) -> str:
    """A piece of a page, on one line: with every run Streamlit would look through its lines for indents."""
    return " ".join((STATIC / name).read_text("utf-8").split())


STYLE = f"<style>{_from_file('style.css')}</style>"
"""What the theme alone cannot: legible buttons, edges that show, names from right to left, and our tables."""

BACK = _from_file("back.html")
"""Lets the browser's Back lead to the page before, as it was left."""

FOCUS = _from_file("focus.html")
"""Lets the keyboard go on after a dialog where it was before."""


def dress() -> None:
    """What all pages share and nobody sees, in one piece, since every run of every page sends it."""
    st.html(BACK + FOCUS + STYLE, unsafe_allow_javascript=True)


def entitle(title: str) -> None:
    """Name the browser's tab, and the entry in its history, after what the page shows."""
    st.set_page_config(f"{text.isolated(one_line(title))} · {NAME}")


@contextmanager
def centred() -> Iterator[None]:
    """A narrow column in the middle, headed by mark and name."""
    with st.columns([1, 1.1, 1])[1]:
        st.space("large")
        with st.container(horizontal=True, horizontal_alignment="center", vertical_alignment="center"):
            st.image(ICON, width=36, alt="")
            st.html(f'<h1 style="{SMALL}">{NAME}</h1>', width="content")
        yield
