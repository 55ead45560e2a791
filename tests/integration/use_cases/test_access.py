"""Who may do what, what a password must be, and how failures are counted."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from sqlmodel import select

from models.base import now
from models.ended_sign_in import EndedSignInRow
from models.user import UserRow
from services import access, first_run, passwords, sign_in, users, views
from services.access import CLI, SYSTEM, Principal, Role, require
from services.db import Database, read, write
from services.errors import BadInput, Forbidden, NotFound
from services.settings import get_settings

PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def quick_passwords(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lowest cost of bcrypt: these tests are not about guessing."""
    monkeypatch.setattr(passwords, "COST", 4)


def add(username: str, role: Role = Role.VIEWER) -> Principal:
    users.add_user(SYSTEM, username, username, "", PASSWORD, role)
    found = access.find_principal(username)
    assert found
    return found


def fail(username: str, times: int, seen: int = 0) -> None:
    """What a session that had seen `seen` failures tells after so many more."""
    given = {"usernames": {username: {"failed_login_attempts": seen + times}}}
    sign_in.save_failures({username: seen}, given)


@pytest.mark.parametrize(("role", "allowed"), [(Role.VIEWER, 1), (Role.EDITOR, 2), (Role.ADMIN, 3)])
def test_a_role_includes_those_below_it(role: Role, allowed: int) -> None:
    person = Principal("p", "P", role)
    for needed in list(Role)[:allowed]:
        require(person, needed)
    for needed in list(Role)[allowed:]:
        with pytest.raises(Forbidden, match="ask an admin"):
            require(person, needed)


@pytest.mark.parametrize("password", ["elevenchars", "é" * 37, " twelve chars", "twelve chars "])
def test_a_weak_password_is_refused(password: str) -> None:
    with pytest.raises(BadInput) as refusal:
        users.add_user(SYSTEM, "ada", "Ada", "", password, Role.ADMIN)
    assert refusal.value.problems[0].field == "Password"
    assert password not in str(refusal.value)
    assert not access.has_users()


@pytest.mark.parametrize("username", ["a", "two words", "-dash", "ümlaut", "x" * 65, "sync", "cli"])
def test_a_username_that_could_be_mistaken_is_refused(username: str) -> None:
    with pytest.raises(BadInput):
        add(username)


@pytest.mark.parametrize(
    ("name", "email", "field"),
    [
        ("x" * 101, "", "Name"),
        ("Ada\nArcher", "", "Name"),
        ("Ada", "nobody", "Email"),
        ("Ada", f"a@{'b.' * 130}com", "Email"),
    ],
)
def test_a_user_has_a_name_of_one_line_and_an_address_that_can_be(name: str, email: str, field: str) -> None:
    with pytest.raises(BadInput) as refusal:
        users.add_user(SYSTEM, "ada", name, email, PASSWORD, Role.ADMIN)
    assert [problem.field for problem in refusal.value.problems] == [field]


def test_the_command_line_is_nobody_of_that_name() -> None:
    with write() as session:
        session.add(UserRow(username="cli", password_hash="", disabled_at=now()))
    require(CLI, Role.ADMIN)
    with pytest.raises(Forbidden):
        require(Principal("cli", "Somebody", Role.ADMIN), Role.ADMIN)


def test_usernames_are_one_whatever_their_case() -> None:
    add("ada")
    with pytest.raises(BadInput, match="taken"):
        users.add_user(SYSTEM, "ADA", "Another", "", PASSWORD, Role.ADMIN)


def test_users_are_for_admins() -> None:
    editor = add("eddie", Role.EDITOR)
    for command in (
        lambda: users.add_user(editor, "new", "", "", PASSWORD, Role.ADMIN),
        lambda: users.set_role(editor, "eddie", Role.ADMIN),
        lambda: users.set_password(editor, "eddie", PASSWORD),
        lambda: users.disable(editor, "eddie"),
        lambda: users.enable(editor, "eddie"),
    ):
        with pytest.raises(Forbidden):
            command()


