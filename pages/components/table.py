"""Paged tables whose selection is a set of ids.

A grid reports positions, and positions change meaning when rows come, go or move. So the grid's key follows
the ids it shows, every callback knows the ids that were on the screen, and the chosen ids live in the session.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from math import ceil
from typing import Any, Literal, TypeVar

import pyarrow as pa
import streamlit as st

from pages.components import text
from services.records.listing import Listing

SIZE = 100
SIZES = {"issues": 25}
"""How many rows a page has; fewer where they are worked through one by one and only a few are in sight."""
CHOSEN = "table.chosen"
VERSION = "table.version"
PICKED = "table.picked"
OPENED = "table.opened"
"""What is open below the table, where that is more than its ticks say."""
ROW_HEIGHT, MOST_ROWS = 36, 16
PAGER_WIDTH = 340  # room for all its buttons; left to itself it hides some
MENU_WIDTH, BUTTON_WIDTH = 48, 140
OPEN = "Open"
MOMENT_WIDTH = 118  # of "a few seconds ago", the longest of what such a column says
EXACT_TIME = "For the exact time: this column's menu, Format, Localized."
ONE_PAGE = "The head of a column sorts this page alone; the choices above the table sort the whole list."
NO_MORE: Mapping[str, Sequence[str]] = {}
NO_LOOKS: Mapping[str, Any] = {}

T = TypeVar("T")


def fetch(area: str, page_of: Callable[[int], Listing[T]]) -> Listing[T]:
    """The page of `area` the person is on, or the last when there are fewer by now. `page_of` gives page n."""
    if turned := st.session_state.pop(_turn_key(area), None):
        st.session_state[_page_key(area)] = turned
    listing = page_of(_page(area))
    if listing.total and not listing.rows:
        st.session_state[_page_key(area)] = ceil(listing.total / size(area))
        listing = page_of(_page(area))
    return listing


def size(area: str) -> int:
    """How many rows a page of `area` has."""
    return SIZES.get(area, SIZE)


def place(area: str) -> int:
    """The place of the first row of the page in the whole list, counted from 0."""
    return (_page(area) - 1) * size(area)


def first_page(area: str) -> None:
    """Go back to page 1: for filters, whose change makes another list."""
    st.session_state[_page_key(area)] = 1


def turn_to(area: str, place: int) -> None:
    """Go to the page with the row at `place` of the whole list, counted from 0; the pager may be drawn already."""
    st.session_state[_turn_key(area)] = place // size(area) + 1


def pager(area: str, total: int, of_what: str = "") -> None:
    """Which rows are shown, and the way to the other pages; `of_what` says what they are, where each takes several."""
    pages = max(1, ceil(total / size(area)))
    page = min(_page(area), pages)
    first, last = (page - 1) * size(area) + 1, min(total, page * size(area))
    with st.container(horizontal=True, vertical_alignment="center"):
        shown = f"{of_what} {text.figure(first)}–{text.figure(last)} of {text.figure(total)}".lstrip()
        st.caption(shown, width="stretch", help=ONE_PAGE if pages > 1 else None)
        if pages > 1:
            st.pagination(pages, key=_page_key(area), bind="query-params", width=PAGER_WIDTH)


def show(
    rows: Sequence[Mapping[str, Any]],
    ids: Sequence[str],
    columns: Mapping[str, Any],
    *,
    names: Sequence[str] | None = None,
    menu: Sequence[str] = (),
    menus: Mapping[str, Sequence[str]] = NO_MORE,
    more: Mapping[str, Sequence[str]] = NO_MORE,
    brief: str = "",
    most_rows: int = MOST_ROWS,
    alt: str,
) -> None:
    """A table with a column per entry of `columns` (label → how it looks).

    With `names` the rows can be chosen (see `chosen`); with `menu` each row ends in a menu (see `picked`), which for
    some ids is another one of `menus`, or has `more` entries. A menu of one entry is a button, which says `brief` where
    the table has no room for more.
    """
    cells = _cells(rows, list(columns))
    looks = dict(columns)
    if menu:
        cells[" "] = [[*menus.get(one, menu), *more.get(one, ())] for one in ids]
        looks[" "] = _menu_column(tuple(ids), MENU_WIDTH if len(menu) > 1 else BUTTON_WIDTH)
        if brief and len(menu) == 1:
            cells[" "] = [[brief]] * len(ids)
            looks[" "] = _menu_column(tuple(ids), MENU_WIDTH, menu[0])
    options: dict[str, Any] = {}
    if names is not None:
        options = _selection(tuple(ids), tuple(names))
    st.dataframe(
        pa.table(cells),
        column_config=looks,
        hide_index=True,
        row_height=ROW_HEIGHT,
        height=_height(len(rows), most_rows),
        placeholder="–",
        alt=alt,
        **options,
    )


def small(
    rows: Sequence[Mapping[str, Any]],
    alt: str,
    most_rows: int = MOST_ROWS,
    looks: Mapping[str, Any] = NO_LOOKS,
) -> None:
    """A table that is only read, with a column per entry of its rows; `looks` says how some of them look, by label."""
    height = _height(len(rows), most_rows)
    cells = _cells(rows, list(rows[0]) if rows else ())
    st.dataframe(pa.table(cells), column_config=looks, hide_index=True, row_height=ROW_HEIGHT, height=height, alt=alt)


def moment() -> Any:
    """A column of moments: how long ago each was."""
    return st.column_config.DatetimeColumn(format="distance", width=MOMENT_WIDTH, help=EXACT_TIME)


def chosen() -> dict[str, str]:
    """The chosen rows of this page's table: id → name, in the order they were chosen."""
    kept: dict[str, str] = st.session_state.setdefault(CHOSEN, {})
    return kept


