"""The match index: which contacts share which values, so that candidates are found by look-up, never by a scan."""

from sqlalchemy import Index
from sqlmodel import Field

from models.base import Table

PRACTICE = ""
PRACTICE_SIDE = 0
XERO_SIDE = 1


class MatchEntryRow(Table, table=True):
    """A contact in the index as it was at `rev`; 0 means that it is to be looked at again, or is gone.

    `scope` is blank for practice contacts and else the connection of a Xero contact; `owner` is the contact's id.
    `keys` holds what was indexed, 32 bits each, so that it can be removed when the contact changes.
    """

    __tablename__ = "match_entry"
    __table_args__ = (
        Index("uq_match_entry_owner", "scope", "owner", unique=True),
        Index("ix_match_entry_rev", "scope", "rev"),
    )

    id: int | None = Field(default=None, primary_key=True)
    scope: str
    owner: str
    rev: int
    keys: bytes = b""


class MatchKeyRow(Table, table=True):
    """One value that one contact has: the CRC-32 of its name, such as "n:smith". `side` is one of the constants."""

    __tablename__ = "match_key"
    __table_args__ = ({"sqlite_with_rowid": False},)

    side: int = Field(primary_key=True)
    key: int = Field(primary_key=True)
    entry: int = Field(primary_key=True)
