"""The list of match issues: what it is filtered and sorted by, and a row of it with the best candidate.

Without a filter on candidates, ids and order come from one index; only the rows shown are joined with anything.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from typing import Any, TypeVarTuple

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, case, exists, select
from sqlmodel import Session, col

from models.connection import ConnectionRow
from models.contact import ContactRow
from models.issue import IGNORED, OPEN, IssueRow
from models.link import LinkRow
from models.suggestion import SuggestionRow
from models.xero_contact import XeroContactRow
from services.errors import NotFound
from services.reconcile.match import Keys
from services.reconcile.normalise import key
from services.reconcile.resemblance import SAFE_KEYS, in_words
from services.records.issues import NO_ISSUE, answerable, due
from services.records.keys import same_xero_contact, suggested_for_issue
from services.records.link_state import syncing
from services.records.listing import among, found_by_key, in_order, ordered

REASONS = {
    "partial_name": "Same name, but the billing email differs",
    "partial_email": "Same billing email, but the name differs",
    "ambiguous": "Several contacts could be meant",
    "no_match": "No match; held for review",
    "ours_in_doubt": "Created in Xero from here, but it is not certain for which contact",
    "survivor": "A linked contact was merged into it in Xero",
    "name_taken": "A contact of yours with this name could not be created in Xero",
}
ROUGH = ("partial_name", "partial_email", "no_match")
"""For these reasons, the resemblance to the best candidate says more."""

SAFE = "safe"
SAFE_WORDS = "Safest: same billing email, same name but for its spelling"
DEFERRED = "deferred"
SCORES = {"80": (80.0, 101.0), "50": (50.0, 80.0), "0": (0.0, 50.0)}
"""Bounds of the score of the best candidate, the upper one not included."""

SORTS = {"name": IssueRow.name_key, "created_at": IssueRow.created_at, "score": SuggestionRow.score}
Best = tuple[str, str, bool]
"""Name and billing email of the contact an issue most likely means, and whether it syncs with another already."""

NOBODY: Best = ("", "", False)
MOMENT: BindParameter[datetime] = bindparam("moment")
Ts = TypeVarTuple("Ts")


@dataclass(frozen=True, slots=True)
class IssueFilter:
    """What to list. Blank means any.

    `reason` is the key of a reason as `reason_counts` gives it, or SAFE; `state` is open, deferred or ignored;
    `score` a key of SCORES, or none for those without a candidate.
    """

    connection_id: str = ""
    search: str = ""
    reason: str = ""
    state: str = OPEN
    sort: str = "name"
    descending: bool = False
    score: str = ""


@dataclass(frozen=True, slots=True)
class IssueItem:
    """A match issue with its best candidate, whose fields are blank and `score` None when there is none."""

    issue_id: str
    connection_id: str
    xero_id: str
    xero_name: str
    xero_email: str
    reason: str
    reason_text: str
    candidate_name: str
    candidate_email: str
    candidate_linked: bool
    score: float | None
    state: str
    deferred_until: datetime | None
    note: str
    created_at: datetime

    @property
    def who(self) -> Keys:
        """The Xero contact by what it is matched by."""
        return Keys(self.xero_id, key(self.xero_name), key(self.xero_email))


@lru_cache
def issue_query(f: IssueFilter, backwards: bool = False) -> Select[str]:
    """The ids of the issues to list at `moment`, in order; `name_key` is repeated from their Xero contacts.

    Built once for each filter, because every look at the list asks for it.
    """
    query = select(col(IssueRow.id)).where(*asked(f))
    if f.score or f.sort == "score":
        query = _with_best(query)
    if f.reason:
        query = query.where(reason_of().in_(SAFE_KEYS) if f.reason == SAFE else reason_of() == f.reason)
    if f.score in SCORES:
        least, below = SCORES[f.score]
        query = query.where(col(SuggestionRow.score) >= least, col(SuggestionRow.score) < below)
    elif f.score:
        query = query.where(col(SuggestionRow.score).is_(None))
    if f.search.strip():
        query = _mirrored(query).where(found_by_key(f.search, XeroContactRow.name_key, XeroContactRow.email_key))
    return ordered(query, SORTS.get(f.sort, IssueRow.name_key), f.descending != backwards, col(IssueRow.id))


def asked(f: IssueFilter) -> list[ColumnElement[bool]]:
    """The conditions for a filter's state and organisation; a query with them needs the parameter `moment`."""
    conditions = [col(IssueRow.state) == (IGNORED if f.state == IGNORED else OPEN), answerable()]
    if f.state != IGNORED:
        conditions.append(~due(MOMENT) if f.state == DEFERRED else due(MOMENT))
    if f.connection_id:
        conditions.append(col(IssueRow.connection_id) == f.connection_id)
    return conditions


def reason_of() -> ColumnElement[str]:
    """The reason of an issue as a key: how it resembles its best candidate, where that says more."""
    more = (col(IssueRow.reason).in_(ROUGH)) & (col(IssueRow.resemblance) != "")
    return case((more, col(IssueRow.resemblance)), else_=col(IssueRow.reason))


