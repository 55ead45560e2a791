"""A practice and a Xero for each history, with one organisation or two: made anew in a millisecond, and with time that
stands still.

Ids come from a seed, and the clock moves only when a history says so; so with the same seed a history is exactly the
same. The database is the product's own SQLite file. It is kept in memory and never synced to a disk, since no power
fails here.
"""

import gc
import random
import sqlite3
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine

from models.connection import CONNECTED
from services import db, sync
from services.errors import Stale, SyncError
from services.gateways.xero.store import XeroStore
from services.gateways.xero.wire import store_for
from services.records.leases import Lease
from services.settings import get_settings
from services.steps import pull
from simulator.contact import Contact
from simulator.server import Running, running
from simulator.state import Tenant
from tests.soak import sizes
from tests.soak.beginning import START, Beginning, connection_of, create_in_xero, made, quiet_postman
from tests.soak.wire import DirectClient, Watcher, Wire
from tests.support.practice import add, run_import
from tests.support.xero import connect

PRAGMAS = ("journal_mode=WAL", "synchronous=OFF", "busy_timeout=30000", "foreign_keys=ON")
MEMORY = Path("/dev/shm")
LINKED_AT_FIRST = 3
TABLES = ("contact", "link", "intent", "xero_contact", "difference", "issue", "inbox")
PASSING = {"not_before", "synced_at", "compared_at", "practice_rev", "xero_rev"}


class Nobody:
    """A watcher that only looks."""

    def before(self, method: str, sent: Any) -> None:
        """Nothing happens."""

    def after(self, method: str, sent: Any) -> None:
        """Nothing happens."""

    def between(self, stage: str, done: int, total: int) -> None:
        """Nothing happens."""


