"""Leases: long work keeps its own while it gets on, and loses it when it sleeps; a clock set back holds nobody up."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from models.base import now
from models.connection import ConnectionRow
from services import brake, imports, jobs, sync, worker
from services.access import SYSTEM
from services.db import read
from services.errors import Stale
from services.gateways.xero import tokens
from services.gateways.xero.client import Client
from services.records import leases
from services.records.leases import Lease
from services.steps import foreseeing, updates
from tests.support.practice import add, contact, delta_is_due, run_import
from tests.support.xero import Xero

COUNT = 60
AHEAD = timedelta(days=1)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[time_machine.Traveller]:
    """A clock to move on, by which leases are renewed."""
    with time_machine.travel(now()) as clock:
        monkeypatch.setattr(leases, "monotonic", time.time)
        yield clock


@pytest.fixture
def book(xero: Xero, connection_id: str) -> list[str]:
    """Linked contacts that have all changed in Xero."""
    ids = [xero.create(f"Person {number:02}", f"p{number}@example.com") for number in range(COUNT)]
    run_import(connection_id)
    for number, xero_id in enumerate(ids):
        xero.change(xero_id, EmailAddress=f"new{number}@example.com")
    delta_is_due()
    return ids


def at_each_count(monkeypatch: pytest.MonkeyPatch, act: Callable[[], None]) -> None:
    """Let something happen whenever the brake looks at a link."""
    plan_of = foreseeing.plan_of

    def look(*args: Any) -> Any:
        act()
        return plan_of(*args)

    monkeypatch.setattr(foreseeing, "plan_of", look)


def test_a_mass_change_that_takes_longer_to_count_than_a_lease_lasts_stops_at_the_brake(
    connection_id: str, book: list[str], monkeypatch: pytest.MonkeyPatch, clock: time_machine.Traveller
) -> None:
    taken: list[Lease | None] = []

    def slowly() -> None:
        clock.shift(5)
        taken.append(leases.take(f"tick:{connection_id}"))

    at_each_count(monkeypatch, slowly)
    sync.tick(connection_id)
    assert taken == [None] * COUNT
    assert brake.get_brake(connection_id) is not None


def test_a_worker_that_sleeps_past_its_lease_while_it_counts_goes_no_further(
    connection_id: str, book: list[str], monkeypatch: pytest.MonkeyPatch, clock: time_machine.Traveller
) -> None:
    taken: list[Lease | None] = []

    def sleeps() -> None:
        clock.shift(leases.LENGTH)
        taken.append(leases.take(f"tick:{connection_id}"))

    at_each_count(monkeypatch, sleeps)
    with pytest.raises(Stale):
        sync.tick(connection_id)
    assert len(taken) == 1
    assert brake.get_brake(connection_id) is None


@pytest.fixture
def job_id(xero: Xero, connection_id: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A queued import that fills phones in Xero, a few in each call."""
    monkeypatch.setattr(updates, "IDS_A_CALL", 2)
    monkeypatch.setattr(updates, "WRITES_A_CALL", 2)
    for number in range(20):
        add(f"Person {number:02}", f"p{number}@example.com", "+61 2 9999 9999")
        xero.create(f"Person {number:02}", f"p{number}@example.com")
    return imports.start_import(SYSTEM, connection_id)


def at_each_reading(monkeypatch: pytest.MonkeyPatch, act: Callable[[], None]) -> None:
    """Let something happen when Xero has been read, before the program gets the answer."""
    contacts = Client.contacts

    def late(client: Client, **query: Any) -> Any:
        answer = contacts(client, **query)
        act()
        return answer

    monkeypatch.setattr(Client, "contacts", late)


def test_an_import_that_writes_for_longer_than_a_lease_lasts_is_not_cut_off_by_another_worker(
    job_id: str, monkeypatch: pytest.MonkeyPatch, clock: time_machine.Traveller
) -> None:
    taken: list[Lease | None] = []

    def slowly() -> None:
        clock.shift(20)
        taken.append(leases.take(f"job:{job_id}"))

    at_each_reading(monkeypatch, slowly)
    worker.run_jobs()
    assert taken == [None] * 11  # a page, and a look before each of ten writes
    assert jobs.get_job(job_id).state == "done"


def test_a_worker_that_sleeps_past_the_lease_of_its_job_sends_nothing_more(
    xero: Xero, job_id: str, monkeypatch: pytest.MonkeyPatch, clock: time_machine.Traveller
) -> None:
    taken: list[Lease | None] = []

    def sleeps() -> None:
        if xero.calls("POST"):
            clock.shift(leases.LENGTH)
            taken.append(leases.take(f"job:{job_id}"))

    at_each_reading(monkeypatch, sleeps)
    worker.run_jobs()
    assert len(taken) == len(xero.calls("POST")) == 1
    assert jobs.get_job(job_id).state == "running"


def taken_by_a_clock_that_is_ahead(name: str, monkeypatch: pytest.MonkeyPatch) -> Lease:
    """A lease whose holder is on another machine, as far as can be told, so that nobody knows whether it lives."""
    with time_machine.travel(now() + AHEAD), monkeypatch.context() as elsewhere:
        elsewhere.setattr(leases.socket, "gethostname", lambda: "an-earlier-container")
        lease = leases.take(name)
    assert lease is not None
    return lease


def test_a_lease_taken_by_a_clock_that_was_ahead_holds_no_sync_up_once_it_is_set_back(
    xero: Xero, pair: tuple[str, str], connection_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = pair
    taken_by_a_clock_that_is_ahead(f"tick:{connection_id}", monkeypatch)
    xero.change(theirs, EmailAddress="ada@new.example")
    delta_is_due()
    worker.take_turn()
    assert contact(ours).email == "ada@new.example"


def test_a_lease_taken_by_a_clock_that_was_ahead_holds_no_renewal_up_once_it_is_set_back(
    xero: Xero, pair: tuple[str, str], connection_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "PATIENCE", 1.0)
    with read() as session:
        mine = str(session.get_one(ConnectionRow, connection_id).authorisation_id)
    taken_by_a_clock_that_is_ahead(f"refresh:{mine}", monkeypatch)
    before = tokens.access_token(mine)
    assert tokens.access_token(mine, before) != before


def test_whoever_holds_a_lease_while_the_clock_is_set_back_goes_on_only_until_another_has_taken_it(
    database: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = taken_by_a_clock_that_is_ahead("tick", monkeypatch)
    first.renew()
    assert leases.take("tick") is None  # it is at work, and its lease ends when it should
    second = taken_by_a_clock_that_is_ahead("another", monkeypatch)
    assert leases.take("another") is not None
    with pytest.raises(Stale):
        second.renew()


def test_a_clock_that_is_set_back_a_little_takes_no_lease_from_whoever_is_at_work(database: object) -> None:
    lease = leases.take("tick")
    with time_machine.travel(now() - timedelta(seconds=5)):
        assert leases.take("tick") is None
        assert lease is not None
        lease.renew()
