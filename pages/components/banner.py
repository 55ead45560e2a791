"""What those who can act are told on every page: a connection that no longer syncs."""

import streamlit as st

from pages.components import text
from services import connection
from services.access import Principal, Role


def sign_in_needed(person: Principal) -> None:
    """Say which Xero organisations have to be connected again."""
    if not person.role.includes(Role.EDITOR):
        return
    for one in connection.list_connections():
        if one.state != "sign_in_needed":
            continue
        message, way = st.columns([5, 1], vertical_alignment="center")
        message.warning(
            f"Xero no longer lets us in to **{text.plain(one.name)}**, so it is not syncing. "
            "Nothing is lost: changes wait until an admin connects it again.",
            icon=":material/link_off:",
        )
        if person.role.includes(Role.ADMIN):
            way.page_link("settings/connected_apps.py", label="Connect again", icon=":material/arrow_forward:")
