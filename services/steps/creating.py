"""Sending creations: each is looked up by our marker before it is sent again, and sent only while it is still wanted.

Xero keeps an idempotency key for six minutes only, so the key (made from the exact batch) protects against repetitions
that follow at once, and the marker in ContactNumber against all others.
"""

import hashlib
import json
from collections.abc import Sequence
from functools import partial

from sqlmodel import Session, col, select

from models.base import now
from models.contact import ContactRow
from models.intent import NEW, OPEN_STATES, SENT, IntentRow
from models.xero_contact import XeroContactRow
from services.db import read, write
from services.gateways.store import Draft, Record, Store
from services.reconcile.contact import Contact, contact_to_json, values_from_json
from services.records.creations import given_up, unwanted
from services.records.intents import wake
from services.records.leases import Lease
from services.records.markers import unheard
from services.records.values import contact_of
from services.steps.dividing import Divided
from services.steps.mirror import remember
from services.steps.sending import PATIENCE, answered, any_told, call, leave, mark_sent, still_open
from services.steps.settle import drop_creation, settle_create, settle_found

LOOK_UPS = 10
"""How many markers are looked up, one call each, before contacts are created: few enough that each minute's calls
bring some progress.
"""


def send_creates(store: Store, lease: Lease, batch: Sequence[IntentRow]) -> None:
    """Create the contacts of these intents, each settled on its own; some may be left for later. Raises: SyncError."""
    batch = _looked_up(store, lease, batch)
    maybe = [intent for intent in batch if intent.state == SENT]
    landed = _in_mirror(store, maybe)
    unknown = [intent for intent in maybe if intent.id not in landed][:LOOK_UPS]
    landed |= {intent.id: found[0] for intent in unknown if (found := store.by_number(_number(intent)))}
    ready = [intent for intent in batch if intent.state == NEW or intent in unknown]
    with write() as session:
        lease.check(session)
        for intent in still_open(session, [intent for intent in maybe if intent.id in landed]):
            settle_found(session, intent, landed[intent.id])
    absent = [intent for intent in ready if intent.id not in landed]
    send = partial(_send, store, lease)
    Divided(send, partial(leave, lease)).begin(absent, lambda: send(absent))


def _send(store: Store, lease: Lease, absent: Sequence[IntentRow]) -> bool:
    """Create, in one call, those of these contacts that are still wanted, as a part in `Divided`."""
    with write() as session:
        lease.check(session)
        sending = mark_sent([intent for intent in still_open(session, absent) if _still_meant(session, intent)])
    if not sending:
        return True
    made = call(lambda: store.create([_draft(intent) for intent in sending], _key(sending)), sending, lease)
    outcomes = dict(zip((intent.id for intent in sending), made, strict=True))
    with write() as session:
        lease.check(session)
        for intent in answered(session, sending):
            settle_create(session, intent, outcomes[intent.id])
    return any_told(made)


def _looked_up(store: Store, lease: Lease, batch: Sequence[IntentRow]) -> Sequence[IntentRow]:
    """Look up the markers of earlier creations that were dropped while their answers were missing, and remember what is
    found, so that no second contact is created. What is not found may not show yet, and is gone on with.

    Returns all intents but those whose look-up is still to come.
    """
    with read() as session:
        numbers = {one.id: earlier for one in batch if one.state == NEW and (earlier := unheard(session, one))}
    if not numbers:
        return batch
    looked_up = list(numbers)[:LOOK_UPS]
    found = [record for one in looked_up for number in numbers[one] for record in store.by_number(number)]
    with write() as session:
        lease.check(session)
        remember(session, batch[0].connection_id, found)
        for intent in still_open(session, [intent for intent in batch if intent.id in looked_up]):
            _go_on(session, intent)
        wake(session, batch[0].connection_id)
    return [intent for intent in batch if intent.id not in numbers or intent.id in looked_up]


def _go_on(session: Session, intent: IntentRow) -> None:
    """Let a creation take over the number of an earlier one of its contact that was given up a while ago and may have
    landed: Xero refuses to create the contact twice then, whatever it is called by now.
    """
    earlier = given_up(session, intent.connection_id, intent.contact_id)
    if earlier is None or earlier.settled_at is None or now() - earlier.settled_at > PATIENCE:
        return
    intent.body = {**intent.body, "number": earlier.body["number"]}
    intent.attempts, intent.unanswered, intent.sent_at = earlier.attempts, earlier.unanswered, earlier.settled_at
    earlier.unanswered = 0


def _in_mirror(store: Store, intents: Sequence[IntentRow]) -> dict[str, Record]:
    """The contacts that the mirror knows by their numbers, read from Xero once more (40 a call), by intent id."""
    if not intents:
        return {}
    numbers = {_number(intent): intent.id for intent in intents}
    query = select(XeroContactRow.xero_id).where(
        col(XeroContactRow.connection_id) == intents[0].connection_id, col(XeroContactRow.number).in_(numbers)
    )
    with read() as session:
        ids = session.exec(query).all()
    return {numbers[one.number]: one for one in store.by_ids(ids) if one.number in numbers} if ids else {}


def _still_meant(session: Session, intent: IntentRow) -> bool:
    """Whether the contact is still to be created. An intent that was never sent takes over the contact's present
    values; one that was stays as it was sent.
    """
    if why := unwanted(session, intent):
        drop_creation(session, intent, why)
    elif intent.state == NEW:
        contact = session.get_one(ContactRow, intent.contact_id)
        intent.body = {**intent.body, **contact_to_json(contact_of(contact)), "is_person": contact.is_person}
    return intent.state in OPEN_STATES


def _number(intent: IntentRow) -> str:
    return str(intent.body["number"])


def _draft(intent: IntentRow) -> Draft:
    values = values_from_json(intent.body)
    return Draft(Contact("").with_values(values), number=_number(intent), is_person=bool(intent.body.get("is_person")))


def _key(intents: Sequence[IntentRow]) -> str:
    """The same for exactly the same batch as long as it has no answer, different for any other."""
    text = json.dumps([[one.id, one.body, one.attempts - one.unanswered] for one in intents], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
