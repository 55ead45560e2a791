"""Looking at the activity log: who, or the sync, did what and when, with before and after."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlmodel import col

from models.activity import ActivityRow
from models.base import Json
from services.db import read
from services.records.csv_files import to_csv
from services.records.listing import Listing, Rows, found_in, occurring, paged
from services.records.log_words import field_label, field_value, in_words
from services.records.remembered import remembered

__all__ = [
    "ActivityFilter", "ActivityItem", "actions", "actors", "export_csv", "field_label", "field_value", "in_words",
    "item_of", "label", "list_activity",
]  # fmt: skip

LABELS = {
    "brake.on": "Stopped before a mass change",
    "brake.released": "Released the brake",
    "brake.off": "The brake is off again",
    "connection.connected": "Connected Xero",
    "connection.disconnected": "Disconnected Xero",
    "connection.policies": "Changed how fields are kept in step",
    "connection.reconnected": "Renewed the sign-in to Xero",
    "connection.scheduled": "Changed when a connection syncs",
    "connection.set_up": "Changed the set-up",
    "connection.sign_in_ended": "Xero ended the sign-in",
    "contact.added": "Added a contact",
    "contact.archived": "Archived a contact",
    "contact.created_from_xero": "Created a contact from Xero",
    "contact.edited": "Edited a contact",
    "contact.imported": "Imported a file",
    "contact.let_in": "Let in a contact",
    "contact.restored": "Restored a contact",
    "contact.retyped": "Changed a contact type",
    "contact.updated_from_xero": "Updated a contact from Xero",
    "difference.by_policy": "A policy decided a difference",
    "difference.chosen": "Chose between two values",
    "difference.restored": "Restored the other value",
    "import.started": "Started the import",
    "issue.brought_back": "Brought back a match issue",
    "issue.deferred": "Deferred a match issue",
    "issue.ignored": "Ignored a match issue",
    "issue.noted": "Wrote a note on a match issue",
    "issue.raised": "Raised a match issue",
    "issue.unignored": "Stopped ignoring a match issue",
    "link.broken": "A link broke",
    "link.create_practice": "Linked a new contact",
    "link.create_xero": "Created a contact in Xero",
    "link.kept": "Kept a contact in Xero",
    "link.match": "Linked contacts",
    "link.rematch": "Linked contacts again",
    "link.resumed": "A contact came back and syncs again",
    "link.retried": "Tried a contact again",
    "link.stopped": "Stopped syncing",
    "link.two_way": "Made a link two-way",
    "notification.added": "Added a notification",
    "notification.changed": "Changed a notification",
    "notification.removed": "Removed a notification",
    "practice.set_up": "Changed the practice's settings",
    "sync.asked": "Asked for a sync",
    "undone": "Undid an action",
    "xero.archive_asked": "Asked to archive in Xero",
    "xero.archived": "Archived in Xero",
    "xero.create_asked": "Asked to create in Xero",
    "xero.create_dismissed": "Gave up creating in Xero",
    "xero.refused": "Xero refused a change",
    "xero.updated": "Updated a contact in Xero",
}
EXPORT_LIMIT = 100_000


@dataclass(frozen=True, slots=True)
class ActivityFilter:
    """What to list. Blank means any; `since` is included, `until` is not; both are aware times."""

    search: str = ""
    actor: str = ""
    action: str = ""
    contact_id: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class ActivityItem:
    """One entry; `before` and `after` map synced fields to their values.

    `undo` is can or done, or blank where it cannot be undone; entries of one command share `command`.
    """

    id: int
    at: datetime
    actor: str
    action: str
    action_label: str
    summary: str
    contact_id: str | None
    xero_id: str | None
    before: Json
    after: Json
    command: str = ""
    undo: str = ""


def list_activity(f: ActivityFilter, page: int = 1, size: int = 100) -> Listing[ActivityItem]:
    """One page of entries that match a filter, newest first."""
    with read() as session:
        listing = paged(session, _query(f), col(ActivityRow.id), _item, page, size)
        undone = set(
            session.scalars(
                select(col(ActivityRow.undoes)).where(col(ActivityRow.undoes).in_([item.id for item in listing.rows]))
            )
        )
    rows = (replace(item, undo="done") if item.id in undone else item for item in listing.rows)
    return Listing(tuple(rows), listing.total)


@remembered
def actors() -> tuple[str, ...]:
    """Everybody who appears in the log, the sync included."""
    with read() as session:
        return tuple(session.scalars(occurring(ActivityRow.actor)))


@remembered
def actions() -> tuple[str, ...]:
    """The actions that appear in the log."""
    with read() as session:
        return tuple(session.scalars(occurring(ActivityRow.action)))


def label(action: str) -> str:
    """The words for an action."""
    return LABELS.get(action, action.replace(".", " ").replace("_", " ").capitalize())


def export_csv(f: ActivityFilter, zone: ZoneInfo) -> bytes:
    """The entries that match a filter as CSV for a spreadsheet, newest first, 100,000 at most; times are of `zone`."""
    header = (f"When ({zone.key})", "Who", "What", "Summary", "Before", "After", "Contact id", "Xero id")
    with read() as session:
        rows = [_item(row) for row in session.execute(_query(f).limit(EXPORT_LIMIT))]
    return to_csv(header, (_line(item, zone) for item in rows))


def _line(item: ActivityItem, zone: ZoneInfo) -> tuple[str, ...]:
    return (
        f"{item.at.astimezone(zone):%Y-%m-%d %H:%M:%S}",
        item.actor,
        item.action_label,
        item.summary,
        in_words(item.before),
        in_words(item.after),
        item.contact_id or "",
        item.xero_id or "",
    )


def _query(f: ActivityFilter) -> Rows:
    query = select(ActivityRow)
    for column, value in (
        (ActivityRow.actor, f.actor), (ActivityRow.action, f.action), (ActivityRow.contact_id, f.contact_id),
    ):  # fmt: skip
        if value:
            query = query.where(col(column) == value)
    if f.search.strip():
        query = query.where(found_in(f.search, ActivityRow.summary))
    if f.since:
        query = query.where(col(ActivityRow.at) >= f.since)
    if f.until:
        query = query.where(col(ActivityRow.at) < f.until)
    return query.order_by(col(ActivityRow.id).desc())


def _item(result: Any) -> ActivityItem:
    return item_of(result[0])


def item_of(row: ActivityRow) -> ActivityItem:
    """An entry as screens see it, before it is known whether it was undone."""
    return ActivityItem(
        id=row.id or 0,
        at=row.at,
        actor=row.actor,
        action=row.action,
        action_label=label(row.action),
        summary=row.summary,
        contact_id=row.contact_id,
        xero_id=row.xero_id,
        before=row.before,
        after=row.after,
        command=row.command,
        undo="can" if row.undo else "",
    )
