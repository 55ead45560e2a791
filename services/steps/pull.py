"""Pull: bring the mirror up to date with what changed in Xero.

The first pull reads everything; later ones ask for what changed since the cursor, with an overlap,
because Xero's filter is accurate to the second only. The cursor moves when all pages are in, and only
to a time that Xero itself stated: the greatest UpdatedDateUTC seen, but never later than the moment
the first page was answered, since a record read early may have changed while later pages were read.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from models.connection import ConnectionRow
from services.db import read, write
from services.errors import NotFound
from services.gateways.store import Page, Store
from services.records.leases import Lease
from services.steps.mirror import remember

OVERLAP = timedelta(minutes=5)

Progress = Callable[[str, int, int], None]
"""Told the stage in words, how many contacts are done, and of how many."""


def pull(connection_id: str, store: Store, lease: Lease, progress: Progress) -> int:
    """Read what changed in Xero into the mirror. Returns how many contacts differ from before."""
    cursor = _cursor(connection_id)
    since = cursor - OVERLAP if cursor else None
    seen, changed, newest, answered_at, number = 0, 0, cursor, None, 1
    while True:
        page = store.page(number, since)
        answered_at = answered_at or page.answered_at
        newest = _newest(page, newest, answered_at)
        with write() as session:
            lease.check(session)
            changed += len(remember(session, connection_id, page.records))
        seen += len(page.records)
        progress("Reading contacts from Xero", seen, max(page.count, seen))
        if number >= page.pages:
            break
        number += 1
    with write() as session:
        lease.check(session)
        _connection(session.get(ConnectionRow, connection_id)).cursor = newest or answered_at
    return changed


def _newest(page: Page, newest: datetime | None, answered_at: datetime) -> datetime | None:
    times = [item.updated_at for item in page.records if item.updated_at and item.updated_at <= answered_at]
    return max([*times, *([newest] if newest else [])], default=None)


def _cursor(connection_id: str) -> datetime | None:
    with read() as session:
        return _connection(session.get(ConnectionRow, connection_id)).cursor


def _connection(row: ConnectionRow | None) -> ConnectionRow:
    if row is None:
        raise NotFound("This connection does not exist any more.")
    return row
