"""What the address for webhooks answers: 200 or 401 as Xero wants, in time, and nothing else."""

import logging
import threading
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from services import webhooks, worker
from services.connection import get_connection
from services.db import Database, write
from services.records import arrivals
from tests.support.practice import contact, delta_is_due, run_import
from tests.support.webhooks import batch, event, send, signature, take_turn
from tests.support.xero import Xero, connect


def test_the_intent_to_receive_is_answered_as_xero_wants(xero: Xero, database: object, address: str, key: str) -> None:
    answer = xero.control("webhooks", url=address, key=key)
    assert [trial["status"] for trial in answer["trials"]] == [200, 401, 200, 401]
    assert answer["status"] == "ok"
    assert xero.control("webhooks/validate")["status"] == "ok"


def test_a_wrong_signature_is_refused_and_changes_nothing(
    xero: Xero, people: dict[str, str], connection_id: str, address: str, simulator: Any
) -> None:
    raw = batch(event(simulator.tenant_id))
    for signed in ("", "ÿ", signature(raw, "another key"), signature(raw + b" ")):
        reply = httpx.post(address, content=raw, headers={"x-xero-signature": signed.encode("latin-1")})
        assert (reply.status_code, reply.content) == (401, b"")
    assert take_turn(xero) == []


def test_without_a_key_every_signature_is_wrong(database: object, address: str) -> None:
    assert send(address, b"{}", signature(b"{}", "")).status_code == 401


def test_the_answer_has_no_body_and_sets_no_cookie(database: object, address: str, key: str) -> None:
    reply = send(address, batch(event("unknown")), signature(batch(event("unknown"))))
    assert (reply.status_code, reply.content, "set-cookie" in reply.headers) == (200, b"", False)


def test_a_body_larger_than_any_of_xeros_is_refused(database: object, address: str, key: str) -> None:
    raw = b" " * 1_000_001
    assert send(address, raw, signature(raw)).status_code == 413


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b'{"events": [{"eventCategory": "CONTACT", "name": "Ada"}]}'])
def test_a_signed_body_that_makes_no_sense_is_taken_and_never_quoted(
    database: object, address: str, key: str, raw: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "services")
    assert send(address, raw, signature(raw)).status_code == 200
    webhooks.take_in()
    assert "could not be read" in caplog.text
    assert "Ada" not in caplog.text


@pytest.mark.parametrize("category", ["CONTACT", "INVOICE"])
def test_events_of_other_organisations_and_other_things_wake_nobody(
    xero: Xero, people: dict[str, str], address: str, simulator: Any, category: str
) -> None:
    tenant_id = "another" if category == "CONTACT" else simulator.tenant_id
    raw = batch(event(tenant_id, category))
    assert send(address, raw, signature(raw)).status_code == 200
    assert take_turn(xero) == []


@pytest.mark.parametrize("odd", [None, 5, "CONTACT", [], {"eventCategory": "CONTACT"}])
def test_one_event_that_is_none_does_not_spoil_the_others(
    xero: Xero, people: dict[str, str], address: str, simulator: Any, odd: Any
) -> None:
    raw = batch(event(simulator.tenant_id) | {"resourceId": next(iter(people.values()))}, odd)
    assert send(address, raw, signature(raw)).status_code == 200
    assert take_turn(xero) == ["ids"]


def test_a_contact_that_xero_does_not_know_changes_nothing(
    xero: Xero, people: dict[str, str], address: str, simulator: Any
) -> None:
    raw = batch(event(simulator.tenant_id))
    assert send(address, raw, signature(raw)).status_code == 200
    assert take_turn(xero) == ["ids"]
    assert take_turn(xero) == []


def test_the_answer_comes_in_time_while_an_import_is_written(
    xero: Xero, database: object, address: str, key: str
) -> None:
    """Xero waits five seconds; half of them must do."""
    xero.control("reset", contacts=1500, seed=3)
    connection_id = connect()
    importing = threading.Thread(target=run_import, args=[connection_id])
    importing.start()
    slowest, first = 0.0, 1
    while importing.is_alive():
        raw = batch(event(get_connection(connection_id).tenant_id), first=first)
        begun = time.monotonic()
        assert send(address, raw, signature(raw)).status_code == 200
        slowest, first = max(slowest, time.monotonic() - begun), first + 1
    importing.join()
    assert first > 10
    assert slowest < 2.5


def test_the_answer_comes_within_a_second_while_another_transaction_holds_the_database_and_nothing_is_lost(
    xero: Xero, people: dict[str, str], address: str, simulator: Any
) -> None:
    held, seconds = threading.Event(), 2.5

    def hold() -> None:
        with write() as session:
            session.execute(text("UPDATE counter SET value = value"))
            held.set()
            time.sleep(seconds)

    holding = threading.Thread(target=hold)
    holding.start()
    held.wait()
    slowest, first = 0.0, 1
    while holding.is_alive():
        named = event(simulator.tenant_id) | {"resourceId": list(people.values())[first % 2]}
        raw, begun = batch(named, first=first), time.monotonic()
        assert send(address, raw, signature(raw)).status_code == 200
        slowest, first = max(slowest, time.monotonic() - begun), first + 1
    holding.join()
    assert first > 3
    assert slowest < 1.0
    assert take_turn(xero) == ["ids"]
    assert take_turn(xero) == []


def test_a_file_of_webhooks_that_cannot_be_read_stops_neither_jobs_nor_the_sync(
    xero: Xero, people: dict[str, str], database: Database
) -> None:
    ada = next(iter(people))
    xero.change(people[ada], EmailAddress="ada@new.example")
    Path(f"{make_url(database.url).database}-arrivals").write_bytes(b"not a database" * 1000)
    delta_is_due()
    worker.take_turn()
    assert contact(ada).email == "ada@new.example"


def test_a_webhook_that_was_taken_in_and_not_forgotten_does_no_harm(
    xero: Xero, people: dict[str, str], address: str, simulator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = batch(event(simulator.tenant_id) | {"resourceId": next(iter(people.values()))})
    send(address, raw, signature(raw))
    with monkeypatch.context() as killed:
        killed.setattr(arrivals, "forget", _dies)
        with pytest.raises(RuntimeError):
            webhooks.take_in()
    assert take_turn(xero) == ["ids"]
    assert take_turn(xero) == []


def _dies(_numbers: object) -> None:
    raise RuntimeError("killed")
