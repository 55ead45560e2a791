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
