"""What a person is told after an action: toasts that outlive a rerun, and errors as sentences."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import streamlit as st

from pages.components import text
from services.errors import BadInput, ContactSyncError

WAITING = "notices.waiting"
NO_QUERY: Mapping[str, str] = {}
NO_WAYS: Mapping[str, str] = {}


def say(message: str, icon: str = ":material/check:") -> None:
    """Tell the person that something is done, now or after the next rerun. `message` is Markdown."""
    st.session_state.setdefault(WAITING, []).append((message, icon))


def show() -> None:
    """Show what waits to be told; once per run, from the entry script."""
    for message, icon in st.session_state.pop(WAITING, []):
        st.toast(message, icon=icon, duration="long")


@contextmanager
def sentences() -> Iterator[None]:
    """Show what goes wrong inside the block as a sentence, where the block stands."""
    try:
        yield
    except BadInput as error:
        st.error("\n".join(f"- {text.sentence(problem)}" for problem in error.problems[:10]))
    except ContactSyncError as error:
        st.error(text.sentence(error))


@contextmanager
def toasts() -> Iterator[None]:
    """Show what goes wrong inside the block as a toast: for callbacks, which run before the page."""
    try:
        yield
    except ContactSyncError as error:
        say(text.sentence(error), icon=":material/error:")


def empty(
    message: str,
    icon: str = ":material/inbox:",
    *,
    page: str = "",
    label: str = "",
    query: Mapping[str, str] = NO_QUERY,
    also: Mapping[str, str] = NO_WAYS,
    clear: Callable[[], None] | None = None,
) -> None:
    """An empty place that says what to do next, with the way to `page` where that is done. `message` is Markdown.

    `also` are the ways that stand beside it, page → label. `clear` takes back the filters that leave it empty.
    """
    with st.container(border=True, horizontal_alignment="center"):
        st.space("small")
        st.markdown(f"{icon} {message}", text_alignment="center")
        if page:
            with st.container(horizontal=True, horizontal_alignment="center"):
                _way(page, label, query)
                for other, its_label in also.items():
                    _way(other, its_label)
        if clear:
            st.button("Clear filters", icon=":material/filter_alt_off:", type="tertiary", on_click=clear)
        st.space("small")


def _way(page: str, label: str, query: Mapping[str, str] = NO_QUERY) -> None:
    st.page_link(page, label=label, icon=":material/arrow_forward:", query_params=dict(query), width="content")
