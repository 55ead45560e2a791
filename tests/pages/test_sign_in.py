"""Getting in and staying out: the first run, wrong passwords, locks, disabled users and ended sign-ins."""

import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
import streamlit as st
import time_machine
from streamlit.elements.widgets import button
from streamlit.testing.v1 import AppTest

from models.base import now
from pages.components import account, cookie, session, table, undo_bar
from services import first_run, issues, users, worker
from services import sign_in as sign_in_service
from services.access import SYSTEM, Role
from services.db import Database
from services.errors import Forbidden
from services.issues import IssueFilter
from services.settings import get_settings
from tests.pages.support import PASSWORD, SCREENS, Practice, app, fill, labels, opened, press, said, sign_in, visit
from tests.support.practice import add

ANOTHER = "another long password"
PAGES = Path(__file__).parents[2] / "pages"


@pytest.mark.parametrize("page", SCREENS)
def test_signed_out_every_address_shows_only_the_form(people: None, page: str) -> None:
    screen = visit(app().run(), page)
    assert [form.value for form in screen.header] == ["Sign in"]
    assert labels(screen) == ["Sign in"]
    assert not screen.title
    assert not screen.exception


@pytest.mark.parametrize("page", SCREENS)
def test_a_page_run_past_the_entry_script_answers_nothing(people: None, page: str) -> None:
    screen = AppTest.from_file(str(PAGES / page)).run()
    assert said(screen) == "Sign in first."
    assert not screen.button


def test_the_right_password_leads_in(people: None) -> None:
    screen = sign_in(" Ada ", PASSWORD)
    assert screen.title[0].value == "Overview"
    assert "Sign in" not in labels(screen)


@pytest.mark.parametrize(("username", "password"), [("ada", "wrong"), ("nobody", PASSWORD), ("ada", "x" * 100)])
def test_a_wrong_name_or_password_gets_one_and_the_same_answer(people: None, username: str, password: str) -> None:
    screen = sign_in(username, password)
    assert [error.value for error in screen.error] == [session.WRONG]
    assert not screen.title


def test_only_the_owner_of_a_disabled_account_is_told_so(people: None) -> None:
    users.disable(SYSTEM, "vera")
    assert "Your account is disabled" in said(sign_in("vera", PASSWORD))
    assert "Wrong username or password" in said(sign_in("vera", "wrong"))


def test_a_disabled_account_does_not_tell_its_password_to_who_tries_long_enough(people: None) -> None:
    users.disable(SYSTEM, "vera")
    for _ in range(get_settings().lock_after_failures):
        screen = sign_in("vera", "wrong")
        assert [error.value for error in screen.error] == [session.WRONG]
    assert [error.value for error in sign_in("vera", PASSWORD).error] == [session.WRONG]


def test_disabling_a_user_ends_the_session_they_are_in(people: None) -> None:
    screen = opened("vera")
    assert screen.title
    users.disable(SYSTEM, "vera")
    screen.run()
    assert not screen.title


def test_a_new_password_ends_the_session_of_its_user(people: None) -> None:
    screen = opened("vera")
    users.set_password(SYSTEM, "vera", ANOTHER)
    screen.run()
    assert not screen.title


@pytest.mark.parametrize(
    "ended", [lambda: users.disable(SYSTEM, "eddie"), lambda: users.set_role(SYSTEM, "eddie", Role.VIEWER)]
)
def test_a_button_that_was_there_before_does_nothing_for_who_may_no_longer(
    practice: Practice, ended: Callable[[], None]
) -> None:
    screen = opened("eddie", "xero/match_issues.py")
    ended()
    press(screen, "Confirm Match")
    assert not screen.exception
    assert issues.list_issues(IssueFilter()).total == 1


