"""Full comparison: once a day all of Xero's contacts are read again, to repair what webhooks and deltas missed.

It goes slowly, one call a tick, and each answer is a transaction of its own, so after a crash it goes on where it was.
Contacts of the mirror that were on no page are asked about by id before they count as gone: while pages are read hours
apart, a contact may move from one page to another.
"""

from collections.abc import Collection, Sequence
from datetime import timedelta

from sqlalchemy import update
from sqlmodel import Session, col, select

from models.base import now
from models.connection import ConnectionRow
from models.xero_contact import XeroContactRow
from services.db import read, write
from services.gateways.store import IDS_A_CALL, Record, Status, Store
from services.records.leases import Lease
from services.records.listing import chunks
from services.settings import get_settings
from services.steps.mirror import behind, mark_gone, remember

ASKING = -1
"""The value of `full_page` once all pages are read."""


def compare(connection_id: str, store: Store, lease: Lease) -> int:
    """Take the next step of the full comparison that is due or under way. Returns how many contacts differ."""
    with read() as session:
        connection = session.get_one(ConnectionRow, connection_id)
    if not _due(connection):
        return 0
    return (_ask if connection.full_page == ASKING else _read_page)(connection, store, lease)


def _due(connection: ConnectionRow) -> bool:
    if connection.full_page or connection.full_done_at is None:
        return True
    return connection.full_done_at + timedelta(hours=get_settings().full_comparison_hours) <= now()


def _read_page(connection: ConnectionRow, store: Store, lease: Lease) -> int:
    number = connection.full_page or 1
    page = store.page(number)
    with write() as session:
        lease.check(session)
        row = session.get_one(ConnectionRow, connection.id)
        if number == 1:
            row.full_started_at = now()
        row.full_page = number + 1 if number < page.pages else ASKING
        changed = _see(session, row, page.records)
        if row.full_page == ASKING and not _unseen(session, row):
            _finish(row)
    return changed


def _ask(connection: ConnectionRow, store: Store, lease: Lease) -> int:
    """Read some contacts that were on no page by id; those that Xero does not know any more are gone."""
    with read() as session:
        ids = _unseen(session, connection)
    found = store.by_ids(ids) if ids else []
    with write() as session:
        lease.check(session)
        row = session.get_one(ConnectionRow, connection.id)
        late = behind(session, row.id, ids, found)
        gone = set(ids) - {record.id for record in found} - late
        changed = _see(session, row, found, late)
        mark_gone(session, row.id, sorted(gone))
        if not _unseen(session, row):
            _finish(row)
    return changed + len(gone)


def _see(session: Session, connection: ConnectionRow, records: Sequence[Record], late: Collection[str] = ()) -> int:
    """Remember these, and that they were seen, as those that Xero does not show yet."""
    changed = remember(session, connection.id, records)
    for chunk in chunks([*(record.id for record in records), *late]):
        session.execute(
            update(XeroContactRow)
            .where(col(XeroContactRow.connection_id) == connection.id, col(XeroContactRow.xero_id).in_(chunk))
            .values(compared_at=connection.full_started_at)
        )
    return len(changed)


def _unseen(session: Session, connection: ConnectionRow) -> list[str]:
    """Contacts that this comparison has not seen, as many as one call can ask about."""
    seen = col(XeroContactRow.compared_at)
    query = select(XeroContactRow.xero_id).where(
        col(XeroContactRow.connection_id) == connection.id,
        col(XeroContactRow.status).in_((Status.ACTIVE, Status.ARCHIVED)),
        seen.is_(None) | (seen != connection.full_started_at),
    )
    return list(session.exec(query.limit(IDS_A_CALL)))


def _finish(connection: ConnectionRow) -> None:
    connection.full_page, connection.full_done_at = 0, now()
