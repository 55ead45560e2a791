"""What stands on a page that failed unexpectedly, in the place of what Streamlit says to those who write such pages."""

import streamlit as st

WORDS = (
    "Something went wrong on this page. What was done before that is listed under Activity. If it happens again, tell "
    "whoever runs this server: its log says what it was."
)


def tell(_error: Exception) -> bool:
    """Say that it failed, and offer to load it again; Streamlit has logged it and says nothing more."""
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(f":red[:material/error:] {WORDS}", width="stretch")
        st.button("Load again", icon=":material/refresh:", key="broken.again")
    return True
