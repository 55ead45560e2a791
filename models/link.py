"""The link: one practice contact ↔ one Xero contact of one connection."""

from datetime import datetime

from sqlalchemy import Column, Index, text
from sqlmodel import Field

from models.base import JSON_COLUMN, Json, Table, new_id, now

SYNCING = "syncing"
STOPPED = "stopped"
BROKEN = "broken"


class LinkRow(Table, table=True):
    """`base` is what both sides last agreed on, per field; a field without a base has never been agreed.

    `practice_rev` and `xero_rev` name the versions last compared. A Xero contact has one link for ever,
    so that a stopped one is never imported again; a practice contact has at most one that is syncing.
    """

    __tablename__ = "link"
    __table_args__ = (
        Index("uq_link_xero_contact", "connection_id", "xero_id", unique=True),
        Index(
            "uq_link_syncing_contact",
            "connection_id",
            "contact_id",
            unique=True,
            sqlite_where=text("state = 'syncing'"),
            postgresql_where=text("state = 'syncing'"),
        ),
        Index("ix_link_state", "connection_id", "state"),
        Index("ix_link_unplanned", "connection_id", sqlite_where=text("practice_rev = 0")),
    )

    id: str = Field(default_factory=new_id, primary_key=True)
    connection_id: str = Field(foreign_key="connection.id")
    contact_id: str = Field(foreign_key="contact.id", index=True)
    xero_id: str
    state: str = SYNCING
    origin: str = "match"
    two_way: bool = True
    base: Json = Field(default_factory=dict, sa_column=Column(JSON_COLUMN, nullable=False))
    practice_rev: int = 0
    xero_rev: int = 0
    reason: str = ""
    error: str = Field(default="", index=True)
    linked_at: datetime = Field(default_factory=now)
    ended_at: datetime | None = None
    synced_at: datetime | None = None
