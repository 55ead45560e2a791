"""Suggestions: candidates worked out for Xero contacts without a partner, and kept for the pages that show them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, delete, insert, select
from sqlmodel import Session, col

from models.contact import ContactRow
from models.match_index import XERO_SIDE
from models.suggestion import SuggestionRow
from models.xero_contact import XeroContactRow
from services.reconcile.resemblance import resemblance_of
from services.reconcile.score import Part, Ranked, Traits, best, blocking_keys, traits_of
from services.records.listing import among, chunks
from services.records.match_index import Lookup, numbers, put
from services.records.values import contact_of

LIMIT = 5
MATCHED_BY = ("name", "email", "phone", "street", "city", "region", "postal_code", "country", "registration")

REMEMBERED = 20_000
"""Practice contacts held in memory while candidates are worked out for many."""


def traits_of_row(row: Any) -> Traits:
    """The traits of a row of either side: what of it is compared."""
    return traits_of(contact_of(row), row.registration)


@dataclass(frozen=True, slots=True)
class Found:
    """The candidates of one Xero contact as it was at `rev`, best first, each with the key of its resemblance."""

    xero_id: str
    rev: int
    traits: Traits
    candidates: tuple[tuple[Ranked, str], ...]


class Finder:
    """Finds candidates within one session, by look-ups alone; what it has read it remembers."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._lookup = Lookup(session)
        self._practice: dict[str, Traits] = {}

    def find(self, rows: Iterable[Any], asked: Mapping[str, Iterable[str]]) -> list[Found]:
        """The best candidates of each Xero contact. `asked` names contacts to look at in any case, by Xero id."""
        wanted = {row.xero_id: traits_of_row(row) for row in rows}
        pools = {xero_id: {*pool, *asked.get(xero_id, ())} for xero_id, pool in self._lookup.pools(wanted).items()}
        self._read(set[str]().union(*pools.values()))
        return [self._found(row, wanted[row.xero_id], pools[row.xero_id]) for row in rows]

    def compare(self, row: Any, contact_ids: Iterable[str], limit: int) -> list[Ranked]:
        """These practice contacts, ranked by how like a Xero contact they are; even the least alike are listed."""
        chosen = list(contact_ids)
        self._read(set(chosen))
        known = [(one, self._practice[one]) for one in chosen if one in self._practice]
        return best(traits_of_row(row), known, self._lookup.frequencies, limit, least=-1.0)

    def _found(self, row: Any, traits: Traits, pool: Iterable[str]) -> Found:
        known = [(one, self._practice[one]) for one in pool if one in self._practice]
        ranked = best(traits, known, self._lookup.frequencies, LIMIT)
        likest = [(one, resemblance_of(traits, self._practice[one.contact_id], one.parts).key) for one in ranked]
        return Found(row.xero_id, row.rev, traits, tuple(likest))

    def _read(self, contact_ids: set[str]) -> None:
        """Read the traits of these practice contacts, except archived ones and those read before."""
        if len(self._practice) > REMEMBERED:
            self._practice.clear()
        for chunk in chunks(contact_ids - self._practice.keys(), 900):
            rows = self.session.execute(_practice().where(col(ContactRow.id).in_(chunk)))
            self._practice.update((row.id, traits_of_row(row)) for row in rows)


def keep(session: Session, connection_id: str, found: Sequence[Found]) -> None:
    """Store what was found for Xero contacts, and for which versions; candidates deleted meanwhile are left out."""
    items = [(one.xero_id, one.rev, numbers(blocking_keys(one.traits))) for one in found]
    put(session, connection_id, XERO_SIDE, items)
    forget(session, connection_id, [one.xero_id for one in found])
    there = _there(session, {ranked.contact_id for one in found for ranked, _ in one.candidates})
    fresh = [
        {
            "connection_id": connection_id,
            "xero_id": one.xero_id,
            "rank": rank,
            "contact_id": ranked.contact_id,
            "score": ranked.score,
            "resemblance": resemblance,
            "parts": {"parts": [[part.about, part.label, part.points] for part in ranked.parts]},
        }
        for one in found
        for rank, (ranked, resemblance) in enumerate(one.candidates, 1)
        if ranked.contact_id in there
    ]
    if fresh:
        session.execute(insert(SuggestionRow), fresh)


def _there(session: Session, contact_ids: Iterable[str]) -> set[str]:
    """Those practice contacts that still exist: undoing the creation of one deletes it."""
    query = select(col(ContactRow.id))
    found = (session.scalars(query.where(among(ContactRow.id, chunk))) for chunk in chunks(contact_ids))
    return {contact_id for part in found for contact_id in part}


def forget(session: Session, connection_id: str, xero_ids: Iterable[str]) -> None:
    """Drop the candidates of Xero contacts."""
    mine = delete(SuggestionRow).where(col(SuggestionRow.connection_id) == connection_id)
    for chunk in chunks(xero_ids):
        session.execute(mine.where(col(SuggestionRow.xero_id).in_(chunk)))


def kept(session: Session, connection_id: str, xero_id: str) -> list[Ranked]:
    """The stored candidates of a Xero contact, best first."""
    return [_ranked(row) for row in session.scalars(_kept(), {"connection": connection_id, "xero": xero_id})]


@cache
def _kept() -> Select[SuggestionRow]:
    """Built once, because every look at a match issue asks for it."""
    mine = col(SuggestionRow.connection_id) == bindparam("connection"), col(SuggestionRow.xero_id) == bindparam("xero")
    return select(SuggestionRow).where(*mine).order_by(col(SuggestionRow.rank))


def _ranked(row: SuggestionRow) -> Ranked:
    parts = tuple(Part(about, label, points) for about, label, points in row.parts["parts"])
    return Ranked(row.contact_id, row.score, parts, sum(part.points for part in parts))


def _practice() -> Select[Any]:
    columns = [getattr(ContactRow, name) for name in ("id", *MATCHED_BY)]
    return select(*columns).where(col(ContactRow.archived_at).is_(None))


def xero_columns() -> list[Any]:
    """The columns of a Xero contact that looking for candidates needs."""
    return [getattr(XeroContactRow, name) for name in ("xero_id", "rev", "name_key", "email_key", *MATCHED_BY)]
