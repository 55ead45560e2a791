"""Working hours of a connection, as a condition on intents: what nobody asked for waits outside them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, or_, true
from sqlmodel import Session, col

from models.connection import ConnectionRow
from models.installation import InstallationRow
from models.intent import SENT, IntentRow
from services.reconcile.hours import open_now, opens_next


def may_go(session: Session, connection_id: str, at: datetime) -> ColumnElement[bool]:
    """Which intents may be sent at a moment: all within the hours; outside, what a person asked for.

    What may be on the wire already goes on at any time, because only sending settles it.
    """
    hours = session.get_one(ConnectionRow, connection_id).push_hours
    if open_now(hours, _local(session, at)):
        return true()
    return or_(col(IntentRow.actor) != "", col(IntentRow.state) == SENT)


def opens_at(session: Session, connection_id: str, at: datetime) -> datetime | None:
    """When the hours begin that the connection waits for at a moment; None if it is within them."""
    hours, local_time = session.get_one(ConnectionRow, connection_id).push_hours, _local(session, at)
    begins = None if open_now(hours, local_time) else opens_next(hours, local_time)
    return begins.astimezone(UTC) if begins else None


def _local(session: Session, at: datetime) -> datetime:
    return at.astimezone(ZoneInfo(session.get_one(InstallationRow, 1).time_zone))
