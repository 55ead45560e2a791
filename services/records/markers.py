"""Xero contacts that bear our marker: for whom of ours they were created, by look-ups in the index of numbers."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, SQLColumnExpression, func, literal, select
from sqlmodel import Session, col

from models.contact import ContactRow
from models.intent import DROPPED, IntentRow
from models.xero_contact import XeroContactRow
from services.reconcile.marker import created_for, marker
from services.reconcile.match import Keys
from services.records.intents import CREATE, installation
from services.records.keys import MANY, unlinked
from services.records.listing import Rows, among, chunks

AFTER = "~"
"""Comes after all that a marker may go on with."""


def is_marked(session: Session) -> ColumnElement[bool]:
    """The condition for a Xero contact whose number begins as those that we give; it tempts SQLite to no index."""
    begin = f"{installation(session)}:"
    return func.substr(col(XeroContactRow.number), 1, len(begin)) == begin


def marked(session: Session, connection_id: str, xero_ids: Collection[str]) -> dict[str, str]:
    """For whom of ours, archived or not, Xero contacts without a link were created: Xero's id → the practice's.

    Those among `xero_ids`, and all others that were created for the same.
    """
    query = select(col(XeroContactRow.xero_id), col(XeroContactRow.number)).where(*unlinked(connection_id))
    mine = query.where(is_marked(session))
    if len(xero_ids) > MANY:
        found = _for_whom(session, [mine])
    else:
        asked = _for_whom(session, [mine.where(among(XeroContactRow.xero_id, chunk)) for chunk in chunks(xero_ids)])
        begin = installation(session)
        alike = [_by_number(query, literal(marker(begin, one))) for one in sorted(set(asked.values()))]
        found = _for_whom(session, alike)
    known = _known(session, set(found.values()))
    return {xero_id: contact_id for xero_id, contact_id in found.items() if contact_id in known}


def created_for_changed(session: Session, query: Rows, since_rev: int) -> list[Keys]:
    """The rows of `query`, keys of Xero contacts, that were created for practice contacts changed after `since_rev`."""
    begin = literal(f"{installation(session)}:").concat(col(ContactRow.id))
    whose = _by_number(query, begin).where(col(ContactRow.rev) > since_rev)
    return [Keys(*row) for row in session.execute(whose)]


def waits_in_xero(session: Session, connection_id: str, contact_id: str, but_not: str = "") -> bool:
    """Whether Xero has one, in use and without a link, that was created for a contact, by another number than this."""
    query = select(col(XeroContactRow.xero_id)).where(*unlinked(connection_id), col(XeroContactRow.number) != but_not)
    mine = _by_number(query, literal(marker(installation(session), contact_id)))
    return session.scalars(mine.limit(1)).first() is not None


def unheard(session: Session, intent: IntentRow) -> list[str]:
    """The numbers of a contact's earlier creations of which nobody heard: Xero may have them, unseen so far."""
    mine = col(IntentRow.contact_id) == intent.contact_id, col(IntentRow.connection_id) == intent.connection_id
    dropped = col(IntentRow.kind) == CREATE, col(IntentRow.state) == DROPPED, col(IntentRow.attempts) > 0
    numbers = {str(body["number"]) for body in session.scalars(select(col(IntentRow.body)).where(*mine, *dropped))}
    seen = select(col(XeroContactRow.number)).where(
        col(XeroContactRow.connection_id) == intent.connection_id, col(XeroContactRow.number).in_(numbers)
    )
    return sorted(numbers.difference(session.scalars(seen)) - {intent.body["number"]}) if numbers else []


def _for_whom(session: Session, queries: Collection[Rows]) -> dict[str, str]:
    begin = installation(session)
    rows = (row for query in queries for row in session.execute(query))
    return {xero_id: contact_id for xero_id, number in rows if (contact_id := created_for(number, begin))}


def _known(session: Session, contact_ids: Collection[str]) -> set[str]:
    """Those that are in our contact book."""
    mine = select(col(ContactRow.id))
    return {one for chunk in chunks(contact_ids) for one in session.scalars(mine.where(among(ContactRow.id, chunk)))}


def _by_number(query: Rows, begin: SQLColumnExpression[str]) -> Rows:
    """The query for those whose number begins with a text, as a range of the index of numbers."""
    number = col(XeroContactRow.number)
    mine = query.where(number >= begin, number < begin.concat(AFTER))
    return mine.with_hint(XeroContactRow, "INDEXED BY ix_xero_contact_number", "sqlite")
