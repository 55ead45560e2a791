"""A delta of more pages, or a job of more writes, than a minute's calls: it waits for Xero's limit, and ends."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from urllib.parse import parse_qs

import pytest
import time_machine
from sqlalchemy import delete

from models.api_call import ApiCallRow
from models.base import now
from services import connection, imports, jobs, sync, worker
from services.access import SYSTEM
from services.db import write
from services.errors import RateLimited, Stale, Unavailable
from services.gateways.xero import store
from services.settings import get_settings
from services.steps import pull, push, updates
from tests.support.practice import add, edit, run_import, synced, tick
from tests.support.xero import Xero

Meanwhile = list[Callable[[], object]]


@pytest.fixture(autouse=True)
def six_pages(xero: Xero, settings: pytest.MonkeyPatch) -> None:
    """Eleven contacts, two a page, and four calls a minute."""
    settings.setattr(store, "PAGE_SIZE", 2)
    settings.setenv("XERO_CALLS_PER_MINUTE", "4")
    get_settings.cache_clear()
    for number in range(11):
        xero.create(f"Person {number}", f"person{number}@example.com")


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """A clock that can be set on."""
    with time_machine.travel(now()) as clock:
        yield clock


@pytest.fixture(autouse=True)
def meanwhile(settings: pytest.MonkeyPatch, clock: time_machine.Traveller) -> Meanwhile:
    """What happens while the engine waits; the clock goes on by as much, at once."""
    acts: Meanwhile = []

    def nap(seconds: float) -> None:
        clock.shift(seconds)
        for act in acts:
            act()

    settings.setattr(pull, "sleep", nap)
    return acts


def only_one_call_at_a_time(settings: pytest.MonkeyPatch, connection_id: str) -> None:
    """Let the day's calls be used up by one each half hour, so that one by one they are free again."""
    settings.setenv("XERO_CALLS_PER_DAY", "50")  # of which 45 are the sync's own
    get_settings.cache_clear()
    with write() as session:
        session.execute(delete(ApiCallRow))
        times = (now() - number * timedelta(minutes=32) for number in range(45))
        session.add_all(ApiCallRow(connection_id=connection_id, at=at) for at in times)


def sync_for_a_day(clock: time_machine.Traveller, connection_id: str) -> None:
    """Tick each time the connection's turn comes."""
    end = now() + timedelta(days=1)
    while now() < end:
        with suppress(RateLimited):
            sync.tick(connection_id)
        clock.move_to(connection.get_connection(connection_id).next_tick_at or now())


def pages_read(xero: Xero) -> list[int]:
    """The pages of the delta that Xero has answered since the last look."""
    queries = [parse_qs(str(call["query"])) for call in xero.calls()]
    xero.forget_calls()
    return [int(query["page"][0]) for query in queries if "page" in query]


def test_an_import_of_more_pages_than_a_minutes_calls_waits_and_reads_each_once(
    xero: Xero, connection_id: str, meanwhile: Meanwhile
) -> None:
    stages: list[str] = []
    meanwhile.append(lambda: stages.append(jobs.running_jobs()[0].stage))
    xero.forget_calls()
    job = run_import(connection_id)
    assert (job.state, job.error) == ("done", "")
    assert pages_read(xero) == [1, 2, 3, 4, 5, 6]
    assert len(synced()) == 11
    assert set(stages) == {"Waiting until Xero may be called again"}


def test_an_import_that_writes_more_than_a_minutes_calls_waits_and_writes_it_all(
    xero: Xero, connection_id: str, settings: pytest.MonkeyPatch, meanwhile: Meanwhile
) -> None:
    for module, name in ((updates, "IDS_A_CALL"), (updates, "WRITES_A_CALL"), (push, "AT_ONCE")):
        settings.setattr(module, name, 2)
    for number in range(11):
        add(f"Person {number}", f"person{number}@example.com", "+64 9 1234567")
    stages: set[str] = set()
    meanwhile.append(lambda: stages.add(jobs.running_jobs()[0].stage))
    job = run_import(connection_id)
    assert (job.state, job.error) == ("done", "")
    assert len(xero.calls("POST")) == 6
    phones = [phone for one in xero.contacts() for phone in one["Phones"] if phone["PhoneType"] == "DEFAULT"]
    assert {phone["PhoneNumber"] for phone in phones} == {"91234567"}
    assert stages == {"Waiting until Xero may be called again"}


def test_a_sync_that_nobody_waits_for_leaves_what_it_may_not_write_yet_to_the_next(
    xero: Xero, connection_id: str, settings: pytest.MonkeyPatch, clock: time_machine.Traveller, meanwhile: Meanwhile
) -> None:
    run_import(connection_id)
    clock.shift(60)
    waited: list[bool] = []
    meanwhile.append(lambda: waited.append(True))
    settings.setattr(updates, "IDS_A_CALL", 2)
    for one in synced():
        edit(one.contact_id, email=f"new{one.email}")
    with pytest.raises(RateLimited):
        sync.tick(connection_id, delta=False)
    assert waited == []


