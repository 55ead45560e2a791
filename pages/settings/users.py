"""Users: who may sign in, and what they may do."""

from collections.abc import Callable

import streamlit as st

from pages.components import dialogs, notices, session, text
from pages.components.brand import Colour
from pages.components.heading import heading
from services import users
from services.access import Principal, Role
from services.passwords import SHORTEST
from services.users import UserItem

ROLES = {
    Role.VIEWER: "Viewer: reads everything",
    Role.EDITOR: "Editor: also edits, links, stops and creates",
    Role.ADMIN: "Admin: also connects apps and manages users",
}
ROLE, PASSWORD = ":material/shield_person: Change role", ":material/key: Reset password"
DISABLE, ENABLE = ":material/block: Disable", ":material/lock_open: Enable"
UNLOCK = ":material/lock_open: Unlock"
DIALOGS = {ROLE: "users.role", PASSWORD: "users.password", DISABLE: "users.disable"}
COLOURS: dict[Role, Colour] = {Role.VIEWER: "gray", Role.EDITOR: "blue", Role.ADMIN: "violet"}


def user_card(person: Principal, user: UserItem) -> None:
    """One user and what can be done about them."""
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        with st.container(gap=None):
            you = " (you)" if user.username == person.username else ""
            st.markdown(f"**{text.plain(user.name or user.username)}**{you}")
            st.caption(" · ".join(text.plain(part) for part in (user.username, user.email) if part))
        if user.disabled:
            st.badge("Disabled", color="red")
        elif user.locked_until:
            st.badge("Locked", color="orange", help=f"Until {text.exact(user.locked_until)}")
        st.badge(user.role.capitalize(), color=COLOURS[user.role])
        change = st.menu_button("Change", choices(user), key=f"change.{user.username}")
    if change in DIALOGS:
        dialogs.ask(DIALOGS[change], user=user)
    elif change == UNLOCK:
        admit(users.unlock, person, user.username, "is not locked any more")
    elif change:
        admit(users.enable, person, user.username, "can sign in again")


def choices(user: UserItem) -> list[str]:
    """What can be done about a user."""
    if user.disabled:
        return [ROLE, PASSWORD, ENABLE]
    return [ROLE, PASSWORD, UNLOCK, DISABLE] if user.locked_until else [ROLE, PASSWORD, DISABLE]


def admit(act: Callable[[Principal, str], None], person: Principal, username: str, done: str) -> None:
    """Enable or unlock a user, as the menu said when it was drawn, and say so."""
    with notices.sentences():
        act(person, username)
        notices.say(f"{text.plain(username)} {done}.")
        st.rerun()


@st.dialog("Add user", icon=":material/person_add:", on_dismiss=dialogs.close)
def add_dialog(person: Principal) -> None:
    """Ask for all about a new user."""
    name = st.text_input("Name")
    username = st.text_input("Username", autocomplete="off", help="Lower-case letters, digits and . _ - @")
    email = st.text_input("Email", type="email", icon=None, validate=None)
    role = st.radio("Role", list(ROLES), format_func=ROLES.__getitem__)
    password = st.text_input("Password", type="password", help="At least 12 characters. Tell it to them in person.")
    problem = st.container()
    if dialogs.buttons("Add user"):
        with problem, notices.sentences():
            users.add_user(person, username, name, email or "", password, Role(role))
            dialogs.done(f"{text.plain(name or username)} can sign in now.")


@st.dialog("Change role", icon=":material/shield_person:", on_dismiss=dialogs.close)
def role_dialog(person: Principal, user: UserItem) -> None:
    """Ask what a user may do."""
    st.markdown(f"What may **{text.plain(user.name or user.username)}** do? It takes effect with their next click.")
    role = st.radio("Role", list(ROLES), format_func=ROLES.__getitem__, index=list(ROLES).index(user.role))
    problem = st.container()
    if dialogs.buttons("Change role"):
        with problem, notices.sentences():
            users.set_role(person, user.username, Role(role))
            dialogs.done(f"{text.plain(user.username)} is now {role}.")


@st.dialog("Reset password", icon=":material/key:", on_dismiss=dialogs.close)
def password_dialog(person: Principal, user: UserItem) -> None:
    """Ask for a new password."""
    st.markdown(f"**{text.plain(user.name or user.username)}** is signed out everywhere and uses the new password.")
    password = st.text_input("New password", type="password", help=f"At least {SHORTEST} characters.")
    problem = st.container()
    if dialogs.buttons("Reset password"):
        with problem, notices.sentences():
            users.set_password(person, user.username, password)
            dialogs.done(f"{text.plain(user.username)} has a new password.")


def disable_dialog(person: Principal, user: UserItem) -> None:
    """Ask before shutting someone out."""

    def disable() -> None:
        users.disable(person, user.username)
        notices.say(f"{text.plain(user.username)} can no longer sign in.")

    name = text.plain(user.name or user.username)
    consequences = f"**{name}** is signed out at once and cannot sign in until an admin enables the account again."
    dialogs.confirm("Disable user", consequences, "Disable", disable, icon=":material/block:")


me = session.guard(Role.ADMIN)
with heading("Users"):
    if st.button("Add user", icon=":material/person_add:", type="primary"):
        dialogs.ask("users.add")
for one in users.list_users():
    user_card(me, one)
if dialogs.asked("users.add") is not None:
    add_dialog(me)
elif about := dialogs.asked("users.role"):
    role_dialog(me, about["user"])
elif about := dialogs.asked("users.password"):
    password_dialog(me, about["user"])
elif about := dialogs.asked("users.disable"):
    disable_dialog(me, about["user"])
