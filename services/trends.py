"""What happened lately: changes, questions and problems day by day, and the last entries of the log.

Days are those of the practice's time zone. The log only grows at its end, so that a day that is over is counted once
in the life of the process; each look counts the day that goes on.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from threading import Lock
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlmodel import Session, col

from models.activity import ActivityRow
from models.base import now
from models.contact import ContactRow
from models.difference import DifferenceRow
from services.db import database, read
from services.records.activity import SYNC
from services.records.remembered import remembered

DAYS = 30
TO_PRACTICE = ("contact.updated_from_xero", "contact.created_from_xero")
TO_XERO = ("xero.updated", "link.create_xero", "xero.archived")
QUESTIONS = ("issue.raised",)
PROBLEMS = ("xero.refused", "link.broken", "brake.on", "connection.sign_in_ended")
COUNTED = (*TO_PRACTICE, *TO_XERO, *QUESTIONS, *PROBLEMS)
LATEST_COMMIT = timedelta(minutes=10)
"""How long after its time an entry of the log may become visible: longer than any transaction."""


@dataclass(frozen=True, slots=True)
class Day:
    """One day: changes written to the practice and to Xero, questions for a person, and problems that came up."""

    day: date
    to_practice: int
    to_xero: int
    questions: int
    problems: int


@dataclass(frozen=True, slots=True)
class Latest:
    """One entry of the log, with the contact that it is about; both blank for none, or one that is gone."""

    at: datetime
    actor: str
    summary: str
    contact_id: str
    contact: str


_lock = Lock()
_over: dict[tuple[int, str, date], Day] = {}


def by_day(zone: ZoneInfo, days: int = DAYS) -> tuple[Day, ...]:
    """The last `days` days up to today, oldest first."""
    today = now().astimezone(zone).date()
    return tuple(_day(zone, today - timedelta(days=ago)) for ago in reversed(range(days)))


@remembered
def latest(size: int = 8) -> tuple[Latest, ...]:
    """The last entries of the log, newest first."""
    query = (
        select(ActivityRow, col(ContactRow.id), col(ContactRow.name))
        .outerjoin(ContactRow, col(ContactRow.id) == col(ActivityRow.contact_id))
        .order_by(col(ActivityRow.id).desc())
        .limit(size)
    )
    with read() as session:
        rows = session.execute(query).all()
    return tuple(Latest(row.at, row.actor, row.summary, id_ or "", name or "") for row, id_, name in rows)


def _day(zone: ZoneInfo, day: date) -> Day:
    serial, *_ = database().version()
    key = (serial, zone.key, day)
    with _lock:
        if key in _over:
            return _over[key]
    since, until = (datetime.combine(one, time(), zone) for one in (day, day + timedelta(days=1)))
    counted = _count(day, since, until)
    if now() > until + LATEST_COMMIT:
        with _lock:
            _over[key] = counted
    return counted


def _count(day: date, since: datetime, until: datetime) -> Day:
    with read() as session:
        found = _activity(session, since, until)
        asked = _differences(session, since, until)
    return Day(
        day, _sum(found, TO_PRACTICE), _sum(found, TO_XERO), _sum(found, QUESTIONS) + asked, _sum(found, PROBLEMS)
    )


def _activity(session: Session, since: datetime, until: datetime) -> Counter[str]:
    """Entries by action; a link that ended because a person archived the contact is no problem."""
    action, at = col(ActivityRow.action), col(ActivityRow.at)
    by_person = (action == "link.broken") & (col(ActivityRow.actor) != SYNC)
    query = (
        select(action, func.count()).where(action.in_(COUNTED), at >= since, at < until, ~by_person).group_by(action)
    )
    return Counter(dict(session.execute(query).all()))


def _differences(session: Session, since: datetime, until: datetime) -> int:
    """Differences that came up, without those that a policy decided at once."""
    at = col(DifferenceRow.created_at)
    query = select(func.count()).where(at >= since, at < until, col(DifferenceRow.actor) != SYNC)
    return int(session.execute(query).scalar_one())


def _sum(found: Counter[str], actions: Sequence[str]) -> int:
    return sum(found[action] for action in actions)
