"""One match issue in full: both sides, the contacts it may mean, and what Confirm Match would do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from models.activity import ActivityRow
from services.candidates import Candidate, candidates_of
from services.db import read
from services.issue_answers import NOTHING
from services.reconcile.contact import Contact, Field
from services.reconcile.match import Keys
from services.reconcile.normalise import key
from services.reconcile.outcome import FieldOutcome, outcome
from services.reconcile.policy import Policies, policies
from services.records.deep_link import contact_url
from services.records.issue_list import issue_in_full, words_of
from services.records.issues import issue_row
from services.records.remembered import remembered
from services.records.values import Versions, contact_of
from services.records.xero_types import type_of

ANSWERS = (
    "issue.ignored", "issue.unignored", "issue.deferred", "issue.brought_back", "undone",
    "link.match", "link.rematch", "link.create_practice", "link.create_xero",
)  # fmt: skip
"""The actions in the log that answer an issue, put it off, or have it asked again."""


@dataclass(frozen=True, slots=True)
class Answered:
    """Who answered an issue last (a person or the sync), when, and in a sentence how."""

    actor: str
    at: datetime
    summary: str


@dataclass(frozen=True, slots=True)
class IssueDetail:
    """An issue with both sides in full: the Xero contact as of version `rev`, and candidates, the best first.

    `ways` are its organisation's policies, by which values travel once it is confirmed.
    """

    issue_id: str
    connection_id: str
    xero_id: str
    state: str
    reason_text: str
    deferred_until: datetime | None
    note: str
    rev: int
    xero: Contact
    xero_type: str
    xero_url: str
    candidates: tuple[Candidate, ...]
    ways: Policies

    @property
    def who(self) -> Keys:
        """The Xero contact by what it is matched by."""
        return Keys(self.xero_id, key(self.xero.name), key(self.xero.email))


@dataclass(frozen=True, slots=True)
class MatchPreview:
    """What Confirm Match would do to both sides as they are in these `versions`."""

    versions: Versions
    fields: tuple[FieldOutcome, ...]


@remembered
def get_issue(issue_id: str) -> IssueDetail:
    """One issue with its candidates. Raises: NotFound."""
    with read() as session:
        issue, xero, connection, reason = issue_in_full(session, issue_id)
        described = candidates_of(session, xero)
    return IssueDetail(
        issue_id=issue_id,
        connection_id=issue.connection_id,
        xero_id=issue.xero_id,
        state=issue.state,
        reason_text=words_of(reason),
        deferred_until=issue.deferred_until,
        note=issue.note,
        rev=xero.rev,
        xero=contact_of(xero),
        xero_type=type_of(xero.is_customer, xero.is_supplier),
        xero_url=contact_url(connection.short_code, xero.xero_id),
        candidates=tuple(described),
        ways=policies(connection.field_rules, connection.blank_policy),
    )


def preview(issue: IssueDetail, candidate: Candidate, keep: Mapping[Field, str] = NOTHING) -> MatchPreview:
    """What confirming would do to both sides as shown; `keep` maps a field to the side whose value stays."""
    return MatchPreview((candidate.rev, issue.rev), outcome(candidate.contact, issue.xero, issue.ways, keep))


def last_answer(issue_id: str) -> Answered | None:
    """The answer by which an issue stands as it does; None where the log has none. Raises: NotFound."""
    with read() as session:
        issue = issue_row(session, issue_id)
        about = (col(ActivityRow.xero_id) == issue.xero_id, col(ActivityRow.connection_id) == issue.connection_id)
        query = select(ActivityRow).where(*about, col(ActivityRow.action).in_(ANSWERS))
        row = session.exec(query.order_by(col(ActivityRow.id).desc()).limit(1)).first()
        if row is None or (issue.resolved_at and row.at < issue.resolved_at):
            return None
        return Answered(row.actor, row.at, row.summary)