def test_an_unknown_user_is_not_found() -> None:
    with pytest.raises(NotFound):
        users.disable(SYSTEM, "nobody")


def test_the_last_admin_who_can_sign_in_stays() -> None:
    add("ada", Role.ADMIN)
    add("abel", Role.ADMIN)
    users.disable(SYSTEM, "abel")
    for command in (lambda: users.disable(SYSTEM, "ada"), lambda: users.set_role(SYSTEM, "ada", Role.EDITOR)):
        with pytest.raises(Forbidden, match="only admin left"):
            command()
    users.enable(SYSTEM, "abel")
    users.set_role(SYSTEM, "ada", Role.EDITOR)


def test_attempts_at_the_same_moment_all_count() -> None:
    add("ada")
    for _ in range(get_settings().lock_after_failures):
        fail("ada", times=1, seen=0)
    assert sign_in.locked_until("ada") is not None


def test_a_lock_does_not_move_with_further_attempts() -> None:
    add("ada")
    fail("ada", times=get_settings().lock_after_failures)
    locked = sign_in.locked_until("ada")
    fail("ada", times=1)
    assert sign_in.locked_until("ada") == locked


def test_guessing_the_password_of_a_disabled_account_locks_it() -> None:
    add("ada")
    users.disable(SYSTEM, "ada")
    assert sign_in.is_disabled("ada", PASSWORD)
    for number in range(get_settings().lock_after_failures):
        assert not sign_in.is_disabled("ada", f"guess number {number}")
    assert sign_in.locked_until("ada") is not None
    assert not sign_in.is_disabled("ada", PASSWORD)


def test_guessing_ones_own_password_locks_the_account_and_then_the_right_one_is_refused_too() -> None:
    ada = add("ada")
    for number in range(get_settings().lock_after_failures):
        with pytest.raises(BadInput, match="not right"):
            users.change_own_password(ada, f"guess number {number}", "another long password")
    assert sign_in.locked_until("ada") is not None
    with pytest.raises(BadInput, match="too often"):
        users.change_own_password(ada, PASSWORD, "another long password")


def test_a_current_password_that_was_being_compared_as_the_account_was_locked_changes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ada, matches = add("ada"), passwords.matches

    def as_others_fail(password: str, password_hash: str) -> bool:
        fail("ada", times=get_settings().lock_after_failures)
        return matches(password, password_hash)

    monkeypatch.setattr(passwords, "matches", as_others_fail)
    with pytest.raises(BadInput, match="too often"):
        users.change_own_password(ada, PASSWORD, "another long password")
    assert sign_in.locked_until("ada") is not None


def test_a_refusal_takes_as_long_whether_a_user_is_disabled_locked_or_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    for username in ("ada", "abel"):
        add(username)
        users.disable(SYSTEM, username)
    fail("abel", times=get_settings().lock_after_failures)
    compared: list[str] = []
    monkeypatch.setattr(passwords, "matches", lambda password, _hash: bool(compared.append(password)))
    for username in ("nobody", "ada", "abel"):
        assert not sign_in.is_disabled(username, username)
    assert compared == ["nobody", "ada", "abel"]


def test_a_sign_in_counts_until_the_sign_ins_of_its_user_end() -> None:
    add("ada")
    since = now()
    assert access.find_principal("ada", since) == access.find_principal("ada") is not None
    sign_in.revoke("ada")
    assert access.find_principal("ada", since) is None
    assert access.find_principal("ada", now()) is not None


def test_a_sign_in_that_was_ended_alone_acts_no_more_and_the_others_of_its_user_go_on() -> None:
    add("ada", Role.ADMIN)
    since = now()
    here, elsewhere = access.find_principal("ada", since, "here"), access.find_principal("ada", since, "elsewhere")
    assert here
    assert elsewhere
    sign_in.end("here")
    sign_in.end("here")
    assert access.find_principal("ada", since, "here") is None
    assert access.find_principal("ada", since, "elsewhere") == elsewhere
    require(elsewhere, Role.ADMIN)
    with pytest.raises(Forbidden, match="Sign in again"):
        require(here, Role.VIEWER)


