"""THE ENGINE. One function, `tick`, brings a connection's two sides in step: pull → match → plan → push.

A tick may be stopped at any point; whoever runs the next one, in this process or another, reaches the same
result. That holds because each step commits before the next begins and decides from the tables alone, and no
transaction is open during a call to Xero. Read on in `services/steps/`, one file per verb, and in
`services/reconcile/` for the rules.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

from models.base import Json, now
from models.connection import SETTING_UP, ConnectionRow
from services.db import current_rev, read, write
from services.errors import ContactSyncError, Stale, SyncError, Unavailable
from services.gateways.store import Store
from services.gateways.xero.wire import store_for
from services.records import jobs, leases
from services.records.intents import asked_for, next_try
from services.records.leases import Lease
from services.records.pacing import pause_after
from services.steps.archiving import bring_forward
from services.steps.brake import allows, take_release
from services.steps.drifting import note_drift
from services.steps.foreseeing import foresee
from services.steps.full_comparison import compare
from services.steps.life import end_links, resume_links
from services.steps.matching import match_new
from services.steps.noting import note_end, note_failure, put_off, turn_by
from services.steps.planning import plan_links
from services.steps.pull import Progress, pull, unwatched
from services.steps.push import each, push

OpenStore = Callable[[str, bool, Lease], Store]


@dataclass(slots=True)
class Tally:
    """What a tick did.

    `changed` counts contacts that differ in Xero from what the mirror held. `matched` counts by step (link, create,
    ask …) what matching did; it is empty if the tick did not get that far. A `braked` tick read what changed, but did
    nothing with it: an admin has to look first.
    """

    changed: int = 0
    matched: dict[str, int] = field(default_factory=dict)
    braked: bool = False

    @property
    def uncredited(self) -> dict[str, int]:
        """The counts still to be added to a job's result, by their names there.

        The steps of matching are 0, since matching adds its own counts as it goes; this only makes sure they are named.
        """
        return {"changed": self.changed, **dict.fromkeys(self.matched, 0)}


@dataclass(frozen=True, slots=True)
class _Turn:
    """What all steps of one tick need: its connection, the way to Xero, the lease, and the callback for progress."""

    connection_id: str
    open_store: OpenStore
    lease: Lease
    progress: Progress = unwatched
    for_person: bool = False

    @property
    def patient(self) -> bool:
        """Whether a person waits for it, as for a job; else what Xero's limit stops can wait for the next tick."""
        return self.lease.within is not None


def tick(
    connection_id: str, progress: Progress = unwatched, open_store: OpenStore = store_for, *,
    delta: bool = True, for_person: bool = False, job: Lease | None = None,
) -> Tally | None:  # fmt: skip
    """Bring both sides in step. Returns None when another worker is already doing so.

    Without `delta` Xero is not asked what changed: a tick that was woken by webhooks or by edits here acts on those.
    A tenth of the day's calls is kept for what people ask for. With `for_person`, or after a release of the brake,
    every step may use it; without, only the creations and archivings that people asked for. The lease of the `job` that
    it is for is renewed with its own.
    Raises: SyncError, after noting on the connection what went wrong and when to try again. Stale, when the lease was
    lost, notes nothing: another worker may be at work.
    """
    with leases.held(f"tick:{connection_id}", job) as lease:
        if lease is None:
            return None
        before, released, tally = _as_it_is(connection_id), take_release(connection_id, lease), Tally()
        for_person = for_person or released is not None
        try:
            _sync(_Turn(connection_id, open_store, lease, progress, for_person), delta, released, tally)
        except Stale:
            raise
        except ContactSyncError as error:
            note_failure(before, error, lease)
            raise
        except Exception:
            with suppress(Stale):
                put_off(connection_id, lease)
            raise
        finally:
            _credit(connection_id, tally, lease)
        note_end(before, tally.braked, lease)
        return tally


