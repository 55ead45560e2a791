"""Match: link, create or ask about Xero contacts that have no link yet, as `considering` decided.

It works in short transactions and checks again before each write, since people go on working meanwhile.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from sqlmodel import Session, col, select

from models.base import now
from models.connection import ConnectionRow
from models.contact import ContactRow
from models.intent import HELD, IntentRow
from models.issue import OPEN, RESOLVED, IssueRow
from models.link import SYNCING, LinkRow
from models.xero_contact import XeroContactRow
from services.db import current_rev, read, write
from services.errors import MovedOn
from services.reconcile.match import Index, Keys, Match, Verdict
from services.reconcile.plan import Step, plan_new
from services.records import jobs
from services.records.activity import SYNC, record
from services.records.another_look import look_again
from services.records.creations import creations, refused_names
from services.records.issues import NAME_TAKEN, close, unanswerable
from services.records.keys import inside, practice_keys, sharing, taken, unlinked
from services.records.leases import Lease
from services.records.listing import among, chunks
from services.records.markers import agreed_at_creation, creation_of, on_the_wire
from services.steps.considering import Decision, consider
from services.steps.linking import add_first_link, add_link, contacts_from_xero, issue_of, resolve_issue
from services.steps.pull import Progress

BATCH = 100
NO_MATCH = "no_match"


def match_new(connection_id: str, since_rev: int, lease: Lease, progress: Progress) -> dict[str, int]:
    """Link, create or ask about each unlinked contact that changed after `since_rev`. Returns how many, by step.

    What is done is credited to the waiting job in the same transaction, so that a crash loses neither. Match issues
    are closed first if their contact is no longer in use in Xero, or is outside the filter now; those about a taken
    name are opened again if it is back in use, or wanted again.
    """
    with read() as session:
        until_rev = current_rev(session)
        connection = session.get_one(ConnectionRow, connection_id)
        decisions = consider(session, connection, since_rev)
        gone = unanswerable(session, connection, since_rev)
        back = _named_again(session, connection_id)
    if gone or back:
        with write() as session:
            lease.check(session)
            close(session, gone)
            for xero, refused in _named_again(session, connection_id):
                ask(session, xero, NAME_TAKEN, refused)
    counts = Counter(dict.fromkeys((step.value for step in Step), 0))
    for start in range(0, len(decisions), BATCH):
        with write() as session:
            lease.check(session)
            connection = session.get_one(ConnectionRow, connection_id)
            done = _apply(session, connection, decisions[start : start + BATCH], until_rev)
            jobs.credit(session, connection_id, done)
        counts += done
        progress("Matching contacts", min(start + BATCH, len(decisions)), len(decisions))
    return dict(counts)


def _apply(session: Session, connection: ConnectionRow, decisions: Sequence[Decision], until_rev: int) -> Counter[str]:
    """Act on decisions, except where something they depend on changed after `until_rev`: the next tick decides about
    those again.
    """
    rows = _still_wanted(session, connection, decisions)
    look_again(session, [rows.pop(one) for one in _concerned(session, connection.id, rows.values(), until_rev)])
    standing = [one for one in decisions if one.verdict.xero_id in rows and _still_meant(connection, one)]
    done: Counter[str] = Counter()
    with session.no_autoflush:
        creating = [rows[decision.verdict.xero_id] for decision in standing if decision.step is Step.CREATE]
        made = contacts_from_xero(session, connection, creating, SYNC)
        asked = _asked_about(session, connection.id, rows)
        for xero, contact in zip(creating, made, strict=True):
            if xero.xero_id in asked:
                resolve_issue(session, xero)
            add_first_link(session, xero, contact, SYNC, "create_practice")
        done[Step.CREATE.value] += len(creating)
        full = [d for d in standing if d.verdict.match is Match.FULL]
        done[Step.LINK.value] += _link_all(session, connection, rows, full)
        ours = [d for d in standing if d.verdict.match is Match.OURS]
        done[Step.LINK.value] += sum(_link_ours(session, rows[d.verdict.xero_id], d) for d in ours)
        asking = [decision for decision in standing if decision.step in (Step.ASK, Step.HOLD)]
        refused = refused_names(session, connection.id, {rows[one.verdict.xero_id].name_key for one in asking})
        for decision in asking:
            xero = rows[decision.verdict.xero_id]
            done[decision.step.value] += _ask(session, xero, decision.verdict, refused.get(xero.name_key, []))
    session.flush()  # while the rows that flushing needs are still loaded
    return done


def _named_again(session: Session, connection_id: str) -> list[tuple[XeroContactRow, list[str]]]:
    """Xero contacts whose question about a taken name was closed, each with the contacts of ours that are refused
    because of it now.
    """
    if session.scalars(creations(HELD).where(col(IntentRow.connection_id) == connection_id).limit(1)).first() is None:
        return []
    asked = select(IssueRow.xero_id).where(col(IssueRow.connection_id) == connection_id)
    closed = asked.where(col(IssueRow.state) == RESOLVED, col(IssueRow.reason) == NAME_TAKEN)
    query = select(XeroContactRow).where(*unlinked(connection_id), col(XeroContactRow.xero_id).in_(closed))
    found = session.exec(query).all()
    refused = refused_names(session, connection_id, {xero.name_key for xero in found})
    return [(xero, refused[xero.name_key]) for xero in found if xero.name_key in refused]


def _still_meant(connection: ConnectionRow, decision: Decision) -> bool:
    """Whether the decision still holds: an admin may have changed what happens to contacts without a match."""
    return plan_new(decision.verdict, connection.no_match_policy) is decision.step


def _asked_about(session: Session, connection_id: str, xero_ids: Collection[str]) -> set[str]:
    """Those Xero contacts that have a match issue."""
    query = select(IssueRow.xero_id).where(
        col(IssueRow.connection_id) == connection_id, col(IssueRow.xero_id).in_(xero_ids)
    )
    return set(session.exec(query))


def _still_wanted(
    session: Session, connection: ConnectionRow, decisions: Sequence[Decision]
) -> dict[str, XeroContactRow]:
    """The rows, by Xero id, that still have no link, are not being created just now, and were not excluded since, by
    hand or by the filter. The filter never excludes what was created for a contact of ours.
    """
    xero_id, wanted = col(XeroContactRow.xero_id), [one.verdict.xero_id for one in decisions]
    ours = [one.verdict.xero_id for one in decisions if one.verdict.match is Match.OURS]
    mine = *unlinked(connection.id), inside(connection) | xero_id.in_(ours)
    query = select(XeroContactRow).where(*mine, xero_id.in_(wanted))
    return {row.xero_id: row for row in session.exec(query) if not on_the_wire(session, row)}


def _concerned(session: Session, connection_id: str, rows: Collection[XeroContactRow], until_rev: int) -> list[str]:
    """The ids of Xero contacts that share a key with a practice contact that people added or changed meanwhile: it may
    be the match, or a second one beside the match. What this tick itself has written does not count.
    """
    keys = [Keys(row.xero_id, row.name_key, row.email_key) for row in rows]
    changed = sharing(session, practice_keys().where(col(ContactRow.rev) > until_rev), keys)
    compared = _compared(session, connection_id, [one.id for one in changed])
    edited = Index(one for one in changed if one.id not in compared)
    return [one.id for one in keys if one.name in edited.by_name or one.email in edited.by_email]


def _compared(session: Session, connection_id: str, contact_ids: Collection[str]) -> set[str]:
    """Those practice contacts that sync and were compared as they are now. They are looked up by contact alone: given
    the organisation as well, SQLite would read all of its links.
    """
    query = select(LinkRow.contact_id, LinkRow.connection_id).join(ContactRow, col(ContactRow.id) == LinkRow.contact_id)
    as_now = query.where(col(LinkRow.state) == SYNCING, col(LinkRow.practice_rev) >= col(ContactRow.rev))
    parts = (session.exec(as_now.where(among(LinkRow.contact_id, chunk))) for chunk in chunks(contact_ids))
    return {contact_id for part in parts for contact_id, place in part if place == connection_id}


def _link_ours(session: Session, xero: XeroContactRow, decision: Decision) -> bool:
    """Link what was created in Xero for a contact of ours, if our contact is still free. Returns whether it was linked.

    The values that it was created with become the base; if its creation is not stored here, the link has none.
    """
    [ours] = decision.verdict.contact_ids
    intent = creation_of(session, xero, ours)
    base = agreed_at_creation(session, intent, xero)
    actor = intent.actor if intent else SYNC
    try:
        add_link(session, xero, ours, actor, origin="create_xero", two_way=False, base=base)
    except MovedOn:
        look_again(session, [xero])
        return False
    return True


def _link_all(
    session: Session, connection: ConnectionRow, rows: Mapping[str, XeroContactRow], decisions: Sequence[Decision]
) -> int:
    """Link full matches, if they still are full matches and the practice contact is free. Returns how many."""
    wanted = {decision.verdict.contact_ids[0]: rows[decision.verdict.xero_id] for decision in decisions}
    query = select(ContactRow).where(col(ContactRow.id).in_(wanted), col(ContactRow.archived_at).is_(None))
    contacts = list(session.exec(query))
    busy = taken(session, connection.id, [Keys(row.id, row.name_key, row.email_key) for row in contacts])
    for contact in contacts:
        xero = wanted[contact.id]
        if contact.id not in busy and (contact.name_key, contact.email_key) == (xero.name_key, xero.email_key):
            del wanted[contact.id]
            resolve_issue(session, xero)
            add_first_link(session, xero, contact, SYNC, "match")
    look_again(session, wanted.values())
    return len(decisions) - len(wanted)


def _ask(session: Session, xero: XeroContactRow, verdict: Verdict, refused: Sequence[str]) -> bool:
    """Ask about a contact. While it has the name of contacts that Xero therefore `refused`, that is the reason, unless
    it was created for one of ours.
    """
    reason = NO_MATCH if verdict.match is Match.NONE else verdict.match.value
    ids = dict.fromkeys([*refused, *verdict.contact_ids])
    return ask(session, xero, NAME_TAKEN if refused and verdict.match is not Match.OURS_IN_DOUBT else reason, list(ids))


def ask(session: Session, xero: XeroContactRow, reason: str, contact_ids: Sequence[str]) -> bool:
    """Raise the match issue of a Xero contact, or update the one it has. Returns whether it was not open before."""
    issue = issue_of(session, xero)
    is_new = issue is None or issue.state != OPEN
    if issue is None:
        issue = IssueRow(connection_id=xero.connection_id, xero_id=xero.xero_id, reason=reason)
        session.add(issue)
        record(
            session, SYNC, "issue.raised", f"Match issue for {xero.name}",
            connection_id=xero.connection_id, xero_id=xero.xero_id,
        )  # fmt: skip
    if issue.state == RESOLVED:
        issue.created_at, issue.deferred_until = now(), None
    issue.reason, issue.state, issue.resolved_at = reason, OPEN, None
    issue.candidates = {"ids": list(contact_ids)}
    return is_new
