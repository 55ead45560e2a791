"""Push: send stored intents to Xero, so that nothing is doubled or lost whatever fails.

Each batch goes: read back → mark as sent and commit → send → settle each element on its own. A crash or a
lost answer leaves the intents marked as sent, and the next push reads back before it sends again: a
creation by our marker in ContactNumber, a change by comparing values. Xero keeps an idempotency key for
six minutes only, so the key (made from the exact batch) guards prompt repetitions and the marker the rest.
"""

import hashlib
import json
from collections.abc import Callable, Sequence

from sqlmodel import Session

from models.base import now
from models.intent import DROPPED, NEW, OPEN_STATES, SENT, IntentRow
from models.link import SYNCING, LinkRow
from services.db import read, write
from services.errors import SyncError, Unavailable, Uncertain
from services.gateways.store import Change, Draft, Outcome, Record, Status, Store
from services.reconcile.contact import Contact, values_from_json
from services.records.intents import CREATE, UPDATE, due, postpone, settle
from services.records.leases import Lease
from services.steps.mirror import NOT_THERE, mark_gone, remember
from services.steps.pull import Progress
from services.steps.settle import arrived, give_up, settle_create, settle_update, untouched

CREATES_A_CALL = 50
UPDATES_A_CALL = 40
ROUNDS = 500


def push(connection_id: str, store: Store, lease: Lease, progress: Progress, asked_only: bool = False) -> None:
    """Send all intents that are due; with `asked_only`, creations alone, each of which a person asked for.

    Raises the SyncError that stopped it; the rest waits in its rows.
    """
    done = 0
    kinds = ((CREATE, CREATES_A_CALL, _send_creates), (UPDATE, UPDATES_A_CALL, _send_updates))
    for kind, limit, send in kinds[:1] if asked_only else kinds:
        for _ in range(ROUNDS):
            with read() as session:
                batch = due(session, connection_id, kind, now(), limit)
            if not batch:
                break
            send(store, lease, batch)
            done += len(batch)
            progress("Writing to Xero", done, done)


def _send_creates(store: Store, lease: Lease, batch: Sequence[IntentRow]) -> None:
    landed = {intent.id: found for intent in batch if intent.state == SENT and (found := _find(store, intent))}
    with write() as session:
        lease.check(session)
        for intent in _open(session, [i for i in batch if i.id in landed]):
            settle_create(session, intent, landed[intent.id])
        sending = _mark_sent(_open(session, [i for i in batch if i.id not in landed]))
    if not sending:
        return
    outcomes = _call(lambda: store.create([_draft(intent) for intent in sending], _key(sending)), sending)
    with write() as session:
        lease.check(session)
        for intent, outcome in zip(_open(session, sending), outcomes, strict=True):
            settle_create(session, intent, outcome)


def _send_updates(store: Store, lease: Lease, batch: Sequence[IntentRow]) -> None:
    links = _links(batch)
    records = {item.id: item for item in store.by_ids([link.xero_id for link in links.values()])}
    with write() as session:
        lease.check(session)
        sending = _mark_sent([i for i in _open(session, batch) if _still_fits(session, i, records)])
    if not sending:
        return
    changes = [Change(links[intent.id].xero_id, values_from_json(intent.body)) for intent in sending]
    outcomes = _call(lambda: store.update(changes), sending)
    with write() as session:
        lease.check(session)
        for intent, outcome in zip(_open(session, sending), outcomes, strict=True):
            settle_update(session, intent, session.get_one(LinkRow, intent.link_id), outcome)


def _still_fits(session: Session, intent: IntentRow, records: dict[str, Record]) -> bool:
    """Decide, on what Xero says this moment, whether to send; settle, drop or plan again otherwise."""
    link = session.get_one(LinkRow, intent.link_id)
    if link.state != SYNCING:
        settle(intent, DROPPED, "The contact stopped syncing.")
        return False
    found = records.get(link.xero_id)
    if found is None:
        settle(intent, DROPPED, NOT_THERE)
        mark_gone(session, link.connection_id, [link.xero_id])
        return False
    values = values_from_json(intent.body)
    if arrived(values, found.contact):
        settle_update(session, intent, link, found)
        return False
    remember(session, link.connection_id, [found])
    if found.status is not Status.ACTIVE or not untouched(link, values, found.contact):
        give_up(session, intent, link)
        return False
    return True


def _mark_sent(intents: Sequence[IntentRow]) -> list[IntentRow]:
    for intent in intents:
        intent.state, intent.attempts, intent.not_before = SENT, intent.attempts + 1, None
    return list(intents)


def _call(send: Callable[[], list[Outcome]], intents: Sequence[IntentRow]) -> list[Outcome]:
    """Make the call; when it fails as a whole, leave each intent in the state that is true."""
    try:
        return send()
    except SyncError as error:
        state = SENT if isinstance(error, Uncertain) else NEW
        retry_after = error.retry_after if isinstance(error, Unavailable) else None
        with write() as session:
            for intent in _open(session, intents):
                postpone(intent, state, str(error), retry_after)
        raise


def _find(store: Store, intent: IntentRow) -> Record | None:
    found = store.by_number(str(intent.body["number"]))
    return found[0] if found else None


def _open(session: Session, intents: Sequence[IntentRow]) -> list[IntentRow]:
    """The same intents as this transaction sees them, without those settled meanwhile."""
    rows = (session.get_one(IntentRow, intent.id) for intent in intents)
    return [row for row in rows if row.state in OPEN_STATES]


def _links(intents: Sequence[IntentRow]) -> dict[str, LinkRow]:
    with read() as session:
        return {intent.id: session.get_one(LinkRow, intent.link_id) for intent in intents}


def _draft(intent: IntentRow) -> Draft:
    values = values_from_json(intent.body)
    is_person = bool(intent.body.get("is_person"))
    return Draft(Contact("").with_values(values), number=str(intent.body["number"]), is_person=is_person)


def _key(intents: Sequence[IntentRow]) -> str:
    """The same for exactly the same batch, different for any other."""
    text = json.dumps([[intent.id, intent.body] for intent in intents], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
