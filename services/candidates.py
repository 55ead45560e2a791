"""Practice contacts that might be the one a Xero contact means, for a person to choose from.

They are worked out ahead of any page (`services.steps.suggesting`). For a Xero contact that this has not reached yet
they are worked out on the spot, by look-ups in the match index and never by a scan.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache

from sqlalchemy import Select, and_, bindparam, or_, select
from sqlmodel import Session, col

from models.contact import ContactRow
from models.issue import IssueRow
from models.link import LinkRow
from models.match_index import MatchEntryRow
from models.xero_contact import XeroContactRow
from services.db import read
from services.errors import NotFound
from services.reconcile.contact import NAMELESS, Contact
from services.reconcile.marker import created_for
from services.reconcile.normalise import key
from services.reconcile.score import Part, Ranked, plausible
from services.records.link_state import syncing
from services.records.listing import found_by_key, found_first
from services.records.markers import installation
from services.records.suggestions import LIMIT, Finder, kept
from services.records.survivors import linked_by_merged
from services.records.values import contact_of

__all__ = [
    "LIMIT",
    "Candidate",
    "Part",
    "candidates",
    "candidates_of",
    "candidates_with",
    "likeliest",
    "to_begin_with",
]

SEARCHED = 10
POOL = 100
CREATED_FOR = Part("number", "Created in Xero for this contact, as its marker there says", 0.0)
MERGED = Part("merged", "What was linked with this contact was merged into it in Xero", 0.0)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A practice contact as of version `rev`, with its score, 0 to 100; `parts` add up to it, `why` says them in words.

    `linked_to` names the Xero contact it syncs with, if any; `plausible` means that much speaks for it. Only a person
    acts on a candidate.
    """

    contact_id: str
    rev: int
    contact: Contact
    contact_type: str
    score: float
    parts: tuple[Part, ...]
    why: tuple[str, ...]
    linked_to: str
    plausible: bool


def candidates(connection_id: str, xero_id: str, search: str = "") -> list[Candidate]:
    """Up to five candidates for a Xero contact, best first, those that are linked already last.

    With `search`, up to ten of the contacts it finds, however little they are alike; none that is called just that is
    left out for another. Raises: NotFound.
    """
    with read() as session:
        xero = _known(session, connection_id, xero_id)
        if search.strip():
            return _described(session, xero, _searched(session, xero, search))
        return candidates_of(session, xero)


def candidates_with(connection_id: str, xero_id: str, former_id: str) -> list[Candidate]:
    """`candidates`, headed by the contact it was linked with before, if that one is still in use. Raises: NotFound."""
    with read() as session:
        xero = _known(session, connection_id, xero_id)
        found = [one for one in _suggested(session, xero) if one.contact_id != former_id]
        former = Finder(session).compare(xero, [former_id], 1)
        return sorted(_described(session, xero, [*former, *found]), key=lambda one: one.contact_id != former_id)


def candidates_of(session: Session, xero: XeroContactRow) -> list[Candidate]:
    """Up to five candidates for a Xero contact, best first, those that are linked already last.

    The contact it was created for is always among them, however little the two are alike by now; so are those that were
    linked with what was merged into it.
    """
    found, why = _suggested(session, xero), _by_their_past(session, xero)
    if not why:
        return _described(session, xero, found)
    others = [one for one in found if one.contact_id not in why]
    known = Finder(session).compare(xero, list(why), len(why))
    first = [replace(one, parts=(why[one.contact_id], *one.parts)) for one in known]
    return _described(session, xero, [*first, *others])


def _by_their_past(session: Session, xero: XeroContactRow) -> dict[str, Part]:
    """The contacts that speak for themselves by what has happened to a Xero contact, each with what that is."""
    ours = created_for(xero.number, installation(session)) if xero.number else ""
    merged = linked_by_merged(session, xero.connection_id, [xero.xero_id]).get(xero.xero_id, ())
    return dict.fromkeys(merged, MERGED) | ({ours: CREATED_FOR} if ours else {})


def likeliest(found: Sequence[Candidate]) -> Candidate | None:
    """The candidate for which most speaks, whether it is linked already or not."""
    return max(found, key=lambda one: sum(part.points for part in one.parts), default=None)


def to_begin_with(found: Sequence[Candidate]) -> Candidate | None:
    """The candidate that a page may choose in advance: the likeliest of all, if it is free and much speaks for it.

    If the likeliest is linked already, the next best is somebody else, and one press must not link the wrong two.
    """
    best = likeliest(found)
    return best if best and best.plausible and not best.linked_to else None


