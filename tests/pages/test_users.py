"""Settings, Users: adding people, their roles and passwords, and that an admin always remains."""

from streamlit.testing.v1 import AppTest

from services import users
from services.access import SYSTEM, Role
from services.records import locks
from services.settings import get_settings
from tests.pages.support import opened, press, said


def choose(screen: AppTest, username: str, label: str) -> None:
    """Choose from a user's menu."""
    screen.menu_button(key=f"change.{username}").click(f":material/{label}").run()


def test_an_admin_adds_a_user(people: None) -> None:
    screen = press(opened("ada", "settings/users.py"), "Add user")
    by_label = {field.label: field for field in screen.text_input}
    by_label["Name"].set_value("Neil *New*")
    by_label["Username"].set_value("neil")
    by_label["Password"].set_value("short")
    press(screen, "Add user")
    assert "needs at least 12 characters" in said(screen).replace("\\", "")
    {field.label: field for field in screen.text_input}["Password"].set_value("a long enough one")
    press(screen, "Add user")
    assert not screen.exception
    assert ("neil", Role.VIEWER) in [(user.username, user.role) for user in users.list_users()]


def test_the_last_admin_can_neither_be_disabled_nor_demoted(people: None) -> None:
    screen = opened("ada", "settings/users.py")
    choose(screen, "ada", "block: Disable")
    press(screen, "Disable")
    assert "ada is the only admin left" in said(screen)
    screen = opened("ada", "settings/users.py")
    choose(screen, "ada", "shield_person: Change role")
    screen.radio[0].set_value(Role.VIEWER)
    press(screen, "Change role")
    assert "ada is the only admin left" in said(screen)


def test_an_admin_disables_and_enables_a_user(people: None) -> None:
    screen = opened("ada", "settings/users.py")
    choose(screen, "vera", "block: Disable")
    press(screen, "Disable")
    assert [user.disabled for user in users.list_users() if user.username == "vera"] == [True]
    choose(screen, "vera", "lock_open: Enable")
    assert [user.disabled for user in users.list_users() if user.username == "vera"] == [False]


def test_an_admin_resets_a_password(people: None) -> None:
    screen = opened("ada", "settings/users.py")
    choose(screen, "vera", "key: Reset password")
    screen.text_input[0].set_value("another long password")
    press(screen, "Reset password")
    assert not screen.error
    assert users.list_users()


def test_unlock_on_a_page_from_before_does_not_let_in_who_was_disabled_since(people: None) -> None:
    locks.count("vera", get_settings().lock_after_failures)
    screen = opened("ada", "settings/users.py")
    users.disable(SYSTEM, "vera")
    choose(screen, "vera", "lock_open: Unlock")
    [vera] = [user for user in users.list_users() if user.username == "vera"]
    assert (vera.disabled, vera.locked_until) == (True, None)