def read_only(
    connection_id: str, progress: Progress = unwatched, open_store: OpenStore = store_for, job: Lease | None = None
) -> bool:
    """Pull and nothing else: what a preview needs. False when another worker is at it."""
    with leases.held(f"tick:{connection_id}", job) as lease:
        if lease is None:
            return False
        before = _as_it_is(connection_id)
        try:
            pull(connection_id, open_store(connection_id, True, lease), lease, progress, patient=True)
        except Stale:
            raise
        except SyncError as error:
            note_failure(before, error, lease)
            raise
        with write() as session:
            lease.check(session)
            connection = session.get_one(ConnectionRow, connection_id)
            if connection.state == SETTING_UP:  # later an error may be one of writing, of which reading says nothing
                connection.error = ""
        return True


def _sync(turn: _Turn, delta: bool, released: Json | None, tally: Tally) -> None:
    connection_id, lease, progress = turn.connection_id, turn.lease, turn.progress
    store = turn.open_store(connection_id, turn.for_person, lease)
    tally.changed += pull(connection_id, store, lease, progress, delta, patient=turn.patient)
    broken_off = None
    try:
        tally.changed += compare(connection_id, store, lease) if delta else 0
    except Unavailable as error:
        broken_off = error  # but what was read arrives
    _carry_out(turn, store, released, tally)
    if broken_off:
        raise broken_off


def _carry_out(turn: _Turn, store: Store, released: Json | None, tally: Tally) -> None:
    """Do what follows from what was read and edited, as far as the brake allows."""
    connection_id, lease, progress = turn.connection_id, turn.lease, turn.progress
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
    each(partial(_send_asked, turn), partial(push, connection_id, store, lease, progress, patient=turn.patient))


def send_asked(connection_id: str, open_store: OpenStore = store_for) -> None:
    """Send what people asked for and nothing else: for when the sync may make no more calls of its own today."""
    with leases.held(f"tick:{connection_id}") as lease:
        if lease is None:
            return
        try:
            _send_asked(_Turn(connection_id, open_store, lease))
        except Exception as error:
            with suppress(Stale):
                turn_by(connection_id, now() + pause_after(error), lease)
            raise
        with read() as session:
            again_at = next_try(session, connection_id, now(), asked_only=True)
        if again_at is not None:
            turn_by(connection_id, again_at, lease)


def _send_asked(turn: _Turn) -> None:
    """Send what people asked for, and then what had to wait until the first of it was settled. Of an ordinary tick,
    only this may use the calls that are kept for people.
    """
    for _ in range(2):
        bring_forward(turn.connection_id, turn.lease)
        with read() as session:
            asked = asked_for(session, turn.connection_id, now())
        if not asked:
            break
        store = turn.open_store(turn.connection_id, True, turn.lease)
        push(turn.connection_id, store, turn.lease, turn.progress, asked=True, patient=turn.patient)


def _revs(connection_id: str) -> tuple[int, int, int]:
    """Three change numbers: up to which earlier ticks planned, up to which they matched, and how far this one will."""
    with read() as session:
        connection = session.get_one(ConnectionRow, connection_id)
        return connection.planned_rev, connection.matched_rev, current_rev(session)


def _planned(connection_id: str, matched_rev: int, until_rev: int, lease: Lease) -> None:
    """Note that everything up to `until_rev` was planned and matched.

    If the set-up was changed meanwhile, which sets `matched_rev` back, the next tick has to match everything again.
    """
    with write() as session:
        lease.check(session)
        connection = session.get_one(ConnectionRow, connection_id)
        connection.planned_rev = until_rev
        if connection.matched_rev == matched_rev:
            connection.matched_rev = until_rev


def _credit(connection_id: str, tally: Tally, lease: Lease) -> None:
    """Credit the jobs that wait with what the tick did, unless the lease was lost: those jobs may be later ones."""
    if jobs.any_of(connection_id):
        with suppress(Stale), write() as session:
            lease.check(session)
            jobs.credit(session, connection_id, tally.uncredited)


def _as_it_is(connection_id: str) -> ConnectionRow:
    with read() as session:
        return session.get_one(ConnectionRow, connection_id)
