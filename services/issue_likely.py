"""The existing contacts that match issues likely mean, to be shown before new ones are created or issues ignored."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from sqlalchemy import Select, and_, select
from sqlmodel import Session, col

from models.contact import ContactRow
from models.issue import IssueRow
from models.match_index import MatchEntryRow
from models.suggestion import SuggestionRow
from models.xero_contact import XeroContactRow
from services.candidates import MERGED, candidates_of
from services.db import read
from services.reconcile.match import Keys, Match
from services.reconcile.score import Part, plausible
from services.records.issues import xero_name
from services.records.keys import keys_of, same_xero_contact, suggested_for_issue
from services.records.listing import among, chunks


@dataclass(frozen=True, slots=True)
class Likely:
    """The Xero contact of an issue, and the contact of the practice for which most speaks.

    `contact_ids` are all for which much speaks: they are alike, or `merged`, if what was linked with them was merged
    into the one in Xero.
    """

    issue_id: str
    xero_name: str
    contact_name: str
    score: float
    contact_ids: frozenset[str]
    merged: bool = False


def names(issue_ids: Sequence[str]) -> list[str]:
    """What the Xero contacts of these issues are called."""
    with read() as session:
        return [xero_name(session, issue_id) for issue_id in issue_ids]


def who(issue_ids: Sequence[str]) -> dict[str, Keys]:
    """The Xero contacts that these issues are about now, by the issues' ids."""
    query = select(col(IssueRow.id), XeroContactRow).join(XeroContactRow, same_xero_contact(IssueRow))
    with read() as session:
        rows = (row for chunk in chunks(issue_ids) for row in session.execute(query.where(among(IssueRow.id, chunk))))
        return {issue_id: keys_of(xero) for issue_id, xero in rows}


def likely(issue_ids: Sequence[str]) -> tuple[Likely, ...]:
    """Those of these issues with a plausible contact of ours, linked already or not."""
    found: dict[str, Likely] = {}
    with read() as session:
        for chunk in chunks(issue_ids):
            for one in _plausible(session, chunk):
                best = found.get(one.issue_id, one)
                found[one.issue_id] = replace(best, contact_ids=best.contact_ids | one.contact_ids)
    return tuple(found[issue_id] for issue_id in issue_ids if issue_id in found)


def _plausible(session: Session, issue_ids: Sequence[str]) -> Iterator[Likely]:
    """The plausible candidates of each issue, the best first; worked out on the spot where none are stored yet."""
    for issue_id, xero, merged, known, suggested, contact in session.execute(
        _stored().where(among(IssueRow.id, issue_ids))
    ):
        if known is None or merged:
            for one in candidates_of(session, xero):
                by_merger = MERGED in one.parts and not one.linked_to
                if one.plausible or by_merger:
                    ids = frozenset({one.contact_id})
                    yield Likely(issue_id, xero.name, one.contact.name, one.score, ids, by_merger)
        elif contact is not None and _speaks_for_itself(suggested, contact, xero):
            yield Likely(issue_id, xero.name, contact.name, suggested.score, frozenset({contact.id}))


def _speaks_for_itself(suggested: SuggestionRow, contact: ContactRow, xero: XeroContactRow) -> bool:
    parts = (Part(about, label, points) for about, label, points in suggested.parts["parts"])
    same_name = bool(xero.name_key) and xero.name_key == contact.name_key
    same_email = bool(xero.email_key) and xero.email_key == contact.email_key
    return plausible(suggested.score, parts, same_name=same_name, same_email=same_email)


@cache
def _stored() -> Select[str, XeroContactRow, bool, int | None, SuggestionRow, ContactRow]:
    """Issues with their Xero contacts, and each candidate that was stored for these in their present versions, but
    of the survivors of mergers: these have others as well.
    """
    known = and_(
        col(MatchEntryRow.scope) == col(IssueRow.connection_id),
        col(MatchEntryRow.owner) == col(IssueRow.xero_id),
        col(MatchEntryRow.rev) == col(XeroContactRow.rev),
    )
    merged = col(IssueRow.reason) == Match.SURVIVOR.value
    suggested = col(MatchEntryRow.id).is_not(None) & suggested_for_issue() & ~merged
    same = and_(col(ContactRow.id) == col(SuggestionRow.contact_id), col(ContactRow.archived_at).is_(None))
    query = select(col(IssueRow.id), XeroContactRow, merged, col(MatchEntryRow.id), SuggestionRow, ContactRow)
    query = query.select_from(IssueRow).join(XeroContactRow, same_xero_contact(IssueRow))
    query = query.outerjoin(MatchEntryRow, known)
    return query.outerjoin(SuggestionRow, suggested).outerjoin(ContactRow, same).order_by(col(SuggestionRow.rank))
