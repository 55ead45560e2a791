"""Resolve Match Issues: questions about Xero contacts, and a person's answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select
from sqlmodel import Session, col

from models.base import now
from models.connection import CONNECTED, ConnectionRow
from models.contact import ContactRow
from models.issue import IGNORED, OPEN, IssueRow
from models.xero_contact import XeroContactRow
from services.access import Principal, Role, require
from services.candidates import Candidate, candidates, describe
from services.db import next_revs, read, write
from services.errors import MovedOn, NotFound
from services.reconcile.contact import Contact
from services.records.activity import record
from services.records.bulk import Report, each
from services.records.deep_link import contact_url
from services.records.intents import wake
from services.records.issues import answerable
from services.records.listing import Listing, Rows, found_in, ordered, paged
from services.records.values import contact_of
from services.records.xero_types import type_of
from services.steps.linking import add_link, create_and_link

REASONS = {
    "partial_name": "Same name, but the billing email differs",
    "partial_email": "Same billing email, but the name differs",
    "ambiguous": "Several contacts could be meant",
    "no_match": "No match; held for review",
    "name_taken": "A contact of this name was to be created in Xero",
}
SORTS = {"name": XeroContactRow.name_key, "created_at": IssueRow.created_at}


@dataclass(frozen=True, slots=True)
class IssueFilter:
    """What to list. Blank means any; `reason` is a key of REASONS, `state` open or ignored."""

    connection_id: str = ""
    search: str = ""
    reason: str = ""
    state: str = OPEN
    sort: str = "name"
    descending: bool = False


@dataclass(frozen=True, slots=True)
class IssueItem:
    """A match issue. The candidate shown is the first of `candidate_count`; blank when there is none."""

    issue_id: str
    connection_id: str
    xero_id: str
    xero_name: str
    xero_email: str
    reason: str
    reason_text: str
    candidate_count: int
    candidate_name: str
    candidate_email: str
    state: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class IssueDetail:
    """An issue with both sides in full."""

    item: IssueItem
    xero: Contact
    is_person: bool
    xero_type: str
    xero_url: str
    candidates: tuple[Candidate, ...]


def list_issues(f: IssueFilter, page: int = 1, size: int = 100) -> Listing[IssueItem]:
    """One page of the issues that match a filter."""
    with read() as session:
        listing = paged(session, _query(f), col(IssueRow.id), lambda row: (row[0], row[1]), page, size)
        names = _candidate_names(session, [issue for issue, _ in listing.rows])
        return Listing(tuple(_item(issue, xero, names) for issue, xero in listing.rows), listing.total)


def issue_ids(f: IssueFilter) -> list[str]:
    """The ids of all issues that match a filter."""
    with read() as session:
        return list(session.scalars(_query(f).with_only_columns(col(IssueRow.id))))


def get_issue(issue_id: str) -> IssueDetail:
    """One issue with its candidates, those in question first. Raises: NotFound."""
    with read() as session:
        issue = _row(session, issue_id)
        xero = session.get_one(XeroContactRow, (issue.connection_id, issue.xero_id))
        connection = session.get_one(ConnectionRow, issue.connection_id)
        asked = describe(session, issue.connection_id, dict.fromkeys(_ids(issue), ()))
        item = _item(issue, xero, _candidate_names(session, [issue]))
    return IssueDetail(
        item=item,
        xero=contact_of(xero),
        is_person=xero.is_person,
        xero_type=type_of(xero.is_customer, xero.is_supplier),
        xero_url=contact_url(connection.short_code, xero.xero_id),
        candidates=tuple(asked or candidates(issue.connection_id, issue.xero_id)),
    )


def confirm(actor: Principal, issue_id: str, contact_id: str) -> None:
    """Confirm Match: link the issue's Xero contact with a practice contact. Where they differ becomes a difference.

    Raises: MovedOn when either was linked, archived or answered meanwhile, NotFound, Forbidden.
    """
    require(actor, Role.EDITOR)
    with write() as session:
        xero = _answerable(session, issue_id)
        add_link(session, xero, contact_id, actor.username, origin="match")
        wake(session, xero.connection_id)


def create_contact(actor: Principal, issue_ids: Sequence[str]) -> Report:
    """Create New Contact: a practice contact from each issue's Xero contact, linked. Raises: Forbidden."""
    require(actor, Role.EDITOR)

    def act(session: Session, issue_id: str) -> None:
        create_and_link(session, _answerable(session, issue_id), actor.username)

    return each(issue_ids, act, _name)


