"""A clock that was ahead, and was set back: what was put off by it would wait until the clock has caught up."""

from datetime import timedelta

from sqlalchemy import ColumnElement, or_, select, update
from sqlmodel import Session, col

from models.api_call import ApiCallRow
from models.base import now
from models.connection import ConnectionRow
from models.intent import OPEN_STATES, IntentRow
from services.db import read, write
from services.records.pacing import every
from services.records.quota import LONGEST_CALL

LONGEST = timedelta(days=2)
"""Longer than anything is put off, apart from looks that an admin wants to be rarer."""


def heed() -> None:
    """Bring what lies further ahead than anything is put off back to now."""
    with read() as session:
        ahead = [row.id for row in session.scalars(select(ConnectionRow).where(_ahead())) if _is_ahead(row)]
    if ahead:
        with write() as session:
            for connection_id in ahead:
                _bring_back(session, session.get_one(ConnectionRow, connection_id))


def _ahead() -> ColumnElement[bool]:
    until = now() + LONGEST
    times = (ConnectionRow.next_tick_at, ConnectionRow.next_delta_at, ConnectionRow.closed_until)
    return or_(*(col(time) > until for time in times))


def _is_ahead(row: ConnectionRow) -> bool:
    until = now() + LONGEST + timedelta(seconds=every(row))
    return any(time and time > until for time in (row.next_tick_at, row.next_delta_at, row.closed_until))


def _bring_back(session: Session, row: ConnectionRow) -> None:
    """Calls that were made count from now: Xero may have counted them a moment ago."""
    at = now()
    row.next_tick_at, row.next_delta_at, row.closed_until = at, None, None
    row.full_done_at = min(row.full_done_at, at) if row.full_done_at else None
    row.last_sync_at = min(row.last_sync_at, at) if row.last_sync_at else None
    mine = col(IntentRow.connection_id) == row.id, col(IntentRow.state).in_(OPEN_STATES)
    session.execute(update(IntentRow).where(*mine, col(IntentRow.not_before) > at).values(not_before=None))
    calls = col(ApiCallRow.connection_id) == row.id, col(ApiCallRow.at) > at + LONGEST_CALL
    session.execute(update(ApiCallRow).where(*calls).values(at=at, under_way_until=None))
