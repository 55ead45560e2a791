"""Match issues as rows: which of them can be answered now, and finding one that is still open.

It also closes the questions about contacts that the filter leaves out, or that are not in use in Xero any more.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, func, or_, select, true, update
from sqlmodel import Session, col

from models.base import Json, now
from models.connection import DISCONNECTED, ConnectionRow
from models.contact import ContactRow
from models.issue import OPEN, RESOLVED, IssueRow
from models.xero_contact import XeroContactRow
from services.errors import MovedOn, NotFound
from services.records.activity import record
from services.records.connections import must_be_connected
from services.records.creations import refused_names
from services.records.keys import inside, is_inside
from services.records.listing import among, chunks
from services.records.values import NO_LONGER_THERE

NAME_TAKEN = "name_taken"
LEFT_OUT = "The contact-type filter now leaves it out. Let it in under Sync Health, Excluded."
NO_ISSUE = "This match issue does not exist any more."

Moment = datetime | BindParameter[Any]


def answerable() -> ColumnElement[bool]:
    """The condition for an issue whose organisation is connected, or only has to sign in again."""
    live = select(col(ConnectionRow.id)).where(col(ConnectionRow.state) != DISCONNECTED)
    return col(IssueRow.connection_id).in_(live)


def due(moment: Moment) -> ColumnElement[bool]:
    """The condition for an issue that is not put off beyond a moment."""
    return or_(col(IssueRow.deferred_until).is_(None), col(IssueRow.deferred_until) <= moment)


def issue_row(session: Session, issue_id: str) -> IssueRow:
    """An issue. Raises: NotFound."""
    issue = session.get(IssueRow, issue_id)
    if issue is None:
        raise NotFound(NO_ISSUE)
    return issue


def open_issue(session: Session, issue_id: str) -> IssueRow:
    """An issue that nobody has answered. Raises: NotFound, MovedOn."""
    issue = issue_row(session, issue_id)
    if issue.state != OPEN:
        raise MovedOn("It has been answered in the meantime.")
    return issue


def to_answer(session: Session, issue_id: str) -> XeroContactRow:
    """The Xero contact of an issue that can be answered now. Raises: NotFound, MovedOn."""
    issue = open_issue(session, issue_id)
    must_be_connected(session.get_one(ConnectionRow, issue.connection_id))
    return asked_about(session, issue)


def asked_about(session: Session, issue: IssueRow) -> XeroContactRow:
    """The Xero contact of an issue."""
    return session.get_one(XeroContactRow, (issue.connection_id, issue.xero_id))


def xero_name(session: Session, issue_id: str) -> str:
    """What an issue's Xero contact is called, for reports."""
    issue = session.get(IssueRow, issue_id)
    xero = session.get(XeroContactRow, (issue.connection_id, issue.xero_id)) if issue else None
    return xero.name if xero else NO_LONGER_THERE


def issues_at_hand(session: Session, issue_ids: Sequence[str]) -> Sequence[Any]:
    """Issues with their Xero contacts and organisations, read at once."""
    mirrored = (col(XeroContactRow.connection_id) == col(IssueRow.connection_id)) & (
        col(XeroContactRow.xero_id) == col(IssueRow.xero_id)
    )
    query = select(IssueRow, XeroContactRow, ConnectionRow).join(XeroContactRow, mirrored)
    query = query.join(ConnectionRow, col(ConnectionRow.id) == col(IssueRow.connection_id))
    return session.execute(query.where(among(IssueRow.id, issue_ids))).all()


def close_outside(session: Session, connection: ConnectionRow) -> int:
    """Close the issues of Xero contacts that the contact-type filter leaves out; returns how many."""
    left_out = select(col(XeroContactRow.xero_id)).where(
        col(XeroContactRow.connection_id) == connection.id, ~inside(connection)
    )
    statement = (
        update(IssueRow)
        .where(
            col(IssueRow.connection_id) == connection.id,
            col(IssueRow.state) == OPEN,
            _by_type(),
            col(IssueRow.xero_id).in_(left_out),
        )
        .values(state=RESOLVED, resolved_at=now())
    )
    return int(session.execute(statement).rowcount)  # type: ignore[attr-defined]


