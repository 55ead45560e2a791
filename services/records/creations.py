"""Contacts on their way into Xero: being sent, or refused and held for a person; and what ends that."""

from collections.abc import Collection, Mapping, Sequence
from itertools import chain

from sqlalchemy import ColumnElement, ScalarSelect, Select, func, select
from sqlmodel import Session, col

from models.connection import ConnectionRow
from models.contact import ContactRow
from models.intent import ARCHIVE, CREATE, DROPPED, HELD, NEW, OPEN_STATES, SENT, IntentRow
from models.link import BROKEN, LinkRow
from models.xero_contact import XeroContactRow
from services.errors import MovedOn, NameTaken
from services.reconcile.contact import Field
from services.reconcile.lookalike import IGNORED
from services.reconcile.normalise import key
from services.records.intents import open_intent, settle, try_again, wake
from services.records.link_state import syncing
from services.records.listing import among
from services.records.lookalikes import who_it_may_be
from services.records.markers import sent_under_number, waits_in_xero

ARCHIVED = "The contact was archived before it was created in Xero."
LINKED = "It was linked with a contact that is in Xero already."
THERE = (
    "It was created in Xero before and is still there. The next sync links the two or asks about them; if the one in "
    "Xero is excluded, let it in first."
)


def creations(*states: str) -> Select[str]:
    """The contact ids of creations in these states. It names all connections, since the index begins with them."""
    everywhere = col(IntentRow.connection_id).in_(select(col(ConnectionRow.id)))
    return select(col(IntentRow.contact_id)).where(
        everywhere, col(IntentRow.state).in_(states), col(IntentRow.kind) == CREATE
    )


def count_refused(session: Session) -> int:
    """How many contacts some organisation refused to create; a contact that several refused counts once, as it is
    listed once.
    """
    refused = creations(HELD).with_only_columns(func.count(col(IntentRow.contact_id).distinct()))
    return int(session.execute(refused).scalar_one())


def is_sending() -> ColumnElement[bool]:
    """The contact is being created in some Xero organisation."""
    return col(ContactRow.id).in_(creations(*OPEN_STATES))


def is_held() -> ColumnElement[bool]:
    """Some Xero organisation refused to create the contact, and nobody has answered that yet."""
    return col(ContactRow.id).in_(creations(HELD))


def held_error() -> ScalarSelect[str]:
    """Why the contact's creation was refused last."""
    return (
        select(col(IntentRow.error))
        .where(
            col(IntentRow.contact_id) == col(ContactRow.id),
            col(IntentRow.state) == HELD,
            col(IntentRow.kind) == CREATE,
        )
        .order_by(col(IntentRow.created_at).desc())
        .limit(1)
        .scalar_subquery()
    )


def refused_names(session: Session, connection_id: str, names: Collection[str]) -> dict[str, list[str]]:
    """Which of these names, as match keys, an organisation refused as taken; each with the ids of the contacts that it
    therefore did not create, and that still have the name.
    """
    named = select(col(ContactRow.id), col(ContactRow.name_key)).where(col(ContactRow.name_key).in_(names))
    by_id = {row.id: row.name_key for row in session.execute(named)}
    sent = select(col(IntentRow.contact_id), col(IntentRow.body)).where(col(IntentRow.contact_id).in_(by_id))
    held = sent.where(col(IntentRow.state) == HELD, col(IntentRow.error) == NameTaken.MESSAGE)
    mine = held.where(col(IntentRow.connection_id) == connection_id, col(IntentRow.kind) == CREATE)
    found: dict[str, list[str]] = {}
    for contact_id, body in session.execute(mine):
        if key(str(body[Field.NAME.value])) == by_id[contact_id]:
            found.setdefault(by_id[contact_id], []).append(contact_id)
    return found


def try_refused_again(session: Session, connection_id: str, freed: Mapping[str, str]) -> None:
    """Send creations again that were refused a name, as a match key, which a Xero contact, by id, has given up. Only if
    that one syncs with another contact of ours and nobody in Xero may be the one to be created, but who was ignored;
    otherwise that is a person's to say.
    """
    theirs = col(LinkRow.connection_id) == connection_id, among(LinkRow.xero_id, freed)
    names = {freed[one] for one in session.scalars(select(col(LinkRow.xero_id)).where(*theirs, syncing()))}
    for contact_id in chain.from_iterable(refused_names(session, connection_id, names).values()):
        held = session.scalars(_of(contact_id, HELD).where(col(IntentRow.connection_id) == connection_id)).first()
        wanted_otherwise = open_intent(session, connection_id, contact_id)
        may_be = (one for one in who_it_may_be(session, connection_id, contact_id) if one.standing != IGNORED)
        if held and not wanted_otherwise and not any(may_be):
            try_again(held, "", 0)
            held.settled_at = None
            session.flush()
            wake(session, connection_id)


