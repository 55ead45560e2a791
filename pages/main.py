"""The entry script of the dashboard: nobody gets past it without signing in; then it leads to the pages."""

import streamlit as st

from pages.components import (
    account,
    brand,
    dialogs,
    first_run,
    job_news,
    live,
    not_found,
    notices,
    quick_search,
    session,
    table,
    undo_bar,
    way_back,
)
from pages.components.banner import banners
from services import access, news
from services.access import Principal, Role

ENTITLED = ("contact", "guide", "xero")
"""The paths of pages that name the browser's tab themselves, after what they are about."""


def menu(person: Principal | None) -> dict[str, list[st.Page]]:
    """All pages by section, made once for a session: finding each file again costs as much as a table."""
    admin = person is not None and person.role.includes(Role.ADMIN)
    if st.session_state.get("main.menu_of") != admin:
        st.session_state["main.menu_of"], st.session_state["main.menu"] = admin, pages_for(admin)
    kept: dict[str, list[st.Page]] = st.session_state["main.menu"]
    return kept


def pages_for(admin: bool) -> dict[str, list[st.Page]]:
    """All pages by section. Those a person may not use are off the menu, and their guard refuses them."""
    return {
        "Contacts": [
            # Without a path of its own: /overview is an address like any other then, and told that it is none.
            st.Page(
                "contacts/overview.py", title="Overview", icon=":material/space_dashboard:", default=True, url_path=""
            ),
            st.Page("contacts/contacts.py", title="Contacts", icon=":material/contacts:"),
            st.Page("contacts/contact.py", title="Contact", visibility="hidden"),
            st.Page("contacts/search.py", title="Search", visibility="hidden"),
        ],
        "Xero": [
            st.Page("xero/client_list.py", title="Client List", icon=":material/sync_alt:"),
            st.Page("xero/match_issues.py", title="Resolve Match Issues", icon=":material/rule:"),
            st.Page("xero/clean_up.py", title="Clean-up List", icon=":material/cleaning_services:"),
            st.Page("xero/health.py", title="Sync Health", icon=":material/monitor_heart:"),
        ],
        "Settings": [
            _settings("connected_apps", "Connected Apps", ":material/hub:", admin),
            st.Page("settings/xero.py", title="Xero", visibility="hidden"),
            _settings("notifications", "Notifications", ":material/notifications:", admin),
            _settings("practice", "Practice", ":material/apartment:", admin),
            _settings("users", "Users", ":material/group:", admin),
            _settings("activity", "Activity", ":material/history:", True),
            st.Page("guide.py", title="Help", icon=":material/help:"),
        ],
    }


def _settings(name: str, title: str, icon: str, visible: bool) -> st.Page:
    path = f"settings/{name}.py"
    return st.Page(path, title=title, icon=icon, visibility="visible" if visible else "hidden")


def forget_other_page(path: str) -> None:
    """Drop what was chosen or asked on the page the person came from, which may be that of another contact."""
    about = (path, st.query_params.get("id", ""))
    if st.session_state.get("main.page") != about:
        st.session_state["main.page"] = about
        table.leave()
        dialogs.close()


def show() -> None:
    """One look at everything: who it is, what they should know, and the page they are on."""
    form, screen = st.container(), st.container()
    brand.dress()
    signed_in = session.enter(form)
    pages = not_found.beside(menu(signed_in))
    page = st.navigation(pages, position="sidebar" if signed_in else "hidden", expanded=True)
    if signed_in is None:
        begun = access.has_users()
        brand.entitle("Sign in" if begun else "Set up")
        notices.show()
        if not begun:
            first_run.show()
        return  # not st.stop(), after which Streamlit would leave the filters of the page before in the address
    if page.url_path not in ENTITLED:
        brand.entitle(page.title)
    forget_other_page(page.url_path)
    way_back.keep(page)
    live.watch(page.url_path)
    job_news.tell()
    notices.show()
    st.logo(brand.ICON, size="large")
    quick_search.show(page.url_path)
    account.show(signed_in)
    with screen:
        banners(signed_in, page.url_path)
        undo_bar.show(signed_in)
        page.run()


st.set_page_config(page_icon=brand.ICON, layout="wide")
with news.one_look():
    show()
