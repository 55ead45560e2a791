"""Webhooks: Xero names contacts, and exactly these are read, at once."""

import threading
from datetime import timedelta
from math import ceil
from typing import Any

import pytest

from models.base import new_id, now
from models.inbox import InboxRow
from services import connection, links, sync, undo, worker
from services.access import SYSTEM
from services.db import write
from services.errors import SyncError
from services.steps import pull
from tests.support.lost_answers import sync_on
from tests.support.practice import contact, delta_is_due, edit, run_import, synced, xero_client
from tests.support.telling import put
from tests.support.webhooks import asked, batch, event, send, signature, take_turn
from tests.support.xero import Xero, consent


def test_a_change_in_xero_arrives_at_once_with_one_call(xero: Xero, people: dict[str, str]) -> None:
    ada = next(iter(people))
    xero.change(people[ada], EmailAddress="ada@new.example")
    assert take_turn(xero) == ["ids"]
    assert contact(ada).email == "ada@new.example"
    assert take_turn(xero) == []


def test_a_new_contact_in_xero_is_imported_at_once(xero: Xero, people: dict[str, str]) -> None:
    xero.create("Cid Cook", "cid@example.com")
    assert take_turn(xero) == ["ids"]
    assert "Cid Cook" in [row.name for row in synced()]


@pytest.mark.parametrize("count", [1, 41])
def test_contacts_that_webhooks_name_cost_one_call_for_forty(
    xero: Xero, connection_id: str, address: str, key: str, count: int
) -> None:
    run_import(connection_id)
    xero.control("webhooks", url=address, key=key)
    for number in range(count):
        xero.create(f"Person {number}", f"p{number}@example.com")
    xero.forget_calls()
    assert take_turn(xero) == ["ids"] * ceil(count / 40)
    assert {row.name for row in synced()} == {f"Person {number}" for number in range(count)}


def test_when_so_many_are_named_that_it_takes_fewer_calls_xero_is_asked_what_changed(
    xero: Xero, people: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pull, "MANY", 5)
    for number in range(5):
        xero.create(f"Person {number}", f"p{number}@example.com")
    assert take_turn(xero) == ["ids"]
    for number in range(5, 11):
        xero.create(f"Person {number}", f"p{number}@example.com")
    assert take_turn(xero) == ["delta"]
    assert len(synced()) == 13
    assert take_turn(xero) == []


