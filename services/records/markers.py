"""Our markers: making them, and finding, by the index of numbers, the Xero contacts that carry one."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, func, literal, select
from sqlmodel import Session, col

from models.connection import ConnectionRow
from models.contact import ContactRow
from models.installation import InstallationRow
from models.intent import CREATE, DROPPED, IntentRow
from models.xero_contact import XeroContactRow
from services.reconcile.contact import Agreed, Contact, Field, Value, values_from_json
from services.reconcile.marker import agreed_on, created_for, marker
from services.reconcile.match import Keys
from services.reconcile.normalise import same
from services.records.intents import open_intent
from services.records.keys import MANY, idle, inside, linked
from services.records.listing import Rows, among, chunks, place_in
from services.records.values import contact_of

AFTER = "~"
"""Sorts after every character that a marker can contain."""


def installation(session: Session) -> str:
    """What all our markers begin with. It never changes, so a session reads it once, however many contacts ask."""
    if "marker" not in session.info:
        session.info["marker"] = session.get_one(InstallationRow, 1).marker
    begin: str = session.info["marker"]
    return begin


def next_number(session: Session, connection_id: str, contact_id: str) -> str:
    """The marker for a contact about to be created."""
    query = select(func.count()).where(
        col(IntentRow.connection_id) == connection_id,
        col(IntentRow.contact_id) == contact_id,
        col(IntentRow.kind) == CREATE,
        col(IntentRow.attempts) > 0,
    )
    earlier = int(session.execute(query).scalar_one())
    return marker(installation(session), contact_id, earlier + 1)


def creation_of(session: Session, xero: XeroContactRow, contact_id: str) -> IntentRow | None:
    """The newest intent by which a Xero contact may have been created for one of ours; None if none is stored."""
    query = select(IntentRow).where(
        col(IntentRow.connection_id) == xero.connection_id,
        col(IntentRow.contact_id) == contact_id,
        col(IntentRow.kind) == CREATE,
    )
    newest_first = session.scalars(query.order_by(place_in(IntentRow).desc()))
    return next((one for one in newest_first if one.body["number"] == xero.number), None)


def agreed_at_creation(session: Session, intent: IntentRow | None, xero: XeroContactRow) -> dict[Field, Agreed]:
    """What the sides agreed on when a Xero contact was created; nothing without a stored intent."""
    there = contact_of(xero)
    return agreed_on(sent_in(session, intent, there), there) if intent else {}


def sent_in(session: Session, intent: IntentRow, there: Contact) -> dict[Field, Value]:
    """What was sent in a creation by which Xero has `there`. Others of the same number may have sent other values, and
    one of them may be what has landed.
    """
    sent = sent_under_number(session, intent)
    return {
        field: next((one[field] for one in sent if field in one and same(field, one[field], there.get(field))), value)
        for field, value in values_from_json(intent.body).items()
    }


def sent_under_number(session: Session, intent: IntentRow) -> list[dict[Field, Value]]:
    """What each creation of a contact under the number of this one has sent, this one included; the earliest first."""
    mine = col(IntentRow.contact_id) == intent.contact_id, col(IntentRow.connection_id) == intent.connection_id
    sent = col(IntentRow.kind) == CREATE, col(IntentRow.attempts) > 0
    bodies = session.scalars(select(col(IntentRow.body)).where(*mine, *sent).order_by(place_in(IntentRow)))
    return [values_from_json(body) for body in bodies if body["number"] == intent.body["number"]]


def on_the_wire(session: Session, xero: XeroContactRow) -> bool:
    """Whether a Xero contact is one we are creating: its link is made when the intent settles."""
    contact_id = created_for(xero.number, installation(session))
    intent = open_intent(session, xero.connection_id, contact_id) if contact_id else None
    return intent is not None and intent.kind == CREATE and intent.body["number"] == xero.number


def is_marked(session: Session) -> ColumnElement[bool]:
    """The condition for a Xero contact whose number begins like our markers; worded so that SQLite uses no index."""
    begin = f"{installation(session)}:"
    return func.substr(col(XeroContactRow.number), 1, len(begin)) == begin


def marked_outside(session: Session, connection: ConnectionRow, xero_ids: Collection[str]) -> set[str]:
    """Those Xero contacts whose number is one of our markers, and that the contact-type filter leaves out."""
    mine = col(XeroContactRow.connection_id) == connection.id, is_marked(session), ~inside(connection)
    query = select(col(XeroContactRow.xero_id)).where(*mine)
    if len(xero_ids) > MANY:
        return set(session.scalars(query)).intersection(xero_ids)
    return {one for part in _among(query, xero_ids) for one in session.scalars(part)}


def marked(session: Session, connection_id: str, xero_ids: Collection[str]) -> dict[str, str]:
    """Which Xero contacts that do not sync were created for which of our contacts, archived or not: Xero's id → ours.

    It covers those among `xero_ids`, and all others that were created for the same contacts of ours.
    """
    query = select(col(XeroContactRow.xero_id), col(XeroContactRow.number)).where(*idle(connection_id))
    mine = query.where(is_marked(session))
    if len(xero_ids) > MANY:
        found = _for_whom(session, [mine])
    else:
        asked = _for_whom(session, _among(mine, xero_ids))
        alike = (marked_for(session, connection_id, one) for one in set(asked.values()))
        found = _for_whom(session, _among(query, {xero_id for some in alike for xero_id in some}))
    known = _known(session, set(found.values()))
    return {xero_id: contact_id for xero_id, contact_id in found.items() if contact_id in known}


def created_for_changed(session: Session, connection_id: str, query: Rows, since_rev: int) -> list[Keys]:
    """The rows of `query`, keys of Xero contacts, that were created for practice contacts changed after `since_rev`."""
    begin = literal(f"{installation(session)}:").concat(col(ContactRow.id))
    pairs = select(col(XeroContactRow.connection_id), col(XeroContactRow.xero_id)).join(ContactRow, _begins(begin))
    rows = session.execute(pairs.where(col(ContactRow.rev) > since_rev))
    ids = [xero_id for place, xero_id in rows if place == connection_id]
    return [Keys(*row) for part in _among(query, ids) for row in session.execute(part)]


def waits_in_xero(session: Session, connection_id: str, contact_id: str, but_not: str = "") -> bool:
    """Whether Xero has an unlinked contact in use that was created for this one, by a number other than `but_not`. One
    that a person ignored counts as well.
    """
    bearing = col(XeroContactRow.xero_id).in_(marked_for(session, connection_id, contact_id))
    mine = col(XeroContactRow.connection_id) == connection_id, col(XeroContactRow.status) == "active"
    query = select(col(XeroContactRow.xero_id)).where(*mine, ~linked(connection_id), bearing)
    return session.scalars(query.where(col(XeroContactRow.number) != but_not).limit(1)).first() is not None


def unheard(session: Session, intent: IntentRow) -> list[str]:
    """The numbers of a contact's earlier creations that were sent, then dropped, and are not in the mirror: they may be
    in Xero all the same.
    """
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


def marked_for(session: Session, connection_id: str, contact_id: str) -> list[str]:
    """The ids of all Xero contacts whose number begins with the marker of a contact. It is looked up by number alone:
    given the organisation as well, SQLite would go by that and read all of its contacts.
    """
    query = select(col(XeroContactRow.connection_id), col(XeroContactRow.xero_id))
    rows = session.execute(query.where(_begins(literal(marker(installation(session), contact_id)))))
    return [xero_id for place, xero_id in rows if place == connection_id]


def _begins(text: SQLColumnExpression[str]) -> ColumnElement[bool]:
    """The number begins with a text, as a range of its index."""
    return and_(col(XeroContactRow.number) >= text, col(XeroContactRow.number) < text.concat(AFTER))


def _among(query: Rows, xero_ids: Collection[str]) -> list[Rows]:
    return [query.where(among(XeroContactRow.xero_id, chunk)) for chunk in chunks(xero_ids)]