def test_so_does_a_preview(xero: Xero, connection_id: str) -> None:
    job_id = imports.start_preview(SYSTEM, connection_id)
    worker.run_jobs()
    assert jobs.get_job(job_id).state == "done"
    assert imports.preview_counts(connection_id).total == 11


def test_who_is_changed_while_it_waits_is_found_by_the_next(
    xero: Xero, connection_id: str, meanwhile: Meanwhile
) -> None:
    first = min(one["ContactID"] for one in xero.contacts())
    meanwhile.append(lambda: xero.change(first, EmailAddress="changed@example.com"))
    run_import(connection_id)
    assert "changed@example.com" not in [row.email for row in synced()]
    meanwhile.clear()
    sync.tick(connection_id)
    assert "changed@example.com" in [row.email for row in synced()]


def test_disconnecting_ends_the_wait(xero: Xero, connection_id: str, meanwhile: Meanwhile) -> None:
    meanwhile.append(lambda: connection.disconnect(SYSTEM, connection_id))
    xero.forget_calls()
    with pytest.raises(Stale):
        sync.tick(connection_id)
    assert max(pages_read(xero)) < 6
    assert synced() == []


def test_a_limit_that_is_not_over_soon_is_not_waited_for(xero: Xero, connection_id: str, meanwhile: Meanwhile) -> None:
    waited: list[bool] = []
    meanwhile.append(lambda: waited.append(True))
    headers = {"X-Rate-Limit-Problem": "day", "Retry-After": "9000"}
    xero.fault(action="status", status=429, headers=headers, method="GET", path="/Contacts", skip=1)
    with pytest.raises(RateLimited):
        sync.tick(connection_id)
    assert waited == []


def test_a_delta_of_more_pages_than_the_day_has_calls_at_once_goes_on_where_it_was(
    xero: Xero, connection_id: str, settings: pytest.MonkeyPatch, clock: time_machine.Traveller
) -> None:
    run_import(connection_id)
    clock.shift(timedelta(hours=1))
    for number, one in enumerate(xero.contacts()):
        xero.change(one["ContactID"], EmailAddress=f"new{number}@example.com")
    only_one_call_at_a_time(settings, connection_id)
    xero.forget_calls()
    sync_for_a_day(clock, connection_id)
    assert {row.email for row in synced()} == {f"new{number}@example.com" for number in range(11)}
    assert pages_read(xero)[:6] == [1, 2, 3, 4, 5, 6]


def test_what_changes_on_pages_that_a_broken_off_delta_has_read_is_found_once_it_goes_on(
    xero: Xero, connection_id: str, settings: pytest.MonkeyPatch
) -> None:
    settings.setenv("XERO_CALLS_PER_MINUTE", "60")
    get_settings.cache_clear()
    run_import(connection_id)
    ids = sorted(one["ContactID"] for one in xero.contacts())
    for number, xero_id in enumerate(ids):
        xero.change(xero_id, EmailAddress=f"new{number}@example.com")
    xero.fault(action="status", status=503, method="GET", path="/Contacts", skip=3)
    with pytest.raises(Unavailable):
        tick(connection_id)
    xero.change(ids[0], EmailAddress="later@example.com")
    sync.tick(connection_id)
    assert "later@example.com" in [row.email for row in synced()]
    assert len([row for row in synced() if row.email.startswith("new")]) == 10


def test_nobody_is_matched_by_a_page_that_was_read_before_an_import_was_broken_off(
    xero: Xero, connection_id: str, clock: time_machine.Traveller
) -> None:
    first = min(one["ContactID"] for one in xero.contacts())
    ours = add(xero.contact(first)["Name"], xero.contact(first)["EmailAddress"])
    headers = {"X-Rate-Limit-Problem": "day", "Retry-After": "7200"}
    xero.fault(action="status", status=429, headers=headers, method="GET", path="/Contacts", skip=1)
    run_import(connection_id)
    xero.control("clock", advance=7200)
    clock.shift(timedelta(hours=2, minutes=1))
    xero.change(first, Name="Somebody Else", EmailAddress="somebody@example.com")
    worker.take_turn()
    assert len(synced()) == 11
    assert [row.xero_id for row in synced() if row.contact_id == ours] == []


def test_what_changed_last_is_not_read_again_for_as_long_as_nothing_else_changes(
    xero: Xero, connection_id: str, clock: time_machine.Traveller
) -> None:
    run_import(connection_id)
    for _ in range(4):
        clock.shift(timedelta(minutes=30))
        xero.forget_calls()
        sync.tick(connection_id)
    assert pages_read(xero) == [1]
