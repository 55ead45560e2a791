"""Saved views above a list: open one, keep the present filters as one, choose the columns.

What a view keeps is read from the filters themselves, since the address is up to date in the browser alone. The
browser's address of a list is always that of the filters shown, so it can be sent to others as it stands.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlencode

import streamlit as st

from pages.components import dialogs, notices, table, text
from services import views
from services.access import Principal, Role
from services.foreign_text import one_line
from services.views import View

SAVE, DELETE = ":material/bookmark_add: Save view…", ":material/delete: Delete views…"
PAGES = {"clients": ("clients",), "contacts": ("contacts",), "match_issues": ("issues", "previous", "differences")}
"""The areas of each page, with which the filters' names in the address begin; match issues have one per tab."""
TAB, YES = "tab", "true"
SWITCHES = ("_archived",)
"""How filters end that are on or off, which their value does not tell: one may search for the word as well."""


def show(person: Principal, page: str) -> None:
    """The menu of views of a page (a key of PAGES): for a place above the filters, before they are drawn."""
    known = views.list_views(person, page)
    current = _query(page) if known else ""
    on = next((view for view in known if view.query == current), None)
    options = {f":material/bookmark: {text.plain(_title(view))}": view for view in known}
    st.menu_button(
        text.plain(on.name) if on else "Views",
        [*options, SAVE, *([DELETE] if any(view.may_delete for view in known) else [])],
        key=f"views.{page}",
        icon=":material/bookmark:",
        on_click=_choose,
        args=[page, options],
        help="Filters, order and columns kept under a name. A list's address can be shared as a link too.",
    )
    if dialogs.asked("views.save") is not None:
        _save(person, page, _query(page))
    elif dialogs.asked("views.delete") is not None:
        _delete(person, page)


def columns(area: str, known: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that the person wants to see, of `known` (label → how it looks); the first always is."""
    first, *optional = known
    key = f"{area}_columns"
    with st.popover("Columns", icon=":material/view_column:"):
        wanted = st.pills(
            "Columns", optional, selection_mode="multi", default=optional, key=key, bind="query-params", width=320
        )
    return {label: known[label] for label in (first, *(one for one in optional if one in wanted))}


def _title(view: View) -> str:
    return f"{view.name} · {view.owner}" if view.owner else view.name


def _query(page: str) -> str:
    """What the filters are set to, blanks left out; the same whatever order they were set in."""
    set_to = {name: _texts(value) for name, value in st.session_state.to_dict().items() if _is_filter(page, name)}
    return urlencode(sorted(set_to.items()), doseq=True)


def _texts(value: Any) -> list[str]:
    if isinstance(value, list | tuple):
        return [str(one) for one in value]
    return [YES] if value is True else [str(value)] if value else []


def _is_filter(page: str, name: str) -> bool:
    area, _, what = name.partition("_")
    return (area in PAGES[page] and what != "page") or (name == TAB and page == "match_issues")


def _choose(page: str, options: Mapping[str, View]) -> None:
    label = st.session_state[f"views.{page}"]
    if label == SAVE:
        dialogs.ask("views.save")
    elif label == DELETE:
        dialogs.ask("views.delete")
    elif label in options:
        _open(page, options[label])


def _open(page: str, view: View) -> None:
    """Set all filters of a page as a view has them; those it does not name are blank in it."""
    stored = {name: texts for name, texts in parse_qs(view.query).items() if _is_filter(page, name)}
    shown = {name: value for name, value in st.session_state.to_dict().items() if _is_filter(page, name)}
    for name in {**shown, **stored}:
        st.session_state[name] = _value(stored.get(name, []), shown.get(name), name)
    for area in PAGES[page]:
        table.first_page(area)
    table.clear()


def _value(texts: list[str], now: Any, name: str) -> Any:
    """What a filter that stands at `now` is set to: a list, yes or no, or a text."""
    if isinstance(now, list | tuple) or name.endswith("_columns"):
        return texts
    if isinstance(now, bool) or name.endswith(SWITCHES):
        return texts == [YES]
    return texts[0] if texts else ""


@st.dialog("Save view", icon=":material/bookmark_add:", on_dismiss=dialogs.close)
def _save(person: Principal, page: str, query: str) -> None:
    st.markdown("The filters, order and columns as they are now. A view of yours with the same name is replaced.")
    name = st.text_input("Name", max_chars=views.LONGEST_NAME)
    shared = person.role.includes(Role.EDITOR) and st.checkbox("Everybody in the practice sees it")
    problem = st.container()
    if dialogs.buttons("Save view"):
        with problem, notices.sentences():
            views.save_view(person, page, name, query, shared)
            dialogs.done("View saved.")


@st.dialog("Delete views", icon=":material/delete:", on_dismiss=dialogs.close)
def _delete(person: Principal, page: str) -> None:
    mine = {view.id: view for view in views.list_views(person, page) if view.may_delete}
    chosen = st.multiselect("Views", list(mine), format_func=lambda one: one_line(_title(mine[one])))
    if any(mine[one].shared for one in chosen):
        st.caption("A shared view goes for everybody.")
    problem = st.container()
    if dialogs.buttons("Delete", disabled=not chosen):
        with problem, notices.sentences():
            for one in chosen:
                views.delete_view(person, one)
            dialogs.done(f"{text.count(len(chosen), 'view')} deleted.")
