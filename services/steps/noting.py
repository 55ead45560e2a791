"""Noting on the connection how a tick went, and when the worker turns to it next."""

from datetime import datetime

from models.base import now
from models.connection import CONNECTED, SIGN_IN_NEEDED, ConnectionRow
from services.db import write
from services.errors import ContactSyncError, NotAllowed, SignInNeeded
from services.gateways.store import WRITES_A_CALL
from services.records import inbox
from services.records.activity import SYNC, record
from services.records.intents import next_try, why_none_gets_through
from services.records.leases import Lease
from services.records.pacing import SOON, pause_after

UNEXPECTED = "Something went wrong in this program; the server's log says what. Nothing is lost: the sync tries again."


def note_end(before: ConnectionRow, braked: bool, lease: Lease) -> None:
    """Note how the tick went, and when to tick next: when a delta or a postponed write is due, whichever comes first.
    It did not get through if no write does.

    If somebody asked for a tick while this one ran, `next_tick_at` has changed and stays as it is. After a failure,
    webhooks did not ask; what they have named meanwhile is due at once.
    """
    with write() as session:
        lease.check(session)
        connection = session.get_one(ConnectionRow, before.id)
        connection.error = why_none_gets_through(session, before.id, WRITES_A_CALL)
        waits = braked or (connection.error and connection.last_sync_at)
        connection.last_sync_at = connection.last_sync_at if waits else now()
        if before.error and inbox.waiting(session, before.id):
            connection.next_tick_at = now()
        elif connection.next_tick_at == before.next_tick_at:
            times = (connection.next_delta_at, next_try(session, before.id, now()))
            connection.next_tick_at = min((time for time in times if time), default=None)


def note_failure(before: ConnectionRow, error: ContactSyncError, lease: Lease) -> None:
    """Note on the connection what went wrong and when to try again. Raises: Stale if the lease was lost."""
    with write() as session:
        lease.check(session)
        connection = session.get_one(ConnectionRow, before.id)
        of_sign_in = isinstance(error, (SignInNeeded, NotAllowed))
        if of_sign_in and connection.authorisation_id != before.authorisation_id:
            connection.next_tick_at = now()  # an admin has signed in again meanwhile
            return
        connection.error = str(error)
        if isinstance(error, SignInNeeded) and connection.state == CONNECTED:
            connection.state = SIGN_IN_NEEDED
            record(
                session, SYNC, "connection.sign_in_ended", f"Xero no longer lets us in to {connection.name}",
                connection_id=connection.id,
            )  # fmt: skip
        connection.next_tick_at = now() + pause_after(error)


def put_off(connection_id: str, lease: Lease) -> None:
    """After an error in this program: say so on the connection, and try again in a minute, so that other connections
    have their turn. Raises: Stale if the lease was lost.
    """
    with write() as session:
        lease.check(session)
        connection = session.get_one(ConnectionRow, connection_id)
        connection.error, connection.next_tick_at = UNEXPECTED, now() + SOON


def turn_by(connection_id: str, at: datetime, lease: Lease) -> None:
    """Have the worker turn to a connection at a time at the latest. Raises: Stale if the lease was lost."""
    with write() as session:
        lease.check(session)
        connection = session.get_one(ConnectionRow, connection_id)
        if connection.next_tick_at is not None:  # None is at once
            connection.next_tick_at = min(connection.next_tick_at, at)
