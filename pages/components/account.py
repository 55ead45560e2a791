"""The corner of the sidebar about the person: who is signed in, their password, and the way out."""

import streamlit as st

from pages.components import dialogs, notices, session, text
from services import users
from services.access import Principal
from services.passwords import SHORTEST

LEAVE, LEAVE_EVERYWHERE = ":material/logout: Sign out", ":material/devices: Sign out everywhere"
PASSWORD = ":material/key: Change password"


def show(person: Principal) -> None:
    """Name and role, with a menu to change the password or sign out."""
    with st.sidebar:
        st.menu_button(
            text.plain(person.name),
            (LEAVE, LEAVE_EVERYWHERE, PASSWORD),
            key="account",
            icon=":material/account_circle:",
            width="stretch",
            on_click=_choose,
        )
        st.caption(f"Signed in as **{text.plain(person.username)}** · {person.role}")
    if dialogs.asked("password") is not None:
        _change_password(person)


def _choose() -> None:
    if st.session_state["account"] == LEAVE:
        session.leave()
    elif st.session_state["account"] == LEAVE_EVERYWHERE:
        session.leave_everywhere()
    else:
        dialogs.ask("password")


@st.dialog("Change password", icon=":material/key:", on_dismiss=dialogs.close)
def _change_password(person: Principal) -> None:
    st.markdown("Afterwards you sign in again, in every browser, with the new password.")
    current = st.text_input("Current password", type="password", autocomplete="current-password")
    new = st.text_input("New password", type="password", help=f"At least {SHORTEST} characters.")
    again = st.text_input("New password again", type="password")
    problem = st.container()
    if dialogs.buttons("Change password"):
        with problem, notices.sentences():
            if new != again:
                st.error("The two new passwords are not the same.")
                return
            users.change_own_password(person, current, new)
            dialogs.done("Your password is changed. Sign in with the new one.")
