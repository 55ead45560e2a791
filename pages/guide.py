"""Help: the user guide, a chapter at a time."""

import streamlit as st

from pages.components import brand, guide_text, notices, session
from pages.components.heading import heading

LINE = 780
"""So many pixels wide is a line that one reads with ease."""


def show(name: str) -> None:
    """One chapter, with the way back to the contents."""
    chapter = guide_text.chapter(name)
    if name:
        st.page_link("guide.py", label="User guide", icon=":material/arrow_back:")
    if chapter is None:
        heading("User guide")
        notices.empty("There is no such chapter.", ":material/search_off:")
        return
    brand.entitle(chapter.title)
    heading(chapter.title)
    with st.container(key="guide", width=LINE):
        st.markdown(chapter.body, unsafe_allow_html=True)


session.guard()
show(st.query_params.get("chapter", ""))
