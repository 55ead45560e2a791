"""The budget of calls to Xero: each call is reserved in a row before it is made, and given back after it.

Xero allows 5 calls at once, 60 a minute and 1,000 or 5,000 a day per organisation (developer.xero.com,
limits). Rows count over a rolling minute and day, which is stricter than Xero's fixed windows. A crash
between reserving and calling wastes a call; it never exceeds a limit.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlmodel import Session, col

from models.api_call import ApiCallRow
from models.base import now
from models.connection import ConnectionRow
from services.db import write
from services.errors import RateLimited
from services.reconcile import pace
from services.settings import get_settings

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
LONGEST_CALL = timedelta(seconds=90)
"""Longer than a call takes; one that never came back stops counting as under way after this."""


@dataclass(frozen=True, slots=True)
class Budget:
    """The calls that one piece of work may make. Work `for_person` may use the tenth of the day kept for people."""

    connection_id: str
    for_person: bool = False

    @contextmanager
    def call(self) -> Iterator[None]:
        """Make one call inside the block. A `RateLimited` out of the block is Xero's word and closes the gate.

        Raises: RateLimited with the seconds until a call is free again, before the block begins.
        """
        call_id = reserve(self.connection_id, self.for_person)
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


def reserve(connection_id: str, for_person: bool = False) -> str:
    """Take one call from the budget; the id to `release` it by.

    Raises: RateLimited with the seconds until a call is free again.
    """
    with write() as session:
        connection = session.get_one(ConnectionRow, connection_id)
        at = now()  # only now do others wait for us: a time taken before could be older than their calls
        _forget_old(session, connection_id, at)
        if connection.closed_until is not None and connection.closed_until > at:
            raise RateLimited(connection.closed_limit, (connection.closed_until - at).total_seconds())
        _must_be_free(session, connection_id, for_person, at)
        row = ApiCallRow(connection_id=connection_id, at=at, under_way_until=at + LONGEST_CALL)
        session.add(row)
        return row.id


def release(call_id: str) -> None:
    """A call is over. It counts from its end, since Xero may have counted it at any moment before."""
    with write() as session:
        session.execute(update(ApiCallRow).where(col(ApiCallRow.id) == call_id).values(at=now(), under_way_until=None))


def used(session: Session, connection_id: str, window: timedelta, at: datetime | None = None) -> int:
    """How many calls were reserved within the last `window`."""
    return _count(session, connection_id, col(ApiCallRow.at) > (at or now()) - window)


def freed_in(session: Session, connection_id: str, window: timedelta, at: datetime | None = None) -> float:
    """Seconds until the oldest call of the last `window` no longer counts; the window's length when there is none."""
    at = at or now()
    mine = select(func.min(ApiCallRow.at)).where(col(ApiCallRow.connection_id) == connection_id)
    oldest: datetime | None = session.execute(mine.where(col(ApiCallRow.at) > at - window)).scalar_one()
    return max(1.0, ((oldest or at) + window - at).total_seconds())


def _must_be_free(session: Session, connection_id: str, for_person: bool, at: datetime) -> None:
    settings = get_settings()
    recent = col(ApiCallRow.at) > at - LONGEST_CALL  # lets the index find them
    under_way = _count(session, connection_id, recent & (col(ApiCallRow.under_way_until) > at))
    if under_way >= settings.xero_calls_at_once:
        raise RateLimited("concurrent", pace.SHORTEST_CLOSING)
    for limit, window, allowed in (
        ("minute", MINUTE, settings.xero_calls_per_minute),
        ("day", DAY, pace.share(settings.xero_calls_per_day, for_person)),
    ):
        if used(session, connection_id, window, at) >= allowed:
            raise RateLimited(limit, freed_in(session, connection_id, window, at))


def _count(session: Session, connection_id: str, condition: ColumnElement[bool]) -> int:
    query = select(func.count()).where(col(ApiCallRow.connection_id) == connection_id, condition)
    return int(session.execute(query).scalar_one())


def _close(connection_id: str, error: RateLimited) -> None:
    """Leave Xero alone for as long as it asked; a shorter wish never opens the gate earlier."""
    with write() as session:
        row = session.get_one(ConnectionRow, connection_id)
        until = now() + timedelta(seconds=pace.closed_for(error.limit, error.retry_after))
        if row.closed_until is None or until > row.closed_until:
            row.closed_until, row.closed_limit = until, error.limit


def _forget_old(session: Session, connection_id: str, at: datetime) -> None:
    session.execute(
        delete(ApiCallRow).where(col(ApiCallRow.connection_id) == connection_id, col(ApiCallRow.at) < at - 2 * DAY)
    )
