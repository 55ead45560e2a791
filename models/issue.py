"""The match issue: a question about a Xero contact for a person to answer."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field

from models.base import Json, Table, json_field, new_id, now

OPEN = "open"
IGNORED = "ignored"
RESOLVED = "resolved"


class IssueRow(Table, table=True):
    """`candidates` holds the practice contacts in question: {"ids": [...]}. One issue per Xero contact.

    Until `deferred_until` an open issue is not asked. `note` is what people wrote about it.
    `name_key` copies the Xero contact's, so that the list is sorted within one index; `models/copies.py` keeps it.
    `resemblance` copies that of the best candidate, so that reasons are counted within one index; triggers on
    `suggestion` and `issue` keep it, since candidates are stored without loading their issues.
    """

    __tablename__ = "issue"
    __table_args__ = (
        Index("uq_issue_xero_contact", "connection_id", "xero_id", unique=True),
        Index("ix_issue_reason", "connection_id", "state", "deferred_until", "reason", "resemblance"),
        Index("ix_issue_name", "state", "name_key", "id", "connection_id", "reason", "deferred_until"),
        Index("ix_issue_time", "state", "created_at", "id", "connection_id", "reason", "deferred_until"),
    )

    id: str = Field(default_factory=new_id, primary_key=True)
    connection_id: str = Field(foreign_key="connection.id")
    xero_id: str
    reason: str
    state: str = OPEN
    name_key: str = ""
    resemblance: str = ""
    candidates: Json = json_field()
    created_at: datetime = Field(default_factory=now)
    resolved_at: datetime | None = None
    deferred_until: datetime | None = None
    note: str = ""
