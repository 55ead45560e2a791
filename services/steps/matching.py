"""Match: what to do with Xero contacts that have no link yet.

Looking (`consider`) is apart from acting (`match_new`): the preview looks at everything and writes
nothing; a tick looks at what changed, then acts in short transactions that look again before each write.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from models.base import now
from models.connection import ConnectionRow
from models.contact import ContactRow
from models.issue import IGNORED, OPEN, RESOLVED, IssueRow
from models.link import LinkRow
from models.xero_contact import XeroContactRow
from services.db import read, write
from services.reconcile.match import Index, Keys, Outcome, Verdict, classify
from services.reconcile.plan import Step, plan_new
from services.records.activity import SYNC, record
from services.records.intents import on_the_wire
from services.records.keys import inside, practice_keys, sharing, taken, xero_keys
from services.records.leases import Lease
from services.steps.linking import add_link, contact_from_xero
from services.steps.pull import Progress

BATCH = 100
NO_MATCH = "no_match"


@dataclass(frozen=True, slots=True)
class Decision:
    """What should happen to one Xero contact that has no link, and why."""

    step: Step
    verdict: Verdict


def match_new(connection_id: str, since_rev: int, lease: Lease, progress: Progress) -> dict[str, int]:
    """Link, create or ask about each unlinked contact that changed after `since_rev`. Returns counts by step."""
    with read() as session:
        decisions = consider(session, session.get_one(ConnectionRow, connection_id), since_rev)
    counts = dict.fromkeys((step.value for step in Step), 0)
    for start in range(0, len(decisions), BATCH):
        with write() as session:
            lease.check(session)
            connection = session.get_one(ConnectionRow, connection_id)
            for decision in decisions[start : start + BATCH]:
                counts[_apply(session, connection, decision).value] += 1
        progress("Matching contacts", min(start + BATCH, len(decisions)), len(decisions))
    return counts


def consider(session: Session, connection: ConnectionRow, since_rev: int = 0) -> list[Decision]:
    """Decide about every unlinked active contact inside the filter that either side's edits may concern."""
    wanted = {keys.id: keys for keys in _changed(session, connection, since_rev)}
    rivals = [keys for keys in sharing(session, xero_keys(connection.id), wanted.values()) if keys.id not in wanted]
    practice = sharing(session, practice_keys(), wanted.values())
    index = Index(practice, taken(session, connection.id, practice))
    verdicts = classify([*wanted.values(), *rivals], index)
    policy = connection.no_match_policy
    return [Decision(plan_new(verdict, policy), verdict) for verdict in verdicts if verdict.xero_id in wanted]


def _changed(session: Session, connection: ConnectionRow, since_rev: int) -> list[Keys]:
    """Unlinked Xero contacts that changed, and those whose keys a changed practice contact shares now."""
    query = xero_keys(connection.id).where(inside(connection)).order_by(col(XeroContactRow.xero_id))
    changed = [Keys(*row) for row in session.execute(query.where(col(XeroContactRow.rev) > since_rev))]
    if since_rev == 0:
        return changed
    edited = session.execute(practice_keys().where(col(ContactRow.rev) > since_rev))
    return [*changed, *sharing(session, query, [Keys(*row) for row in edited])]


def _apply(session: Session, connection: ConnectionRow, decision: Decision) -> Step:
    """Act on a decision, unless what it rests on changed since; then the next tick decides anew."""
    xero = session.get_one(XeroContactRow, (connection.id, decision.verdict.xero_id))
    if _has_link(session, xero) or _issue_state(session, xero) == IGNORED or on_the_wire(session, xero):
        return Step.SKIP
    if decision.step is Step.LINK:
        return _link(session, connection, xero, decision.verdict)
    if decision.step is Step.CREATE:
        contact_id = contact_from_xero(session, connection, xero, SYNC)
        add_link(session, xero, contact_id, SYNC, origin="create_practice")
        return Step.CREATE
    if decision.step in (Step.ASK, Step.HOLD):
        _ask(session, xero, decision.verdict)
    return decision.step


def _link(session: Session, connection: ConnectionRow, xero: XeroContactRow, verdict: Verdict) -> Step:
    contact = session.get_one(ContactRow, verdict.candidates[0].contact_id)
    still_equal = (contact.name_key, contact.email_key) == (xero.name_key, xero.email_key)
    keys = Keys(contact.id, contact.name_key, contact.email_key)
    if not still_equal or contact.archived_at or taken(session, connection.id, [keys]):
        return Step.SKIP
    add_link(session, xero, contact.id, SYNC, origin="match")
    return Step.LINK


def _ask(session: Session, xero: XeroContactRow, verdict: Verdict) -> None:
    reason = NO_MATCH if verdict.outcome is Outcome.NONE else verdict.outcome.value
    ask(session, xero, reason, [candidate.contact_id for candidate in verdict.candidates])


def ask(session: Session, xero: XeroContactRow, reason: str, contact_ids: Sequence[str]) -> None:
    """Raise the match issue of a Xero contact, or bring the one it has up to date."""
    issue = _issue(session, xero)
    if issue is None:
        issue = IssueRow(connection_id=xero.connection_id, xero_id=xero.xero_id, reason=reason)
        session.add(issue)
        record(
            session, SYNC, "issue.raised", f"Match issue for {xero.name}",
            connection_id=xero.connection_id, xero_id=xero.xero_id,
        )  # fmt: skip
    if issue.state == RESOLVED:
        issue.created_at = now()
    issue.reason, issue.state, issue.resolved_at = reason, OPEN, None
    issue.candidates = {"ids": list(contact_ids)}


def _issue(session: Session, xero: XeroContactRow) -> IssueRow | None:
    query = select(IssueRow).where(
        col(IssueRow.connection_id) == xero.connection_id, col(IssueRow.xero_id) == xero.xero_id
    )
    return session.exec(query).first()


def _issue_state(session: Session, xero: XeroContactRow) -> str:
    issue = _issue(session, xero)
    return issue.state if issue else ""


def _has_link(session: Session, xero: XeroContactRow) -> bool:
    query = select(LinkRow.id).where(
        col(LinkRow.connection_id) == xero.connection_id, col(LinkRow.xero_id) == xero.xero_id
    )
    return session.exec(query).first() is not None
