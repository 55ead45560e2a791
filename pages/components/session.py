"""The person behind this browser session: signing in and out, and the guard of every page.

streamlit-authenticator compares passwords and keeps a signed cookie. Users, failures, locks and the moment
before which sign-ins no longer count live in our database, so that they hold for all sessions at once.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import streamlit as st
import streamlit_authenticator as stauth
from streamlit.delta_generator import DeltaGenerator

from pages.components import brand, cookie, notices, text
from pages.components.heading import heading
from services import access, sign_in
from services.access import Principal, Role
from services.settings import get_settings

SINCE = "session.since"
SIGN_IN = "session.sign_in"
LEAVING = "session.leaving"
ASKED = "session.asked"
COOKIE_DUE = "session.cookie_due"
COOKIE_TRIES = 2
NAME, WORD = "sign-in.username", "sign-in.password"
WRONG = "Wrong username or password. If you have forgotten yours, an admin can reset it."
OF_LIBRARY = ("authentication_status", "username", "name", "email", "roles")
KEPT = {*OF_LIBRARY, "logout", SINCE, SIGN_IN, LEAVING, ASKED, COOKIE_DUE, NAME, WORD, notices.WAITING}
"""What outlives a sign-out in a tab: the next person's sign-in, and what is still to be said."""


def current() -> Principal | None:
    """Who is signed in, their role as it stands now; None when nobody is, or no longer may be."""
    state = st.session_state
    if not state.get("authentication_status") or not state.get("username"):
        return None
    since = state.setdefault(SINCE, datetime.now(UTC))
    sign_in_id = state.setdefault(SIGN_IN, sign_in.begin())
    return None if access.expired(since) else access.find_principal(state["username"], since, sign_in_id)


def guard(role: Role = Role.VIEWER) -> Principal:
    """The person signed in, provided they have the role; otherwise the page ends here."""
    person = current()
    if person is None:
        st.error("Sign in first.")
        st.stop()
    if not person.role.includes(role):
        heading("Not for your role")
        message = f"This page is for the role {role}. Yours is {person.role}; an admin can change it."
        notices.empty(message, ":material/lock:", page="contacts/overview.py", label="Overview")
        st.stop()
    return person


def guarded(person: Principal, make: Callable[[], bytes]) -> Callable[[], bytes]:
    """`make`, for a file that is made when it is asked for: by then its person has to be let in still."""

    def made() -> bytes:
        access.require(person, Role.VIEWER)
        return make()

    return made


def enter(screen: DeltaGenerator) -> Principal | None:
    """Take the sign-in from the session or the cookie, or show the form on `screen`; None until it succeeds.

    The library takes part only while it has something to do, since what it adds to the page, which nobody sees and
    which goes where this is called, makes the browser run the page again.
    """
    _take_cookie()
    person = current()
    if (person is not None and not st.session_state.get(COOKIE_DUE)) or not access.has_users():
        return person
    given = sign_in.credentials()
    library = cookie.library(given, SIGN_IN)
    if person is not None:
        _keep_cookie(library)
        return person
    if st.session_state.get(LEAVING):
        _delete_cookie(library)
    _forget()
    return _form(screen, library, given)


def leave() -> None:
    """Sign out of this browser, in all its tabs: for the callback of a button."""
    if ours := st.session_state.get(SIGN_IN):  # which a second click finds no more
        sign_in.end(ours)
    _gone()


def leave_everywhere() -> None:
    """Sign out of all browsers: for the callback of a button."""
    sign_in.revoke(st.session_state["username"])
    _gone()


def _gone() -> None:
    _forget()
    st.session_state[LEAVING] = COOKIE_TRIES


def _form(screen: DeltaGenerator, library: stauth.Authenticate, given: dict[str, Any]) -> Principal | None:
    place = screen.empty()
    with place.container(), brand.centred(), st.form("sign-in"):
        st.header("Sign in", anchor=False)
        st.text_input("Username", key=NAME, autocomplete="username")
        st.text_input("Password", key=WORD, type="password", autocomplete="current-password")
        answer = st.container()
        st.form_submit_button("Sign in", type="primary", width="stretch", on_click=_ask)
        asked = st.session_state.get(ASKED)
        if not asked:
            return None
        refusal = _answer(library, given, *asked)
        if refusal:
            answer.error(refusal)
            return None
    place.empty()
    _keep_cookie(library)
    return current()


