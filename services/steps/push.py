"""Push: send stored intents to Xero, so that nothing is doubled or lost whatever fails.

Each batch goes: read back → mark as sent and commit → send → settle each element on its own. A crash or a
lost answer leaves the intents marked as sent, and the next push reads back before it sends again: a
creation by our marker in ContactNumber, a change by comparing values, an archiving by its status.
"""

from collections.abc import Callable, Sequence
from functools import partial

from sqlmodel import col, select

from models.base import now
from models.intent import ARCHIVE, CREATE, OPEN_STATES, UPDATE, IntentRow
from services.db import read
from services.errors import RateLimited, Unavailable, Uncertain
from services.gateways.store import WRITES_A_CALL, Store
from services.records.intents import due, is_alone, together
from services.records.leases import Lease
from services.steps.archiving import send_archives
from services.steps.creating import send_creates
from services.steps.pull import WAITING, Progress, patiently
from services.steps.updates import send_updates

AT_ONCE = 200
"""How many changes are sent before one looks anew at what is due: five full calls to read, four to write."""
ROUNDS = 2500
WAIT = 60.0
"""Seconds to wait for Xero's limit: until all calls of the last minute are free again. Writing begins anew with reading
each contact, so with fewer it might get no further.
"""
Send = Callable[[Store, Lease, Sequence[IntentRow]], None]


def push(
    connection_id: str, store: Store, lease: Lease, progress: Progress, *, asked: bool = False, patient: bool = False
) -> None:
    """Send all intents that are due: with `asked` what people asked for, to create and to archive, for which changes of
    links that do not sync any more are dropped; without, the changes that come of comparing. If `patient`, wait where
    the minute's calls are used, as `pull` does.

    Raises: the SyncError that stopped it; intents that were not sent stay stored.
    """
    if not _anything_open(connection_id):
        return
    wishes = (CREATE, WRITES_A_CALL, send_creates), (ARCHIVE, WRITES_A_CALL, send_archives)
    kinds = *(wishes if asked else ()), (UPDATE, AT_ONCE, send_updates)
    sends = [partial(_send_next, connection_id, store, lease, asked, *kind) for kind in kinds]
    each(*(partial(_send_all, send_next, lease, progress, patient) for send_next in sends))


def each(*writes: Callable[[], None]) -> None:
    """Do all of these, also if one fails, which says nothing of the others; only a limit of calls stops the rest too.
    Raises: the SyncError of the first that failed.
    """
    failed = None
    for write in writes:
        try:
            write()
        except RateLimited:
            raise
        except (Unavailable, Uncertain) as error:
            failed = failed or error
    if failed:
        raise failed


def _send_all(send_next: Callable[[], int], lease: Lease, progress: Progress, patient: bool) -> None:
    done = 0
    for _ in range(ROUNDS):
        waiting = partial(progress, WAITING, done, done)
        sent = patiently(send_next, lease, waiting, WAIT) if patient else send_next()
        if not sent:
            break
        done += sent
        progress("Writing to Xero", done, done)


def _send_next(connection_id: str, store: Store, lease: Lease, asked: bool, kind: str, limit: int, send: Send) -> int:
    """Send the intents of a kind that are due now, up to a limit. Returns how many these were; none, if Xero fails at
    one that is sent alone, which goes last.
    """
    with read() as session:
        intents = due(session, connection_id, kind, now(), limit, asked_only=asked)
    if not intents:
        return 0
    batch = together(intents, WRITES_A_CALL)
    try:
        send(store, lease, batch)
    except Uncertain:
        if not is_alone(batch, WRITES_A_CALL):
            raise
        return 0
    return len(batch)


def _anything_open(connection_id: str) -> bool:
    """Whether any intent is unsettled. Usually none is, and this spares all other look-ups."""
    query = select(IntentRow.id).where(
        col(IntentRow.connection_id) == connection_id, col(IntentRow.state).in_(OPEN_STATES)
    )
    with read() as session:
        return session.exec(query.limit(1)).first() is not None
