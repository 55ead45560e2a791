"""What Xero sends by itself: word that contacts changed, never what changed in them.

A batch is stored as it came, in a file where no other work is ever in the way, so that Xero is answered at once. The
worker takes it into the inbox and reads the contacts named. Neither the order nor the number of batches matters: one
that comes twice names the same events, and where the events' numbers leave a gap, Xero is asked what changed.
Source: developer.xero.com, webhooks.
"""

import base64
import hashlib
import hmac
import logging
import sqlite3
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel
from sqlmodel import Session

from models.base import now
from models.connection import ConnectionRow
from models.inbox import InboxRow
from services.db import write
from services.records import arrivals, inbox
from services.settings import get_settings

log = logging.getLogger(__name__)

CONTACT = "CONTACT"
Number = Annotated[int, Field(ge=0, lt=2**63)]
"""A number that a table can hold: one that it cannot would block this batch and all after it."""


class _Payload(BaseModel):
    """A batch. Events stay raw until their category is known, so that a strange one cannot spoil the rest."""

    model_config = ConfigDict(alias_generator=to_camel)

    events: list[Any]
    first_event_sequence: Number = 0
    last_event_sequence: Number = 0


class _Event(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel)

    tenant_id: str
    resource_id: UUID
    event_type: str
    event_date_utc: str


def signed(raw: bytes, signature: str) -> bool:
    """Whether a body carries the signature that only Xero and we can make; False if no key is set."""
    key = get_settings().xero_webhook_key.get_secret_value()
    wanted = base64.b64encode(hmac.new(key.encode(), raw, hashlib.sha256).digest())
    return bool(key) and hmac.compare_digest(wanted, signature.encode())


def receive(raw: bytes) -> None:
    """Keep a signed body until the worker takes it in. If it cannot be read, the log says so without quoting it."""
    try:
        payload = _Payload.model_validate_json(raw)
    except ValidationError:
        log.warning("A webhook with a right signature could not be read.")
        return
    if payload.events:  # a body without any is the "intent to receive", by which Xero tests our answers
        arrivals.store(raw)


def take_in() -> None:
    """Bring what arrived into the inbox, and wake the connections it concerns.

    A batch is deleted from its file only after that is committed: after a crash in between it is taken in twice, which
    does no harm. If batches are lost with a damaged file, Xero is asked what changed.
    """
    try:
        _take_in_all()
    except sqlite3.DatabaseError as error:
        if not arrivals.put_aside(error):
            raise
        with write() as session:
            _ask_what_changed(inbox.listeners(session))


def _take_in_all() -> None:
    if not arrivals.waiting():
        return
    with arrivals.turn() as ours:
        while ours and (batches := arrivals.waiting()):
            with write() as session:
                for _, raw in batches:
                    _take_in(session, _Payload.model_validate_json(raw))
            arrivals.forget([number for number, _ in batches])


def _take_in(session: Session, payload: _Payload) -> None:
    events = [event for raw_event in payload.events if (event := _contact_event(raw_event))]
    listeners = inbox.listeners(session)
    _keep(session, listeners, events)
    if inbox.missed_some(session, payload.first_event_sequence, payload.last_event_sequence):
        _ask_what_changed(listeners)


def _ask_what_changed(listeners: dict[str, ConnectionRow]) -> None:
    for connection in listeners.values():
        if connection.next_delta_at is not None:  # None says more: that nothing was read since connecting
            connection.next_delta_at = now()
        inbox.wake(connection)


def _contact_event(raw: Any) -> _Event | None:
    if isinstance(raw, dict) and raw.get("eventCategory") != CONTACT:
        return None
    try:
        return _Event.model_validate(raw)
    except ValidationError:
        log.warning("An event of a webhook with a right signature could not be read.")
        return None


def _keep(session: Session, listeners: dict[str, ConnectionRow], events: list[_Event]) -> None:
    """Store the events of organisations that are connected here, and wake these."""
    rows = [_row(listeners[event.tenant_id].id, event) for event in events if event.tenant_id in listeners]
    inbox.keep(session, {row.key: row for row in rows})
    for tenant_id in {event.tenant_id for event in events} & listeners.keys():
        inbox.wake(listeners[tenant_id])


def _row(connection_id: str, event: _Event) -> InboxRow:
    xero_id = str(event.resource_id)
    key = f"{connection_id}:{xero_id}:{event.event_type}:{event.event_date_utc}"
    return InboxRow(key=key, connection_id=connection_id, xero_id=xero_id)
