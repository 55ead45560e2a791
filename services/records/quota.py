"""The budget of calls to Xero: each call is reserved in a row before it is made.

Xero allows 60 calls a minute and 1,000 or 5,000 a day per organisation (developer.xero.com, limits).
A crash between reserving and calling wastes a call; it never exceeds a limit.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlmodel import Session, col

from models.api_call import ApiCallRow
from models.base import now
from models.connection import ConnectionRow
from services.db import write
from services.errors import RateLimited
from services.settings import get_settings

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def reserve(connection_id: str) -> None:
    """Take one call from the budget of the last minute and the last 24 hours.

    Raises: RateLimited with the seconds until a call is free again.
    """
    settings = get_settings()
    with write() as session:
        _forget_old(session, connection_id)
        for limit, window, allowed in (
            ("minute", MINUTE, settings.xero_calls_per_minute),
            ("day", DAY, settings.xero_calls_per_day),
        ):
            if used(session, connection_id, window) >= allowed:
                raise RateLimited(limit, _seconds_until_free(session, connection_id, window))
        session.add(ApiCallRow(connection_id=connection_id))


def used(session: Session, connection_id: str, window: timedelta) -> int:
    """How many calls were reserved within the last `window`."""
    query = select(func.count()).where(
        col(ApiCallRow.connection_id) == connection_id, col(ApiCallRow.at) > now() - window
    )
    return int(session.execute(query).scalar_one())


def note_remaining(connection_id: str, day_left: int) -> None:
    """Keep what Xero itself says is left today, for the screens."""
    with write() as session:
        row = session.get(ConnectionRow, connection_id)
        if row is not None:
            row.calls_left_today = day_left


def _seconds_until_free(session: Session, connection_id: str, window: timedelta) -> float:
    oldest: datetime | None = session.execute(
        select(func.min(ApiCallRow.at)).where(
            col(ApiCallRow.connection_id) == connection_id, col(ApiCallRow.at) > now() - window
        )
    ).scalar_one()
    return max(1.0, (oldest + window - now()).total_seconds()) if oldest else 1.0


def _forget_old(session: Session, connection_id: str) -> None:
    session.execute(
        delete(ApiCallRow).where(col(ApiCallRow.connection_id) == connection_id, col(ApiCallRow.at) < now() - 2 * DAY)
    )
