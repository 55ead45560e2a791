"""Push: send stored intents to Xero, so that nothing is doubled or lost whatever fails.

Each batch goes: read back → mark as sent and commit → send → settle each element on its own. A crash or a
lost answer leaves the intents marked as sent, and the next push reads back before it sends again: a
creation by our marker in ContactNumber, a change by comparing values, an archiving by its status. Xero keeps an
idempotency key for six minutes only, so the key (made from the exact batch) guards prompt repetitions and the
marker the rest.
"""

import hashlib
import json
from collections.abc import Sequence

from sqlmodel import col, select

from models.base import now
from models.intent import OPEN_STATES, SENT, IntentRow
from services.db import read, write
from services.gateways.store import Draft, Record, Store
from services.reconcile.contact import Contact, values_from_json
from services.records.intents import ARCHIVE, CREATE, UPDATE, due
from services.records.leases import Lease
from services.steps.archiving import send_archives
from services.steps.pull import Progress
from services.steps.sending import call, mark_sent, still_open
from services.steps.settle import settle_create
from services.steps.updates import send_updates

A_CALL = 50
"""As many contacts as Xero's documentation advises for one writing call."""
AT_ONCE = 1000
ROUNDS = 500


def push(connection_id: str, store: Store, lease: Lease, progress: Progress, asked_only: bool = False) -> None:
    """Send all intents that are due; with `asked_only`, only what people asked for: to create and to archive.

    Raises the SyncError that stopped it; the rest waits in its rows.
    """
    if not _anything_open(connection_id):
        return
    done = 0
    kinds = ((CREATE, A_CALL, _send_creates), (ARCHIVE, A_CALL, send_archives), (UPDATE, AT_ONCE, send_updates))
    for kind, limit, send in kinds[:2] if asked_only else kinds:
        for _ in range(ROUNDS):
            with read() as session:
                batch = due(session, connection_id, kind, now(), limit)
            if not batch:
                break
            send(store, lease, batch)
            done += len(batch)
            progress("Writing to Xero", done, done)


def _anything_open(connection_id: str) -> bool:
    """Whether any intent is unsettled: where none is, which is mostly so, no more is asked."""
    query = select(IntentRow.id).where(
        col(IntentRow.connection_id) == connection_id, col(IntentRow.state).in_(OPEN_STATES)
    )
    with read() as session:
        return session.exec(query.limit(1)).first() is not None


def _send_creates(store: Store, lease: Lease, batch: Sequence[IntentRow]) -> None:
    landed = {intent.id: found for intent in batch if intent.state == SENT and (found := _find(store, intent))}
    with write() as session:
        lease.check(session)
        for intent in still_open(session, [i for i in batch if i.id in landed]):
            settle_create(session, intent, landed[intent.id])
        sending = mark_sent(still_open(session, [i for i in batch if i.id not in landed]))
    if not sending:
        return
    made = call(lambda: store.create([_draft(intent) for intent in sending], _key(sending)), sending, lease)
    outcomes = dict(zip((intent.id for intent in sending), made, strict=True))
    with write() as session:
        lease.check(session)
        for intent in still_open(session, sending):
            settle_create(session, intent, outcomes[intent.id])


def _find(store: Store, intent: IntentRow) -> Record | None:
    found = store.by_number(str(intent.body["number"]))
    return found[0] if found else None


def _draft(intent: IntentRow) -> Draft:
    values = values_from_json(intent.body)
    is_person = bool(intent.body.get("is_person"))
    return Draft(Contact("").with_values(values), number=str(intent.body["number"]), is_person=is_person)


def _key(intents: Sequence[IntentRow]) -> str:
    """The same for exactly the same batch, different for any other."""
    text = json.dumps([[intent.id, intent.body] for intent in intents], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
