"""Real workers killed with SIGKILL at moments they do not choose: what remains is always finished, once."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter

import pytest

from services import clients, contacts, create_one, imports, jobs, sync, worker
from services.access import SYSTEM
from services.clients import ClientFilter
from services.contacts import ContactFilter
from services.jobs import JobItem
from tests.support.practice import add, run_import, xero_client
from tests.support.xero import Xero, connect

PATIENCE = 100.0

LONG = pytest.mark.soak


def start_worker() -> subprocess.Popen[bytes]:
    """A worker in a process of its own, with this test's settings."""
    return subprocess.Popen([sys.executable, "-m", "services.worker"], env=dict(os.environ))


def kill(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait()


def wait_until_past(job_id: str, stage: str, done: int) -> JobItem:
    """The job as soon as it is this far, or at its end."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        job = jobs.get_job(job_id)
        if job.state in ("done", "failed") or (job.stage == stage and job.done >= done):
            return job
        time.sleep(0.005)
    raise TimeoutError(f"The job stands at {job.stage} {job.done}.")


@pytest.mark.parametrize(
    ("stage", "done"),
    [
        pytest.param("Reading contacts from Xero", 1000, marks=LONG),
        ("Matching contacts", 300),
        ("Comparing contacts", 1),
    ],
)
def test_an_import_killed_midway_is_finished_by_the_next_worker_without_doubles(
    database: object, xero: Xero, stage: str, done: int
) -> None:
    xero.control("reset", contacts=500 + done, seed=5)
    connection_id = connect()
    job_id = imports.start_import(SYSTEM, connection_id)
    process = start_worker()
    wait_until_past(job_id, stage, done)
    kill(process)
    worker.run_jobs()
    job = jobs.get_job(job_id)
    assert job.state == "done", job.error
    sync.tick(connection_id)
    active = [contact for contact in xero.contacts() if contact["ContactStatus"] == "ACTIVE"]
    linked = Counter(item.xero_id for item in _all_clients())
    issues_open = imports.preview_counts(connection_id).ask
    assert max(linked.values()) == 1
    assert len(linked) + issues_open == len(active)
    assert contacts.list_contacts(ContactFilter()).total == len(linked)


@pytest.mark.parametrize("pause", [0.0, pytest.param(0.4, marks=LONG), 0.7, pytest.param(1.0, marks=LONG), 1.3])
def test_a_creation_killed_on_the_wire_lands_once(xero: Xero, connection_id: str, pause: float) -> None:
    run_import(connection_id)
    contact_id = add("Killed On The Wire", "killed@example.com")
    xero.fault(action="delay", seconds=0.3, method="PUT", path="/Contacts", times=1)
    create_one.create_in_xero(SYSTEM, contact_id, connection_id)
    process = start_worker()
    _wait_for_first_call(xero)
    time.sleep(pause / 4)
    kill(process)
    sync.tick(connection_id)
    assert len(xero.contacts(name="Killed On The Wire")) == 1
    assert xero_client(contact_id).state == "syncing"


def test_a_worker_that_is_told_to_end_first_settles_what_is_on_the_wire(xero: Xero, connection_id: str) -> None:
    run_import(connection_id)
    contact_id = add("Ended On The Wire", "ended@example.com")
    xero.fault(action="delay", effect="after", seconds=3, method="PUT", path="/Contacts", times=1)
    create_one.create_in_xero(SYSTEM, contact_id, connection_id)
    process = start_worker()
    deadline = time.monotonic() + PATIENCE
    while not xero.calls("PUT") and time.monotonic() < deadline:
        time.sleep(0.01)
    process.terminate()
    assert process.wait(PATIENCE) == 0
    assert xero_client(contact_id).state == "syncing"


def _wait_for_first_call(xero: Xero) -> None:
    seen = len(xero.calls())
    deadline = time.monotonic() + PATIENCE
    while len(xero.calls()) == seen and time.monotonic() < deadline:
        time.sleep(0.01)


def _all_clients() -> list[clients.ClientItem]:
    return [item for page in range(1, 30) for item in clients.list_clients(ClientFilter(), page).rows]
