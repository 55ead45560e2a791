"""THE ENGINE. One function, `tick`, brings a connection's two sides in step: pull → match → plan → push.

It may be stopped at any point and run again, by this process or another, and ends the same: each step
commits before the next begins, decides from what the tables say, and no transaction is open while Xero
is asked anything. Read on in `services/steps/`, one file per verb, and `services/reconcile/` for the rules.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from sqlmodel import Session, select

from models.base import now
from models.connection import CONNECTED, SIGN_IN_NEEDED, ConnectionRow
from models.counter import CounterRow
from services.db import read, write
from services.errors import NotAllowed, SignInNeeded, SyncError, Unavailable
from services.gateways.store import Store
from services.gateways.xero.wire import store_for
from services.records import leases
from services.records.leases import Lease
from services.settings import get_settings
from services.steps.matching import match_new
from services.steps.planning import plan_links
from services.steps.pull import Progress, pull
from services.steps.push import push

OpenStore = Callable[[str], Store]
LONGEST_WAIT = timedelta(hours=1)


@dataclass(slots=True)
class Tally:
    """What a tick did: contacts that differed from before, and decisions by step (link, create, ask …)."""

    changed: int = 0
    matched: dict[str, int] = field(default_factory=dict)


def ignore(stage: str, done: int, total: int) -> None:
    """The progress of a tick nobody watches."""


def tick(connection_id: str, progress: Progress = ignore, open_store: OpenStore = store_for) -> Tally | None:
    """Bring both sides in step. Returns None when another worker is at it.

    Raises: SyncError after noting on the connection what went wrong and when to try again.
    """
    with leases.held(f"tick:{connection_id}") as lease:
        if lease is None:
            return None
        try:
            tally = _sync(connection_id, open_store(connection_id), lease, progress)
        except SyncError as error:
            _note_failure(connection_id, error)
            raise
        _note_success(connection_id)
        return tally


def read_only(connection_id: str, progress: Progress = ignore, open_store: OpenStore = store_for) -> bool:
    """Pull and nothing else: what a preview needs. False when another worker is at it."""
    with leases.held(f"tick:{connection_id}") as lease:
        if lease is None:
            return False
        try:
            pull(connection_id, open_store(connection_id), lease, progress)
        except SyncError as error:
            _note_failure(connection_id, error)
            raise
        return True


def _sync(connection_id: str, store: Store, lease: Lease, progress: Progress) -> Tally:
    changed = pull(connection_id, store, lease, progress)
    since_rev, until_rev = _revs(connection_id)
    matched = match_new(connection_id, since_rev, lease, progress)
    plan_links(connection_id, since_rev, lease, progress)
    _planned(connection_id, until_rev, lease)
    push(connection_id, store, lease, progress)
    return Tally(changed, matched)


def _revs(connection_id: str) -> tuple[int, int]:
    """The change numbers up to which all was planned before, and up to which this tick plans."""
    with read() as session:
        until = session.exec(select(CounterRow.value)).one()
        return session.get_one(ConnectionRow, connection_id).planned_rev, until


def _planned(connection_id: str, until_rev: int, lease: Lease) -> None:
    with write() as session:
        lease.check(session)
        session.get_one(ConnectionRow, connection_id).planned_rev = until_rev


def _note_success(connection_id: str) -> None:
    with write() as session:
        connection = session.get_one(ConnectionRow, connection_id)
        connection.error = ""
        connection.last_sync_at = now()
        _next_turn(connection, timedelta(seconds=get_settings().sync_every_seconds))


def _note_failure(connection_id: str, error: SyncError) -> None:
    with write() as session:
        connection = session.get_one(ConnectionRow, connection_id)
        connection.error = str(error)
        if isinstance(error, SignInNeeded) and connection.state == CONNECTED:
            connection.state = SIGN_IN_NEEDED
        connection.next_tick_at = now() + _pause(error)


def _pause(error: SyncError) -> timedelta:
    pause = timedelta(seconds=get_settings().sync_every_seconds)
    if isinstance(error, NotAllowed):
        return LONGEST_WAIT
    if isinstance(error, Unavailable) and error.retry_after is not None:
        return min(timedelta(seconds=error.retry_after), LONGEST_WAIT)
    return min(pause, timedelta(minutes=1))


def _next_turn(connection: ConnectionRow, pause: timedelta) -> None:
    connection.next_tick_at = now() + pause


def connected(session: Session) -> list[ConnectionRow]:
    """Connections that are set up and signed in."""
    return list(session.exec(select(ConnectionRow).where(ConnectionRow.state == CONNECTED)))
