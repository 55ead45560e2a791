"""The activity log: who, or the sync, did what, when, with before and after. Rows are only added."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field

from models.base import Json, Table, json_field, now


class ActivityRow(Table, table=True):
    """`actor` is a username or "sync"; `action` a dotted verb such as link.stopped.

    `why` says per field, as a sentence, what made the sync write it. Rows of one command share `command`.
    `undo` is what taking it back needs, empty where it cannot be taken back;
    `undoes` is the row that this one took back.
    """

    __tablename__ = "activity"
    __table_args__ = (Index("ix_activity_action_at", "action", "at", "actor"),)

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(default_factory=now, index=True)
    actor: str = Field(index=True)
    action: str
    summary: str
    connection_id: str | None = None
    contact_id: str | None = Field(default=None, index=True)
    xero_id: str | None = Field(default=None, index=True)
    before: Json = json_field()
    after: Json = json_field()
    why: Json = json_field()
    command: str = Field(default="", index=True)
    undo: Json = json_field()
    undoes: int | None = Field(default=None, unique=True)
