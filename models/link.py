"""The link: one practice contact ↔ one Xero contact of one connection."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field

from models.base import Json, Table, json_field, new_id, now

SYNCING = "syncing"
STOPPED = "stopped"
BROKEN = "broken"

STOPPED_BY_PERSON = ""
ARCHIVED_IN_XERO = "archived_in_xero"
MERGED = "merged"
ERASED = "erased"
GONE = "gone"
ARCHIVED_IN_PRACTICE = "archived_in_practice"
DISCONNECTED = "disconnected"


FILTERS = ("contact_type", "is_person", "is_customer", "is_supplier", "error", "connection_id")


# SQLite answers from an index alone only if it holds every column of the query, even one that its condition fixes.
def _syncing(order: str, *columns: str) -> Index:
    return Index(f"ix_link_syncing_{order}", *columns, "state", sqlite_where=text("state = 'syncing'"))


def _ended(order: str, *columns: str) -> Index:
    return Index(f"ix_link_ended_{order}", *columns, "state", sqlite_where=text("state <> 'syncing'"))


class LinkRow(Table, table=True):
    """`base` is what both sides last agreed on, per field; a field without a base has never been agreed.

    `practice_rev` and `xero_rev` name the versions last compared; a syncing link with a `practice_rev` of 0 waits to be
    compared. A Xero contact has one link for ever, so that a stopped one is never imported again; a practice contact
    has at most one that is syncing.
    `cause` is one of the constants above, `reason` says it as a sentence. `drift` names fields, between commas: of an
    ended link those that have come to differ, of a syncing one those whose change stays on its side. `unasked_at` is
    when Xero's changes last ended the link or overwrote its practice contact without anybody being asked: the brake
    counts those of a day. The last columns copy what the two contacts say, so that a list of any length is sorted and
    filtered within one index; `models/copies.py` keeps them equal. Triggers give the link its `number`, and keep the
    index of its texts (`link_search`), which goes by that number.
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
        ),
        Index("ix_link_contact", "contact_id", "state"),
        Index("ix_link_state", "connection_id", "state"),
        Index("ix_link_unasked", "connection_id", "unasked_at", "id", sqlite_where=text("unasked_at IS NOT NULL")),
        Index(
            "ix_link_broken",
            "contact_id",
            "connection_id",
            "xero_id",
            "id",
            "state",
            sqlite_where=text("state = 'broken'"),
        ),
        Index(
            "ix_link_unplanned",
            "connection_id",
            "id",
            "state",
            "practice_rev",
            sqlite_where=text("state = 'syncing' AND practice_rev = 0"),
        ),
        Index("uq_link_number", "number", unique=True),
        _syncing("error", "error", "id"),
        _syncing("name", "name_key", "id", *FILTERS),
        _syncing("email", "email_key", "id"),
        _syncing("type", "contact_type", "name_key", "id"),
        _syncing("synced", "synced_at", "id"),
        _syncing("searched", "name_key", "id", "practice_text"),
        Index(
            "ix_link_kept", "name_key", "id", "drift", "state", sqlite_where=text("state = 'syncing' AND drift <> ''")
        ),
        _ended("name", "name_key", "id", "drift", "connection_id"),
        _ended("time", "ended_at", "id", "drift", "connection_id"),
        Index(
            "ix_link_drifted",
            "name_key",
            "id",
            "connection_id",
            "drift",
            "state",
            sqlite_where=text("state <> 'syncing' AND drift <> ''"),
        ),
        _ended("searched", "name_key", "id", "practice_text", "xero_text"),
    )

    id: str = Field(default_factory=new_id, primary_key=True)
    connection_id: str = Field(foreign_key="connection.id")
    contact_id: str = Field(foreign_key="contact.id")
    xero_id: str
    state: str = SYNCING
    origin: str = "match"
    two_way: bool = True
    base: Json = json_field()
    practice_rev: int = 0
    xero_rev: int = 0
    cause: str = ""
    reason: str = ""
    error: str = ""
    linked_at: datetime = Field(default_factory=now)
    ended_at: datetime | None = None
    synced_at: datetime | None = None
    drift: str = ""
    unasked_at: datetime | None = None
    name_key: str = ""
    email_key: str = ""
    contact_type: str = ""
    is_person: bool = False
    is_customer: bool = False
    is_supplier: bool = False
    practice_text: str = ""
    xero_text: str = ""
    number: int | None = None
