"""The budget of calls to Xero: each call is reserved as a row before it is made, and released when it is over.

Xero allows 5 calls at once, 60 a minute and 1,000 or 5,000 a day per organisation (developer.xero.com,
limits). Rows count over a rolling minute and day, which is stricter than Xero's fixed windows. A call counts
from its reservation until a window after its end, so that it does not matter when Xero counts it. A crash
between reserving and calling wastes a call; it never exceeds a limit.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update
from sqlmodel import Session, col

from models.api_call import ApiCallRow
from models.base import new_id, now
from models.connection import ConnectionRow
from services.db import write
from services.errors import RateLimited
from services.reconcile import pace
from services.records.leases import Lease
from services.settings import get_settings

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
LONGEST_CALL = timedelta(seconds=90)
"""Longer than a call takes; one that never came back counts as if it had ended after this."""

Rows = Session | Connection
MINE = col(ApiCallRow.connection_id) == bindparam("connection")
RECENT = col(ApiCallRow.at) > bindparam("begin")
COUNT = select(func.count()).where(MINE, RECENT)
UNDER_WAY = COUNT.where(col(ApiCallRow.under_way_until) > bindparam("begin"))
OLDEST = select(func.min(ApiCallRow.at)).where(MINE, RECENT)
FORGET = delete(ApiCallRow).where(MINE, col(ApiCallRow.at) < bindparam("old"))
RESERVE = insert(ApiCallRow)
RELEASE = (
    update(ApiCallRow)
    .where(col(ApiCallRow.id) == bindparam("call"))
    .values(at=bindparam("ended"), under_way_until=None)
)
GATE = select(col(ConnectionRow.closed_until), col(ConnectionRow.closed_limit)).where(
    col(ConnectionRow.id) == bindparam("connection")
)


@dataclass(frozen=True, slots=True)
class Budget:
    """The calls that one piece of work may make. Work `for_person` may use the tenth of the day kept for people.

    Work under a `lease` renews it with each call: many calls at a slow Xero take longer than it lasts.
    """

    connection_id: str
    for_person: bool = False
    lease: Lease | None = None

    @contextmanager
    def call(self) -> Iterator[None]:
        """Make one call inside the block. A RateLimited raised there comes from Xero, and closes the gate.

        Raises, before the block begins: RateLimited with the seconds until a call is free again; Stale.
        """
        call_id = reserve(self.connection_id, self.for_person, self.lease)
        try:
            yield
        except RateLimited as error:
            _close(self.connection_id, error)
            raise
        finally:
            release(call_id)

    def note_remaining(self, day_left: int) -> None:
        """Keep what Xero itself says is left today, for the pace and the screens."""
        with write() as session:
            row = session.get(ConnectionRow, self.connection_id)
            if row is not None:
                row.calls_left_today = day_left


def reserve(connection_id: str, for_person: bool = False, lease: Lease | None = None) -> str:
    """Take one call from the budget. Returns the id to `release` it by.

    Raises: RateLimited with the seconds until a call is free again; Stale when the lease was lost.
    """
    with write() as session:
        if lease is not None:
            lease.check(session)
        rows, at = session.connection(), now()  # the time last: taken earlier, it could be older than others' calls
        _must_be_open(rows, connection_id, at)
        _must_be_free(rows, connection_id, for_person, at)
        rows.execute(FORGET, {"connection": connection_id, "old": at - 2 * DAY})
        call_id, over = new_id(), at + LONGEST_CALL
        call = {"id": call_id, "connection_id": connection_id, "at": over, "under_way_until": over}
        rows.execute(RESERVE, call)
        return call_id


def release(call_id: str) -> None:
    """A call is over. It counts from its end, since Xero may have counted it at any moment before."""
    with write() as session:
        session.connection().execute(RELEASE, {"call": call_id, "ended": now()})


def used(rows: Rows, connection_id: str, window: timedelta, at: datetime | None = None) -> int:
    """How many calls are under way or ended within the last `window`."""
    begin = {"connection": connection_id, "begin": (at or now()) - window}
    return int(rows.execute(COUNT, begin).scalar_one())


def freed_in(rows: Rows, connection_id: str, window: timedelta, at: datetime | None = None) -> float:
    """Seconds until the oldest call of the last `window` no longer counts; the window's length when there is none."""
    at = at or now()
    begin = {"connection": connection_id, "begin": at - window}
    oldest: datetime | None = rows.execute(OLDEST, begin).scalar_one()
    return max(1.0, ((oldest or at) + window - at).total_seconds())


def _must_be_open(rows: Rows, connection_id: str, at: datetime) -> None:
    until, limit = rows.execute(GATE, {"connection": connection_id}).one()
    if until is not None and until > at:
        raise RateLimited(limit, (until - at).total_seconds())


def _must_be_free(rows: Rows, connection_id: str, for_person: bool, at: datetime) -> None:
    settings = get_settings()
    under_way = rows.execute(UNDER_WAY, {"connection": connection_id, "begin": at}).scalar_one()
    if under_way >= settings.xero_calls_at_once:
        raise RateLimited("concurrent", pace.SHORTEST_CLOSING)
    if used(rows, connection_id, MINUTE, at) >= settings.xero_calls_per_minute:
        raise RateLimited("minute", freed_in(rows, connection_id, MINUTE, at))
    today = used(rows, connection_id, DAY, at)
    if today >= pace.share(settings.xero_calls_per_day, for_person):
        kept = today < settings.xero_calls_per_day
        raise RateLimited("day", freed_in(rows, connection_id, DAY, at), kept=kept)


def _close(connection_id: str, error: RateLimited) -> None:
    """Close the gate for as long as Xero asked; a shorter wait that Xero asks for later never opens it earlier."""
    with write() as session:
        row = session.get_one(ConnectionRow, connection_id)
        until = now() + timedelta(seconds=pace.closed_for(error.limit, error.retry_after))
        if row.closed_until is None or until > row.closed_until:
            row.closed_until, row.closed_limit = until, error.limit
