"""An address that is no page: a sentence with the way on stands there, in the place of Streamlit's own dialog.

Streamlit shows its dialog, and the Overview under it, whenever the address names none of the pages it is given. So
such an address is given a page.
"""

from collections.abc import Mapping, Sequence
from urllib.parse import unquote, urlsplit

import streamlit as st

from pages.components import notices
from pages.components.heading import heading

PATH = "not_found.path"
TITLE = "Page not found"
SECTION = "Contacts"


def beside(menu: Mapping[str, Sequence[st.Page]]) -> dict[str, list[st.Page]]:
    """The pages by section, with one more for the address that was opened, where that is none of them."""
    pages = {section: list(known) for section, known in menu.items()}
    known = {page.url_path for section in pages.values() for page in section}
    path = st.session_state.get(PATH) or _opened()
    if path and path not in known:
        st.session_state[PATH] = path  # a later run is told the address without it
        pages[SECTION].append(st.Page(_show, title=TITLE, url_path=path, visibility="hidden"))
    return pages


def _opened() -> str:
    return unquote(urlsplit(st.context.url or "").path).strip("/")


def _show() -> None:
    heading(TITLE)
    notices.empty(
        "There is no page at this address. The menu leads to every page.",
        ":material/search_off:",
        page="contacts/overview.py",
        label="Overview",
    )
