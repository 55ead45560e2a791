"""What Xero last told us about each of its contacts; a mirror to match, compare and show from, never the truth."""

from datetime import datetime

from sqlmodel import Field

from models.base import Table
from models.fields import ContactColumns

GONE = "gone"


class XeroContactRow(ContactColumns, Table, table=True):
    """One Xero contact of one connection. `status` is active, archived, erased or gone.

    `compared_at` names the full comparison that saw it last, by the moment that one began.
    """

    __tablename__ = "xero_contact"

    connection_id: str = Field(primary_key=True, foreign_key="connection.id")
    xero_id: str = Field(primary_key=True)
    is_person: bool = False
    is_customer: bool = False
    is_supplier: bool = False
    status: str = "active"
    number: str = Field(default="", index=True)
    merged_into: str | None = None
    updated_at: datetime | None = None
    compared_at: datetime | None = None
    rev: int = Field(default=0, index=True)
