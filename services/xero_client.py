"""The Xero Client section of a contact's page: how the contact stands in Xero, and Create Contact."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from models.connection import CONNECTED, SIGN_IN_NEEDED, ConnectionRow
from models.contact import ContactRow
from models.intent import DROPPED, HELD, OPEN_STATES, IntentRow
from models.link import BROKEN, STOPPED, SYNCING, LinkRow
from models.xero_contact import XeroContactRow
from services.access import Principal, Role, require
from services.db import read, write
from services.errors import BadInput, MovedOn, NameTaken, NotFound, Problem, UsageError
from services.gateways.store import Status
from services.reconcile import lookalike
from services.reconcile.contact import Contact, Field, contact_to_json
from services.reconcile.lookalike import Lookalike
from services.reconcile.rules import check_for_xero
from services.records.activity import record
from services.records.creations import drop_held, must_not_be_there
from services.records.deep_link import contact_url
from services.records.intents import ARCHIVE, CREATE, add, latest_intent, open_intent, settle, wake
from services.records.links import waits_for
from services.records.lookalikes import lookalikes
from services.records.markers import next_number
from services.records.survivors import Survivor, known_survivor
from services.records.values import contact_of


@dataclass(frozen=True, slots=True)
class XeroClient:
    """How a contact stands with one connection.

    `state` is unlinked, sending, held, syncing, stopped or broken; `xero` is what Xero last said. Of an ended link,
    `cause` says why as the link does and `reason` in a sentence; `archiving` is while its contact is being archived in
    Xero, and `survivor` is the contact that it was merged into there. `kept` are the fields of a syncing one whose
    change stays on its side; `waits` says what another change of it waits for, to be said after "A change". `may_be`
    are contacts in Xero that one without a link may be, the one that stands most in the way first; of one whose name
    Xero refused, those that have it.
    """

    connection_id: str
    connection_name: str
    state: str
    link_id: str | None = None
    intent_id: str | None = None
    xero_id: str | None = None
    xero: Contact | None = None
    xero_url: str = ""
    two_way: bool = False
    kept: tuple[Field, ...] = ()
    waits: str = ""
    synced_at: datetime | None = None
    linked_at: datetime | None = None
    error: str = ""
    reason: str = ""
    cause: str = ""
    ended_at: datetime | None = None
    active_in_xero: bool = False
    archiving: bool = False
    survivor: Survivor | None = None
    may_be: tuple[Lookalike, ...] = ()


@dataclass(frozen=True, slots=True)
class CreatePreview:
    """What Create Contact would send, the rules of Xero that it breaks, and whom it may be in Xero already."""

    contact: Contact
    problems: tuple[Problem, ...]
    may_be: tuple[Lookalike, ...] = ()


def xero_clients(contact_id: str) -> list[XeroClient]:
    """How a contact stands with each connection. Raises: NotFound."""
    with read() as session:
        if session.get(ContactRow, contact_id) is None:
            raise NotFound("This contact is not in the contact book.")
        live = select(ConnectionRow).where(col(ConnectionRow.state).in_((CONNECTED, SIGN_IN_NEEDED)))
        connections = session.scalars(live.order_by(col(ConnectionRow.name)))
        return [_xero_client(session, connection, contact_id) for connection in connections]


def preview_create(contact_id: str, connection_id: str) -> CreatePreview:
    """What Create Contact would send. Raises: NotFound."""
    with read() as session:
        return _preview(session, contact_id, connection_id, in_full=True)


def create_in_xero(
    actor: Principal, contact_id: str, connection_id: str, anyway: bool = False, seen: CreatePreview | None = None
) -> str:
    """Store the intent to create a contact in Xero; the worker sends it at once. Returns the intent's id.

    `anyway`: the person says that it is none of the contacts in Xero that it may be. `seen` is what they were shown.
    Raises: BadInput with Xero's rules it breaks, MovedOn if it is linked already, something else about it is on its
    way, or it is not as `seen` any more; UsageError if it may be in Xero already, Forbidden, NotFound.
    """
    require(actor, Role.EDITOR)
    with write() as session:
        if not anyway and open_intent(session, connection_id, contact_id) is None:
            _must_be_unlinked(session, contact_id, connection_id)
            must_be_new(_may_be(session, contact_id, connection_id))
        if seen and seen != _preview(session, contact_id, connection_id, in_full=True):
            raise MovedOn("The contact, or who it may be in Xero, changed since it was shown. Look at it again.")
        return ask_to_create(session, actor, contact_id, connection_id)


def ask_to_create(session: Session, actor: Principal, contact_id: str, connection_id: str) -> str:
    """`create_in_xero` within a transaction; an earlier creation that Xero refused is thereby answered."""
    preview = _preview(session, contact_id, connection_id)
    if preview.problems:
        raise BadInput(preview.problems)
    _must_be_unlinked(session, contact_id, connection_id)
    under_way = open_intent(session, connection_id, contact_id)
    if under_way is not None and under_way.kind != CREATE:
        raise MovedOn("An earlier change of this contact is still on its way to Xero. Try again in a minute.")
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
            raise MovedOn("This is no longer waiting for you.")
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
    """What would be sent; `in_full` also says whom it may be in Xero, which takes longer."""
    row = session.get(ContactRow, contact_id)
    if row is None or row.archived_at is not None:
        raise NotFound("This contact is archived or not in the contact book.")
    connection = session.get(ConnectionRow, connection_id)
    if connection is None or connection.state != CONNECTED:
        raise NotFound("This Xero organisation is not connected now.")
    contact = contact_of(row)
    may_be = _may_be(session, contact_id, connection_id) if in_full else ()
    return CreatePreview(contact, check_for_xero(contact), may_be)


def _must_be_unlinked(session: Session, contact_id: str, connection_id: str) -> None:
    if (link := _link(session, connection_id, contact_id)) is not None and link.state != BROKEN:
        raise MovedOn("This contact has been linked in the meantime.")


def _may_be(session: Session, contact_id: str, connection_id: str) -> tuple[Lookalike, ...]:
    return lookalikes(session, connection_id, [contact_id]).get(contact_id, ())


def _xero_client(session: Session, connection: ConnectionRow, contact_id: str) -> XeroClient:
    link = _link(session, connection.id, contact_id)
    intent = latest_intent(session, connection.id, contact_id)
    creating = intent if intent is not None and intent.kind == CREATE else None
    if link is not None and not (link.state == BROKEN and creating and creating.settled_at is None):
        archiving = intent is not None and intent.kind == ARCHIVE and intent.settled_at is None
        return _linked(session, connection, link, archiving)
    if creating is not None and creating.state in OPEN_STATES:
        return XeroClient(connection.id, connection.name, "sending", intent_id=creating.id, error=creating.error)
    may_be = _may_be(session, contact_id, connection.id)
    unlinked = XeroClient(connection.id, connection.name, "unlinked", may_be=may_be)
    if creating is not None and creating.state == HELD:
        return replace(unlinked, state="held", intent_id=creating.id, error=creating.error)
    return unlinked


def _linked(session: Session, connection: ConnectionRow, link: LinkRow, archiving: bool) -> XeroClient:
    xero = session.get_one(XeroContactRow, (connection.id, link.xero_id))
    return XeroClient(
        connection_id=connection.id,
        connection_name=connection.name,
        state=link.state,
        link_id=link.id,
        xero_id=link.xero_id,
        xero=contact_of(xero),
        xero_url=contact_url(connection.short_code, link.xero_id),
        two_way=link.two_way,
        kept=tuple(map(Field, link.drift.split(","))) if link.state == SYNCING and link.drift else (),
        waits=waits_for(session, connection, link),
        synced_at=link.synced_at,
        linked_at=link.linked_at,
        error=link.error,
        reason=link.reason,
        cause=link.cause,
        ended_at=link.ended_at,
        active_in_xero=xero.status == Status.ACTIVE.value,
        archiving=archiving,
        may_be=_name_holders(session, link),
        survivor=known_survivor(session, connection.id, link.xero_id),
    )


def _name_holders(session: Session, link: LinkRow) -> tuple[Lookalike, ...]:
    """The contacts in Xero that have the name which it refused to a syncing one."""
    if link.state != SYNCING or link.error != NameTaken.MESSAGE:
        return ()
    return tuple(one for one in _may_be(session, link.contact_id, link.connection_id) if one.same_name)


def _link(session: Session, connection_id: str, contact_id: str) -> LinkRow | None:
    """The link that matters most: the syncing one, else the one that ended last.

    It is looked up by the contact alone, which has few: by the organisation too, SQLite would read all of its links.
    """
    query = (
        select(LinkRow)
        .where(col(LinkRow.contact_id) == contact_id)
        .order_by(
            (col(LinkRow.state) == SYNCING).desc(),
            (col(LinkRow.state) == STOPPED).desc(),
            col(LinkRow.ended_at).desc(),
        )
    )
    return next((link for link in session.scalars(query) if link.connection_id == connection_id), None)
