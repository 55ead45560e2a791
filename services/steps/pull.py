"""Pull: bring the mirror up to date with what changed in Xero.

There are two ways to read. The *delta* lists what changed since the cursor, a thousand contacts a call. Contacts that
webhooks named are read by id, 40 a call. A tick that only webhooks woke does without the delta, unless they named so
many contacts that the delta takes fewer calls. Named contacts that a delta brings need no call of their own; the others
are read by id all the same.

The first delta reads everything. Later ones begin a little before the cursor, because Xero's filter is accurate to the
second only. The cursor moves when all pages are in, and only to a time that Xero itself stated: the greatest
UpdatedDateUTC seen, but never later than the moment the first page was answered, since a record read early may have
changed while later pages were read, or Xero's clock have been set back. Where nothing changes, the cursor follows an
hour behind; otherwise each look would read the last mass edit again until somebody changed something else.

A delta that was broken off goes on with the page it had reached. It misses nothing: no contact leaves the list that is
being paged, and contacts that join it meanwhile only move others to later pages. What has changed since it began is
read by another delta right after it. A delta of more pages than a minute's calls allow waits for the next minute within
the same tick, since a person may be waiting for it.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from time import sleep
from typing import TypeVar

from sqlmodel import Session

from models.base import now
from models.connection import ConnectionRow
from services.db import read, write
from services.errors import RateLimited
from services.gateways.store import IDS_A_CALL, Page, Store
from services.reconcile import pace
from services.records import inbox
from services.records.connections import row_of
from services.records.leases import Lease
from services.records.listing import chunks
from services.records.pacing import next_pause
from services.steps.mirror import SETTLED, remember

OVERLAP = timedelta(minutes=5)
MANY = 5 * IDS_A_CALL
"""If webhooks named more contacts than this, the delta is read: it seldom takes more than a call or two."""
BATCH = 200
WAITING = "Waiting until Xero may be called again"
PATIENCE = 120.0
"""Seconds that a page of a delta under way, or what a job writes, may wait until Xero may be called again."""
NAP = 10.0
"""Seconds between two looks, while waiting, at whether the lease is still ours."""

T = TypeVar("T")
Progress = Callable[[str, int, int], None]
"""Told the stage in words, how many contacts are done, and of how many."""
Named = dict[str, list[str]]
"""Xero ids that webhooks named before this pull and that are still to be read, each with the keys of its events."""


def unwatched(_stage: str, _done: int, _total: int) -> None:
    """The progress of work that nobody watches."""


def pull(
    connection_id: str, store: Store, lease: Lease, progress: Progress, delta: bool = True, *, patient: bool = False
) -> int:
    """Read what changed in Xero into the mirror; without `delta`, only what webhooks named, unless they named many
    contacts. If `patient`, its first calls may have to wait for Xero's limit, as further pages do. After the rest of a
    delta that was broken off, the next is read at once: contacts are matched by pages that may be hours old.

    Returns how many contacts differ from before.
    """
    with read() as session:
        named, before = inbox.waiting(session, connection_id), row_of(session, connection_id)
    delta = delta or len(named) > MANY
    changed = _read_delta(connection_id, store, lease, progress, named, patient) if delta else 0
    if delta and before.delta_page:
        changed += _read_delta(connection_id, store, lease, progress, named, True)
    waiting = partial(progress, WAITING, 0, 0)
    for ids in chunks(named, IDS_A_CALL):
        read_some = partial(_read_named, connection_id, store, lease, ids, named)
        changed += patiently(read_some, lease, waiting) if patient else read_some()
    return changed


def delta_due(connection: ConnectionRow) -> bool:
    """Whether it is time to ask Xero what changed."""
    return connection.cursor is None or connection.next_delta_at is None or connection.next_delta_at <= now()


def _read_named(connection_id: str, store: Store, lease: Lease, ids: Sequence[str], named: Named) -> int:
    """Read contacts that webhooks named, in one call. Those that Xero does not know are left as they are."""
    records = store.by_ids(ids)
    with write() as session:
        lease.check(session)
        changed = len(remember(session, connection_id, records))
        inbox.forget(session, [key for xero_id in ids for key in named[xero_id]])
    return changed


def _read_delta(connection_id: str, store: Store, lease: Lease, progress: Progress, named: Named, patient: bool) -> int:
    """Read what changed, going on with a delta that was broken off. Returns how many contacts differ from before.

    Contacts that it brings are removed from `named`, so that they are not read by id as well.
    """
    with read() as session:
        before = row_of(session, connection_id)
    since = before.cursor - OVERLAP if before.cursor else None
    began_at, newest, number = before.delta_began_at, before.delta_newest_at or before.cursor, before.delta_page or 1
    changed, waiting = 0, partial(progress, WAITING, 0, 0)
    first = partial(store.page, number, since)
    page = patiently(first, lease, waiting) if patient else first()
    while True:
        began_at = began_at or page.answered_at
        newest = _newest(page, newest, began_at)
        changed += _remember_page(connection_id, page, lease, named)
        seen = page.count if number >= page.pages else number * len(page.records)
        progress("Reading contacts from Xero", seen, page.count)
        if number >= page.pages:
            break
        number += 1
        _keep_place(connection_id, lease, number, began_at, newest)
        waiting = partial(progress, WAITING, seen, page.count)
        page = patiently(partial(store.page, number, since), lease, waiting)
    with write() as session:
        lease.check(session)
        _read_all(session, before, _cursor(newest, began_at))
    return changed


def patiently(call: Callable[[], T], lease: Lease, tell: Callable[[], None], shortest: float = 0.0) -> T:
    """Make a call as soon as Xero may be called again, or some calls that begin anew when they have to wait, at the
    `shortest` for so many seconds. `tell` that it waits. Raises: RateLimited if that takes over PATIENCE; Stale.
    """
    left = PATIENCE
    while True:
        try:
            return call()
        except RateLimited as error:
            seconds = max(pace.closed_for(error.limit, error.retry_after), shortest)
            left -= seconds
            if left < 0:
                raise
        _wait(lease, tell, seconds)


def _wait(lease: Lease, tell: Callable[[], None], seconds: float) -> None:
    """Wait, and renew the lease meanwhile. Raises: Stale."""
    while seconds > 0:
        tell()
        lease.renew()
        sleep(min(seconds, NAP))
        seconds -= NAP


def _remember_page(connection_id: str, page: Page, lease: Lease, named: Named) -> int:
    """In short transactions, so that a webhook or a person's click never waits for a whole page."""
    changed = 0
    for start in range(0, len(page.records), BATCH):
        records = page.records[start : start + BATCH]
        with write() as session:
            lease.check(session)
            changed += len(remember(session, connection_id, records))
            inbox.forget(session, [key for record in records for key in named.pop(record.id, ())])
    return changed


def _keep_place(connection_id: str, lease: Lease, number: int, began_at: datetime, newest: datetime | None) -> None:
    with write() as session:
        lease.check(session)
        connection = session.get_one(ConnectionRow, connection_id)
        connection.delta_page, connection.delta_began_at, connection.delta_newest_at = number, began_at, newest


def _read_all(session: Session, before: ConnectionRow, cursor: datetime) -> None:
    """Note that a delta is complete. If another one was asked for while this one was read, it is still due."""
    connection = session.get_one(ConnectionRow, before.id)
    if before.cursor is None:
        connection.full_done_at = now()
    if connection.next_delta_at == before.next_delta_at:
        connection.next_delta_at = now() + next_pause(session, connection)
    connection.cursor = cursor
    connection.delta_page, connection.delta_began_at, connection.delta_newest_at = 0, None, None


def _cursor(newest: datetime | None, began_at: datetime) -> datetime:
    return min(max(newest or began_at, began_at - SETTLED), began_at)


def _newest(page: Page, newest: datetime | None, answered_at: datetime) -> datetime | None:
    times = [item.updated_at for item in page.records if item.updated_at and item.updated_at <= answered_at]
    return max([*times, *([newest] if newest else [])], default=None)
