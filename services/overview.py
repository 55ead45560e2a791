"""The state of everything in one glance: how many contacts stand where."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlmodel import Session, col

from models.contact import ContactRow
from models.difference import DifferenceRow
from models.intent import HELD, OPEN_STATES, IntentRow
from models.issue import OPEN, IssueRow
from models.link import BROKEN, STOPPED, SYNCING, LinkRow
from services.db import read
from services.records.intents import CREATE
from services.records.issues import answerable


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
    """The counts now, over all connections."""
    with read() as session:
        contacts = _count(session, ContactRow.id, col(ContactRow.archived_at).is_(None))
        links: dict[str, int] = dict(
            session.execute(select(col(LinkRow.state), func.count()).group_by(col(LinkRow.state))).all()
        )
        linked = select(func.count(func.distinct(col(LinkRow.contact_id)))).where(col(LinkRow.state) == SYNCING)
        held = (col(IntentRow.state) == HELD) & (col(IntentRow.kind) == CREATE)
        return Overview(
            contacts=contacts,
            unlinked=contacts - int(session.execute(linked).scalar_one()),
            syncing=links.get(SYNCING, 0),
            waiting=_count(session, IntentRow.id, col(IntentRow.state).in_(OPEN_STATES)),
            failing=_count(session, LinkRow.id, col(LinkRow.state) == SYNCING, col(LinkRow.error) > "")
            + _count(session, IntentRow.id, held),
            issues=_count(session, IssueRow.id, col(IssueRow.state) == OPEN, answerable()),
            differences=_open_differences(session),
            stopped=links.get(STOPPED, 0),
            broken=links.get(BROKEN, 0),
        )


def _open_differences(session: Session) -> int:
    query = (
        select(func.count())
        .select_from(DifferenceRow)
        .join(LinkRow, col(LinkRow.id) == col(DifferenceRow.link_id))
        .where(col(DifferenceRow.state) == "open", col(LinkRow.state) == SYNCING)
    )
    return int(session.execute(query).scalar_one())


def _count(session: Session, column: Any, *conditions: ColumnElement[bool]) -> int:
    return int(session.execute(select(func.count(column)).where(*conditions)).scalar_one())
