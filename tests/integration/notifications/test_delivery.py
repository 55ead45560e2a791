"""Handing over: over TLS, at least once with the same Message-ID, and without a secret in any log or sentence."""

import logging
import ssl
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine

from models.base import now
from services import notifications
from services.access import SYSTEM, Principal, Role
from services.activity import ActivityFilter, list_activity
from services.db import Database
from services.errors import BadInput, Forbidden, MovedOn, NotFound
from services.notifications import TargetForm
from services.records import notices
from services.settings import get_settings
from services.steps.notices.notifying import deliver_due, look
from tests.support.post_office import (
    PASSWORD,
    USER,
    PostOffice,
    Receiver,
    certificate,
    mail_server,
    receiver,
)
from tests.support.telling import a_connection, put, tell

SECRET = "hook-secret-9c1d"
EDITOR = Principal("eddie", "Eddie", Role.EDITOR)
FORM = TargetForm("email", "", "office@practice.example", ("brake", "digest"))


def use(settings: pytest.MonkeyPatch, **values: str) -> None:
    for name, value in values.items():
        settings.setenv(f"SMTP_{name}", value)
    get_settings.cache_clear()


@pytest.fixture
def trusted(tmp_path: Path, settings: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A server's certificate that this machine trusts."""
    file = certificate(tmp_path)
    settings.setenv("SSL_CERT_FILE", str(file))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(file)
    return context


@pytest.mark.parametrize("security", ["starttls", "ssl"])
def test_mail_goes_over_tls_after_signing_in(
    database: Database, settings: pytest.MonkeyPatch, trusted: ssl.SSLContext, security: str
) -> None:
    with mail_server(trusted, implicit=security == "ssl") as office:
        use(settings, HOST="localhost", PORT=str(office.port), SECURITY=security, FROM="sync@practice.example")
        use(settings, USER=USER, PASSWORD=PASSWORD)
        target = notifications.add_target(SYSTEM, FORM)
        assert notifications.send_test(SYSTEM, target) == ""
        use(settings, PASSWORD="wrong")
        assert notifications.send_test(SYSTEM, target) == "The mail server refused SMTP_USER with SMTP_PASSWORD (535)."
    [mail] = office.mails
    assert (mail["From"], mail["To"]) == ("sync@practice.example", "office@practice.example")
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"].endswith("@practice.example>")
    assert set(office.sign_ins) == {USER}


def test_a_certificate_that_is_not_trusted_is_refused_before_the_password_is_told(
    database: Database, settings: pytest.MonkeyPatch, trusted: ssl.SSLContext
) -> None:
    settings.delenv("SSL_CERT_FILE")
    with mail_server(trusted) as office, receiver(trusted) as hook:
        use(settings, HOST="localhost", PORT=str(office.port), FROM="sync@practice.example", USER=USER)
        target = notifications.add_target(SYSTEM, FORM)
        assert "not trusted" in notifications.send_test(SYSTEM, target)
        by_hook = notifications.add_target(SYSTEM, TargetForm("webhook", "", hook.url, ("brake",)))
        assert "not trusted" in notifications.send_test(SYSTEM, by_hook)
    assert (office.sign_ins, hook.posts) == ([], [])


def test_a_webhook_goes_over_tls(database: Database, trusted: ssl.SSLContext) -> None:
    with receiver(trusted) as hook:
        target = notifications.add_target(SYSTEM, TargetForm("webhook", "", hook.url, ("brake",)))
        assert notifications.send_test(SYSTEM, target) == ""
    assert hook.texts() == ["Test of notifications"]


def test_a_mail_server_without_encryption_is_not_told_the_password(
    database: Database, settings: pytest.MonkeyPatch, office: PostOffice
) -> None:
    use(settings, SECURITY="starttls", USER=USER, PASSWORD=PASSWORD)
    target = notifications.add_target(SYSTEM, FORM)
    assert "does not offer" in notifications.send_test(SYSTEM, target)
    assert office.sign_ins == []


def test_what_a_mail_server_cannot_take_now_is_sent_later_with_the_same_message_id(
    database: Database, office: PostOffice, by_mail: str, by_hook: str, hook: Receiver
) -> None:
    office.answer, hook.status = "451 greylisted", 503
    start = now()
    with time_machine.travel(start, tick=False) as clock:
        put(a_connection(), braked_at=now(), brake_reason="Much.")
        tell()
        [waiting] = [one for one in notifications.recent() if one.target == "Office"]
        assert (waiting.state, waiting.error) == ("new", "The mail server refused the message (451).")
        assert waiting.not_before == start + timedelta(minutes=1)
        deliver_due()
        assert len(hook.posts) == 1
        office.answer, hook.status = "250 OK", 200
        clock.shift(61)
        deliver_due()
    assert [mail["Message-ID"] for mail in office.mails] == [f"<{waiting.id}@practice.example>"]
    assert len({headers["Idempotency-Key"] for _, headers, _ in hook.posts}) == 1
    assert [one.state for one in notifications.recent()] == ["sent", "sent"]


def test_a_notice_whose_sender_died_is_sent_again_with_the_same_message_id(
    database: Database, office: PostOffice, by_mail: str
) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        put(a_connection(), braked_at=now(), brake_reason="Much.")
        look()
        claimed = notices.claim_next()
        assert claimed is not None
        deliver_due()
        assert office.mails == []
        clock.shift(notices.CLAIM + timedelta(seconds=1))
        deliver_due()
        deliver_due()
    assert [mail["Message-ID"] for mail in office.mails] == [f"<{claimed.id}@practice.example>"]


def test_it_is_given_up_after_a_day_and_a_person_may_retry(
    database: Database, office: PostOffice, by_mail: str
) -> None:
    office.answer = "451 later"
    with time_machine.travel(now(), tick=False) as clock:
        put(a_connection(), braked_at=now(), brake_reason="Much.")
        look()
        for _ in range(10):
            deliver_due()
            clock.shift(timedelta(hours=13))
        [failed] = notifications.recent()
        assert failed.state == "failed"
        assert notifications.retry(SYSTEM, failed.id) == "The mail server refused the message (451)."
        office.answer = "250 OK"
        assert notifications.retry(SYSTEM, failed.id) == ""
    assert len(office.mails) == 1
    with pytest.raises(MovedOn):
        notifications.retry(SYSTEM, failed.id)


def test_a_message_that_is_on_its_way_is_not_sent_a_second_time_by_retry(
    connection: str, office: PostOffice, by_mail: str
) -> None:
    put(connection, braked_at=now(), brake_reason="Much.")
    office.answer = "554 no"
    tell()
    [failed] = notifications.recent()
    office.answer = "250 OK"
    assert notices.claim(failed.id) is not None  # as another admin's Retry does
    with pytest.raises(MovedOn):
        notifications.retry(SYSTEM, failed.id)
    assert office.mails == []
    with time_machine.travel(now() + notices.CLAIM, tick=False):
        assert notifications.retry(SYSTEM, failed.id) == ""


def test_what_is_refused_for_good_is_not_tried_again(
    database: Database, office: PostOffice, by_mail: str, by_hook: str, hook: Receiver
) -> None:
    office.refuse, hook.status = frozenset({"office@practice.example"}), 404
    put(a_connection(), braked_at=now(), brake_reason="Much.")
    tell()
    errors = {one.target: (one.state, one.error) for one in notifications.recent()}
    assert errors["Office"] == ("failed", "The mail server refused the address (550).")
    assert ("failed", "The webhook refused the message (404).") in errors.values()


def test_a_redirect_is_not_followed(database: Database, by_hook: str, hook: Receiver) -> None:
    with receiver() as elsewhere:
        hook.status, hook.headers = 307, {"Location": elsewhere.url}
        assert "redirect" in notifications.send_test(SYSTEM, by_hook)
    assert elsewhere.posts == []


def test_a_name_that_stands_for_a_link_local_address_is_refused(database: Database) -> None:
    target = notifications.add_target(SYSTEM, TargetForm("webhook", "", "https://169.254.169.254/x", ("brake",)))
    assert "may not be used" in notifications.send_test(SYSTEM, target)


def test_no_secret_is_in_a_log_a_row_or_a_sentence(
    database: Database, settings: pytest.MonkeyPatch, office: PostOffice, by_hook: str, hook: Receiver,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    caplog.set_level(logging.DEBUG)
    use(settings, USER=USER, PASSWORD=PASSWORD)
    target = notifications.add_target(SYSTEM, FORM)
    for status in (200, 404, 503):
        hook.status = status
        notifications.send_test(SYSTEM, by_hook)
        notifications.send_test(SYSTEM, target)
    settings.setenv("APP_SECRET_KEY", "another key, long enough to be one as well")
    get_settings.cache_clear()
    said = [notifications.send_test(SYSTEM, by_hook), caplog.text, str(notifications.list_targets())]
    said += [str(list_activity(ActivityFilter()).rows), str(notifications.recent())]
    said += ["\n".join(database.reader.raw_connection().driver_connection.iterdump())]  # type: ignore[union-attr]
    assert "APP_SECRET_KEY was changed" in said[0]
    assert SECRET not in "".join(said)
    assert PASSWORD not in "".join(said)


def test_only_an_admin_changes_notifications_and_each_change_is_on_record(database: Database, hook: Receiver) -> None:
    for act in (
        lambda: notifications.add_target(EDITOR, FORM),
        lambda: notifications.edit_target(EDITOR, "x", FORM),
        lambda: notifications.remove_target(EDITOR, "x"),
        lambda: notifications.send_test(EDITOR, "x"),
        lambda: notifications.retry(EDITOR, "x"),
    ):
        with pytest.raises(Forbidden):
            act()
    target = notifications.add_target(SYSTEM, TargetForm("webhook", "Team", hook.url, ("brake",)))
    notifications.edit_target(SYSTEM, target, TargetForm("webhook", "Team", "", ("sign_in", "over"), 7, True))
    [item] = notifications.list_targets()
    assert (item.events, item.digest_hour, item.with_names) == (("sign_in", "over"), 7, True)
    assert notifications.send_test(SYSTEM, target) == ""
    notifications.remove_target(SYSTEM, target)
    assert notifications.recent() == []
    with pytest.raises(NotFound):
        notifications.send_test(SYSTEM, target)
    actions = [row.action for row in list_activity(ActivityFilter()).rows]
    assert actions == ["notification.removed", "notification.changed", "notification.added"]


def test_an_admin_does_not_put_back_what_another_has_changed_meanwhile(database: Database) -> None:
    target = notifications.add_target(SYSTEM, FORM)
    [seen] = notifications.list_targets()
    notifications.edit_target(SYSTEM, target, replace(FORM, address="new@practice.example"), seen.changed_at)
    with pytest.raises(MovedOn, match="Somebody else has changed"):
        notifications.edit_target(SYSTEM, target, replace(FORM, name="Office"), seen.changed_at)
    [kept] = notifications.list_targets()
    assert (kept.address, kept.name) == ("new@practice.example", "")


@pytest.mark.parametrize(
    ("form", "field"),
    [
        (TargetForm("fax", "", "https://example.com", ("brake",)), "Kind"),
        (TargetForm("email", "", " ", ("brake",)), "Address"),
        (TargetForm("email", "", "a@example.com, b@example.com", ("brake",)), "Address"),
        (TargetForm("email", "", "a@example.com\nBcc: b@example.com", ("brake",)), "Address"),
        (TargetForm("webhook", "", "http://hooks.example.com/x", ("brake",)), "Address"),
        (TargetForm("webhook", "", f"https://hooks.example.com/{'x' * 2000}", ("brake",)), "Address"),
        (TargetForm("email", "", f"a@{'b.' * 130}com", ("brake",)), "Address"),
        (TargetForm("email", "x" * 201, "a@example.com", ("brake",)), "Name"),
        (TargetForm("email", "Team\nBcc: b@example.com", "a@example.com", ("brake",)), "Name"),
        (TargetForm("email", "", "a@example.com", ()), "What to tell"),
        (TargetForm("email", "", "a@example.com", ("over",)), "What to tell"),
        (TargetForm("email", "", "a@example.com", ("digest",), 24), "Time of the digest"),
    ],
)
def test_a_form_that_cannot_be_is_refused_in_words(database: Database, form: TargetForm, field: str) -> None:
    with pytest.raises(BadInput) as caught:
        notifications.add_target(SYSTEM, form)
    assert [problem.field for problem in caught.value.problems] == [field]


def test_without_a_mail_server_the_settings_that_are_missing_are_named(database: Database) -> None:
    assert notifications.missing_settings() == ("SMTP_HOST", "SMTP_FROM")
    target = notifications.add_target(SYSTEM, FORM)
    assert "SMTP_HOST and SMTP_FROM are missing" in notifications.send_test(SYSTEM, target)
