"""Calls to Xero, reserved before they are made, so that limits hold across processes and crashes."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field

from models.base import Table, new_id, now


class ApiCallRow(Table, table=True):
    """One reserved call; a crash between reserving and calling wastes one, never exceeds the limit.

    `at` is when it ended; while it is under way, when it will have ended at the latest, as `under_way_until` says.
    """

    __tablename__ = "api_call"
    __table_args__ = (Index("ix_api_call_connection_at", "connection_id", "at"),)

    id: str = Field(default_factory=new_id, primary_key=True)
    connection_id: str = Field(foreign_key="connection.id")
    at: datetime = Field(default_factory=now)
    under_way_until: datetime | None = None
