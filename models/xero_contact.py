"""What Xero last told us about each of its contacts; a mirror to match, compare and show from, never the truth."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field

from models.base import Table
from models.fields import ContactColumns

GONE = "gone"


class XeroContactRow(ContactColumns, Table, table=True):
    """One Xero contact of one connection. `status` is active, archived, erased or gone.

    `compared_at` is when the full comparison that saw it last began.
    `let_in` says that a person lets it take part although the contact-type filter does not.
    `registration` is its company number and its tax number, with a comma between. `linked` says that it has a link,
    even an ended one: only triggers on `link` set it, so that no writer can forget it. So a contact has to be stored
    before its link.
    """

    __tablename__ = "xero_contact"
    __table_args__ = (
        Index(
            "ix_xero_contact_unlinked", "connection_id", "status", "is_customer", "is_supplier", "let_in", "name",
            "merged_into", "linked", sqlite_where=text("linked IS 0 AND merged_into IS NULL"),
        ),
        Index("ix_xero_contact_merged", "merged_into", sqlite_where=text("merged_into IS NOT NULL")),
    )  # fmt: skip

    connection_id: str = Field(primary_key=True, foreign_key="connection.id")
    xero_id: str = Field(primary_key=True)
    is_person: bool = False
    is_customer: bool = False
    is_supplier: bool = False
    status: str = "active"
    number: str = Field(default="", index=True)
    registration: str = Field(default="", index=True)
    merged_into: str | None = None
    updated_at: datetime | None = None
    compared_at: datetime | None = None
    let_in: bool = False
    linked: bool = False
    rev: int = Field(default=0, index=True)
