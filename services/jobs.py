"""Looking at jobs: which run, how far they are, how they ended."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import bindparam
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from models.base import Json
from models.job import QUEUED, RUNNING, JobRow
from services.db import read
from services.errors import NotFound
from services.records.bulk import watched
from services.records.remembered import remembered

__all__ = ["JobItem", "get_job", "latest_job", "running_jobs", "watched"]

RUN = select(JobRow).where(col(JobRow.state).in_((QUEUED, RUNNING))).order_by(col(JobRow.created_at))
"""Asked for on every run of a page, so it is put together once."""


@dataclass(frozen=True, slots=True)
class JobItem:
    """One job. `done` of `total` counts contacts; `result` holds counts by outcome since it was queued."""

    id: str
    connection_id: str
    kind: str
    state: str
    stage: str
    done: int
    total: int
    error: str
    result: Json
    created_at: datetime
    ended_at: datetime | None


def get_job(job_id: str) -> JobItem:
    """One job. Raises: NotFound."""
    with read() as session:
        row = session.get(JobRow, job_id)
    if row is None:
        raise NotFound("This job does not exist.")
    return _item(row)


@remembered
def latest_job(connection_id: str, kind: str = "") -> JobItem | None:
    """The job of a connection that runs, or else the newest one; of one kind if given."""
    query = _of_connection(bool(kind))
    with read() as session:
        row = session.scalars(query, {"connection": connection_id, "kind": kind}).first()
    return _item(row) if row else None


@cache
def _of_connection(of_kind: bool) -> SelectOfScalar[JobRow]:
    """Built once, because many pages ask on every run."""
    query = select(JobRow).where(col(JobRow.connection_id) == bindparam("connection"))
    if of_kind:
        query = query.where(col(JobRow.kind) == bindparam("kind"))
    return query.order_by((col(JobRow.state) == RUNNING).desc(), col(JobRow.created_at).desc()).limit(1)


@remembered
def running_jobs() -> tuple[JobItem, ...]:
    """Jobs that are queued or running, oldest first."""
    with read() as session:
        return tuple(_item(row) for row in session.scalars(RUN))


def _item(row: JobRow) -> JobItem:
    return JobItem(
        id=row.id,
        connection_id=row.connection_id,
        kind=row.kind,
        state=row.state,
        stage=row.stage,
        done=row.done,
        total=row.total,
        error=row.error,
        result=row.result,
        created_at=row.created_at,
        ended_at=row.ended_at,
    )
