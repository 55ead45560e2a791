"""How many synced contacts are in which state, counted as the Client List and Sync Health list them."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlmodel import Session

from models.link import LinkRow
from services.db import read
from services.records.creations import count_refused
from services.records.link_state import count_syncing
from services.records.links import DIFFERENCE, FAILING, KEPT, WAITING, fares, unarchived
from services.records.remembered import remembered


@dataclass(frozen=True, slots=True)
class SyncStates:
    """Synced contacts by state, each counted once.

    `failing` includes those that Xero refused to archive or to create; `not_created` counts the latter alone.
    `kept` counts those that keep a change on one side because of how directions or blanks are set.
    """

    in_sync: int
    waiting: int
    failing: int
    differing: int
    kept: int
    not_created: int


@remembered
def count_states() -> SyncStates:
    """The counts now. In sync is whatever is in no other state, so that no query looks at every link."""
    with read() as session:
        every = count_syncing(session)
        states = (WAITING, FAILING, DIFFERENCE, KEPT)
        waiting, failing, differing, kept = (_count(session, fares(state)) for state in states)
        not_created = count_refused(session)
        refused = failing + _count(session, unarchived()) + not_created
        in_sync = every - waiting - failing - differing - kept
        return SyncStates(in_sync, waiting, refused, differing, kept, not_created)


def _count(session: Session, condition: ColumnElement[bool]) -> int:
    return int(session.execute(select(func.count()).select_from(LinkRow).where(condition)).scalar_one())
