"""Suggest: work out candidates for Xero contacts without a partner, ahead of any page, and only where it is due.

An open match issue or an ended link is due if it was never looked at, if it changed in Xero, or if it shares a value
with a practice contact that changed. One worker at a time does this for all connections, in short transactions.
Nothing is ever linked here: suggestions only order what a person looks at.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, or_, select
from sqlmodel import Session, col

from models.contact import ContactRow
from models.issue import OPEN, IssueRow
from models.link import BROKEN, STOPPED, LinkRow
from models.match_index import XERO_SIDE, MatchEntryRow
from models.xero_contact import XeroContactRow
from services.db import read, write
from services.records import leases
from services.records.leases import Lease
from services.records.match_index import gone, index_practice, indexed_up_to, take_out
from services.records.suggestions import Finder, Found, forget, keep, xero_columns
from services.steps.pull import Progress, unwatched

STAGE = "Looking for candidates"
INDEX_BATCH = 4_000
BATCH = 250
MOST = 2_000

ASKED: tuple[tuple[type[IssueRow] | type[LinkRow], ColumnElement[bool]], ...] = (
    (IssueRow, col(IssueRow.state) == OPEN),
    (LinkRow, col(LinkRow.state).in_((STOPPED, BROKEN))),
)
"""Where people may be asked about a Xero contact without a partner: the table, and the condition on its rows."""


def due(connection_id: str) -> bool:
    """Whether there is anything to work out. It costs a few look-ups, so a worker can ask on each turn."""
    with read() as session:
        changed = select(col(ContactRow.id)).where(col(ContactRow.rev) > indexed_up_to(session)).limit(1)
        behind = session.execute(changed).first() is not None or gone(session, 1)
        return bool(behind or _due_rows(session, connection_id, 1))


def suggest(connection_id: str, progress: Progress = unwatched, most: int = MOST, job: Lease | None = None) -> bool:
    """Work out what is due, for at most `most` Xero contacts. Returns whether more is left.

    Also returns False when another worker is doing it. It may be stopped at any point and called again.
    """
    with leases.held("suggesting", job) as lease:
        return lease is not None and _suggest(connection_id, lease, progress, most)


def _suggest(connection_id: str, lease: Lease, progress: Progress, most: int) -> bool:
    if _bring_index_up_to_date(lease, most * 10):
        return True
    with read() as session:
        rows = _due_rows(session, connection_id, most)
        finder = Finder(session)
        for start in range(0, len(rows), BATCH):
            batch = rows[start : start + BATCH]
            found = finder.find(batch, _asked(session, connection_id, [row.xero_id for row in batch]))
            _keep(connection_id, found, lease)
            progress(STAGE, min(start + BATCH, len(rows)), len(rows))
    _tidy(connection_id, lease)
    return len(rows) == most


def _bring_index_up_to_date(lease: Lease, most: int) -> bool:
    """Index what changed in the contact book, for about `most` contacts. Returns whether more may be left."""
    for _ in range(0, most, INDEX_BATCH):
        with write() as session:
            lease.check(session)
            if index_practice(session, INDEX_BATCH) < INDEX_BATCH:
                return False
    return True


def _keep(connection_id: str, found: list[Found], lease: Lease) -> None:
    with write() as session:
        lease.check(session)
        keep(session, connection_id, found)


def _tidy(connection_id: str, lease: Lease) -> None:
    """Forget the candidates of Xero contacts that have a partner by now, or need none any more."""
    with read() as session:
        answered = list(session.scalars(_answered(connection_id).limit(BATCH)))
    if answered:
        with write() as session:
            lease.check(session)
            forget(session, connection_id, answered)
            take_out(session, connection_id, XERO_SIDE, answered)


def _answered(connection_id: str) -> Select[Any]:
    mine = (
        (col(table.connection_id) == connection_id) & (col(table.xero_id) == col(MatchEntryRow.owner)) & asked
        for table, asked in ASKED
    )
    nobody_asks = [~exists().where(condition) for condition in mine]
    return select(col(MatchEntryRow.owner)).where(col(MatchEntryRow.scope) == connection_id, *nobody_asks)


def _asked(session: Session, connection_id: str, xero_ids: list[str]) -> dict[str, list[str]]:
    """The practice contacts that issues already name, by Xero id."""
    query = select(col(IssueRow.xero_id), col(IssueRow.candidates)).where(
        col(IssueRow.connection_id) == connection_id, col(IssueRow.xero_id).in_(xero_ids)
    )
    return {xero_id: list(named.get("ids", [])) for xero_id, named in session.execute(query)}


def _due_rows(session: Session, connection_id: str, most: int) -> list[Any]:
    """Up to `most` Xero contacts whose candidates are to be worked out; those of open issues first."""
    found: dict[str, Any] = {}
    for query in _queries(connection_id):
        if len(found) < most:
            found.update((row.xero_id, row) for row in session.execute(query.limit(most - len(found))))
    return list(found.values())


def _queries(connection_id: str) -> Iterator[Select[Any]]:
    for table, asked in ASKED:
        same = (col(XeroContactRow.connection_id) == connection_id) & (
            col(XeroContactRow.xero_id) == col(table.xero_id)
        )
        looked_at = (col(MatchEntryRow.scope) == connection_id) & (col(MatchEntryRow.owner) == col(table.xero_id))
        yield (
            select(*xero_columns())
            .select_from(table)
            .join(XeroContactRow, same)
            .outerjoin(MatchEntryRow, looked_at)
            .where(col(table.connection_id) == connection_id, asked, col(XeroContactRow.status) == "active")
            .where(or_(col(MatchEntryRow.id).is_(None), col(MatchEntryRow.rev) != col(XeroContactRow.rev)))
        )
