"""When a connection syncs next, how much of its day is left, and why it waits."""

from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import Session

from models.base import now
from models.connection import ConnectionRow
from services.errors import FREED, KEPT, NotAllowed, RateLimited, Unavailable
from services.reconcile import pace
from services.records import quota
from services.settings import get_settings

BRAKED = "The brake is on: an admin has to review what would change before it is released."
CLOSED = {
    "minute": "Xero says that too many calls were made within a minute.",
    "day": "Xero says that today's calls are used up.",
    "concurrent": "Xero says that too many calls were made at once.",
}
ALL_USED = f"The day's calls to Xero are used, also those kept for what people ask for. {FREED}"

SOON = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)
LONGEST_CLOSING = timedelta(days=1)
NEWS = 3_600.0
"""The longest pause in seconds while Xero counts more calls than we do: its count starts again once a day, and only a
call tells us.
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """Calls of the last 24 hours, those left, and a sentence that says why the sync waits ("" if it does not)."""

    calls_used_today: int
    calls_left_today: int
    waits: str


def standing(session: Session, connection: ConnectionRow) -> Standing:
    """How many calls a connection has used and has left now, and why its sync waits."""
    used = quota.used(session, connection.id, quota.DAY)
    left = get_settings().xero_calls_per_day - _spent(connection, used)
    if _is_closed(connection) and connection.closed_limit == "day":
        left = 0
    return Standing(used, max(0, left), _waits(session, connection, used))


def every(connection: ConnectionRow) -> int:
    """Seconds between two looks at Xero: as chosen for this organisation, or else as set for all."""
    return connection.sync_every_seconds or get_settings().sync_every_seconds


def next_pause(session: Session, connection: ConnectionRow, used: int | None = None) -> timedelta:
    """How long to wait before Xero is looked at again: as set, and longer when the day's calls run short.

    `used` are the calls of the last 24 hours, where they have been counted.
    """
    used = quota.used(session, connection.id, quota.DAY) if used is None else used
    spent = _spent(connection, used)
    budget = pace.share(get_settings().xero_calls_per_day, for_person=False)
    if pace.pause(every(connection), spent, budget) <= every(connection):
        return timedelta(seconds=every(connection))
    freed_in = quota.freed_in(session, connection.id, quota.DAY)
    if spent > used:
        freed_in = min(freed_in, NEWS)
    return timedelta(seconds=pace.pause(every(connection), spent, budget, freed_in))


def _spent(connection: ConnectionRow, used: int) -> int:
    """The day's calls, by our count or Xero's, whichever is higher: Xero's includes other installations' calls."""
    if connection.calls_left_today is None:
        return used
    return max(used, get_settings().xero_calls_per_day - connection.calls_left_today)


def _is_closed(connection: ConnectionRow) -> bool:
    """Whether Xero has refused a call and has said for how long it will refuse more."""
    return connection.closed_until is not None and connection.closed_until > now()


def _waits(session: Session, connection: ConnectionRow, used: int) -> str:
    settings = get_settings()
    if connection.braked_at is not None:
        return BRAKED
    if _is_closed(connection):
        return CLOSED.get(connection.closed_limit, CLOSED["minute"])
    if used >= pace.share(settings.xero_calls_per_day, for_person=False):
        return KEPT if used < settings.xero_calls_per_day else ALL_USED
    seconds = next_pause(session, connection, used).total_seconds()
    if seconds <= every(connection):
        return ""
    minutes = max(1, round(seconds / 60))
    often = "minute" if minutes == 1 else f"{minutes} minutes"
    return f"The day's calls are running short, so the sync looks at Xero only every {often}."


def pause_after(error: Exception) -> timedelta:
    """How long a connection waits after a sync that failed, before the next."""
    if isinstance(error, NotAllowed):
        return LONGEST_WAIT
    if isinstance(error, Unavailable) and error.retry_after is not None:
        longest = LONGEST_CLOSING if isinstance(error, RateLimited) else LONGEST_WAIT
        return min(timedelta(seconds=max(1.0, error.retry_after)), longest)
    return min(timedelta(seconds=get_settings().sync_every_seconds), SOON)