def ignore(actor: Principal, issue_ids: Sequence[str]) -> Report:
    """Leave Xero contacts unlinked and stop asking about them. Raises: Forbidden."""
    require(actor, Role.EDITOR)

    def act(session: Session, issue_id: str) -> None:
        issue = _row(session, issue_id)
        if issue.state != OPEN:
            raise MovedOn("It has been answered in the meantime.")
        issue.state, issue.resolved_at = IGNORED, now()
        _record(session, actor, issue, "issue.ignored", f"Ignored {_name(session, issue_id)}")

    return each(issue_ids, act, _name)


def unignore(actor: Principal, issue_ids: Sequence[str]) -> Report:
    """Ask about ignored Xero contacts again. Raises: Forbidden."""
    require(actor, Role.EDITOR)

    def act(session: Session, issue_id: str) -> None:
        issue = _row(session, issue_id)
        if issue.state != IGNORED:
            raise MovedOn("It is not ignored any more.")
        issue.state, issue.resolved_at = OPEN, None
        xero = session.get_one(XeroContactRow, (issue.connection_id, issue.xero_id))
        xero.rev = next_revs(session)[0]
        _record(session, actor, issue, "issue.unignored", f"Took back ignoring {xero.name}")
        wake(session, issue.connection_id)

    return each(issue_ids, act, _name)


def _answerable(session: Session, issue_id: str) -> XeroContactRow:
    issue = _row(session, issue_id)
    if issue.state != OPEN:
        raise MovedOn("It has been answered in the meantime.")
    connection = session.get_one(ConnectionRow, issue.connection_id)
    if connection.state != CONNECTED:
        raise MovedOn(f"{connection.name} is not connected. Connect it first.")
    return session.get_one(XeroContactRow, (issue.connection_id, issue.xero_id))


def _query(f: IssueFilter) -> Rows:
    query = (
        select(IssueRow, XeroContactRow)
        .join(
            XeroContactRow,
            and_(
                col(XeroContactRow.connection_id) == col(IssueRow.connection_id),
                col(XeroContactRow.xero_id) == col(IssueRow.xero_id),
            ),
        )
        .where(col(IssueRow.state) == f.state, answerable())
    )
    if f.connection_id:
        query = query.where(col(IssueRow.connection_id) == f.connection_id)
    if f.reason:
        query = query.where(col(IssueRow.reason) == f.reason)
    if f.search.strip():
        query = query.where(found_in(f.search, XeroContactRow.name, XeroContactRow.email))
    return ordered(query, SORTS.get(f.sort, XeroContactRow.name_key), f.descending, col(IssueRow.id))


def _item(issue: IssueRow, xero: XeroContactRow, names: dict[str, tuple[str, str]]) -> IssueItem:
    found = [names[contact_id] for contact_id in _ids(issue) if contact_id in names]
    name, email = found[0] if found else ("", "")
    return IssueItem(
        issue_id=issue.id,
        connection_id=issue.connection_id,
        xero_id=issue.xero_id,
        xero_name=xero.name,
        xero_email=xero.email,
        reason=issue.reason,
        reason_text=REASONS.get(issue.reason, issue.reason),
        candidate_count=len(found),
        candidate_name=name,
        candidate_email=email,
        state=issue.state,
        created_at=issue.created_at,
    )


def _candidate_names(session: Session, issues: Sequence[IssueRow]) -> dict[str, tuple[str, str]]:
    ids = {contact_id for issue in issues for contact_id in _ids(issue)}
    query = select(col(ContactRow.id), col(ContactRow.name), col(ContactRow.email)).where(col(ContactRow.id).in_(ids))
    return {contact_id: (name, email) for contact_id, name, email in session.execute(query)}


def _ids(issue: IssueRow) -> list[str]:
    return list(issue.candidates.get("ids", []))


def _row(session: Session, issue_id: str) -> IssueRow:
    issue = session.get(IssueRow, issue_id)
    if issue is None:
        raise NotFound("This match issue does not exist any more.")
    return issue


def _name(session: Session, issue_id: str) -> str:
    issue = session.get(IssueRow, issue_id)
    xero = session.get(XeroContactRow, (issue.connection_id, issue.xero_id)) if issue else None
    return xero.name if xero else "A contact that is no longer there"


def _record(session: Session, actor: Principal, issue: IssueRow, action: str, summary: str) -> None:
    record(session, actor.username, action, summary, connection_id=issue.connection_id, xero_id=issue.xero_id)