def must_take_part(session: Session, issue: IssueRow) -> None:
    """Refuse to ask again about a Xero contact that the contact-type filter leaves out. Raises: MovedOn."""
    if is_left_out(session, issue):
        raise MovedOn(LEFT_OUT)


def is_left_out(session: Session, issue: IssueRow) -> bool:
    """Whether nobody is asked about a Xero contact, because the contact-type filter leaves it out."""
    xero = asked_about(session, issue)
    return issue.reason != NAME_TAKEN and not xero.let_in and not is_inside(session, xero)


def unanswerable(session: Session, connection: ConnectionRow, since_rev: int) -> list[str]:
    """The ids of open issues to be closed: their Xero contact changed after `since_rev`, and is no longer in use or has
    a type that the contact-type filter leaves out. A taken name is asked about whatever the type, while it is wanted.
    """
    mine = select(col(IssueRow.id)).where(col(IssueRow.connection_id) == connection.id, col(IssueRow.state) == OPEN)
    if session.scalars(mine.limit(1)).first() is None:
        return []
    theirs = select(col(XeroContactRow.xero_id)).where(col(XeroContactRow.connection_id) == connection.id)
    changed, active = theirs.where(col(XeroContactRow.rev) > since_rev), col(XeroContactRow.status) == "active"
    unwanted = among(XeroContactRow.xero_id, wanted_by_nobody(session, connection.id))
    left = (
        (mine, changed.where(~active)),
        (mine.where(_by_type()), changed.where(active, ~inside(connection))),
        (mine, theirs.where(unwanted, ~inside(connection))),
    )
    parts = (
        query.where(among(IssueRow.xero_id, chunk)) for query, who in left for chunk in chunks(session.scalars(who))
    )
    return [issue_id for part in parts for issue_id in session.scalars(part)]


def wanted_by_nobody(session: Session, connection_id: str) -> list[str]:
    """The ids of Xero contacts that are asked about because of their name, although no contact of ours is refused it
    any more: none wants to be created, or none is called so.
    """
    asked = select(col(IssueRow.xero_id), col(IssueRow.name_key)).where(
        col(IssueRow.connection_id) == connection_id, col(IssueRow.state) == OPEN, col(IssueRow.reason) == NAME_TAKEN
    )
    found = {row.xero_id: row.name_key for row in session.execute(asked)}
    parts = (refused_names(session, connection_id, chunk) for chunk in chunks(found.values()))
    refused = {name for part in parts for name in part}
    return [xero_id for xero_id, name in found.items() if name not in refused]


def asked_because_of_changed(session: Session, connection_id: str, since_rev: int) -> list[str]:
    """The ids of Xero contacts whose open issue names a practice contact that changed after `since_rev`."""
    named = func.json_each(col(IssueRow.candidates), "$.ids").table_valued("value")
    changed = select(col(ContactRow.id)).where(col(ContactRow.rev) > since_rev)
    asked = select(col(IssueRow.xero_id)).join(named, true()).distinct()
    mine = col(IssueRow.connection_id) == connection_id, col(IssueRow.state) == OPEN
    return list(session.scalars(asked.where(*mine, named.c.value.in_(changed))))


def _by_type() -> ColumnElement[bool]:
    """The condition for an issue that depends on the contact-type filter.

    All do, except those about a Xero contact that has the name of a contact to be created there.
    """
    return col(IssueRow.reason) != NAME_TAKEN


def close(session: Session, issue_ids: Sequence[str]) -> None:
    """Close these issues; a contact that comes back is matched like a new one, and asked about again."""
    for chunk in chunks(issue_ids):
        still_open = update(IssueRow).where(among(IssueRow.id, chunk), col(IssueRow.state) == OPEN)
        session.execute(still_open.values(state=RESOLVED, resolved_at=now()))


def note_down(
    session: Session, actor: str, issue: IssueRow, action: str, summary: str, undo: Json | None = None
) -> None:
    """Add an entry about an issue to the activity log."""
    record(
        session, actor, action, summary,
        connection_id=issue.connection_id, xero_id=issue.xero_id, undo=undo,
    )  # fmt: skip
