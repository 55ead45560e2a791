"""The bar above a table: how many rows are chosen, choosing all that match, and what to do with them."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import streamlit as st

from pages.components import table, text

Act = tuple[str, str, Callable[[list[str]], None]]
CONTACT_PAGE = "contacts/contact.py"


def opening(contacts: Mapping[str, str]) -> list[Act]:
    """Open, while one row is ticked: what its menu offers as well, which a keyboard does not reach.

    `contacts` are the rows on this page with the contacts they are about, by id.
    """
    ticked = list(table.chosen())
    contact_id = contacts.get(ticked[0], "") if len(ticked) == 1 else ""
    go = partial(st.switch_page, CONTACT_PAGE, query_params={"id": contact_id})
    return [("Open", ":material/open_in_full:", lambda _: go())] if contact_id else []


def open_bar(contacts: Mapping[str, str]) -> None:
    """The bar above a table in which one can only open what is ticked; see `opening`."""
    acts = opening(contacts)
    with st.container(height=56, border=False, horizontal=True, vertical_alignment="center"):
        for label, icon, act in acts:
            if st.button(label, icon=icon, key=f"bulk.{label}"):
                act([])
        if not acts:
            st.caption("Tick a row to open its contact, or open it at the end of the row.")


def unseen() -> None:
    """Above an empty list: how many rows are chosen still that its filters leave out, and the way to choose none."""
    if table.chosen():
        bar({}, 0, list, [])


def bar(
    shown: Mapping[str, str],
    total: int,
    all_ids: Callable[[], Sequence[str]],
    acts: Sequence[Act],
    noun: str = "contact",
    hint: str = "Tick rows to act on several at once.",
    where: str = "that match",
    drawn_for: str = "",
    note: str = "",
) -> None:
    """`shown` are the rows on this page, id → name, of `total` that match; `all_ids` gives the ids of all of those.

    `where` says which those are, where it is not all that match; `note` what is to be known of the one that is ticked.

    A press reaches only the buttons that were `drawn_for` the same row, where one alone is chosen after another.

    `acts` are label, icon, and what to call with the chosen ids; `hint` stands there while none is chosen.
    """
    kept = table.chosen()
    if not kept:
        with st.container(height=56, border=False, vertical_alignment="center"):
            st.caption(hint)
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(_selected(shown) + (f" · {text.sentence(note)}" if note else ""))
        if any(one not in kept for one in shown) or len(kept) < total:
            st.button(
                f"Select all {text.count(total, noun)} {where}",
                key="bulk.all",
                type="tertiary",
                on_click=lambda: table.choose(all_ids(), shown),
            )
        st.space("stretch")
        for label, icon, act in acts:
            if st.button(label, icon=icon, key=f"bulk.{label}{drawn_for}"):
                act(list(kept))
        st.button("Clear", key="bulk.clear", type="tertiary", on_click=table.clear)


def _selected(shown: Mapping[str, str]) -> str:
    """How many rows are chosen, and how many of those are not on this page."""
    kept = table.chosen()
    elsewhere = sum(one not in shown for one in kept)
    hidden = f" :gray[({text.figure(elsewhere)} not shown)]" if elsewhere else ""
    return f"**{text.figure(len(kept))} selected**{hidden}"
