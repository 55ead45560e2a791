"""What happened lately: changes, questions and problems day by day, and the last entries of the log.

Days are those of the practice's time zone. The log only grows at its end, so a day that is over is counted once in the
life of the process; the current day is counted on each look.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from threading import Lock
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select
from sqlmodel import Session, col

from models.activity import ActivityRow
from models.base import now
from models.contact import ContactRow
from models.difference import DifferenceRow
from models.issue import IGNORED, OPEN, IssueRow
from models.xero_contact import XeroContactRow
from services.db import database, read
from services.reconcile.lookalike import asked
from services.records.activity import SYNC
from services.records.issues import answerable
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
    """One entry of the log. `contact_id` and `contact` are blank if it is about none, or about one that is gone.

    If it is about a Xero contact with a match issue, `asked_about` is the contact's name and `standing` the issue's.
    """

    at: datetime
    actor: str
    summary: str
    contact_id: str
    contact: str
    asked_about: str = ""
    standing: str = ""


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
        select(ActivityRow, ContactRow, IssueRow, XeroContactRow)
        .outerjoin(ContactRow, col(ContactRow.id) == col(ActivityRow.contact_id))
        .outerjoin(IssueRow, _about(IssueRow) & col(IssueRow.state).in_((OPEN, IGNORED)) & answerable())
        .outerjoin(XeroContactRow, _about(XeroContactRow))
        .order_by(col(ActivityRow.id).desc())
        .limit(size)
    )
    with read() as session:
        return tuple(_latest(*row) for row in session.execute(query))


def _about(table: type[IssueRow] | type[XeroContactRow]) -> ColumnElement[bool]:
    same_connection = col(table.connection_id) == col(ActivityRow.connection_id)
    return same_connection & (col(table.xero_id) == col(ActivityRow.xero_id))


def _latest(
    row: ActivityRow, contact: ContactRow | None, issue: IssueRow | None, xero: XeroContactRow | None
) -> Latest:
    standing = ""
    if issue and xero:
        deferred = issue.deferred_until is not None and issue.deferred_until > now()
        standing = asked(ignored=issue.state == IGNORED, deferred=deferred)
    return Latest(
        at=row.at,
        actor=row.actor,
        summary=row.summary,
        contact_id=contact.id if contact else "",
        contact=contact.name if contact else "",
        asked_about=xero.name if xero else "",
        standing=standing,
    )


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
    """The number of entries by action, without links that ended because a person archived the contact."""
    action, at = col(ActivityRow.action), col(ActivityRow.at)
    by_person = (action == "link.broken") & (col(ActivityRow.actor) != SYNC)
    query = (
        select(action, func.count()).where(action.in_(COUNTED), at >= since, at < until, ~by_person).group_by(action)
    )
    return Counter(dict(session.execute(query).all()))


def _differences(session: Session, since: datetime, until: datetime) -> int:
    """How many differences came up, each field counted once, however often its values changed; those that a policy
    decided do not count.
    """
    at, which = col(DifferenceRow.created_at), col(DifferenceRow.link_id) + ":" + col(DifferenceRow.field)
    query = select(func.count(which.distinct())).where(at >= since, at < until, col(DifferenceRow.actor) != SYNC)
    return int(session.execute(query).scalar_one())


def _sum(found: Counter[str], actions: Sequence[str]) -> int:
    return sum(found[action] for action in actions)