def _answer(library: stauth.Authenticate, given: dict[str, Any], username: str, password: str) -> str:
    """`_try`, and again in the next run if a rerun cuts this one short, which is no `Exception`."""
    try:
        refusal = _try(library, given, username, password)
    except Exception:
        st.session_state.pop(ASKED, None)
        raise
    st.session_state.pop(ASKED, None)
    return refusal


def _ask() -> None:
    """Keep what was sent: a rerun that the library asks for in the same moment would lose the click itself."""
    state = st.session_state
    state.pop(LEAVING, None)
    state[ASKED] = (state[NAME].strip().lower(), state[WORD])


def _keep_cookie(library: stauth.Authenticate) -> None:
    """Hand the browser the cookie, and once more if it has not got it: a rerun may cut the first time short."""
    state, manager = st.session_state, library.cookie_controller.cookie_model.cookie_manager
    due, given = state.get(COOKIE_DUE) or (COOKIE_TRIES, None)
    if given and (manager.cookies or {}).get(cookie.NAME) == given:
        due = 0
    if due:
        library.cookie_controller.set_cookie()
        due, given = due - 1, manager.cookies[cookie.NAME]
    state[COOKIE_DUE] = (due, given) if due else None


def _try(library: stauth.Authenticate, given: dict[str, Any], username: str, password: str) -> str:
    """Compare name and password; the sentence that refuses, or "" when they are right."""
    if not username or not password:
        return "Enter your username and your password."
    before = sign_in.failures(given)
    if username not in before:
        return _refuse_stranger(username, password)
    try:
        limit = get_settings().lock_after_failures
        right = library.authentication_controller.login(username, password, max_login_attempts=limit)
    except stauth.LoginError:
        return _locked_sentence(username)
    finally:
        sign_in.save_failures(before, given)
    if right and not sign_in.locked_until(username):  # by those who tried at the same moment
        st.session_state[SINCE], st.session_state[SIGN_IN] = datetime.now(UTC), sign_in.begin()
        st.session_state["logout"] = None
        return ""
    _forget()
    return _locked_sentence(username) if sign_in.locked_until(username) else WRONG


def _refuse_stranger(username: str, password: str) -> str:
    if sign_in.is_disabled(username, password):
        return "Your account is disabled. Ask an admin to enable it."
    return WRONG  # also while it is locked: otherwise it would differ from a name that is nobody's


def _locked_sentence(username: str) -> str:
    until = sign_in.locked_until(username)
    when = f" until {text.exact(until)}" if until else ""
    return f"Too many wrong passwords: this account is locked{when}. An admin can unlock it sooner."


def _delete_cookie(library: stauth.Authenticate) -> None:
    """Tell the browser to drop the cookie, in several runs: the next one may cut the first time short."""
    st.session_state[LEAVING] -= 1
    with suppress(KeyError):  # the component has not told yet which cookies there are
        library.cookie_controller.cookie_model.cookie_manager.delete(cookie.NAME)


def _take_cookie() -> None:
    """Sign in by the cookie that came with the page, unless it is from before its user's sign-ins ended.

    Whether that user is there still, and may sign in, and whether this sign-in goes on, is for `current` to say.
    """
    state = st.session_state
    found = None if state.get("authentication_status") or state.get("logout") else cookie.read()
    if found and found.begun >= sign_in.valid_after(found.username):
        state["authentication_status"], state["username"] = True, found.username
        state[SINCE], state[SIGN_IN] = found.begun, found.sign_in


def _forget() -> None:
    """Nobody is signed in any more, and nothing of what they chose, typed or were offered is left for the next.

    Filters leave the address as well, since Streamlit takes out what belongs to no widget on the screen.
    """
    if st.session_state.get("authentication_status"):
        for name in st.session_state.to_dict().keys() - KEPT:
            del st.session_state[name]
    for name in OF_LIBRARY:
        st.session_state[name] = None
    for name in (SINCE, SIGN_IN, COOKIE_DUE):
        st.session_state.pop(name, None)
    st.session_state["logout"] = True
