"""The Xero Client section of a contact's page: how the contact stands in Xero."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from models.connection import CONNECTED, SIGN_IN_NEEDED, ConnectionRow
from models.intent import ARCHIVE, CREATE, HELD, OPEN_STATES, IntentRow
from models.link import BROKEN, SYNCING, LinkRow
from models.xero_contact import XeroContactRow
from services.db import read
from services.errors import NameTaken
from services.gateways.store import Status
from services.reconcile.contact import Contact, Field
from services.reconcile.lookalike import Lookalike
from services.records.deep_link import contact_url
from services.records.intents import latest_intent
from services.records.links import link_of, waits_for
from services.records.lookalikes import who_it_may_be
from services.records.survivors import Survivor, known_survivor
from services.records.values import contact_of, contact_row


@dataclass(frozen=True, slots=True)
class XeroClient:
    """How a contact stands with one connection.

    `state` is unlinked, sending, held, syncing, stopped or broken; `xero` is what Xero last said.
    `delayed_by` says why a write of its link has not got through so far; blank unless the sync goes on trying.
    For an ended link: `cause` is the link's own, `reason` says it in a sentence, `archived_here` is true while its
    practice contact is archived, `archiving` while its contact is being archived in Xero, and `survivor` is the contact
    that its own was merged into there.
    For a syncing link: `kept` are the fields whose change stays on its side; `waits` says what any other change waits
    for, to be said after "A change", and `waits_until` until when, if that is known; if Xero refused the name, `may_be`
    are the contacts that have it.
    Without a link: `may_be` are the contacts in Xero that it may be, the greatest obstacle to creating it first.
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
    waits_until: datetime | None = None
    delayed_by: str = ""
    synced_at: datetime | None = None
    linked_at: datetime | None = None
    error: str = ""
    reason: str = ""
    cause: str = ""
    ended_at: datetime | None = None
    active_in_xero: bool = False
    archived_here: bool = False
    archiving: bool = False
    survivor: Survivor | None = None
    may_be: tuple[Lookalike, ...] = ()


def xero_clients(contact_id: str) -> list[XeroClient]:
    """How a contact stands with each connection. Raises: NotFound."""
    with read() as session:
        contact_row(session, contact_id)  # raises NotFound if there is none
        live = select(ConnectionRow).where(col(ConnectionRow.state).in_((CONNECTED, SIGN_IN_NEEDED)))
        connections = session.scalars(live.order_by(col(ConnectionRow.name)))
        return [_xero_client(session, connection, contact_id) for connection in connections]


def _xero_client(session: Session, connection: ConnectionRow, contact_id: str) -> XeroClient:
    link = link_of(session, connection.id, contact_id)
    intent = latest_intent(session, connection.id, contact_id)
    creating = intent if intent is not None and intent.kind == CREATE else None
    created_again = creating is not None and creating.state in (*OPEN_STATES, HELD)
    if link is not None and not (link.state == BROKEN and created_again):
        under_way = intent if intent is not None and intent.settled_at is None else None
        return _linked(session, connection, link, under_way)
    if creating is not None and creating.state in OPEN_STATES:
        return XeroClient(connection.id, connection.name, "sending", intent_id=creating.id, error=creating.error)
    may_be = who_it_may_be(session, connection.id, contact_id)
    unlinked = XeroClient(connection.id, connection.name, "unlinked", may_be=may_be)
    if creating is not None and creating.state == HELD:
        return replace(unlinked, state="held", intent_id=creating.id, error=creating.error)
    return unlinked


def _linked(session: Session, connection: ConnectionRow, link: LinkRow, under_way: IntentRow | None) -> XeroClient:
    xero = session.get_one(XeroContactRow, (connection.id, link.xero_id))
    waits, waits_until = waits_for(session, connection, link)
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
        waits=waits,
        waits_until=waits_until,
        delayed_by=under_way.error if under_way is not None else "",
        synced_at=link.synced_at,
        linked_at=link.linked_at,
        error=link.error,
        reason=link.reason,
        cause=link.cause,
        ended_at=link.ended_at,
        active_in_xero=xero.status == Status.ACTIVE.value,
        archived_here=contact_row(session, link.contact_id).archived_at is not None,
        archiving=under_way is not None and under_way.kind == ARCHIVE,
        may_be=_name_holders(session, link),
        survivor=known_survivor(session, connection.id, link.xero_id),
    )


def _name_holders(session: Session, link: LinkRow) -> tuple[Lookalike, ...]:
    """The contacts in Xero that have the name which Xero refused to give a syncing contact."""
    if link.state != SYNCING or link.error != NameTaken.MESSAGE:
        return ()
    return tuple(one for one in who_it_may_be(session, link.connection_id, link.contact_id) if one.same_name)
