"""The state of everything at a glance: how many contacts are in which state."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import ColumnElement, Select, bindparam, exists, func, select
from sqlmodel import Session, col

from models.base import this_minute
from models.connection import ConnectionRow
from models.contact import ContactRow
from models.difference import OPEN as TO_DECIDE
from models.difference import DifferenceRow
from models.intent import OPEN_STATES, IntentRow
from models.issue import OPEN, IssueRow
from models.link import BROKEN, STOPPED, SYNCING, LinkRow
from services.db import read
from services.records.creations import count_refused
from services.records.issues import Moment, answerable, due
from services.records.link_state import failing, followed, links_by_state, previous, syncing
from services.records.remembered import remembered

SEVERAL = 2
"""With this many organisations or more, a contact may sync with several."""


@dataclass(frozen=True, slots=True)
class Overview:
    """Counts. `waiting` and `failing` count writes to Xero; `unlinked` active contacts that sync with nothing."""

    contacts: int
    unlinked: int
    syncing: int
    waiting: int
    failing: int
    issues: int
    differences: int
    stopped: int
    broken: int


def get_overview() -> Overview:
    """The counts of this minute, over all connections; each is one query that an index answers alone."""
    return _overview(this_minute())


@remembered
def _overview(minute: datetime) -> Overview:
    with read() as session:
        contacts = _count(session, col(ContactRow.archived_at).is_(None))
        links = links_by_state(session)
        return Overview(
            contacts=contacts,
            unlinked=contacts - _linked(session, links.get(SYNCING, 0)),
            syncing=links.get(SYNCING, 0),
            waiting=_count(session, col(IntentRow.state).in_(OPEN_STATES)),
            failing=_count(session, failing()) + count_refused(session),
            issues=int(session.execute(_open_issues(minute)).scalar_one()),
            differences=int(session.execute(_open_differences()).scalar_one()),
            stopped=links.get(STOPPED, 0),
            broken=links.get(BROKEN, 0) - _count(session, followed()),
        )


@dataclass(frozen=True, slots=True)
class ToResolve:
    """What the three tabs of Resolve Match Issues hold: open issues, links to look at that ended, open differences."""

    issues: int
    previous: int
    differences: int


def get_to_resolve() -> ToResolve:
    """The counts of the overview that a person can do something about there, in this minute."""
    return _to_resolve_at(this_minute())


@remembered
def _to_resolve_at(minute: datetime) -> ToResolve:
    with read() as session:
        issues, ended_links, differences = session.execute(_to_resolve(), {"moment": minute}).one()
        return ToResolve(issues, ended_links, differences)


@cache
def _to_resolve() -> Select[int, int, int]:
    """Built once, because every look at that page asks."""
    issues, differences = _open_issues(bindparam("moment")), _open_differences()
    return select(issues.scalar_subquery(), previous(), differences.scalar_subquery())


def _open_issues(moment: Moment) -> Select[int]:
    return select(func.count()).where(col(IssueRow.state) == OPEN, answerable(), due(moment))


def _linked(session: Session, links: int) -> int:
    """How many contacts sync, each counted once, however many organisations it syncs with. With a single organisation
    that is the number of links.
    """
    syncs = exists().where(col(LinkRow.connection_id) == col(ConnectionRow.id), syncing())
    organisations = session.scalars(select(col(ConnectionRow.id)).where(syncs).limit(SEVERAL)).all()
    if len(organisations) < SEVERAL:
        return links
    linked = select(col(LinkRow.contact_id)).distinct().where(syncing()).subquery()
    return int(session.execute(select(func.count()).select_from(linked)).scalar_one())


def _open_differences() -> Select[int]:
    return (
        select(func.count())
        .select_from(DifferenceRow)
        .join(LinkRow, col(LinkRow.id) == col(DifferenceRow.link_id))
        .where(col(DifferenceRow.state) == TO_DECIDE, syncing())
    )


def _count(session: Session, *conditions: ColumnElement[bool]) -> int:
    return int(session.execute(select(func.count()).where(*conditions)).scalar_one())
