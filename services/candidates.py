"""Practice contacts that might be the one a Xero contact means, for a person to choose from."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select
from sqlmodel import Session, col

from models.contact import ContactRow
from models.link import SYNCING, LinkRow
from models.xero_contact import XeroContactRow
from services.db import read
from services.errors import NotFound
from services.reconcile.contact import Contact
from services.reconcile.normalise import key
from services.reconcile.score import rank
from services.records.listing import pattern
from services.records.values import contact_of

LIMIT = 5
POOL = 500
SHORTEST_WORD = 3


@dataclass(frozen=True, slots=True)
class Candidate:
    """A practice contact with the reasons it was found; `linked_to` names the Xero contact it syncs with."""

    contact_id: str
    contact: Contact
    contact_type: str
    why: tuple[str, ...]
    linked_to: str


def candidates(connection_id: str, xero_id: str, search: str = "") -> list[Candidate]:
    """Up to five candidates for a Xero contact, best first; with `search`, among those it finds. Raises: NotFound."""
    with read() as session:
        xero = session.get(XeroContactRow, (connection_id, xero_id))
        if xero is None:
            raise NotFound("This contact is not known from Xero.")
        condition = _contains(search) if search.strip() else _resembles(xero)
        query = select(ContactRow).where(col(ContactRow.archived_at).is_(None), condition).limit(POOL)
        pool = {row.id: row for row in session.scalars(query)}
        ranked = rank(contact_of(xero), [(row.id, contact_of(row)) for row in pool.values()], LIMIT)
        why = {item.contact_id: item.why for item in ranked}
        if search.strip():
            why |= {contact_id: () for contact_id in list(pool)[: LIMIT - len(why)] if contact_id not in why}
        return describe(session, connection_id, why)


def describe(session: Session, connection_id: str, why: dict[str, tuple[str, ...]]) -> list[Candidate]:
    """Candidates by contact id, with the reasons given, in the order given; archived ones are left out."""
    linked = _linked_names(session, connection_id, why)
    found = (session.get(ContactRow, contact_id) for contact_id in why)
    return [
        Candidate(row.id, contact_of(row), row.contact_type, why[row.id], linked.get(row.id, ""))
        for row in found
        if row is not None and row.archived_at is None
    ]


def _contains(search: str) -> ColumnElement[bool]:
    like = pattern(search)
    columns = (ContactRow.name, ContactRow.email, ContactRow.phone)
    return or_(*(col(column).ilike(like, escape="\\") for column in columns))


def _resembles(xero: XeroContactRow) -> ColumnElement[bool]:
    words = [word for word in xero.name_key.split() if len(word) >= SHORTEST_WORD]
    tests: list[ColumnElement[bool]] = [col(ContactRow.name_key).like(pattern(word), escape="\\") for word in words]
    if xero.email_key:
        tests.append(col(ContactRow.email_key) == xero.email_key)
    return or_(col(ContactRow.name_key) == key(xero.name), *tests)


def _linked_names(session: Session, connection_id: str, contact_ids: Collection[str]) -> dict[str, str]:
    query = (
        select(col(LinkRow.contact_id), col(XeroContactRow.name))
        .join(
            XeroContactRow,
            (col(XeroContactRow.connection_id) == col(LinkRow.connection_id))
            & (col(XeroContactRow.xero_id) == col(LinkRow.xero_id)),
        )
        .where(
            col(LinkRow.connection_id) == connection_id,
            col(LinkRow.contact_id).in_(contact_ids),
            col(LinkRow.state) == SYNCING,
        )
    )
    return {row[0]: row[1] for row in session.execute(query)}
