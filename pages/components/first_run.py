"""The screen of a fresh installation: whoever can read the server's console sets up the first admin."""

import streamlit as st

from pages.components import brand, notices
from services import first_run
from services.passwords import SHORTEST


def show() -> None:
    """Ask for the one-time code and the first admin's name and password."""
    with brand.centred(), st.form("first-run"):
        st.header("Set up the first admin", anchor=False)
        st.markdown("Nobody can sign in yet. The first admin adds everybody else.")
        code = st.text_input("Set-up code", help="The server printed it on its console when it started.")
        name = st.text_input("Your name", autocomplete="name")
        email = st.text_input("Your email", autocomplete="email")
        username = st.text_input("Username", autocomplete="username")
        password = st.text_input("Password", type="password", help=f"At least {SHORTEST} characters.")
        again = st.text_input("Password again", type="password")
        problem = st.container()
        if st.form_submit_button("Set up", type="primary", width="stretch"):
            with problem, notices.sentences():
                _set_up(code, name, email, username, password, again)


def _set_up(code: str, name: str, email: str, username: str, password: str, again: str) -> None:
    if password != again:
        st.error("The two passwords are not the same.")
        return
    first_run.create_admin(code, username, name, email, password)
    notices.say("You are set up. Sign in with your new username and password.")
    st.rerun()
