"""What happens while a tick or a job is under way: an admin signs in again, another worker is quicker or slower."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlmodel import select, update

from models.base import Json, now
from models.connection import CONNECTED
from models.contact import ContactRow
from models.intent import HELD, IntentRow
from models.lease import LeaseRow
from services import connection, create_one, imports, jobs, sync, worker
from services.access import SYSTEM
from services.db import read, write
from services.errors import SignInNeeded, SyncError
from services.gateways.xero import oauth, tokens
from services.gateways.xero.client import Client
from services.gateways.xero.oauth import TokenPair
from services.records import leases, quota
from tests.support.organisations import Organisation, connected, let_all_sync, several
from tests.support.practice import add, edit, retry_now, synced
from tests.support.xero import REFUSED, Xero, consented

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def practice(database: object, xero: Xero) -> Organisation:
    """A connected organisation of two, with one linked person."""
    first = several(xero, 2)[0]
    xero.control("contacts", tenant=first, create={"Name": "Ada Archer", "EmailAddress": "ada@example.com"})
    return connected(xero, first)


def test_a_tick_goes_on_with_the_sign_in_that_an_admin_renews_meanwhile(practice: Organisation) -> None:
    ben = add("Ben Baker", "ben@example.com")
    practice.create("Ben Baker", "ben@example.com")
    sync.tick(practice.connection_id)
    edit(ben, email="new@example.com")
    renewed = []

    def progress(_stage: str, _done: int, _total: int) -> None:
        if not renewed:
            renewed.append(consented(practice.tenant_id).connection_id)

    sync.tick(practice.connection_id, progress)
    assert renewed == [practice.connection_id]
    assert (practice.item.state, practice.item.error) == (CONNECTED, "")
    assert practice.email("Ben Baker") == "new@example.com"


def test_an_earlier_sign_in_that_xero_ends_does_not_end_the_one_that_an_admin_renewed_meanwhile(
    practice: Organisation,
) -> None:
    with pytest.MonkeyPatch.context() as patched:

        def refused_after_an_admin_signed_in(_pair: TokenPair) -> TokenPair:
            patched.undo()
            consented(practice.tenant_id)
            raise SignInNeeded("Xero ended the sign-in. Connect again.")

        patched.setattr(tokens, "MARGIN", timedelta(hours=1))  # as if the token had run out
        patched.setattr(oauth, "refresh", refused_after_an_admin_signed_in)
        sync.tick(practice.connection_id)
    assert (practice.item.state, practice.item.error) == (CONNECTED, "")


def at_its_first_report(monkeypatch: pytest.MonkeyPatch, act: Callable[[], None]) -> None:
    """Let something happen when a job first tells how far it is."""
    report, left = worker._report, [act]

    def reporting(job_id: str, lease: leases.Lease, stage: str, done: int, total: int) -> None:
        if left:
            left.pop()()
        report(job_id, lease, stage, done, total)

    monkeypatch.setattr(worker, "_report", reporting)


def test_a_job_that_another_worker_has_done_meanwhile_is_not_done_again(
    database: object, xero: Xero, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (connected(xero, tenant_id) for tenant_id in several(xero, 2))
    imports.sync_now(SYSTEM, first.connection_id)
    job_id = imports.sync_now(SYSTEM, second.connection_id)
    at_its_first_report(monkeypatch, worker.run_jobs)
    xero.forget_calls()
    worker.run_jobs()
    assert jobs.get_job(job_id).state == "done"
    assert [len(one.calls()) for one in (first, second)] == [1, 1]


def test_an_organisation_that_another_worker_has_looked_at_meanwhile_is_not_looked_at_again(
    database: object, xero: Xero, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = [connected(xero, tenant_id) for tenant_id in several(xero, 2)]
    tick, left = sync.tick, [1]

    def ticking(connection_id: str, **how: bool) -> sync.Tally | None:
        tally = tick(connection_id, **how)
        if left:
            left.pop()
            worker.take_turn()
        return tally

    monkeypatch.setattr(sync, "tick", ticking)
    xero.forget_calls()
    let_all_sync()
    assert [len(one.calls()) for one in both] == [1, 1]


def test_a_worker_that_slept_while_another_did_its_job_does_not_say_that_the_job_failed(
    practice: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def another_worker_takes_over() -> None:
        with write() as session:
            session.execute(update(LeaseRow).values(until=LONG_AGO))
        worker.run_jobs()

    practice.create("Ben Baker", "ben@example.com")
    job_id = imports.sync_now(SYSTEM, practice.connection_id)
    at_its_first_report(monkeypatch, another_worker_takes_over)
    worker.run_jobs()
    job = jobs.get_job(job_id)
    assert (job.state, job.error, job.result["create"]) == ("done", "", 1)


@pytest.mark.parametrize("again", [False, True])
def test_nobody_takes_over_from_who_looks_up_many_creations_at_a_slow_xero(
    practice: Organisation, monkeypatch: pytest.MonkeyPatch, again: bool
) -> None:
    """Whose answers were lost, or that were dropped and are asked for again: a call for each."""
    ours = [add(f"Person {number}", f"person{number}@example.com") for number in range(10)]
    send_in_vain(practice, ours)
    if again:
        connection.disconnect(SYSTEM, practice.connection_id)
        consented(practice.tenant_id)
        for one in ours:
            create_one.create_in_xero(SYSTEM, one, practice.connection_id)
    retry_now()
    taken = tick_slowly(practice, monkeypatch, 20)
    assert set(taken) == {None}
    assert len(practice.contacts()) == 11
    assert {one.contact_id for one in synced()} >= set(ours)


@pytest.mark.parametrize("whole", [False, True])
def test_nobody_takes_over_from_who_asks_a_slow_xero_why_it_refused_many(
    practice: Organisation, monkeypatch: pytest.MonkeyPatch, whole: bool
) -> None:
    """Each by itself, or with the whole call."""
    for number in range(10):
        name = f"Person {number}"
        ours = add(name, f"{name[-1]}@example.com")
        create_one.create_in_xero(SYSTEM, ours, practice.connection_id)
    with write() as session:
        session.execute(update(ContactRow).values(email="p@exa_mple..com"))  # which Xero alone refuses
    if whole:
        practice.fails(method="PUT", action="status", status=400, body=REFUSED)
    taken = tick_slowly(practice, monkeypatch, 10)
    assert set(taken) == {None}
    assert [row.state for row in intents()] == [HELD] * 10


def tick_slowly(practice: Organisation, monkeypatch: pytest.MonkeyPatch, seconds: float) -> list[leases.Lease | None]:
    """Tick while each answer takes so long. Returns what another worker gets that would take over after each."""
    taken, contacts = [], Client.contacts
    with time_machine.travel(now()) as clock:

        def slow(client: Client, **query: Any) -> Json:
            answer = contacts(client, **query)
            clock.shift(seconds)
            taken.append(leases.take(f"tick:{practice.connection_id}"))
            return answer

        monkeypatch.setattr(Client, "contacts", slow)
        sync.tick(practice.connection_id)
    return taken


def intents() -> list[IntentRow]:
    with read() as session:
        return list(session.exec(select(IntentRow)))


def send_in_vain(practice: Organisation, contact_ids: list[str]) -> None:
    """Ask for contacts to be created, and let the call be lost before Xero hears of it."""
    for one in contact_ids:
        create_one.create_in_xero(SYSTEM, one, practice.connection_id)
    practice.xero.fault(action="drop", method="PUT", path="/Contacts")
    with pytest.raises(SyncError):
        sync.tick(practice.connection_id)


def test_a_job_whose_organisation_is_disconnected_meanwhile_says_so(
    practice: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = imports.sync_now(SYSTEM, practice.connection_id)
    at_its_first_report(monkeypatch, lambda: connection.disconnect(SYSTEM, practice.connection_id))
    worker.run_jobs()
    worker.run_jobs()
    job = jobs.get_job(job_id)
    assert (job.state, "disconnected" in job.error) == ("failed", True)


def test_an_import_that_was_cut_off_tells_in_the_end_all_that_it_did(
    xero: Xero, connection_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(150):
        xero.create(f"Person {number:03}")
    job_id, report = imports.start_import(SYSTEM, connection_id), worker._report

    def cut_off(job_id: str, lease: leases.Lease, stage: str, done: int, total: int) -> None:
        if (stage, done) == ("Matching contacts", 100):
            monkeypatch.setattr(worker, "_report", report)
            raise SystemExit

    monkeypatch.setattr(worker, "_report", cut_off)
    with pytest.raises(SystemExit):
        worker.run_jobs()
    worker.run_jobs()
    assert jobs.get_job(job_id).result["create"] == 150


def test_a_clock_that_was_set_back_keeps_nobody_from_syncing(practice: Organisation) -> None:
    practice.create("Ben Baker", "ben@example.com")
    with time_machine.travel(now() - timedelta(hours=1)):
        job_id = imports.sync_now(SYSTEM, practice.connection_id)
        worker.run_jobs()
        assert jobs.get_job(job_id).result["create"] == 1


def test_a_clock_that_was_set_back_does_not_put_off_the_next_look(practice: Organisation) -> None:
    practice.create("Ben Baker", "ben@example.com")
    before = len(practice.calls("GET"))
    with time_machine.travel(now() - timedelta(hours=13)):
        for _ in range(3):
            worker.take_turn()
        assert "Ben Baker" in [row.name for row in synced()]
        assert len(practice.calls("GET")) == before + 1


def test_a_clock_that_was_days_ahead_and_was_set_back_puts_off_no_look_by_days(
    xero: Xero, practice: Organisation
) -> None:
    ahead = timedelta(days=9)
    with time_machine.travel(now() + ahead):
        xero.control("clock", advance=-ahead.total_seconds())  # only ours is ahead
        sync.tick(practice.connection_id)
        assert used(practice.connection_id) > 0
    xero.control("clock", advance=ahead.total_seconds())
    practice.create("Ben Baker", "ben@example.com")
    worker.take_turn()
    assert {row.name for row in synced()} == {"Ada Archer", "Ben Baker"}
    with time_machine.travel(now() + timedelta(days=2)):
        assert used(practice.connection_id) == 0


def used(connection_id: str) -> int:
    """How many calls count within the last minute."""
    with read() as session:
        return quota.used(session, connection_id, quota.MINUTE)