def test_an_ended_sign_in_is_remembered_for_as_long_as_its_cookie_may_last_and_no_longer() -> None:
    add("ada")
    sign_in.end("first")
    lasts = timedelta(days=get_settings().sign_in_days)
    with time_machine.travel(now() + lasts):
        sign_in.end("second")
        assert ended() == {"first", "second"}
    with time_machine.travel(now() + lasts + timedelta(days=2)):
        sign_in.end("third")
        assert ended() == {"second", "third"}


def ended() -> set[str]:
    with read() as session:
        return {row.id for row in session.exec(select(EndedSignInRow))}


def test_who_is_disabled_acts_no_more_whatever_they_still_hold() -> None:
    add("abel", Role.ADMIN)
    ada = add("ada", Role.ADMIN)
    users.disable(SYSTEM, "ada")
    for command in (
        lambda: users.add_user(ada, "eve", "", "", PASSWORD, Role.ADMIN),
        lambda: users.change_own_password(ada, PASSWORD, "another long password"),
        lambda: views.save_view(ada, "contacts", "Mine", ""),
    ):
        with pytest.raises(Forbidden, match="Sign in again"):
            command()


def test_a_demoted_person_acts_no_more() -> None:
    add("abel", Role.ADMIN)
    ada = add("ada", Role.ADMIN)
    users.set_role(SYSTEM, "ada", Role.EDITOR)
    require(ada, Role.EDITOR)
    with pytest.raises(Forbidden, match="Your role is editor"):
        require(ada, Role.ADMIN)


def test_a_promoted_person_need_not_open_the_page_again() -> None:
    ada = add("ada")
    users.set_role(SYSTEM, "ada", Role.EDITOR)
    require(ada, Role.EDITOR)


@pytest.mark.parametrize("ended", [lambda: sign_in.revoke("ada"), lambda: users.set_password(SYSTEM, "ada", PASSWORD)])
def test_who_was_signed_out_acts_no_more_until_they_sign_in_again(ended: Callable[[], None]) -> None:
    add("ada", Role.ADMIN)
    before = access.find_principal("ada", now())
    ended()
    after = access.find_principal("ada", now())
    assert before
    assert after
    require(after, Role.ADMIN)
    with pytest.raises(Forbidden, match="Sign in again"):
        require(before, Role.VIEWER)


def test_a_dialog_that_stayed_open_for_longer_than_a_sign_in_lasts_does_nothing() -> None:
    add("ada", Role.ADMIN)
    ada = access.find_principal("ada", now())
    assert ada
    with (
        time_machine.travel(now() + timedelta(days=get_settings().sign_in_days, seconds=1)),
        pytest.raises(Forbidden, match="Sign in again"),
    ):
        require(ada, Role.VIEWER)


def test_no_sign_in_of_an_unknown_user_is_ever_valid() -> None:
    assert sign_in.valid_after("nobody") > sign_in.valid_after(add("ada").username)


def test_a_later_set_up_code_voids_the_one_before() -> None:
    first, second = first_run.new_code(), first_run.new_code()
    assert first
    assert second
    with pytest.raises(Forbidden):
        first_run.create_admin(first, "ada", "Ada", "", PASSWORD)
    first_run.create_admin(second, "ada", "Ada", "", PASSWORD)
    with pytest.raises(Forbidden, match="already set up"):
        first_run.create_admin(second, "eve", "Eve", "", PASSWORD)


def test_no_code_is_valid_before_one_was_made() -> None:
    with pytest.raises(Forbidden):
        first_run.create_admin("", "eve", "Eve", "", PASSWORD)