def choose(ids: Sequence[str], known: Mapping[str, str] | None = None) -> None:
    """Choose exactly these rows, also ones that are not on the screen; `known` are names, by id."""
    names = chosen() | dict(known or {})
    st.session_state[CHOSEN] = {one: names.get(one, "") for one in ids}
    st.session_state[VERSION] = st.session_state.get(VERSION, 0) + 1


def clear() -> None:
    """Choose nothing."""
    choose(())


def drop(ids: Collection[str]) -> None:
    """Choose these rows no more: something was done to them."""
    choose([one for one in chosen() if one not in ids])


def picked() -> tuple[str, str] | None:
    """The entry just chosen from a row's menu, and that row's id; once."""
    found: tuple[str, str] | None = st.session_state.pop(PICKED, None)
    return found


def leave() -> None:
    """Forget what belongs to one page's table: for the way to another page."""
    for name in (CHOSEN, VERSION, PICKED, OPENED):
        st.session_state.pop(name, None)


def _cells(rows: Sequence[Mapping[str, Any]], labels: Sequence[str]) -> dict[str, list[Any]]:
    """What stands in each column, for Arrow: Streamlit sends that as it is, and would have to turn anything else.

    No text in it can break out of its cell or turn how it is read.
    """
    return {label: [text.cell(row[label]) for row in rows] for label in labels}


def _height(rows: int, most_rows: int) -> int | Literal["content"]:
    """As high as its rows; of more of them the next one shows its head, so that one sees where to go on."""
    return "content" if rows <= most_rows else ROW_HEIGHT * (most_rows + 1) + 14


def _selection(ids: tuple[str, ...], names: tuple[str, ...]) -> dict[str, Any]:
    key = f"table.{hash(ids)}.{st.session_state.get(VERSION, 0)}"
    kept = chosen()
    return {
        "key": key,
        "selection_mode": "multi-row",
        "selection_default": {"selection": {"rows": [row for row, one in enumerate(ids) if one in kept]}},
        "on_select": partial(_select, key, ids, names),
    }


def _select(key: str, ids: tuple[str, ...], names: tuple[str, ...]) -> None:
    ticked = st.session_state[key]["selection"]["rows"]
    kept = {one: name for one, name in chosen().items() if one not in ids}
    st.session_state[CHOSEN] = kept | {ids[row]: names[row] for row in ticked if row < len(ids)}


def _menu_column(ids: tuple[str, ...], width: int, meant: str = "") -> Any:
    key = f"table.menu.{hash(ids)}"
    picked = partial(_pick, key, ids, meant)
    return st.column_config.ButtonColumn(" ", type="tertiary", width=width, key=key, on_click=picked)


def _pick(key: str, ids: tuple[str, ...], meant: str) -> None:
    click = st.session_state[key]
    if click and click["row"] < len(ids):
        st.session_state[PICKED] = (meant or click["label"], ids[click["row"]])


def _page(area: str) -> int:
    key = _page_key(area)
    page: int = st.session_state.get(key) or _number(st.query_params.get(key))
    return page


def _page_key(area: str) -> str:
    return f"{area}_page"


def _turn_key(area: str) -> str:
    return f"{area}.turn_to"


def _number(typed: str | None) -> int:
    return max(1, int(typed)) if typed and typed.isdecimal() and len(typed) < 9 else 1