def words_of(reason: str) -> str:
    """The words for the key of a reason."""
    return REASONS.get(reason) or in_words(reason) or reason


def _with_best(query: Select[*Ts]) -> Select[*Ts]:
    """A query of issues, each with its best candidate if it has one."""
    return query.outerjoin(SuggestionRow, suggested_for_issue() & (col(SuggestionRow.rank) == 1))


def _mirrored(query: Select[*Ts]) -> Select[*Ts]:
    """A query of issues, each with its Xero contact."""
    return query.join(XeroContactRow, same_xero_contact(IssueRow))


def issue_in_full(session: Session, issue_id: str) -> tuple[IssueRow, XeroContactRow, ConnectionRow, str]:
    """An issue, its Xero contact, its organisation and its reason as a key. Raises: NotFound."""
    found = session.execute(_in_full(), {"issue": issue_id}).one_or_none()
    if found is None:
        raise NotFound(NO_ISSUE)
    issue, xero, connection, reason = found
    return issue, xero, connection, reason


@cache
def _in_full() -> Select[IssueRow, XeroContactRow, ConnectionRow, str]:
    query = _mirrored(select(IssueRow, XeroContactRow, ConnectionRow, reason_of()))
    query = query.join(ConnectionRow, col(ConnectionRow.id) == col(IssueRow.connection_id))
    return query.where(col(IssueRow.id) == bindparam("issue"))


def issue_items(session: Session, ids: Sequence[str]) -> list[IssueItem]:
    """Issues for a screen, in the order of `ids`."""
    rows = in_order(session.execute(_rows(), {"ids": list(ids)}), ids)
    matching = _matching(session, [row for row in rows if row.best_name is None])
    return [_item(row, matching) for row in rows]


@cache
def _rows() -> Select[Any]:
    """What a screen shows of issues, each with the practice contact that is its best candidate, unless archived."""
    names = ("id", "connection_id", "xero_id", "reason", "state", "deferred_until", "note", "created_at", "candidates")
    linked = exists().where(
        col(LinkRow.contact_id) == col(SuggestionRow.contact_id),
        col(LinkRow.connection_id) == col(IssueRow.connection_id),
        syncing(),
    )
    query = select(
        *(getattr(IssueRow, name) for name in names),
        col(XeroContactRow.name).label("xero_name"),
        col(XeroContactRow.email).label("xero_email"),
        col(ContactRow.name).label("best_name"),
        col(ContactRow.email).label("best_email"),
        linked.label("best_linked"),
        col(SuggestionRow.score),
        reason_of().label("reason_key"),
    )
    same = (col(ContactRow.id) == col(SuggestionRow.contact_id)) & col(ContactRow.archived_at).is_(None)
    chosen = col(IssueRow.id).in_(bindparam("ids", expanding=True))
    return _with_best(_mirrored(query)).outerjoin(ContactRow, same).where(chosen)


def _item(row: Any, matching: dict[str, Best]) -> IssueItem:
    suggested = row.best_name is not None
    best = (row.best_name, row.best_email, row.best_linked) if suggested else matching.get(row.id, NOBODY)
    name, email, linked = best
    return IssueItem(
        issue_id=row.id,
        connection_id=row.connection_id,
        xero_id=row.xero_id,
        xero_name=row.xero_name,
        xero_email=row.xero_email,
        reason=row.reason,
        reason_text=words_of(row.reason_key),
        candidate_name=name,
        candidate_email=email,
        candidate_linked=linked,
        score=row.score if suggested else None,
        state=row.state,
        deferred_until=row.deferred_until,
        note=row.note,
        created_at=row.created_at,
    )


def _matching(session: Session, rows: Sequence[Any]) -> dict[str, Best]:
    """The first contact that matching named, of those not archived: for issues whose candidates are not worked out yet,
    or where none is like enough any more, such as the one it was created for.
    """
    asked = {row.id: list(row.candidates.get("ids", [])) for row in rows}
    wanted = {contact_id for ids in asked.values() for contact_id in ids}
    if not wanted:
        return {}
    names, linked = _names(session, wanted), _linked(session, wanted)
    best = ((row, next((one for one in asked[row.id] if one in names), "")) for row in rows)
    return {row.id: (*names[one], (row.connection_id, one) in linked) for row, one in best if one}


def _names(session: Session, ids: Collection[str]) -> dict[str, tuple[str, str]]:
    """Name and billing email of those practice contacts that are not archived."""
    query = select(col(ContactRow.id), col(ContactRow.name), col(ContactRow.email)).where(
        among(ContactRow.id, ids), col(ContactRow.archived_at).is_(None)
    )
    return {contact_id: (name, email) for contact_id, name, email in session.execute(query)}


def _linked(session: Session, ids: Collection[str]) -> set[tuple[str, str]]:
    """The (connection id, contact id) of those practice contacts that sync."""
    query = select(col(LinkRow.connection_id), col(LinkRow.contact_id)).where(among(LinkRow.contact_id, ids), syncing())
    return {(connection_id, contact_id) for connection_id, contact_id in session.execute(query)}
