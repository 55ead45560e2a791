"""The worker: runs the jobs people started, and ticks each connection when its time has come.

It runs inside the web app (see `app.py`) or alone: `python -m services.worker`. Two workers do no harm:
leases let one of them work on a connection at a time.
"""

import logging
import signal
import sys
import threading
import time
from contextlib import suppress
from functools import partial

from sqlmodel import col, select

from models.base import now
from models.connection import CONNECTED, DISCONNECTED, ConnectionRow
from models.job import JobRow
from services import db, logs, memory, migrate, sync, webhooks
from services.errors import ContactSyncError, RateLimited, SettingsError, Stale
from services.records import clock, jobs, leases
from services.settings import get_settings
from services.steps import drifting, suggesting
from services.steps.notices.notifying import messenger
from services.steps.pull import Progress, delta_due, unwatched

log = logging.getLogger(__name__)

ENDING = (signal.SIGINT, signal.SIGTERM)
TURN_SECONDS = 0.5
LONGEST_PAUSE = 30.0
THREADS = 3
UNEXPECTED = "Something went wrong in this program; the server's log says what. Nothing is half done."


class Worker:
    """Some threads that take turns until they are stopped, so that one long sync does not hold up the others."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._run, name=f"worker-{number}", daemon=True) for number in range(THREADS)
        ]

    def start(self) -> None:
        """Begin to take turns in the background."""
        for thread in self._threads:
            thread.start()

    def stop(self, patience: float = 5.0) -> None:
        """Ask for the end, and wait `patience` seconds; whatever is cut off resumes at the next start."""
        self._stop.set()
        deadline = time.monotonic() + patience
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))

    def _run(self) -> None:
        pause = TURN_SECONDS
        while not self._stop.is_set():
            try:
                well = take_turn()
            except Exception:
                well = False
                log.exception("A turn of the worker failed; it goes on with the next one.")
            pause = TURN_SECONDS if well else min(2 * pause, LONGEST_PAUSE)  # or repeated errors would fill the log
            self._stop.wait(pause)


def take_turn() -> bool:
    """Send notifications, take in webhooks, run all jobs that wait, then tick all connections that are due.

    Returns whether nothing unexpected happened.
    """
    clock.correct()
    messenger.take_turn()
    well = _take_in()
    run_jobs()
    for connection_id in [connection.id for connection in _due()]:
        well = _turn_to(connection_id) and well
    return well


def _take_in() -> bool:
    """Take in webhooks. Returns whether that went well. A failure stops nothing else: the delta finds changes too."""
    try:
        webhooks.take_in()
    except Exception:
        log.exception("What webhooks told could not be taken in; the sync goes on without.")
        return False
    return True


def _turn_to(connection_id: str) -> bool:
    """Tick one connection. Returns whether nothing unexpected happened. A failure does not stop the others."""
    try:
        for connection in _due(connection_id):  # none, if another worker has ticked it meanwhile
            _tick(connection)
    except ContactSyncError as error:
        log.warning("Sync of connection %s stopped: %s", connection_id, type(error).__name__)
    except Exception:
        log.exception("Sync of connection %s failed; the others go on.", connection_id)
        return False
    return True


def run_jobs() -> None:
    """Run every job that is queued, and those a dead worker left behind, in this thread."""
    with db.read() as session:
        waiting = [job.id for job in jobs.unfinished(session)]
    for job_id in waiting:
        with leases.held(f"job:{job_id}") as lease:
            if lease is not None:
                _run_job(job_id, lease)


def _run_job(job_id: str, lease: leases.Lease) -> None:
    with db.read() as session:
        job = session.get_one(JobRow, job_id)
    if not jobs.start(job_id):
        return
    progress = partial(_report, job_id, lease)
    try:
        result = _work(job, lease, progress)
        if result is not None:
            jobs.finish(job_id, lease, result)
            log.info("Job %s (%s) is done.", job_id, job.kind)
    except Stale:
        log.warning("Job %s (%s) is left to whoever has taken over.", job_id, job.kind)
    except ContactSyncError as error:
        log.warning("Job %s (%s) stopped: %s", job_id, job.kind, type(error).__name__)
        with suppress(Stale):
            jobs.finish(job_id, lease, {}, str(error))
    except Exception:
        with suppress(Stale):
            jobs.finish(job_id, lease, {}, UNEXPECTED)
        raise


def _work(job: JobRow, lease: leases.Lease, progress: Progress) -> dict[str, object] | None:
    """Do the job's work. Returns what to add to its counts; None if another worker holds the connection, so that the
    job has to wait.
    """
    if job.kind == "preview":
        return {} if sync.read_only(job.connection_id, progress, job=lease) else None
    tally = sync.tick(job.connection_id, progress, for_person=True, job=lease)
    if tally is None:
        return None
    _look_for_candidates(job.connection_id, progress, lease)
    return {"braked": 1} if tally.braked else {}


def _look_for_candidates(connection_id: str, progress: Progress = unwatched, job: leases.Lease | None = None) -> None:
    """After a tick: work out which contacts each open match issue may mean. Whatever is cut off goes on next time."""
    while suggesting.due(connection_id) and suggesting.suggest(connection_id, progress, job=job):
        pass


def _report(job_id: str, lease: leases.Lease, stage: str, done: int, total: int) -> None:
    lease.renew()
    jobs.report(job_id, stage, done, total)


def _tick(connection: ConnectionRow) -> None:
    """Tick; when the sync's share of the day's calls is used up, still send what people asked for.

    For a disconnected connection, only finish noting what drifted, which was cut off when it was disconnected.
    """
    if connection.state == DISCONNECTED:
        drifting.note_all(connection.id)
        return
    try:
        if tally := sync.tick(connection.id, delta=delta_due(connection)):
            if tally.changed:
                log.info("Synced connection %s: %d contacts had changed in Xero.", connection.id, tally.changed)
            _look_for_candidates(connection.id)
    except RateLimited as error:
        if error.limit == "day":
            sync.send_asked(connection.id)
        raise


def _due(connection_id: str = "") -> list[ConnectionRow]:
    """The connections that are due, or only this one if it is. One with a job is left to it, which shows progress."""
    unset, come = col(ConnectionRow.next_tick_at).is_(None), col(ConnectionRow.next_tick_at) <= now()
    syncing, ended = col(ConnectionRow.state) == CONNECTED, col(ConnectionRow.state) == DISCONNECTED
    query = select(ConnectionRow).where((syncing & (unset | come)) | (ended & come), ~jobs.waiting())
    if connection_id:
        query = query.where(col(ConnectionRow.id) == connection_id)
    with db.read() as session:
        return list(session.exec(query))


def main() -> None:
    """Run a worker alone until SIGINT or SIGTERM. A wrong setting ends it with one sentence."""
    try:
        logs.start()
        migrate.upgrade(get_settings().database_url)
    except SettingsError as error:
        sys.exit(str(error))
    memory.settle()
    worker = Worker()
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)  # threads inherit it; else SIGTERM would kill us at once
    worker.start()
    signal.sigwait(ENDING)
    worker.stop()


if __name__ == "__main__":
    main()
