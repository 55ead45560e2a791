"""THE ENGINE. One function, `tick`, brings a connection's two sides in step: pull → match → plan → push.

It may be stopped at any point and run again, by this process or another, and ends the same: each step
commits before the next begins, decides from what the tables say, and no transaction is open while Xero
is asked anything. Read on in `services/steps/`, one file per verb, and `services/reconcile/` for the rules.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from models.base import Json, now
from models.connection import CONNECTED, SIGN_IN_NEEDED, ConnectionRow
from services.db import current_rev, read, write
from services.errors import ContactSyncError, NotAllowed, RateLimited, SignInNeeded, Stale, SyncError, Unavailable
from services.gateways.store import Store
from services.gateways.xero.wire import store_for
from services.records import jobs, leases
from services.records.activity import SYNC, record
from services.records.intents import asked_for, next_try
from services.records.leases import Lease
from services.settings import get_settings
from services.steps.archiving import bring_forward
from services.steps.brake import allows, take_release
from services.steps.drifting import note_drift
from services.steps.foreseeing import foresee
from services.steps.full_comparison import compare
from services.steps.life import end_links, resume_links
from services.steps.matching import match_new
from services.steps.planning import plan_links
from services.steps.pull import Progress, pull, unwatched
from services.steps.push import push

OpenStore = Callable[[str, bool, Lease], Store]
SOON = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)
LONGEST_CLOSING = timedelta(days=1)
UNEXPECTED = "Something went wrong on our side; the log says what. Nothing is lost, and it is tried again."


@dataclass(slots=True)
class Tally:
    """What a tick did: contacts that differed from before, and new ones by step (link, create, ask …), if it got there.

    A `braked` one has read what changed and left everything as it was, for a person to look at.
    """

    changed: int = 0
    matched: dict[str, int] = field(default_factory=dict)
    braked: bool = False

    @property
    def uncredited(self) -> dict[str, int]:
        """What is to be added to the result of a job, by its name there; matching has added what it did."""
        return {"changed": self.changed, **dict.fromkeys(self.matched, 0)}


@dataclass(frozen=True, slots=True)
class _Turn:
    """A tick's connection, how it reaches Xero, its lease, and whom it tells how far it is."""

    connection_id: str
    open_store: OpenStore
    lease: Lease
    progress: Progress = unwatched
    for_person: bool = False


def tick(
    connection_id: str, progress: Progress = unwatched, open_store: OpenStore = store_for, *,
    delta: bool = True, for_person: bool = False,
) -> Tally | None:  # fmt: skip
    """Bring both sides in step. Returns None when another worker is at it.

    Without `delta` Xero is not asked what changed: a tick that webhooks or our own edits asked for acts on these.
    With `for_person` all of it may use the calls that are kept for what people ask for; without, only what they asked
    to create or to archive.
    Raises: SyncError after noting on the connection what went wrong and when to try again.
    """
    with leases.held(f"tick:{connection_id}") as lease:
        if lease is None:
            return None
        due_at, released, tally = _due_at(connection_id), take_release(connection_id, lease), Tally()
        try:
            _sync(_Turn(connection_id, open_store, lease, progress, for_person), delta, released, tally)
        except Stale:
            raise
        except ContactSyncError as error:
            _note_failure(connection_id, error, lease)
            raise
        except Exception:
            with suppress(Stale):
                _put_off(connection_id, lease)
            raise
        finally:
            _credit(connection_id, tally)
        _note_success(connection_id, due_at, tally, lease)
        return tally


def read_only(connection_id: str, progress: Progress = unwatched, open_store: OpenStore = store_for) -> bool:
    """Pull and nothing else: what a preview needs. False when another worker is at it."""
    with leases.held(f"tick:{connection_id}") as lease:
        if lease is None:
            return False
        try:
            pull(connection_id, open_store(connection_id, True, lease), lease, progress)
        except Stale:
            raise
        except SyncError as error:
            _note_failure(connection_id, error, lease)
            raise
        return True


