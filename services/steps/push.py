"""Push: send stored intents to Xero, so that nothing is doubled or lost whatever fails.

Each batch goes: read back → mark as sent and commit → send → settle each element on its own. A crash or a
lost answer leaves the intents marked as sent, and the next push reads back before it sends again: a
creation by our marker in ContactNumber, a change by comparing values, an archiving by its status.
"""

from sqlmodel import col, select

from models.base import now
from models.intent import ARCHIVE, CREATE, OPEN_STATES, UPDATE, IntentRow
from services.db import read
from services.errors import Uncertain
from services.gateways.store import WRITES_A_CALL, Store
from services.records.intents import due, is_alone, together
from services.records.leases import Lease
from services.steps.archiving import send_archives
from services.steps.creating import send_creates
from services.steps.pull import Progress
from services.steps.updates import send_updates

AT_ONCE = 1000
ROUNDS = 500


def push(connection_id: str, store: Store, lease: Lease, progress: Progress, asked_only: bool = False) -> None:
    """Send all intents that are due; with `asked_only`, only what people asked for: to create and to archive.

    Raises: the SyncError that stopped it; intents that were not sent stay stored.
    """
    if not _anything_open(connection_id):
        return
    done = 0
    kinds = (
        (CREATE, WRITES_A_CALL, send_creates),
        (ARCHIVE, WRITES_A_CALL, send_archives),
        (UPDATE, AT_ONCE, send_updates),
    )
    for kind, limit, send in kinds[:2] if asked_only else kinds:
        for _ in range(ROUNDS):
            with read() as session:
                batch = due(session, connection_id, kind, now(), limit)
            if not batch:
                break
            batch = together(batch, WRITES_A_CALL)
            try:
                send(store, lease, batch)
            except Uncertain:
                if not is_alone(batch, WRITES_A_CALL):
                    raise
                break  # that Xero fails at this contact says nothing of others
            done += len(batch)
            progress("Writing to Xero", done, done)


def _anything_open(connection_id: str) -> bool:
    """Whether any intent is unsettled. Usually none is, and this spares all other look-ups."""
    query = select(IntentRow.id).where(
        col(IntentRow.connection_id) == connection_id, col(IntentRow.state).in_(OPEN_STATES)
    )
    with read() as session:
        return session.exec(query.limit(1)).first() is not None
