"""The practice's own contact book: one row per person or organisation."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field

from models.base import Table, new_id, now
from models.fields import ContactColumns


class ContactRow(ContactColumns, Table, table=True):
    """A practice contact. `rev` comes from the shared change counter, so "changed since" is one index range.

    `registration` is a company or tax number, or several between commas: used to find matches, never synced.
    """

    __tablename__ = "contact"
    __table_args__ = (
        Index("ix_contact_active", "contact_type", "archived_at", sqlite_where=text("archived_at IS NULL")),
        Index("ix_contact_keys", "name_key", "id", "archived_at", "email_key", "phone"),
    )

    id: str = Field(default_factory=new_id, primary_key=True)
    is_person: bool = False
    contact_type: str = Field(default="Client", index=True)
    external_id: str | None = Field(default=None, unique=True)
    notes: str = ""
    registration: str = Field(default="", index=True)
    rev: int = Field(default=0, index=True)
    created_at: datetime = Field(default_factory=now)
    updated_at: datetime = Field(default_factory=now)
    archived_at: datetime | None = None
