"""Job rows: long work with its progress, visible to every session and after a reload."""

from sqlmodel import Session, col, select

from models.base import Json, now
from models.job import DONE, FAILED, QUEUED, RUNNING, JobRow
from services.db import write


def queue(session: Session, connection_id: str, kind: str, actor: str) -> str:
    """Queue a job, or join the one of this kind that is queued or running already. Returns its id."""
    query = select(JobRow).where(
        col(JobRow.connection_id) == connection_id,
        col(JobRow.kind) == kind,
        col(JobRow.state).in_((QUEUED, RUNNING)),
    )
    job = session.exec(query).first()
    if job is None:
        job = JobRow(connection_id=connection_id, kind=kind, actor=actor)
        session.add(job)
    return job.id


def unfinished(session: Session) -> list[JobRow]:
    """Jobs to run: queued ones, and running ones whose worker may have died; oldest first."""
    query = select(JobRow).where(col(JobRow.state).in_((QUEUED, RUNNING))).order_by(col(JobRow.created_at))
    return list(session.exec(query))


def start(job_id: str) -> None:
    """Mark a job as running, from the beginning."""
    with write() as session:
        job = session.get_one(JobRow, job_id)
        job.state, job.error = RUNNING, ""


def report(job_id: str, stage: str, done: int, total: int) -> None:
    """Tell how far a job is, in contacts."""
    with write() as session:
        job = session.get_one(JobRow, job_id)
        job.stage, job.done, job.total = stage, done, total


def finish(job_id: str, result: Json, error: str = "") -> None:
    """Close a job with its result, or with the sentence that says why it failed."""
    with write() as session:
        job = session.get_one(JobRow, job_id)
        job.state, job.error, job.result, job.ended_at = (FAILED if error else DONE), error, result, now()
