"""Filters above a table. Their values live in the address, so that a filtered list can be linked and kept.

Each takes the area it filters, such as "clients": the address names `clients_search`, and going from one
list to another carries no filter along.
"""

from collections.abc import Collection, Iterable, Mapping
from functools import partial

import streamlit as st

from pages.components import notices, table

GONE = "No longer connected"
MANY = 2
"""As many organisations as make a choice."""
NO_FILTERS = ("tab", "page", "sort", "columns")
"""What else the address of a list holds."""


def search(area: str, placeholder: str) -> str:
    """A search box that filters while one types."""
    found = st.text_input(
        "Search",
        key=f"{area}_search",
        type="search",
        placeholder=placeholder,
        label_visibility="collapsed",
        live="400ms",
        bind="query-params",
        on_change=table.first_page,
        args=[area],
    )
    return (found or "").strip()


def choice(area: str, name: str, label: str, options: Mapping[str, str]) -> str:
    """One of several values; `options` is value → label, and the address holds the label."""
    chosen = st.selectbox(
        label,
        list(options),
        format_func=lambda value: options.get(value, value),
        key=f"{area}_{name}",
        label_visibility="collapsed",
        bind="query-params",
        on_change=table.first_page,
        args=[area],
        filter_mode=None,
    )
    return chosen or ""


def contact_type(area: str, known: Iterable[str]) -> str:
    """Which contact type. One that was chosen and that nobody has any more stays chosen: see `organisation`."""
    types = {"": "All contact types"} | {one: one for one in known if one}
    before = st.session_state.get(f"{area}_type") or st.query_params.get(f"{area}_type") or ""
    gone = {} if before in types or before in types.values() else {before: before}
    return choice(area, "type", "Contact type", types | gone)


def kind(area: str) -> str:
    """People, organisations or both."""
    return choice(area, "kind", "Kind", {"": "All kinds", "person": "People", "organisation": "Organisations"})


def chosen(area: str, name: str, options: Mapping[str, str]) -> str:
    """What `choice` will give in this run, for what is shown before it; a page just opened has it in the address."""
    key = f"{area}_{name}"
    if key in st.session_state:
        return st.session_state[key] or ""
    label = st.query_params.get(key)
    return next((value for value, known in options.items() if known == label), "")


def toggle(area: str, name: str, label: str) -> bool:
    """A filter that is on or off."""
    return st.toggle(label, key=f"{area}_{name}", bind="query-params", on_change=table.first_page, args=[area])


def order(area: str, options: Mapping[str, str]) -> tuple[str, bool]:
    """How to sort: a column and whether to turn the order round. `options` is "column" or "-column" → label."""
    chosen = choice(area, "sort", "Sort by", options)
    return chosen.removeprefix("-"), chosen.startswith("-")


def organisation(area: str, known: Mapping[str, str]) -> str:
    """Which Xero organisation, asked only where there are several. `known` is id → name.

    One that was chosen and is gone stays chosen, and says so: else its view would show the others under its name.
    """
    before = chosen_organisation(area, known)
    gone = {before: GONE} if before and before not in known else {}
    if len(known) < MANY and not gone:
        return ""
    return choice(area, "organisation", "Organisation", {"": "All organisations", **known, **gone})


def chosen_organisation(area: str, known: Mapping[str, str]) -> str:
    """The id that `organisation` will give in this run; "" for all."""
    one = chosen(area, "organisation", known)
    return "" if len(known) < MANY and one in known else one


def none_match(area: str, message: str, but: Collection[str] = ()) -> None:
    """In the place of a list that its filters leave empty: say so, with the way to take back all `but` some of them."""
    notices.empty(message, ":material/search_off:", clear=partial(_clear, area, {*NO_FILTERS, *but}))


def _clear(area: str, but: Collection[str]) -> None:
    for key, value in st.session_state.to_dict().items():
        beginning, _, name = key.partition("_")
        if beginning == area and name not in but:
            st.session_state[key] = type(value)()
    table.first_page(area)
