"""The way back from a contact to the page one came from, as one left it."""

from collections.abc import Mapping, Sequence

import streamlit as st

KEPT = "way_back.kept"
CONTACT = "contact"
ISSUES = "match_issues"
TABS = ("Match Issues", "Previously Synced", "Differences")
"""The lists on one page; the address says nothing of the first."""


def keep(page: st.Page) -> None:
    """A page is drawn: keep the way to it, as it is filtered, for the contacts that are opened from it."""
    if page.url_path != CONTACT:
        query = {name: st.query_params.get_all(name) for name in st.query_params}
        st.session_state[KEPT] = (page, query)


def link() -> None:
    """The way back by name; to Contacts, if the contact was opened by its address."""
    page, label, query = _kept()
    st.page_link(page, label=label, icon=":material/arrow_back:", query_params=query)


def _kept() -> tuple[st.Page | str, str, Mapping[str, Sequence[str]]]:
    if KEPT not in st.session_state:
        return "contacts/contacts.py", "Contacts", {}
    page, query = st.session_state[KEPT]
    tabs = [tab for tab in query.get("tab", ()) if tab in TABS] or TABS
    return page, tabs[0] if page.url_path == ISSUES else page.title, query