class World:
    """The database, the simulator and the clock of one process; `begin` makes them new.

    `connections` are in the order of their organisations; `at` says in which of these people act now.
    """

    def __init__(self, path: Path, http: Running | None = None) -> None:
        self.http = http
        self.database = db.Database(f"sqlite:///{path}")
        self.look = sqlite3.connect(path, isolation_level=None)
        self.look.row_factory = sqlite3.Row
        self.watcher: Watcher = Nobody()
        self.stores: list[XeroStore] = []
        self._empty = sqlite3.connect(":memory:")
        self.look.backup(self._empty)
        self._ready: dict[int, Beginning] = {}
        self.connections: tuple[str, ...] = ()
        self.at = 0

    def begin(self, seed: int, organisations: int = 1) -> None:
        """Begin again, with a few contacts linked and in step in each organisation."""
        db.use(self.database)
        self.watcher = Nobody()
        sizes.use()
        self.clock = time_machine.travel(START, tick=False)
        self.now = self.clock.start()
        pull.sleep = self.wait
        self.at = 0
        if self.http is not None or organisations not in self._ready:
            self._begin_slowly(organisations)
        else:
            beginning = self._ready[organisations]
            self._restore(beginning.stored)
            self.connections, self.state = beginning.connections, made(*beginning.ledgers)
        _ids_from(random.Random(f"ids {seed}"))

    def end(self) -> None:
        """Let time pass again."""
        self.clock.stop()
        pull.sleep = time.sleep
        uuid.os = _OS  # type: ignore[attr-defined]

    def wait(self, seconds: float) -> None:
        """Time passes, for us and for Xero."""
        self.now.shift(timedelta(seconds=seconds))

    def jump(self, seconds: float) -> None:
        """Our clock jumps; Xero's stays right."""
        self.now.shift(timedelta(seconds=seconds))
        self.state.clock.advance(-seconds)

    def lists_fall_behind(self, named_too: bool) -> None:
        """Pages of lists go on saying what they say now; `named_too` also those that name ids or have a filter."""
        for tenant in self.tenants:
            tenant.ledger.fall_behind(named_too)

    def lists_catch_up(self) -> None:
        """They say what is so."""
        for tenant in self.tenants:
            tenant.ledger.catch_up()

    def no_edit_is_hidden(self) -> None:
        """Reads that name a contact show what a person just did there."""
        if any(tenant.ledger.hides_all for tenant in self.tenants):
            self.lists_catch_up()

    @property
    def connection_id(self) -> str:
        """The connection of the organisation in which people act now."""
        return self.connections[self.at]

    @property
    def tenants(self) -> list[Tenant]:
        """The organisations that are connected."""
        return list(self.state.tenants.values())[: len(self.connections)]

    def turn_to(self, pick: int) -> None:
        """People now act in another organisation, if there is one: in two of five picks in the second."""
        self.at = int(pick % 5 < 2) if len(self.connections) > 1 else 0

    def xero(self) -> list[Contact]:
        """All contacts of all organisations."""
        return [one for tenant in self.tenants for one in tenant.ledger]

    def open_store(self, connection_id: str, for_person: bool = False, lease: Lease | None = None) -> XeroStore:
        """The product's store, on a line that is watched."""
        if self.http is None:
            tenant = self.tenants[self.connections.index(connection_id)]
            return XeroStore(Wire(DirectClient(self.state, tenant), self.watcher))  # type: ignore[arg-type]
        store = store_for(connection_id, for_person, lease)
        store._client = Wire(store._client, self.watcher)  # type: ignore[assignment]
        return store

    def tick(self, *, delta: bool = True) -> None:
        """The engine takes its turn in each organisation as the worker would let it: only while Xero lets us in.

        Raises: SyncError, the first one, after every organisation had its turn; Stale at once.
        """
        failed: list[SyncError] = []
        for connection_id in self.connections:
            if self.rows("SELECT state FROM connection WHERE id = ?", connection_id)[0]["state"] == CONNECTED:
                try:
                    sync.tick(connection_id, self.watcher.between, self.open_store, delta=delta)
                except Stale:
                    raise
                except SyncError as error:
                    failed.append(error)
        if failed:
            raise failed[0]

    def entries(self) -> int:
        """How many entries the activity log has now."""
        return int(self.rows("SELECT coalesce(max(id), 0) AS last FROM activity")[0]["last"])

    def rows(self, query: str, *values: Any) -> list[sqlite3.Row]:
        """Read from the database without the product's code."""
        return self.look.execute(query, values).fetchall()

    def fingerprint(self) -> list[tuple[Any, ...]]:
        """Everything that matters in the database; times at which the engine looked are left out."""
        found: list[tuple[Any, ...]] = []
        for table in TABLES:
            rows = self.rows(f"SELECT * FROM {table}")
            kept = [name for name in (rows[0].keys() if rows else ()) if name not in PASSING]
            found += sorted((table, *(str(row[name]) for name in kept)) for row in rows)
        return found

    def _restore(self, stored: sqlite3.Connection) -> None:
        raw = self.database.writer.raw_connection()
        stored.backup(raw.driver_connection)  # type: ignore[arg-type]
        raw.close()

    def _begin_slowly(self, organisations: int) -> None:
        """Build what later histories are copied from; over HTTP, through the consent page each time."""
        _ids_from(random.Random("before all histories"))
        self._restore(self._empty)
        if self.http is not None:
            self.http.state.reset(contacts=0, per_minute=100_000, per_day=1_000_000)
            self.state = self.http.state
            self.connections = (connect(),)
        else:
            self.state = made(*((),) * organisations)
            self.connections = tuple(connection_of(tenant) for tenant in self.state.tenants.values())
        quiet_postman(self.state)
        for number in range(LINKED_AT_FIRST):
            name, email = f"First {number}", f"first{number}@example.com"
            add(name, email, f"+64 9 300 90{number:02}")
            create_in_xero(self.state, name, email)
        if self.http is not None:
            run_import(self.connection_id)
        self.tick()
        self.tick()
        self.state.webhooks.waiting.clear()
        if self.http is None:
            stored = sqlite3.connect(":memory:")
            self.look.backup(stored)
            ledgers = tuple(tuple(tenant.ledger) for tenant in self.tenants)
            self._ready[organisations] = Beginning(stored, self.connections, ledgers)


@contextmanager
def world_in(folder: Path, migrated_file: Path, monkeypatch: pytest.MonkeyPatch, http: bool = False) -> Iterator[World]:
    """A world for many histories; over HTTP, with a simulator behind a real web server."""
    path = (MEMORY if MEMORY.is_dir() else folder) / f"history-{uuid.uuid4().hex}.db"
    path.write_bytes(migrated_file.read_bytes())
    monkeypatch.setattr(db, "PRAGMAS", PRAGMAS)
    monkeypatch.setenv("XERO_CALLS_PER_MINUTE", "100000")
    monkeypatch.setenv("XERO_CALLS_PER_DAY", "1000000")
    get_settings.cache_clear()
    gc.collect()
    gc.freeze()
    try:
        if not http:
            yield World(path)
            return
        with running(contacts=0, seed=7) as simulator:
            for name in ("API", "IDENTITY", "LOGIN", "APP"):
                monkeypatch.setenv(f"XERO_{name}_URL", simulator.url)
            monkeypatch.setenv("XERO_CLIENT_ID", "demo")
            monkeypatch.setenv("XERO_CLIENT_SECRET", "demo-secret")
            get_settings.cache_clear()
            yield World(path, simulator)
    finally:
        sizes.use()
        gc.unfreeze()
        db.use(None)
        for left in path.parent.glob(f"{path.name}*"):
            left.unlink()


_OS = uuid.os  # type: ignore[attr-defined]


def _ids_from(chance: random.Random) -> None:
    """Let `uuid4` use a seed."""
    uuid.os = SimpleNamespace(urandom=chance.randbytes)  # type: ignore[attr-defined]
