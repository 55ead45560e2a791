"""After a clock that was ahead was set back: what it put off would otherwise wait until the clock has caught up."""

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, select, update
from sqlmodel import Session, col

from models.alert import AlertRow
from models.api_call import ApiCallRow
from models.base import now
from models.connection import ConnectionRow
from models.intent import IntentRow
from models.notice import NEW, NoticeRow
from models.notice_target import NoticeTargetRow
from models.user import UserRow
from services.db import read, write
from services.records.pacing import every
from services.records.quota import LONGEST_CALL
from services.settings import get_settings

LONGEST = timedelta(days=2)
"""Longer than anything is put off, apart from looks that an admin wants to be rarer."""


def correct() -> None:
    """Bring forward to now whatever a clock that was ahead has put off."""
    with read() as session:
        ahead = [row.id for row in session.scalars(select(ConnectionRow)) if _is_ahead(session, row)]
        others = any(session.execute(select(column).where(*late).limit(1)).first() for column, late in _others_late())
    if ahead or others:
        with write() as session:
            for connection_id in ahead:
                _bring_back(session, session.get_one(ConnectionRow, connection_id))
            for column, late in _others_late():
                session.execute(update(column.class_).where(*late).values({column: now()}))


def _others_late() -> list[tuple[Any, tuple[ColumnElement[bool], ...]]]:
    """Columns of tables other than the connections', each with the condition for times too far in the future.

    Left alone, a user added by the wrong clock could not sign in, a lock would last, and notices would not be sent.
    """
    at = now()
    lock = timedelta(minutes=get_settings().lock_minutes)
    never_later = (
        (UserRow.valid_after, timedelta()),
        (UserRow.locked_until, lock),
        (AlertRow.started_at, timedelta()),
        (AlertRow.round_at, timedelta()),
        (AlertRow.told_at, timedelta()),
        (NoticeTargetRow.changed_at, timedelta()),
        (NoticeTargetRow.digest_until, timedelta()),
    )
    waits = (col(NoticeRow.state) == NEW, col(NoticeRow.not_before) > at + LONGEST)
    return [
        *((column, (col(column) > at + longest,)) for column, longest in never_later),
        (NoticeRow.not_before, waits),
    ]


def _is_ahead(session: Session, row: ConnectionRow) -> bool:
    """Whether the last look or a call has a time in the future, or the next look is later than it could ever be put
    off.
    """
    until = now() + LONGEST + timedelta(seconds=every(row))
    if row.last_sync_at is not None and row.last_sync_at > now():
        return True
    if any(time and time > until for time in (row.next_tick_at, row.next_delta_at, row.closed_until)):
        return True
    return session.scalars(select(col(ApiCallRow.id)).where(*_calls_to_come(row.id)).limit(1)).first() is not None


def _calls_to_come(connection_id: str) -> tuple[ColumnElement[bool], ...]:
    return col(ApiCallRow.connection_id) == connection_id, col(ApiCallRow.at) > now() + LONGEST_CALL


def _bring_back(session: Session, row: ConnectionRow) -> None:
    """Bring a connection's times in the future back to now.

    Calls with such times count as if they had just begun, since Xero may have counted them a moment ago.
    """
    at = now()
    row.next_tick_at, row.closed_until = at, None
    row.next_delta_at = at if row.next_delta_at else None
    row.full_done_at = min(row.full_done_at, at) if row.full_done_at else None
    row.last_sync_at = min(row.last_sync_at, at) if row.last_sync_at else None
    mine = col(IntentRow.connection_id) == row.id
    session.execute(update(IntentRow).where(mine, col(IntentRow.not_before) > at).values(not_before=None))
    for times in (IntentRow.sent_at, IntentRow.settled_at):
        session.execute(update(IntentRow).where(mine, col(times) > at).values({times: at}))
    over = at + LONGEST_CALL
    under_way = case((col(ApiCallRow.under_way_until).is_not(None), over))
    session.execute(update(ApiCallRow).where(*_calls_to_come(row.id)).values(at=over, under_way_until=under_way))
