"""The job: long work a person started, with its progress, visible to every session."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field

from models.base import Json, Table, json_field, new_id, now

QUEUED = "queued"
RUNNING = "running"
DONE = "done"
FAILED = "failed"


class JobRow(Table, table=True):
    """`kind` is preview, import or sync; `done` of `total` counts contacts.

    `result` holds the counts since it was queued, whichever ticks did the work.
    """

    __tablename__ = "job"
    __table_args__ = (
        Index("ix_job_state", "state"),
        Index("ix_job_connection_kind", "connection_id", "kind"),
    )

    id: str = Field(default_factory=new_id, primary_key=True)
    connection_id: str = Field(foreign_key="connection.id")
    kind: str
    state: str = QUEUED
    stage: str = ""
    done: int = 0
    total: int = 0
    actor: str = ""
    error: str = ""
    result: Json = json_field()
    created_at: datetime = Field(default_factory=now)
    ended_at: datetime | None = None
