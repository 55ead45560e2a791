"""Alerts: derived from the tables, told once per occurrence, by a worker whose sync goes on whatever happens."""

import socket
import threading
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from sqlmodel import col, select

from models.base import now
from models.connection import CONNECTED, DISCONNECTED, SIGN_IN_NEEDED
from models.link import LinkRow
from services import notifications, worker
from services.access import SYSTEM
from services.db import write
from services.notifications import TargetForm
from services.records import notices
from services.settings import get_settings
from services.steps.notices.notifying import deliver, look, messenger
from tests.support.post_office import PostOffice, Receiver
from tests.support.practice import add, edit, run_import
from tests.support.telling import put, tell
from tests.support.xero import Xero


@pytest.fixture
def clock(database: object) -> Iterator[time_machine.Traveller]:
    """A clock that stands until it is moved."""
    with time_machine.travel(now(), tick=False) as moved:
        yield moved


def test_a_sign_in_that_ended_is_told_once_and_again_when_it_happens_again(
    clock: time_machine.Traveller, connection: str, office: PostOffice, by_mail: str
) -> None:
    put(connection, state=SIGN_IN_NEEDED)
    for _ in range(3):
        tell()
        clock.shift(3600)
    assert office.texts() == ["Xero has to be connected again: Fern & Co <!here>"]
    assert "http://localhost:8501/connected_apps" in office.mails[0].get_content()
    put(connection, state=CONNECTED)
    tell()
    put(connection, state=SIGN_IN_NEEDED)
    tell()
    assert office.texts()[1:] == [
        "All well again: Fern & Co <!here>", "Xero has to be connected again: Fern & Co <!here>",
    ]  # fmt: skip


def test_a_webhook_is_told_in_slack_s_words_and_calls_nobody(
    clock: time_machine.Traveller, connection: str, hook: Receiver, by_hook: str
) -> None:
    put(connection, braked_at=now(), brake_reason="Of 25 syncing contacts, 21 would stop syncing.")
    tell()
    [(path, headers, body)] = hook.posts
    assert path == "/services/T0/B0/hook-secret-9c1d"
    assert set(body) == {"text", "mrkdwn"}
    assert body["text"].startswith("Stopped before a mass change: Fern &amp; Co &lt;!here&gt;\n")
    assert "21 would stop syncing" in body["text"]
    assert headers["Host"] == hook.url.split("/")[2]


def test_what_is_over_before_it_could_be_told_is_not_told(
    clock: time_machine.Traveller, connection: str, office: PostOffice, by_mail: str
) -> None:
    put(connection, state=SIGN_IN_NEEDED)
    look()
    put(connection, state=CONNECTED)
    tell()
    assert office.texts() == []


def test_what_is_over_while_it_is_being_told_is_said_to_be_over(
    clock: time_machine.Traveller, connection: str, office: PostOffice, by_mail: str
) -> None:
    put(connection, state=SIGN_IN_NEEDED)
    look()
    on_its_way = notices.claim_next()
    assert on_its_way is not None
    put(connection, state=CONNECTED)
    look()
    assert deliver(on_its_way) == ""
    tell()
    assert office.texts() == [
        "Xero has to be connected again: Fern & Co <!here>", "All well again: Fern & Co <!here>",
    ]  # fmt: skip


def test_disconnecting_ends_an_alert_without_saying_that_all_is_well(
    clock: time_machine.Traveller, connection: str, office: PostOffice, by_mail: str
) -> None:
    put(connection, braked_at=now(), brake_reason="Much.")
    tell()
    put(connection, state=DISCONNECTED, braked_at=None)
    tell()
    assert len(office.mails) == 1