def forget(session: Session, connection_id: str, contact_id: str) -> dict[str, list[str]]:
    """Forget a creation that was not sent yet, and one that was refused: the contact has its match in Xero. One that
    may be on the wire is looked up first, and dropped by the next tick if it is not in Xero.

    Returns the state and the error that each had, by the intent's id.
    """
    forgotten, mine = {}, _of(contact_id, NEW, SENT, HELD).where(col(IntentRow.connection_id) == connection_id)
    for intent in session.scalars(mine):
        forgotten[intent.id] = [intent.state, intent.error]
        if intent.state != SENT:
            settle(intent, DROPPED, intent.error or LINKED)
    session.flush()
    return forgotten


def remember(session: Session, forgotten: Mapping[str, Sequence[str]]) -> None:
    """Take back that creations were forgotten: the contact has no match in Xero after all. A creation that waited to be
    sent waits again, unless something else is to be written by now; before it is sent it is checked once more.
    """
    for intent in session.scalars(select(IntentRow).where(col(IntentRow.id).in_(forgotten))):
        state, error = forgotten[intent.id]
        if state == SENT and intent.error != LINKED:
            continue  # it still is on the wire, or has landed, or was given up for another reason
        if state == HELD or open_intent(session, intent.connection_id, intent.contact_id) is None:
            intent.state, intent.error, intent.settled_at = state, error, None


def drop_held(session: Session, contact_id: str, connection_id: str = "") -> list[IntentRow]:
    """Drop a contact's refused creations, in one organisation or in all, since a person has answered them.

    Returns the intents that were dropped.
    """
    held = _of(contact_id, HELD)
    if connection_id:
        held = held.where(col(IntentRow.connection_id) == connection_id)
    found = list(session.scalars(held))
    for intent in found:
        settle(intent, DROPPED, intent.error)
    return found


def given_up(session: Session, connection_id: str, contact_id: str) -> IntentRow | None:
    """The last creation of a contact that was dropped before Xero answered, if Xero does not show it yet. It is none if
    Xero has said since that another contact has the only name under which it was sent.
    """
    lost = _of(contact_id, DROPPED).where(col(IntentRow.connection_id) == connection_id, col(IntentRow.unanswered) > 0)
    for intent in session.scalars(lost.order_by(col(IntentRow.settled_at).desc())):
        if intent.error != NameTaken.MESSAGE or len(sent_under_number(session, intent)) > 1:
            return None if _shows(session, intent) else intent
    return None


def _shows(session: Session, intent: IntentRow) -> bool:
    """Whether the mirror has the contact with the number of a creation."""
    here, number = col(XeroContactRow.connection_id) == intent.connection_id, intent.body["number"]
    query = select(col(XeroContactRow.xero_id)).where(here, col(XeroContactRow.number) == number)
    return session.scalars(query.limit(1)).first() is not None


def note_wish(session: Session, contact_id: str, actor: str) -> None:
    """Note in creations that may be on the wire who wants the new contact archived in Xero; "" if nobody does."""
    for intent in session.scalars(_of(contact_id, SENT)):
        intent.why = {ARCHIVE: actor} if actor else {}


def unwanted(session: Session, intent: IntentRow) -> str:
    """Why a creation is no longer wanted, even if it was carried out; "" while it still is."""
    if session.get_one(ContactRow, intent.contact_id).archived_at is not None:
        return ARCHIVED
    has_match = select(col(LinkRow.id)).where(
        col(LinkRow.contact_id) == intent.contact_id,
        col(LinkRow.connection_id) == intent.connection_id,
        col(LinkRow.state) != BROKEN,  # also one that was stopped meanwhile
    )
    if session.scalars(has_match).first() is not None:
        return LINKED
    number = str(intent.body["number"])
    return THERE if waits_in_xero(session, intent.connection_id, intent.contact_id, but_not=number) else ""


def is_renamed(session: Session, intent: IntentRow) -> bool:
    """Whether the contact to be created has another name by now than the one that was sent."""
    return session.get_one(ContactRow, intent.contact_id).name_key != key(str(intent.body[Field.NAME.value]))


def must_not_be_there(session: Session, connection_id: str, contact_id: str) -> None:
    """Refuse to create a contact beside one in Xero that was created for it before. Raises: MovedOn."""
    if waits_in_xero(session, connection_id, contact_id):
        raise MovedOn(THERE)


def _of(contact_id: str, *states: str) -> Select[IntentRow]:
    return select(IntentRow).where(
        col(IntentRow.contact_id) == contact_id, col(IntentRow.state).in_(states), col(IntentRow.kind) == CREATE
    )
