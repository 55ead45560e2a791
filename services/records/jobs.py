"""Job rows: long work with its progress, visible to every session and after a reload."""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, exists
from sqlmodel import Session, col, select

from models.base import Json, now
from models.connection import ConnectionRow
from models.job import DONE, FAILED, QUEUED, RUNNING, JobRow
from services.db import read, write
from services.records.leases import Lease

GOING = col(JobRow.state).in_((QUEUED, RUNNING))


def queue(session: Session, connection_id: str, kind: str, actor: str, *, afresh: bool = False) -> str:
    """Queue a job, or join the one of this kind that is queued or running already. Returns its id.

    If `afresh`, a running one is not joined: it may have read Xero before what this one is asked for was changed there.
    """
    joined = col(JobRow.state) == QUEUED if afresh else GOING
    query = select(JobRow).where(col(JobRow.connection_id) == connection_id, col(JobRow.kind) == kind, joined)
    job = session.exec(query).first()
    if job is None:
        job = JobRow(connection_id=connection_id, kind=kind, actor=actor)
        session.add(job)
    return job.id


def unfinished(session: Session) -> list[JobRow]:
    """Jobs to run: queued ones, and running ones whose worker may have died; oldest first."""
    query = select(JobRow).where(GOING).order_by(col(JobRow.created_at))
    return list(session.exec(query))


def waiting() -> ColumnElement[bool]:
    """The condition that a connection has a job that has not ended."""
    return exists().where(col(JobRow.connection_id) == col(ConnectionRow.id), GOING)


def start(job_id: str) -> bool:
    """Mark a job as running, from the beginning. False when it has ended meanwhile, or has to wait for an earlier one
    of its connection.
    """
    with write() as session:
        job = session.get_one(JobRow, job_id)
        first = next((one for one in unfinished(session) if one.connection_id == job.connection_id), None)
        if job is not first:
            return False
        job.state, job.error = RUNNING, ""
        return True


def report(job_id: str, stage: str, done: int, total: int) -> None:
    """Tell how far a job is, in contacts."""
    with write() as session:
        job = session.get_one(JobRow, job_id)
        job.stage, job.done, job.total = stage, done, total


def credit(session: Session, connection_id: str, counts: Mapping[str, int]) -> None:
    """Add what a tick did to the jobs of its connection that have not ended, whoever ran the tick.

    A tick of another worker may have done all the work before the job had its turn. This is called while the tick holds
    its lease, so that no job ends in between.
    """
    for job in unfinished(session):
        if job.connection_id == connection_id:
            job.result = job.result | {name: job.result.get(name, 0) + count for name, count in counts.items()}


def finish(job_id: str, lease: Lease, result: Json, error: str = "") -> None:
    """Close a job: add `result` to its counts, or keep the sentence that says why it failed.

    Raises: Stale if the job's lease was lost: another worker has taken it over.
    """
    with write() as session:
        lease.check(session)
        job = session.get_one(JobRow, job_id)
        job.state, job.error, job.ended_at = (FAILED if error else DONE), error, now()
        job.result = job.result | result


def any_of(connection_id: str) -> bool:
    """Whether a connection has a job that has not ended."""
    with read() as session:
        return any(job.connection_id == connection_id for job in unfinished(session))
