"""The difference: one field of one link that changed on both sides, until someone chooses."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field

from models.base import Json, Table, json_field, new_id, now

OPEN = "open"
CLOSED = "closed"


class DifferenceRow(Table, table=True):
    """`values` holds base, practice and xero as JSON values, of the base only the practice's wording. A closed row
    keeps the losing value, so that it can be restored.

    `contact_id` is the practice contact that it is about: its link may have another one by now.
    `winner` is practice or xero, or blank if the difference went away by itself; `actor` chose it, "sync" by policy.
    """

    __tablename__ = "difference"
    __table_args__ = (
        Index(
            "uq_difference_open",
            "link_id",
            "field",
            unique=True,
            sqlite_where=text("state = 'open'"),
        ),
    )

    id: str = Field(default_factory=new_id, primary_key=True)
    link_id: str = Field(foreign_key="link.id")
    contact_id: str = Field(index=True)
    field: str
    state: str = Field(default=OPEN, index=True)
    winner: str = ""
    actor: str = ""
    values: Json = json_field()
    created_at: datetime = Field(default_factory=now, index=True)
    closed_at: datetime | None = None