def _known(session: Session, connection_id: str, xero_id: str) -> XeroContactRow:
    xero = session.get(XeroContactRow, (connection_id, xero_id))
    if xero is None:
        raise NotFound("This contact in Xero is not known here.")
    return xero


def _suggested(session: Session, xero: XeroContactRow) -> list[Ranked]:
    if _is_current(session, xero):
        return kept(session, xero.connection_id, xero.xero_id)
    [found] = Finder(session).find([xero], {xero.xero_id: _sharing_a_key(session, xero)})
    return [ranked for ranked, _ in found.candidates]


def _searched(session: Session, xero: XeroContactRow, search: str) -> list[Ranked]:
    anywhere = found_by_key(search, ContactRow.name_key, ContactRow.email_key, ContactRow.phone)
    ids = select(col(ContactRow.id)).where(col(ContactRow.archived_at).is_(None))
    found = found_first(session, ids, ContactRow, search, anywhere, POOL)
    sought = key(search)
    just_that = or_(col(ContactRow.name_key) == sought, col(ContactRow.email_key) == sought)
    called = set(session.scalars(ids.where(col(ContactRow.id).in_(found), just_that)))
    ranked = Finder(session).compare(xero, found, POOL)
    return sorted(ranked, key=lambda one: one.contact_id not in called)[:SEARCHED]


def _is_current(session: Session, xero: XeroContactRow) -> bool:
    """Whether candidates were worked out for this version of the Xero contact, and nothing has made them stale."""
    return session.scalar(_entry(), {"connection": xero.connection_id, "xero": xero.xero_id}) == xero.rev


@cache
def _entry() -> Select[int]:
    """Built once, because every look at a match issue asks for it."""
    mine = col(MatchEntryRow.scope) == bindparam("connection"), col(MatchEntryRow.owner) == bindparam("xero")
    return select(col(MatchEntryRow.rev)).where(*mine)


def _sharing_a_key(session: Session, xero: XeroContactRow) -> list[str]:
    """Contacts with the same name or billing email, and those an issue names: the index may not know them yet."""
    keys = ((ContactRow.name_key, xero.name_key), (ContactRow.email_key, xero.email_key))
    same = [col(column) == value for column, value in keys if value]
    issue = select(col(IssueRow.candidates)).where(
        col(IssueRow.connection_id) == xero.connection_id, col(IssueRow.xero_id) == xero.xero_id
    )
    named = list((session.execute(issue).scalar() or {}).get("ids", []))
    return named + list(session.scalars(select(col(ContactRow.id)).where(or_(*same)).limit(POOL)) if same else ())


def _described(session: Session, xero: XeroContactRow, ranked: Iterable[Ranked]) -> list[Candidate]:
    by_id = {one.contact_id: one for one in ranked}
    found = session.execute(_contacts(), {"ids": list(by_id), "connection": xero.connection_id})
    rows = {row.id: (row, (name or NAMELESS) if linked else "") for row, linked, name in found}
    described = [_candidate(rows[one][0], xero, by_id[one], rows[one][1]) for one in by_id if one in rows]
    return sorted(described, key=lambda one: bool(one.linked_to))


def _candidate(row: ContactRow, xero: XeroContactRow, ranked: Ranked, linked_to: str) -> Candidate:
    same_name = bool(row.name_key) and row.name_key == xero.name_key
    same_email = bool(row.email_key) and row.email_key == xero.email_key
    return Candidate(
        contact_id=row.id,
        rev=row.rev,
        contact=contact_of(row),
        contact_type=row.contact_type,
        score=ranked.score,
        parts=ranked.parts,
        why=ranked.why,
        linked_to=linked_to,
        plausible=plausible(ranked.score, ranked.parts, same_name=same_name, same_email=same_email),
    )


@cache
def _contacts() -> Select[ContactRow, str, str]:
    """Contacts that are not archived, each with id and name of the Xero contact it syncs with, None without one."""
    xero = XeroContactRow
    mine = col(LinkRow.contact_id) == col(ContactRow.id), col(LinkRow.connection_id) == bindparam("connection")
    other = col(xero.connection_id) == col(LinkRow.connection_id), col(xero.xero_id) == col(LinkRow.xero_id)
    return (
        select(ContactRow, col(xero.xero_id), col(xero.name))
        .select_from(ContactRow)
        .outerjoin(LinkRow, and_(*mine, syncing()))
        .outerjoin(xero, and_(*other))
        .where(col(ContactRow.id).in_(bindparam("ids", expanding=True)), col(ContactRow.archived_at).is_(None))
    )
