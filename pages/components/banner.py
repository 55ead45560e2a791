"""What those who can act are told on every page: a connection that no longer syncs, or waits for an admin."""

import streamlit as st

from pages.components import text
from services import connection
from services.access import Principal, Role
from services.connection import ConnectionItem


def banners(person: Principal, path: str) -> None:
    """Above the page at `path`, say which organisations need a sign-in, are braked or have not got through for hours.

    The page of an organisation says by itself what the brake holds back and what went wrong, and Connected Apps has the
    button to connect again.
    """
    if not person.role.includes(Role.EDITOR):
        return
    for one in connection.list_connections():
        its_page = path == "xero" and st.query_params.get("id", one.id) == one.id
        if one.state == "sign_in_needed":
            _sign_in_needed(person, one, path)
        elif one.braked_at is not None and not its_page:
            _braked(person, one)
        if one.stalled:
            _stalled(person, one, its_page)


def _sign_in_needed(person: Principal, one: ConnectionItem, path: str) -> None:
    message, way = st.columns([5, 1], vertical_alignment="center")
    message.warning(
        f"Xero no longer lets us in to **{text.plain(one.name)}**, so it is not syncing. "
        "Nothing is lost: changes wait until an admin connects it again.",
        icon=":material/link_off:",
    )
    if person.role.includes(Role.ADMIN) and path != "connected_apps":
        way.page_link("settings/connected_apps.py", label="Connect again", icon=":material/arrow_forward:")


def _braked(person: Principal, one: ConnectionItem) -> None:
    message, way = st.columns([5, 1], vertical_alignment="center")
    message.warning(
        f"**{text.plain(one.name)}** stopped before a mass change. {text.sentence(one.brake_reason)} "
        "None of this is done until an admin has looked at it.",
        icon=":material/front_hand:",
    )
    if person.role.includes(Role.ADMIN):
        way.page_link("settings/xero.py", label="Review", icon=":material/arrow_forward:", query_params={"id": one.id})


def _stalled(person: Principal, one: ConnectionItem, its_page: bool) -> None:
    why = "" if its_page and one.error else f"{text.sentence(one.stalled)} "
    message, way = st.columns([5, 1], vertical_alignment="center")
    message.warning(
        f"**{text.plain(one.name)}** has not got through a sync for more than two hours (the last one: "
        f"{text.ago(one.last_sync_at)}). {why}Nothing is lost: changes wait until it does.",
        icon=":material/sync_problem:",
    )
    if person.role.includes(Role.ADMIN) and not its_page:
        way.page_link("settings/xero.py", label="Manage", icon=":material/arrow_forward:", query_params={"id": one.id})
