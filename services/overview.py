"""The state of everything in one glance: how many contacts stand where."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlmodel import Session, col

from models.base import now
from models.contact import ContactRow
from models.difference import DifferenceRow
from models.intent import HELD, OPEN_STATES, IntentRow
from models.issue import OPEN, IssueRow
from models.link import BROKEN, STOPPED, LinkRow
from services.db import read
from services.records.intents import CREATE
from services.records.issues import answerable, due
from services.records.link_state import ended, failing, syncing
from services.records.remembered import remembered


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


@remembered
def get_overview() -> Overview:
    """The counts now, over all connections; each is one query that an index answers alone."""
    with read() as session:
        contacts = _count(session, col(ContactRow.archived_at).is_(None))
        links = _ended_links(session)
        held = (col(IntentRow.state) == HELD) & (col(IntentRow.kind) == CREATE)
        return Overview(
            contacts=contacts,
            unlinked=contacts - _linked(session),
            syncing=_count(session, syncing()),
            waiting=_count(session, col(IntentRow.state).in_(OPEN_STATES)),
            failing=_count(session, failing()) + _count(session, held),
            issues=_open_issues(session),
            differences=_open_differences(session),
            stopped=links.get(STOPPED, 0),
            broken=links.get(BROKEN, 0),
        )


@dataclass(frozen=True, slots=True)
class ToResolve:
    """What the three tabs of Resolve Match Issues hold: open issues, links that ended, open differences."""

    issues: int
    previous: int
    differences: int


@remembered
def get_to_resolve() -> ToResolve:
    """The counts of the overview that a person can do something about there."""
    with read() as session:
        return ToResolve(_open_issues(session), _count(session, ended()), _open_differences(session))


def _open_issues(session: Session) -> int:
    return _count(session, col(IssueRow.state) == OPEN, answerable(), due(now()))


def _linked(session: Session) -> int:
    """Contacts that sync, each counted once however many organisations it syncs with."""
    linked = select(col(LinkRow.contact_id)).distinct().where(syncing()).subquery()
    return int(session.execute(select(func.count()).select_from(linked)).scalar_one())


def _ended_links(session: Session) -> dict[str, int]:
    """How many links ended, by state."""
    state = col(LinkRow.state)
    return dict(session.execute(select(state, func.count()).where(ended()).group_by(state)).all())


def _open_differences(session: Session) -> int:
    query = (
        select(func.count())
        .select_from(DifferenceRow)
        .join(LinkRow, col(LinkRow.id) == col(DifferenceRow.link_id))
        .where(col(DifferenceRow.state) == "open", syncing())
    )
    return int(session.execute(query).scalar_one())


def _count(session: Session, *conditions: ColumnElement[bool]) -> int:
    return int(session.execute(select(func.count()).where(*conditions)).scalar_one())
