"""Create Contact for one contact: what would be sent, asking for it, and forgetting one that Xero refused."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from models.connection import CONNECTED, ConnectionRow
from models.contact import ContactRow
from models.intent import CREATE, DROPPED, HELD, IntentRow
from models.link import BROKEN
from services.access import Principal, Role, require
from services.db import read, write
from services.errors import BadInput, MovedOn, NotFound, Problem, UsageError
from services.reconcile import lookalike
from services.reconcile.contact import Contact, contact_to_json
from services.reconcile.lookalike import Lookalike
from services.reconcile.rules import check_for_xero
from services.records.activity import record
from services.records.creations import drop_held, must_not_be_there
from services.records.intents import add, open_intent, settle, wake
from services.records.links import link_of
from services.records.lookalikes import who_it_may_be
from services.records.markers import next_number
from services.records.values import contact_of


@dataclass(frozen=True, slots=True)
class CreatePreview:
    """What Create Contact would send, the rules of Xero that it breaks, and the contacts in Xero that it may be."""

    contact: Contact
    problems: tuple[Problem, ...]
    may_be: tuple[Lookalike, ...] = ()


def preview_create(contact_id: str, connection_id: str) -> CreatePreview:
    """What Create Contact would send. Raises: NotFound."""
    with read() as session:
        return _preview(session, contact_id, connection_id, in_full=True)


def create_in_xero(
    actor: Principal, contact_id: str, connection_id: str, anyway: bool = False, seen: CreatePreview | None = None
) -> str:
    """Store the intent to create a contact in Xero; the worker sends it at once. Returns the intent's id.

    `anyway`: the person says that it is none of the contacts in Xero that it may be. `seen` is what they were shown.
    Raises: BadInput with the rules of Xero that it breaks; MovedOn if it is linked already, has another write under
    way, or differs from `seen`; UsageError if it may be in Xero already; Forbidden, NotFound.
    """
    require(actor, Role.EDITOR)
    with write() as session:
        if not anyway and open_intent(session, connection_id, contact_id) is None:
            _must_be_unlinked(session, contact_id, connection_id)
            must_be_new(who_it_may_be(session, connection_id, contact_id))
        if seen and seen != _preview(session, contact_id, connection_id, in_full=True):
            raise MovedOn("The contact, or one in Xero that it may be, has changed since it was shown. Check it again.")
        return ask_to_create(session, actor, contact_id, connection_id)


def ask_to_create(session: Session, actor: Principal, contact_id: str, connection_id: str) -> str:
    """`create_in_xero` within a transaction; it also settles an earlier creation that Xero refused."""
    preview = _preview(session, contact_id, connection_id)
    if preview.problems:
        raise BadInput(preview.problems)
    _must_be_unlinked(session, contact_id, connection_id)
    under_way = open_intent(session, connection_id, contact_id)
    if under_way is not None and under_way.kind != CREATE:
        raise MovedOn("An earlier change to this contact is still on its way to Xero. Try again in a minute.")
    if under_way is not None:
        return under_way.id
    must_not_be_there(session, connection_id, contact_id)
    drop_held(session, contact_id, connection_id)
    number = next_number(session, connection_id, contact_id)
    is_person = session.get_one(ContactRow, contact_id).is_person
    body = contact_to_json(preview.contact) | {"number": number, "is_person": is_person}
    intent = add(session, CREATE, connection_id, contact_id, body, actor=actor.username)
    record(
        session, actor.username, "xero.create_asked", f"Asked to create {preview.contact.name} in Xero",
        connection_id=connection_id, contact_id=contact_id,
    )  # fmt: skip
    wake(session, connection_id)
    return intent.id


def must_be_new(known: Sequence[Lookalike]) -> None:
    """Refuse to create a contact that may be one of those in Xero. Raises: UsageError."""
    if known:
        raise UsageError(lookalike.sentence(known[0]))


def drop_create(actor: Principal, intent_id: str) -> None:
    """Forget a creation that Xero refused. Raises: NotFound, MovedOn, Forbidden."""
    require(actor, Role.EDITOR)
    with write() as session:
        intent = session.get(IntentRow, intent_id)
        if intent is None:
            raise NotFound("There is nothing to dismiss.")
        if (intent.kind, intent.state) != (CREATE, HELD):
            raise MovedOn("This is no longer waiting for an answer.")
        settle(intent, DROPPED, intent.error)
        tell_dismissed(session, actor, intent)


def tell_dismissed(session: Session, actor: Principal, intent: IntentRow) -> None:
    """Note in the activity log that a person forgot a creation that Xero had refused."""
    name = session.get_one(ContactRow, intent.contact_id).name
    record(
        session, actor.username, "xero.create_dismissed", f"Gave up creating {name} in Xero, which had refused it",
        connection_id=intent.connection_id, contact_id=intent.contact_id,
    )  # fmt: skip


def _preview(session: Session, contact_id: str, connection_id: str, *, in_full: bool = False) -> CreatePreview:
    """What would be sent; `in_full` also says which contacts in Xero it may be, which takes longer."""
    row = session.get(ContactRow, contact_id)
    if row is None or row.archived_at is not None:
        raise NotFound("This contact is archived or no longer in the contact book.")
    connection = session.get(ConnectionRow, connection_id)
    if connection is None or connection.state != CONNECTED:
        raise NotFound("This Xero organisation is not connected. Connect it first.")
    contact = contact_of(row)
    may_be = who_it_may_be(session, connection_id, contact_id) if in_full else ()
    return CreatePreview(contact, check_for_xero(contact), may_be)


def _must_be_unlinked(session: Session, contact_id: str, connection_id: str) -> None:
    if (link := link_of(session, connection_id, contact_id)) is not None and link.state != BROKEN:
        raise MovedOn("This contact has been linked in the meantime.")
