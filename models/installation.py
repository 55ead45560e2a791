"""This installation: its short name in Xero markers, and the hash of the one-time set-up code."""

from datetime import datetime

from sqlmodel import Field

from models.base import Table, new_id, now


class InstallationRow(Table, table=True):
    """The single row has id 1; `marker` is the first half of every ContactNumber we write."""

    __tablename__ = "installation"

    id: int = Field(default=1, primary_key=True)
    marker: str = Field(default_factory=lambda: new_id()[:8])
    setup_code_hash: str = ""
    created_at: datetime = Field(default_factory=now)