def test_of_many_that_are_named_late_those_that_no_delta_brings_are_read_by_id(
    xero: Xero, people: dict[str, str], connection_id: str
) -> None:
    ada = next(iter(people))
    xero.change(people[ada], EmailAddress="ada@new.example")
    put(connection_id, cursor=now() + timedelta(hours=1))  # as if an earlier delta had brought them all
    with write() as session:
        for number in range(pull.MANY):
            session.add(InboxRow(key=f"late {number}", connection_id=connection_id, xero_id=new_id()))
    assert take_turn(xero) == ["delta", *["ids"] * (pull.MANY // 40 + 1)]
    assert contact(ada).email == "ada@new.example"


def test_a_contact_named_many_times_is_read_once(xero: Xero, people: dict[str, str]) -> None:
    ada = next(iter(people))
    for number in range(45):
        xero.change(people[ada], EmailAddress=f"ada{number}@example.com")
    assert take_turn(xero) == ["ids"]
    assert contact(ada).email == "ada44@example.com"


def test_a_batch_that_comes_twice_does_no_harm(xero: Xero, people: dict[str, str]) -> None:
    ada = next(iter(people))
    xero.control("webhooks/disorder", action="duplicate", times=1)
    xero.change(people[ada], EmailAddress="ada@new.example")
    assert take_turn(xero) == ["ids"]
    assert contact(ada).email == "ada@new.example"


def test_batches_in_disorder_end_as_those_in_order(xero: Xero, people: dict[str, str]) -> None:
    ada, ben = people
    xero.control("webhooks/disorder", action="reorder", times=1)
    xero.change(people[ada], EmailAddress="ada@new.example")
    xero.change(people[ben], EmailAddress="ben@new.example")
    xero.change(people[ada], EmailAddress="ada@newer.example")
    take_turn(xero)
    assert (contact(ada).email, contact(ben).email) == ("ada@newer.example", "ben@new.example")
    assert take_turn(xero) == []


def test_a_gap_between_batches_makes_the_next_tick_ask_what_changed(xero: Xero, people: dict[str, str]) -> None:
    ada, ben = people
    xero.control("webhooks/disorder", action="drop", times=1)
    xero.change(people[ada], EmailAddress="ada@new.example")
    xero.change(people[ben], EmailAddress="ben@new.example")
    assert take_turn(xero) == ["delta"]
    assert (contact(ada).email, contact(ben).email) == ("ada@new.example", "ben@new.example")


def test_an_event_that_is_lost_without_trace_is_repaired_by_the_next_delta(xero: Xero, people: dict[str, str]) -> None:
    ada = next(iter(people))
    xero.control("webhooks/disorder", action="drop", times=1)
    xero.change(people[ada], EmailAddress="ada@new.example")
    assert take_turn(xero) == []
    delta_is_due()
    assert take_turn(xero) == ["delta"]
    assert contact(ada).email == "ada@new.example"


def test_a_webhook_made_anew_counts_from_one_again(
    xero: Xero, people: dict[str, str], address: str, simulator: Any
) -> None:
    def number(first: int) -> list[str]:
        raw = batch(event("another"), first=first)
        send(address, raw, signature(raw))
        return take_turn(xero)

    assert [number(first) for first in (1, 2, 3, 1, 2, 4)] == [[], [], [], [], [], ["delta"]]


def test_an_event_that_comes_while_its_contact_is_read_is_not_lost(xero: Xero, people: dict[str, str]) -> None:
    ada = next(iter(people))
    xero.change(people[ada], EmailAddress="ada@new.example")
    xero.tell_webhook()
    xero.fault(action="delay", effect="after", seconds=1, method="GET", path="/Contacts")
    turn = threading.Thread(target=worker.take_turn)
    turn.start()
    while not xero.calls():
        turn.join(0.01)
    xero.change(people[ada], EmailAddress="ada@newer.example")
    xero.tell_webhook()
    turn.join()
    worker.take_turn()
    assert contact(ada).email == "ada@newer.example"


def test_our_own_edits_are_sent_without_asking_what_changed(xero: Xero, people: dict[str, str]) -> None:
    ada = next(iter(people))
    edit(ada, email="ada@practice.example")
    assert take_turn(xero) == ["ids", "POST"]
    assert xero.contact(people[ada])["EmailAddress"] == "ada@practice.example"


def test_the_echo_of_our_own_write_is_read_once_and_changes_nothing(xero: Xero, people: dict[str, str]) -> None:
    ada = next(iter(people))
    edit(ada, email="ada@practice.example")
    take_turn(xero)
    assert take_turn(xero) == ["ids"]
    assert take_turn(xero) == []
    assert xero_client(ada).state == "syncing"


def test_a_tick_on_schedule_with_nothing_new_takes_one_call(xero: Xero, people: dict[str, str]) -> None:
    delta_is_due()
    assert take_turn(xero) == ["delta"]
    assert take_turn(xero) == []


def test_a_webhook_does_not_cut_the_pause_after_a_failure_short(
    xero: Xero, people: dict[str, str], connection_id: str
) -> None:
    ada = next(iter(people))
    xero.fault(action="status", status=503, method="GET", path="/Contacts")
    with pytest.raises(SyncError):
        sync.tick(connection_id)
    asked(xero)
    xero.change(people[ada], EmailAddress="ada@new.example")
    assert take_turn(xero) == []
    delta_is_due()
    assert take_turn(xero) == ["delta"]
    assert contact(ada).email == "ada@new.example"


def test_a_read_that_fails_leaves_its_events_for_the_next_turn(xero: Xero, people: dict[str, str]) -> None:
    ada = next(iter(people))
    xero.change(people[ada], EmailAddress="ada@new.example")
    xero.fault(action="drop", effect="after", method="GET", path="/Contacts")
    take_turn(xero)
    assert contact(ada).email == "ada@example.com"
    delta_is_due()
    assert take_turn(xero) == ["delta"]
    assert contact(ada).email == "ada@new.example"


def test_who_was_stopped_is_not_let_go_on_because_a_webhook_asked_for_a_look_that_has_not_been_made(
    xero: Xero, connection_id: str, pair: tuple[str, str], address: str, key: str
) -> None:
    command = links.stop(SYSTEM, [synced()[0].link_id]).command
    connection.disconnect(SYSTEM, connection_id)
    xero.change(pair[1], EmailAddress="ada@xero.example")
    assert consent() == connection_id
    xero.fault(action="status", status=503, method="GET", path="/Contacts", times=1)
    # Xero's next batch: those before it came while nothing was connected
    raw = batch(event("another organisation"), first=7)
    assert send(address, raw, signature(raw)).status_code == 200
    worker.take_turn()
    report = undo.undo_command(SYSTEM, command)
    sync_on(xero, connection_id)
    assert contact(pair[0]).email == "ada@example.com"
    assert report.done == 0
