"""Working hours of a connection, as a condition on intents: what nobody asked for waits outside them."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, or_, true
from sqlmodel import Session, col

from models.connection import ConnectionRow
from models.installation import InstallationRow
from models.intent import SENT, IntentRow
from services.reconcile.hours import open_now


def may_go(session: Session, connection_id: str, at: datetime) -> ColumnElement[bool]:
    """Which intents may be sent at a moment: all within the hours; outside, what a person asked for.

    What may be on the wire already goes on at any time, because only sending settles it.
    """
    hours = session.get_one(ConnectionRow, connection_id).push_hours
    zone = session.get_one(InstallationRow, 1).time_zone
    if open_now(hours, at.astimezone(ZoneInfo(zone))):
        return true()
    return or_(col(IntentRow.actor) != "", col(IntentRow.state) == SENT)