def _sync(turn: _Turn, delta: bool, released: Json | None, tally: Tally) -> None:
    connection_id, lease, progress = turn.connection_id, turn.lease, turn.progress
    store = turn.open_store(connection_id, turn.for_person, lease)
    tally.changed += pull(connection_id, store, lease, progress, delta)
    if delta:
        tally.changed += compare(connection_id, store, lease)
    since_rev, matched_rev, until_rev = _revs(connection_id)
    resume_links(connection_id, since_rev, lease)
    note_drift(connection_id, since_rev, lease)
    coming = foresee(connection_id, since_rev)
    if not allows(connection_id, coming, lease, released):
        tally.braked = True
        _send_asked(turn)
        return
    end_links(coming.ending, lease)
    tally.matched = match_new(connection_id, matched_rev, lease, progress)
    plan_links(coming.changed, lease, progress, coming.stands)
    if until_rev > min(since_rev, matched_rev) or coming.ending or coming.changed:
        _planned(connection_id, matched_rev, until_rev, lease)
    _send_asked(turn)
    push(connection_id, store, lease, progress)


def send_asked(connection_id: str, open_store: OpenStore = store_for) -> None:
    """Send what people asked for and nothing else: for when the sync by itself may make no more calls today."""
    with leases.held(f"tick:{connection_id}") as lease:
        if lease is not None:
            _send_asked(_Turn(connection_id, open_store, lease))


def _send_asked(turn: _Turn) -> None:
    """Only this may use the calls that are kept for people, whatever else a tick has to do."""
    bring_forward(turn.connection_id, turn.lease)
    with read() as session:
        asked = asked_for(session, turn.connection_id, now())
    if asked:
        store = turn.open_store(turn.connection_id, True, turn.lease)
        push(turn.connection_id, store, turn.lease, turn.progress, asked_only=True)


def _revs(connection_id: str) -> tuple[int, int, int]:
    """The change numbers up to which all was planned before, was matched before, and will be by this tick."""
    with read() as session:
        connection = session.get_one(ConnectionRow, connection_id)
        return connection.planned_rev, connection.matched_rev, current_rev(session)


def _planned(connection_id: str, matched_rev: int, until_rev: int, lease: Lease) -> None:
    """All was planned, and matched unless the set-up was changed meanwhile: then the next tick begins anew."""
    with write() as session:
        lease.check(session)
        connection = session.get_one(ConnectionRow, connection_id)
        connection.planned_rev = until_rev
        if connection.matched_rev == matched_rev:
            connection.matched_rev = until_rev


def _credit(connection_id: str, tally: Tally) -> None:
    if jobs.any_of(connection_id):
        with write() as session:
            jobs.credit(session, connection_id, tally.uncredited)


def _due_at(connection_id: str) -> datetime | None:
    with read() as session:
        return session.get_one(ConnectionRow, connection_id).next_tick_at


def _note_success(connection_id: str, due_at: datetime | None, tally: Tally, lease: Lease) -> None:
    """The next turn is the next delta's or a put-off write's, unless somebody asked for one while this tick ran."""
    with write() as session:
        lease.check(session)
        connection = session.get_one(ConnectionRow, connection_id)
        connection.error = ""
        connection.last_sync_at = connection.last_sync_at if tally.braked else now()
        if connection.next_tick_at == due_at:
            times = (connection.next_delta_at, next_try(session, connection_id, now()))
            connection.next_tick_at = min((time for time in times if time), default=None)


def _note_failure(connection_id: str, error: ContactSyncError, lease: Lease) -> None:
    """Who lost the lease has nothing to say any more. Raises: Stale."""
    with write() as session:
        lease.check(session)
        connection = session.get_one(ConnectionRow, connection_id)
        connection.error = str(error)
        if isinstance(error, SignInNeeded) and connection.state == CONNECTED:
            connection.state = SIGN_IN_NEEDED
            record(
                session, SYNC, "connection.sign_in_ended", f"Xero no longer lets us in to {connection.name}",
                connection_id=connection.id,
            )  # fmt: skip
        connection.next_tick_at = now() + _pause(error)


def _put_off(connection_id: str, lease: Lease) -> None:
    """After an error of ours: say so where the connection is shown, and let others have their turn. Raises: Stale."""
    with write() as session:
        lease.check(session)
        connection = session.get_one(ConnectionRow, connection_id)
        connection.error, connection.next_tick_at = UNEXPECTED, now() + SOON


def _pause(error: ContactSyncError) -> timedelta:
    pause = timedelta(seconds=get_settings().sync_every_seconds)
    if isinstance(error, NotAllowed):
        return LONGEST_WAIT
    if isinstance(error, Unavailable) and error.retry_after is not None:
        longest = LONGEST_CLOSING if isinstance(error, RateLimited) else LONGEST_WAIT
        return min(timedelta(seconds=max(1.0, error.retry_after)), longest)
    return min(pause, SOON)
