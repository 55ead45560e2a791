"""Settings, Notifications: adding somebody, testing, what did not arrive and Retry; secrets stay off the screen."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from services import notifications
from services.access import SYSTEM
from services.notifications import TargetForm
from services.settings import get_settings
from tests.pages.support import labels, opened, press, said
from tests.support.post_office import PostOffice, Receiver, mail_server, receiver

PAGE = "settings/notifications.py"


@pytest.fixture
def hook() -> Iterator[Receiver]:
    with receiver() as box:
        yield box


@pytest.fixture
def office(settings: pytest.MonkeyPatch) -> Iterator[PostOffice]:
    with mail_server() as office:
        values = {"HOST": "127.0.0.1", "PORT": str(office.port), "SECURITY": "none", "FROM": "sync@practice.example"}
        for name, value in values.items():
            settings.setenv(f"SMTP_{name}", value)
        get_settings.cache_clear()
        yield office


def test_an_empty_page_says_what_to_do_and_which_settings_email_needs(people: None) -> None:
    screen = opened("ada", PAGE)
    assert "Nobody is told yet" in said(screen)
    assert "`SMTP_HOST` and `SMTP_FROM`" in said(screen)


def test_an_admin_adds_a_channel_and_its_address_is_never_shown_again(people: None, hook: Receiver) -> None:
    screen = press(opened("ada", PAGE), "Add notification")
    screen.button_group[0].set_value("webhook").run()
    fields = {field.label: field for field in screen.text_input}
    fields["Webhook address"].set_value("http://hooks.example.com/x")
    fields["Name"].set_value("Accounts *team*")
    press(screen, "Add notification")
    assert "must begin with https://" in said(screen).replace("\\", "").replace("\u2060", "")
    {field.label: field for field in screen.text_input}["Webhook address"].set_value(hook.url)
    press(screen, "Add notification")
    assert not screen.exception
    [target] = notifications.list_targets()
    assert (target.name, target.events) == ("Accounts *team*", ("sign_in", "brake", "failing", "digest"))
    assert r"**Accounts \*team\***" in said(screen)
    assert "Daily digest at 08:00" in said(screen)
    assert "secret" not in str(screen.main)
    press(screen, "Send a test")
    assert "The test was handed over" in "".join(one.value for one in screen.success)
    assert hook.texts() == ["Test of notifications"]


def test_what_did_not_arrive_is_said_and_can_be_tried_again(people: None, office: PostOffice) -> None:
    notifications.add_target(SYSTEM, TargetForm("email", "Office", "office@practice.example", ("brake",)))
    office.refuse = frozenset({"office@practice.example"})
    screen = press(opened("ada", PAGE), "Send a test")
    assert "The mail server refused the address \\(550\\)" in said(screen)
    office.refuse = frozenset()
    press(screen, "Retry")
    assert not screen.error
    assert "Retry" not in labels(screen)
    assert office.texts() == ["Test of notifications"]


def test_an_open_dialog_does_not_put_back_what_another_admin_has_changed(people: None) -> None:
    before = TargetForm("email", "Office", "office@practice.example", ("brake",))
    target = notifications.add_target(SYSTEM, before)
    screen = opened("ada", PAGE)
    screen.menu_button(key=f"change.{target}").click(":material/edit: Edit").run()
    notifications.edit_target(SYSTEM, target, replace(before, address="new@practice.example"))
    assert "Somebody else has changed this notification" in said(press(screen, "Save"))
    press(screen, "Cancel")
    screen.menu_button(key=f"change.{target}").click(":material/edit: Edit").run()
    press(screen, "Save")
    assert not screen.error
    assert [one.address for one in notifications.list_targets()] == ["new@practice.example"]


def test_an_admin_changes_and_removes_it(people: None, hook: Receiver) -> None:
    target = notifications.add_target(SYSTEM, TargetForm("webhook", "Team", hook.url, ("brake",)))
    screen = opened("ada", PAGE)
    screen.menu_button(key=f"change.{target}").click(":material/edit: Edit").run()
    [digest] = [box for box in screen.checkbox if box.label == "Daily digest"]
    digest.check().run()
    screen.selectbox[0].set_value(17)
    press(screen, "Save")
    assert not screen.exception
    [changed] = notifications.list_targets()
    assert (changed.events, changed.digest_hour, changed.with_names) == (("brake", "digest"), 17, False)
    assert notifications.send_test(SYSTEM, target) == ""
    screen.menu_button(key=f"change.{target}").click(":material/delete: Remove").run()
    press(screen, "Remove")
    assert notifications.list_targets() == []
    assert "Nobody is told yet" in said(screen)
