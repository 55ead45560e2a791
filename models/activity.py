"""The activity log: who, or the sync, did what, when, with before and after. Rows are only added."""

from datetime import datetime

from sqlalchemy import Column
from sqlmodel import Field

from models.base import JSON_COLUMN, Json, Table, now


class ActivityRow(Table, table=True):
    """`actor` is a username or "sync"; `action` a dotted verb such as link.stopped."""

    __tablename__ = "activity"

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(default_factory=now, index=True)
    actor: str = Field(index=True)
    action: str = Field(index=True)
    summary: str
    connection_id: str | None = None
    contact_id: str | None = Field(default=None, index=True)
    xero_id: str | None = Field(default=None, index=True)
    before: Json = Field(default_factory=dict, sa_column=Column(JSON_COLUMN, nullable=False))
    after: Json = Field(default_factory=dict, sa_column=Column(JSON_COLUMN, nullable=False))