def test_whoever_is_added_later_hears_of_what_is_still_open_and_of_nothing_else(
    clock: time_machine.Traveller, connection: str, office: PostOffice, by_mail: str
) -> None:
    put(connection, state=SIGN_IN_NEEDED)
    tell()
    form = TargetForm("email", "", "later@practice.example", ("sign_in",))
    notifications.add_target(SYSTEM, form)
    notifications.add_target(SYSTEM, TargetForm("email", "", "other@practice.example", ("brake",)))
    tell()
    assert [mail["To"] for mail in office.mails] == ["office@practice.example", "later@practice.example"]


def test_a_clock_that_was_days_ahead_keeps_no_alert_back_once_it_is_set_right(
    connection: str, office: PostOffice, by_mail: str
) -> None:
    with time_machine.travel(now() + timedelta(days=3)):
        put(connection, state=SIGN_IN_NEEDED)
        look()
        assert notices.claim_next() is not None  # and the machine stops
    messenger._next_look = 0.0
    worker.take_turn()
    for _ in range(100):
        if office.mails:
            break
        time.sleep(0.05)
    assert office.texts() == ["Xero has to be connected again: Fern & Co <!here>"]


def test_failing_contacts_are_counted_gathered_and_told_again_only_when_there_are_more(
    xero: Xero, connection_id: str, office: PostOffice, by_mail: str
) -> None:
    ours = [add(f"Person *{number}*", f"p{number}@example.com") for number in range(4)]
    for number in range(4):
        xero.create(f"Person *{number}*", f"p{number}@example.com")
    run_import(connection_id)
    start = now()

    def fail(count: int) -> None:
        with write() as session:
            for place, link in enumerate(session.exec(select(LinkRow).order_by(col(LinkRow.id))).all()):
                link.error = "Another active contact has this name." if place < count else ""

    def at(minutes: int) -> list[str]:
        with time_machine.travel(start + timedelta(minutes=minutes), tick=False):
            tell()
        return [text.partition(":")[0] for text in office.texts()]

    fail(1)
    assert at(0) == []
    fail(2)
    assert at(3) == ["2 contacts fail to sync"]
    fail(3)
    assert at(20) == ["2 contacts fail to sync"]
    assert at(70) == ["2 contacts fail to sync"]
    assert at(73)[1:] == ["3 contacts fail to sync"]
    fail(1)
    assert at(200)[2:] == []
    fail(0)
    assert at(210)[2:] == ["All well again"]
    assert "Person" not in "".join(str(mail) for mail in office.mails)
    assert len(ours) == 4


def test_workers_that_look_and_send_at_once_tell_it_once(
    connection: str, office: PostOffice, by_mail: str, hook: Receiver, by_hook: str
) -> None:
    put(connection, state=SIGN_IN_NEEDED)
    workers = [threading.Thread(target=tell) for _ in range(6)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert (len(office.mails), len(hook.posts)) == (1, 1)


def test_the_worker_syncs_on_while_the_mail_server_hangs_and_tells_the_others(
    xero: Xero, connection_id: str, settings: pytest.MonkeyPatch, by_mail: str, by_hook: str, hook: Receiver
) -> None:
    ours = add("Ada Archer", "ada@example.com")
    theirs = xero.create("Ada Archer", "ada@example.com")
    run_import(connection_id)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.setenv("SMTP_PORT", str(silent.getsockname()[1]))
        get_settings.cache_clear()
        put(connection_id, braked_at=now(), brake_reason="Much.")
        messenger._next_look = 0.0
        worker.take_turn()
        waiting, _ = silent.accept()
        put(connection_id, braked_at=None)
        edit(ours, phone="+64 9 555 0101")
        worker.take_turn()
        assert "5550101" in str(xero.contact(theirs)).replace(" ", "")
        assert messenger._sender is not None
        assert messenger._sender.is_alive()
        waiting.close()
    messenger._sender.join(10)
    assert hook.texts() == ["Stopped before a mass change: Demo Company (NZ)"]
    errors = {one.target: one.error for one in notifications.recent()}
    assert errors["Office"] == "The mail server broke off the connection."
