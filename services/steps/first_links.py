"""What linking would write to either side and ask about, before it is done.

Many pairs are looked at together and only the columns needed are read, so that a preview of a large organisation stays
quick.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from models.connection import ConnectionRow
from models.contact import ContactRow
from models.xero_contact import XeroContactRow
from services.reconcile.contact import Base, Contact
from services.reconcile.match import Match
from services.reconcile.outcome import Effect, Effects, effects
from services.reconcile.plan import Step
from services.reconcile.policy import policies
from services.records.listing import Rows, among, chunks
from services.records.markers import agreed_at_creation, creation_of
from services.records.values import contact_of
from services.steps.considering import Decision

NOTHING = "Both sides have the same values."
WORDS = {
    Effect.FILLS_XERO: "fills {} in Xero",
    Effect.FILLS_PRACTICE: "fills {} here",
    Effect.OVERWRITES_XERO: "overwrites {} in Xero",
    Effect.OVERWRITES_PRACTICE: "overwrites {} here",
    Effect.ASKS: "asks about {}",
    Effect.KEPT: "keeps {} apart",
}
PARTS = ("name", "email", "phone", "street", "city", "region", "postal_code", "country")


def link_effects(session: Session, connection: ConnectionRow, decisions: Collection[Decision]) -> dict[str, Effects]:
    """What linking does to the fields of each Xero contact that is to be linked, by its id."""
    pairs = {d.verdict.xero_id: d.verdict.contact_ids[0] for d in decisions if d.step is Step.LINK}
    ours = _contacts(session, _columns(ContactRow.id, ContactRow), ContactRow.id, pairs.values())
    mine = _columns(XeroContactRow.xero_id, XeroContactRow).where(col(XeroContactRow.connection_id) == connection.id)
    ours_there = {d.verdict.xero_id for d in decisions if d.verdict.match is Match.OURS}
    one_way, both_ways = (policies(connection.field_rules, connection.blank_policy, way) for way in (False, True))
    theirs = _contacts(session, mine, XeroContactRow.xero_id, pairs)
    both = pairs.keys() & theirs.keys()
    found = {one: (ours[pairs[one]], theirs[one]) for one in both if pairs[one] in ours}
    return {
        one: effects(*pair, one_way, _agreed(session, connection, one, pairs[one]))
        if one in ours_there
        else effects(*pair, both_ways)
        for one, pair in found.items()
    }


def _agreed(session: Session, connection: ConnectionRow, xero_id: str, contact_id: str) -> Base:
    """What the sides agreed on when a Xero contact was created for one of ours."""
    xero = session.get_one(XeroContactRow, (connection.id, xero_id))
    return agreed_at_creation(session, creation_of(session, xero, contact_id), xero)


def counted(found: Mapping[str, Effects]) -> Counter[Effect]:
    """How many fields there are of each effect."""
    return Counter(effect for mine in found.values() for _, effect in mine)


def in_words(mine: Effects) -> str:
    """What linking does to one contact, such as "Fills primary phone in Xero; asks about billing address."."""
    clauses = [words.format(_fields(mine, effect)) for effect, words in WORDS.items() if _fields(mine, effect)]
    said = "; ".join(clauses)
    return f"{said[0].upper()}{said[1:]}." if said else NOTHING


def _fields(mine: Effects, effect: Effect) -> str:
    return " and ".join(field.label.lower() for field, one in mine if one is effect)


def _columns(key: Any, table: Any) -> Rows:
    return select(col(key), *(getattr(table, part) for part in PARTS))


def _contacts(session: Session, query: Rows, key: Any, ids: Collection[str]) -> dict[str, Contact]:
    return {row[0]: contact_of(row) for row in _rows(session, query, key, ids)}


def _rows(session: Session, query: Rows, key: Any, ids: Collection[str]) -> Iterator[Any]:
    for chunk in chunks(ids):
        yield from session.execute(query.where(among(key, chunk)))
