"""Jobs of which several are asked for, or that several workers have in hand."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from models.base import now
from services import imports, jobs, sync, worker
from services.access import SYSTEM
from services.records import leases
from tests.support.practice import contact, run_import
from tests.support.xero import Xero

Pair = tuple[str, str]
NEW = "ada@new.example"


def once_read(monkeypatch: pytest.MonkeyPatch, act: Callable[[leases.Lease], None]) -> None:
    """Let something happen, once, when the next tick has read Xero."""
    note_drift = sync.note_drift

    def late(*args: Any) -> None:
        monkeypatch.setattr(sync, "note_drift", note_drift)
        act(args[2])
        note_drift(*args)

    monkeypatch.setattr(sync, "note_drift", late)


def while_it_sleeps() -> None:
    """Another worker runs what waits, since the leases of the first one have ended."""
    with time_machine.travel(now() + leases.LENGTH + timedelta(seconds=1)):
        worker.run_jobs()


def test_a_job_that_another_worker_has_finished_does_not_fail_when_the_first_wakes_up(
    connection_id: str, pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = imports.sync_now(SYSTEM, connection_id)

    def sleep(_lease: leases.Lease) -> None:
        while_it_sleeps()
        assert jobs.get_job(job_id).state == "done"
        raise RuntimeError("What the first worker held open broke while it slept.")

    once_read(monkeypatch, sleep)
    with suppress(RuntimeError):
        worker.run_jobs()
    assert (jobs.get_job(job_id).state, jobs.get_job(job_id).error) == ("done", "")


def test_a_worker_that_wakes_up_adds_nothing_to_a_later_job(
    xero: Xero, connection_id: str, pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    imports.sync_now(SYSTEM, connection_id)
    xero.change(pair[1], EmailAddress=NEW)
    later: list[str] = []

    def sleep(lease: leases.Lease) -> None:
        while_it_sleeps()
        later.append(imports.sync_now(SYSTEM, connection_id))
        lease.renew()

    once_read(monkeypatch, sleep)
    worker.run_jobs()
    worker.run_jobs()
    assert jobs.get_job(later[0]).result["changed"] == 0


def test_sync_now_that_is_pressed_once_another_has_read_xero_reads_it_again(
    xero: Xero, connection_id: str, pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    def press(_lease: leases.Lease) -> None:
        xero.change(pair[1], EmailAddress=NEW)
        imports.sync_now(SYSTEM, connection_id)

    once_read(monkeypatch, press)
    imports.sync_now(SYSTEM, connection_id)
    worker.run_jobs()
    assert contact(pair[0]).email != NEW
    worker.run_jobs()
    assert contact(pair[0]).email == NEW
    assert not jobs.running_jobs()


def test_however_often_sync_now_is_pressed_one_runs_and_one_waits_for_it(
    connection_id: str, pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    pressed: list[str] = []
    shown: list[str] = []

    def press(_lease: leases.Lease) -> None:
        for _ in range(3):
            pressed.append(imports.sync_now(SYSTEM, connection_id))
            worker.run_jobs()  # as another thread of the worker does
        newest = jobs.latest_job(connection_id)
        shown.extend([newest.id if newest else "", *(job.state for job in jobs.running_jobs())])

    once_read(monkeypatch, press)
    first = imports.sync_now(SYSTEM, connection_id)
    assert imports.sync_now(SYSTEM, connection_id) == first
    worker.run_jobs()
    assert first not in pressed
    assert len(set(pressed)) == 1
    assert shown == [first, "running", "queued"]


def test_an_import_that_is_pressed_twice_is_one(connection_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pressed: list[str] = []
    once_read(monkeypatch, lambda _lease: pressed.append(imports.start_import(SYSTEM, connection_id)))
    pressed.append(run_import(connection_id).id)
    assert len(pressed) == 2
    assert len(set(pressed)) == 1