@pytest.mark.parametrize("page", ["contacts/contacts.py", "xero/clean_up.py", "settings/activity.py"])
def test_a_file_that_is_made_when_it_is_asked_for_is_made_for_nobody_who_was_disabled(
    practice: Practice, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    add("Ada Archer", "ada@example.com")
    made: list[Callable[[], bytes]] = []
    monkeypatch.setattr(button, "marshall_file", lambda _where, data, *_, **__: made.append(data))
    opened("vera", page)
    assert b"Ada Archer" in made[-1]()
    users.disable(SYSTEM, "vera")
    with pytest.raises(Forbidden):
        made[-1]()


def test_a_changed_role_counts_from_the_next_click(people: None) -> None:
    screen = opened("vera", "contacts/contacts.py")
    assert "Add contact" not in labels(screen)
    users.set_role(SYSTEM, "vera", Role.EDITOR)
    screen.run()
    assert "Add contact" in labels(screen)


def test_signing_out_everywhere_ends_every_session_of_that_user(people: None) -> None:
    here, elsewhere = opened("vera"), opened("vera")
    here.menu_button(key="account").click(account.LEAVE_EVERYWHERE).run()
    elsewhere.run()
    assert labels(here) == labels(elsewhere) == ["Sign in"]


@pytest.mark.parametrize("ended", [None, lambda: users.disable(SYSTEM, "eddie")])
def test_who_signs_in_next_in_a_tab_finds_nothing_of_the_last_person(
    practice: Practice, ended: Callable[[], None] | None
) -> None:
    screen = opened("eddie", "contacts/contacts.py", contacts_search="Archer")
    screen.session_state[table.CHOSEN] = {practice.synced: "Ada Archer"}
    screen.session_state[undo_bar.OFFERED] = undo_bar.Offer("Stopped Ada Archer.", "command", time.monotonic())
    assert "Stopped Ada Archer" in str(screen.run().session_state)
    if ended:
        ended()
        screen.run()
    else:
        screen.menu_button(key="account").click(account.LEAVE_EVERYWHERE).run()
    assert labels(screen) == ["Sign in"]
    assert "Archer" not in str(screen.session_state)
    fill(screen, Username="vera", Password=PASSWORD)
    press(screen, "Sign in")
    assert screen.title[0].value == "Contacts"
    assert "Ada Archer" not in said(screen)
    assert screen.session_state[table.CHOSEN] == {}


def test_ones_own_password_is_changed_with_the_current_one(people: None) -> None:
    screen = opened("vera")
    screen.menu_button(key="account").click(account.PASSWORD).run()
    fill(
        screen,
        Current_password="wrong",
        New_password=ANOTHER,
        New_password_again=ANOTHER,
    )
    assert "Current password" in said(press(screen, "Change password"))
    fill(screen, Current_password=PASSWORD)
    press(screen, "Change password")
    assert labels(screen) == ["Sign in"]
    assert sign_in("vera", ANOTHER).title


@pytest.mark.parametrize("page", SCREENS)
def test_a_fresh_installation_asks_for_the_code_at_every_address(database: Database, page: str) -> None:
    screen = visit(app().run(), page)
    assert labels(screen) == ["Set up"]
    assert not screen.title


def test_the_code_on_the_console_sets_up_the_first_admin_once(database: Database) -> None:
    code = first_run.new_code()
    assert code
    screen = app().run()
    fill(screen, Set_up_code="AAAA-BBBB-CCCC-DDDD", Username="ada", Password=PASSWORD, Password_again=PASSWORD)
    assert "not the code" in said(press(screen, "Set up"))
    fill(screen, Set_up_code=code.lower())
    press(screen, "Set up")
    assert labels(screen) == ["Sign in"]
    assert [(user.username, user.role) for user in users.list_users()] == [("ada", Role.ADMIN)]
    assert first_run.new_code() is None
    assert sign_in("ada", PASSWORD).title


def test_a_sign_in_ends_after_its_days_also_in_a_tab_that_stayed_open(people: None) -> None:
    screen = opened("vera")
    with time_machine.travel(now() + timedelta(days=get_settings().sign_in_days, seconds=-30)):
        assert screen.run().title
    with time_machine.travel(now() + timedelta(days=get_settings().sign_in_days, seconds=30)):
        assert labels(screen.run()) == ["Sign in"]


@pytest.fixture
def brought(people: None, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Lets the browser come with a cookie: whose, given how many days ago, signed with which key."""

    def bring(username: str = "ada", days: float = 0.0, key: str = "", sign_in: str = "one") -> None:
        ends = now() + timedelta(days=get_settings().sign_in_days - days)
        claims = {"username": username, "exp_date": ends.timestamp(), "id": sign_in}
        cookies = {cookie.NAME: jwt.encode(claims, key or cookie.key(), algorithm="HS256")}
        monkeypatch.setattr(type(st.context), "cookies", property(lambda _self: cookies))

    return bring


def test_a_cookie_leads_in_and_nothing_of_the_sign_in_library_is_on_the_page(brought: Callable[..., None]) -> None:
    brought()
    screen = app().run()
    assert screen.title[0].value == "Overview"
    assert not screen.get("component_instance")


@pytest.mark.parametrize(
    "about", [{"days": 400}, {"key": "forged, and as long as a key should be"}, {"username": "nobody"}]
)
def test_a_cookie_that_is_old_forged_or_of_nobody_leads_to_the_form(
    brought: Callable[..., None], about: dict[str, Any]
) -> None:
    brought(**about)
    assert labels(app().run()) == ["Sign in"]


def test_who_was_added_by_a_clock_that_was_ahead_gets_in_once_it_is_set_right(database: Database) -> None:
    with time_machine.travel(now() + timedelta(days=3)):
        users.add_user(SYSTEM, "ada", "Ada", "ada@example.com", PASSWORD, Role.ADMIN)
        for _ in range(get_settings().lock_after_failures):
            sign_in("ada", "wrong")
    worker.take_turn()
    assert sign_in("ada", PASSWORD).title[0].value == "Overview"


def test_a_sign_in_by_a_clock_that_was_ahead_does_not_outlive_the_end_of_all_sign_ins(
    brought: Callable[..., None],
) -> None:
    brought("vera", days=-1)
    assert labels(app().run()) == ["Sign in"]


@pytest.mark.parametrize("ended", [lambda: sign_in_service.revoke("vera"), lambda: users.disable(SYSTEM, "vera")])
def test_a_cookie_from_before_the_end_of_all_sign_ins_leads_to_the_form(
    brought: Callable[..., None], ended: Callable[[], None]
) -> None:
    brought("vera", days=1)
    ended()
    assert labels(app().run()) == ["Sign in"]


@pytest.mark.parametrize("way", [account.LEAVE, account.LEAVE_EVERYWHERE])
def test_who_signed_out_is_not_let_in_again_by_the_cookie_their_page_was_opened_with(
    brought: Callable[..., None], way: str
) -> None:
    brought("vera")
    screen = app().run()
    screen.menu_button(key="account").click(way).run()
    assert labels(screen) == ["Sign in"]
    assert labels(screen.run()) == ["Sign in"]


def test_signing_out_ends_what_came_by_the_same_cookie_and_leaves_other_sign_ins_alone(
    brought: Callable[..., None],
) -> None:
    somebody = sign_in("eddie", PASSWORD)
    brought("vera", sign_in="here")
    here, tab_beside = app().run(), app().run()
    brought("vera", sign_in="elsewhere")
    elsewhere = app().run()
    here.menu_button(key="account").click(account.LEAVE).run()
    assert labels(here) == labels(tab_beside.run()) == ["Sign in"]
    assert elsewhere.run().title
    assert somebody.run().title
    brought("vera", sign_in="here")
    assert labels(app().run()) == ["Sign in"]


def test_who_signs_in_again_where_they_signed_out_is_in(people: None) -> None:
    screen = sign_in("vera", PASSWORD)
    screen.menu_button(key="account").click(account.LEAVE).run()
    fill(screen, Username="vera", Password=PASSWORD)
    assert press(screen, "Sign in").title
    assert screen.run().title


def test_a_cookie_without_an_id_leads_to_the_form_since_nobody_could_end_it(
    people: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    claims = {"username": "ada", "exp_date": (now() + timedelta(days=1)).timestamp()}
    cookies = {cookie.NAME: jwt.encode(claims, cookie.key(), algorithm="HS256")}
    monkeypatch.setattr(type(st.context), "cookies", property(lambda _self: cookies))
    assert labels(app().run()) == ["Sign in"]
