"""What goes wrong while the engine runs: it dies at any boundary, people edit between two of its calls, or it sleeps.

A boundary is a commit or a call to Xero. A worker that died writes nothing more, not even to
release its lease. One that slept past its lease finds another in its place and must not write either.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from sqlalchemy import event

from services.errors import ContactSyncError, SyncError
from services.reconcile.contact import Field
from tests.soak.judging import Wrong, stopped_now, wrote_to_stopped
from tests.soak.people import People
from tests.soak.world import Nobody, World

LEASE_IS_OVER = 100.0
FAULTS = (
    {"action": "drop", "effect": "before"},
    {"action": "drop", "effect": "after"},
    {"action": "truncate"},
    {"action": "status", "status": 500, "effect": "after"},
    {"action": "status", "status": 503},
    {"action": "status", "status": 429, "headers": {"Retry-After": "1", "X-Rate-Limit-Problem": "minute"}},
)
NOBODY = Nobody()
Visit = Callable[[], None]
MayWrite = Callable[[str, Field], bool]


class Dead(BaseException):
    """The process was killed here."""


class Accidents:
    """One tick's bad luck: at most one death, one visit and one sleep. Calls and boundaries count from 1."""

    def __init__(self, world: World, people: People) -> None:
        self.world = world
        self.people = people
        self.happened: dict[str, int] = dict.fromkeys(("deaths", "visits", "sleeps"), 0)
        self._forget()
        event.listen(world.database.writer, "commit", self._commit)

    def close(self) -> None:
        """Close the database."""
        event.remove(self.world.database.writer, "commit", self._commit)

    def dies(self, boundary: int) -> None:
        """The worker is killed at this boundary of its next tick."""
        self._dies_at = boundary

    def is_visited(self, call: int, after: bool, visit: Visit) -> None:
        """Somebody acts just before this call of the next tick, or, if it writes, just after its answer."""
        self._visit_at, self._visit_after, self._visit = call, after, visit

    def is_visited_between(self, stage: str, batch: int, visit: Visit) -> None:
        """Somebody acts after so many batches of one stage of the next tick."""
        self._visit_between, self._visit = (stage, batch), visit

    def sleeps(self, call: int, after: bool) -> None:
        """The worker sleeps past its lease at this call of its next tick, and another one takes a whole turn."""
        self._sleep_at, self._sleep_after = call, after

    def tick(self, *, delta: bool = True) -> None:
        """The engine takes a turn with the accidents that were arranged. Raises: Wrong if it broke a promise."""
        stopped = stopped_now(self.world)
        self.people.touched.clear()
        with self._watched(), suppress(SyncError, Dead):
            self.world.tick(delta=delta)
            if self._slept is not None:
                raise Wrong(["a worker that slept past its lease went on"])
        if self._slept is not None and self._slept != self.world.fingerprint():
            raise Wrong(["a worker that slept past its lease wrote"])
        wrote_to_stopped(self.world, stopped, self.people.touched, self._written)
        self._forget()

    def before(self, method: str, sent: Sequence[dict[str, Any]]) -> None:
        """Called by the watcher before a call."""
        self._boundary()
        self._calls += 1
        changed = [one for one in sent if "ContactID" in one]
        self._written += [one["ContactID"] for one in changed if not (self._syncs(one) or self._is_asked_for(one))]
        self._happen(False, method)

    def after(self, method: str, sent: Sequence[dict[str, Any]]) -> None:
        """Called by the watcher after a call."""
        if method != "GET":
            self._happen(True, method)
        self._boundary()

    def between(self, stage: str, _done: int, _total: int) -> None:
        """Called by the watcher between two batches."""
        self._batches[stage] += 1
        if (stage, self._batches[stage]) == self._visit_between:
            self._be_visited(self._may_write)

    def _be_visited(self, may_write: MayWrite) -> None:
        if self._visit is None:
            return
        self.happened["visits"] += 1
        visit, self._visit = self._visit, None
        with self._aside(), suppress(ContactSyncError):
            self.people.may_write = may_write
            visit()

    def _happen(self, after: bool, method: str) -> None:
        if (self._calls, after) == (self._visit_at, self._visit_after):
            self._be_visited(self._may_write_always if after else self._may_write)
        if (self._calls, after) == (self._sleep_at, self._sleep_after) and (after or method != "POST"):
            self.happened["sleeps"] += 1
            self._sleep_at = 0
            self._sleep()

    def _sleep(self) -> None:
        self.world.wait(LEASE_IS_OVER)
        with self._aside(), suppress(SyncError):
            self.world.tick()
        self._slept = self.world.fingerprint()

    def _boundary(self) -> None:
        if self._is_dead:
            raise Dead
        if self._armed and self._dies_at:
            self._dies_at -= 1
            if self._dies_at == 0:
                self._is_dead = True
                self.happened["deaths"] += 1
                raise Dead

    def _commit(self, _connection: Any) -> None:
        self._boundary()

    @contextmanager
    def _watched(self) -> Any:
        self.world.watcher, self._armed = self, True
        try:
            yield
        finally:
            self._armed = self._is_dead = False
            self.world.watcher = NOBODY
            self.people.may_write = self._may_write_always

    @contextmanager
    def _aside(self) -> Any:
        """For the length of the block others act: no accident of this worker happens."""
        self._armed, watcher, self.world.watcher = False, self.world.watcher, NOBODY
        try:
            yield
        finally:
            self._armed, self.world.watcher = True, watcher

    def _syncs(self, element: dict[str, Any]) -> bool:
        syncing = "SELECT 1 FROM link WHERE state = 'syncing' AND xero_id = ?"
        return bool(self.world.rows(syncing, element["ContactID"]))

    def _is_asked_for(self, element: dict[str, Any]) -> bool:
        """Whether this call archives a contact in Xero as a person asked; its link has ended by then."""
        asked = "SELECT 1 FROM intent JOIN link ON link.id = link_id WHERE kind = 'archive' AND actor != ''"
        return "ContactStatus" in element and bool(self.world.rows(f"{asked} AND xero_id = ?", element["ContactID"]))

    def _may_write(self, xero_id: str, what: Field) -> bool:
        """Whether Xero will be read again before this field is written there: not if the write is under way."""
        query = (
            "SELECT 1 FROM intent JOIN link ON link.id = intent.link_id WHERE intent.state = 'sent' "
            "AND link.xero_id = ? AND json_extract(intent.body, '$.' || ?) IS NOT NULL"
        )
        return not self.world.rows(query, xero_id, what.value)

    def _may_write_always(self, xero_id: str, what: Field) -> bool:
        return True

    def _forget(self) -> None:
        self._dies_at = self._visit_at = self._sleep_at = self._calls = 0
        self._visit_between, self._batches = ("", 0), Counter[str]()
        self._visit_after = self._sleep_after = self._armed = self._is_dead = False
        self._visit: Visit | None = None
        self._slept: list[tuple[Any, ...]] | None = None
        self._written: list[str] = []
