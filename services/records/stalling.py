"""Whether a connection has not got through a sync for so long that somebody has to be told, and why.

There are two signs. One is the last error, as long as no sync has got through since (see `AlertRow`). The other is that
its turn does not come, or is cut off each time; this shows even if nothing can be written, for example on a full disk.
"""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from models.alert import STALLED, AlertRow
from models.base import now
from models.connection import CONNECTED, ConnectionRow

PATIENCE = timedelta(hours=2)
"""Longer than most troubles of Xero, of the network or of the limits of calls last."""
UNTOLD = (
    "The reason is not known. Whoever looks after the server should read the log, and check that the worker runs and "
    "can write to the database."
)


def stalls(connection: ConnectionRow, at: datetime) -> bool:
    """Whether a connection does not get through at the moment, or has not had its turn for long."""
    return connection.state == CONNECTED and (bool(connection.error) or _overdue(connection, at))


def reason(connection: ConnectionRow) -> str:
    """Why it does not get through, in words."""
    return connection.error or UNTOLD


def stalled(session: Session, connection: ConnectionRow) -> str:
    """The reason, once it has gone on for so long that people are told; until then ""."""
    at = now()
    if not stalls(connection, at) or not (_overdue(connection, at) or _alerted(session, connection.id, at)):
        return ""
    return reason(connection)


def any_overdue(session: Session) -> bool:
    """Whether there is a connection that has not had its turn for long."""
    return any(_overdue(row, now()) for row in session.scalars(select(ConnectionRow)))


def _overdue(connection: ConnectionRow, at: datetime) -> bool:
    """Its turn was due when the worker was to turn to it, but not before its import began."""
    if connection.state != CONNECTED or connection.next_tick_at is None:
        return False
    return max(connection.next_tick_at, connection.started_at or connection.next_tick_at) <= at - PATIENCE


def _alerted(session: Session, connection_id: str, at: datetime) -> bool:
    open_long = col(AlertRow.ended_at).is_(None), col(AlertRow.started_at) <= at - PATIENCE
    of_it = col(AlertRow.connection_id) == connection_id, col(AlertRow.kind) == STALLED
    return session.scalars(select(AlertRow.id).where(*of_it, *open_long)).first() is not None
