"""Where the sweep plays: a simulator that outlives the killed, a database file, and both put back for each run."""

import gc
import http.client
import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

from sqlmodel import select

from models.connection import SIGN_IN_NEEDED, ConnectionRow
from services import db, worker
from services.db import read
from services.gateways.xero import oauth
from services.migrate import upgrade
from services.settings import get_settings
from simulator.ledger import Ledger
from simulator.server import Running, running
from simulator.shapes import listed
from simulator.state import State
from tests.soak.sweep.scenario import Scenario
from tests.support.books import Books, read_books
from tests.support.crashing import Boundaries, in_child
from tests.support.oracles import restless
from tests.support.practice import delta_is_due, retry_now
from tests.support.xero import Xero, consent

SETTINGS = {
    "APP_SECRET_KEY": "a key for the sweep alone, long enough to be one",
    "XERO_CLIENT_ID": "demo",
    "XERO_CLIENT_SECRET": "demo-secret",
}
TURNS = 6
"""A lasting accident takes two turns, three are there to converge, and a quiet one proves it."""

KEYS_FORGOTTEN = 400
"""Seconds after which Xero does not remember an idempotency key any more."""


@dataclass(slots=True)
class Life:
    """What a worker did until nothing was left to do.

    `turns` is how many had work; `ends` the boundaries passed, and `left` how the connection stood, after each turn.
    """

    turns: int = 0
    quiet: bool = False
    unrest: list[str] = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)
    passed: list[str] = field(default_factory=list)
    calls: list[tuple[str, int]] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)


class Stage:
    """A simulator and a database in the state in which each run begins."""

    def __init__(self, simulator: Running, folder: Path, settings: dict[str, str]) -> None:
        self._settings = settings
        self._warm = db.database()
        self.state = simulator.state
        self.url = simulator.url
        self.database = folder / "app.db"
        self._kept_database = folder / "kept.db"
        self.scenario = Scenario(Xero(simulator.url)).build()
        _let_go()
        shutil.copy(self.database, self._kept_database)
        self._kept_state = _dump(self.state)
        self.before = self.books()
        worker.take_turn()
        _let_go()

    def books(self) -> Books:
        """What both sides hold now."""
        return read_books(self.database, [listed(contact) for contact in self.state.first_tenant.ledger])

    def restore(self) -> None:
        """Put everything back to before the tick."""
        for ending in ("-wal", "-shm"):
            Path(f"{self.database}{ending}").unlink(missing_ok=True)
        shutil.copy(self._kept_database, self.database)
        _load(self.state, self._kept_state)

    def forget_keys(self) -> None:
        """Let Xero's memory of idempotency keys be over."""
        self.state.clock.advance(KEYS_FORGOTTEN)

    def wait_for_late_calls(self) -> None:
        """Let calls that nobody waits for any more take their effect."""
        deadline = time.monotonic() + 5
        while any(call["status"] is None and call["fault"] in ("", "delay") for call in list(self.state.calls)):
            if time.monotonic() > deadline:
                raise TimeoutError("A call never came to its end.")
            time.sleep(0.01)

    def live(self, boundaries: Boundaries, late: bool = False) -> Any:
        """A worker in a process of its own: its Life, or Died. If `late`, it looks again when keys are forgotten."""

        def act() -> Life:
            os.environ.update(self._settings)
            get_settings.cache_clear()
            db.use(self._warm)
            return _live(Hand(self.url), self.database, boundaries, late)

        return in_child(act)


@contextmanager
def staged() -> Iterator[Stage]:
    """A stage of its own, in memory where the machine can, with settings that name it."""
    place = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with TemporaryDirectory(dir=place) as folder, running(contacts=0, seed=7, per_minute=10_000) as simulator:
        settings = _settings(simulator.url, f"sqlite:///{folder}/app.db")
        with _set(settings):
            upgrade(settings["DATABASE_URL"])
            yield Stage(simulator, Path(folder), settings)


@dataclass(frozen=True, slots=True)
class Hand:
    """The simulator's control for children: quicker than a client that prepares for encryption each time."""

    url: str

    def ask(self, verb: str, what: str, **body: Any) -> Any:
        """One control request."""
        address = urlsplit(self.url)
        with closing(http.client.HTTPConnection(str(address.hostname), address.port, timeout=30)) as connection:
            connection.request(verb, f"/_simulator/{what}", json.dumps(body) if body else None)
            return json.loads(connection.getresponse().read())

    def calls(self) -> list[dict[str, Any]]:
        """All calls so far."""
        found: list[dict[str, Any]] = self.ask("GET", "calls")["calls"]
        return found

    def books(self, database: Path) -> Books:
        """What both sides hold now."""
        return read_books(database, self.ask("GET", "contacts")["contacts"])


def _live(hand: Hand, database: Path, boundaries: Boundaries, late: bool) -> Life:
    boundaries.install()
    life = Life(passed=boundaries.passed, calls=boundaries.calls)
    while life.turns < TURNS and not life.quiet:
        with boundaries.pause():
            before, seen = hand.books(database), len(hand.calls())
        worker.take_turn()
        with boundaries.pause():
            life.left.append(_standing())
            life.unrest = restless(before, hand.books(database), hand.calls()[seen:])
            life.quiet = not life.unrest and life.turns > 0
            life.turns += 0 if life.quiet else 1
            life.ends.append(len(boundaries.passed))
            _time_passes(hand, len(life.ends), late)
    return life


def _time_passes(hand: Hand, turn: int, late: bool) -> None:
    """Pauses are over, after the second turn accidents too; where Xero ended the sign-in, an admin connects again."""
    if turn > 1:
        hand.ask("DELETE", "faults")
    if late and turn == 1:
        hand.ask("POST", "clock", advance=KEYS_FORGOTTEN)
    if _standing()[0] == SIGN_IN_NEEDED:
        consent()
    retry_now()
    delta_is_due()


def _standing() -> tuple[str, str]:
    with read() as session:
        row = session.exec(select(ConnectionRow)).one()
        return row.state, row.error


def _settings(simulator_url: str, database_url: str) -> dict[str, str]:
    urls = {f"XERO_{name}_URL": simulator_url for name in ("API", "IDENTITY", "LOGIN", "APP")}
    return SETTINGS | urls | {"DATABASE_URL": database_url}


@contextmanager
def _set(settings: dict[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(settings)
    get_settings.cache_clear()
    db.use(None)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
        get_settings.cache_clear()
        db.use(None)


def _let_go() -> None:
    """Close every connection of this process; what was compiled for them stays, and children are quicker for it."""
    db.database().close()
    oauth._http.clear()
    gc.collect()


def _dump(state: State) -> tuple[str, list[Any]]:
    parts = json.dumps({name: part.dump() for name, part in state.parts.items()})
    return parts, list(state.first_tenant.ledger)


def _load(state: State, kept: tuple[str, list[Any]]) -> None:
    state.reset()
    parts, contacts = kept
    state.tenants = {
        id_: replace(tenant, ledger=Ledger(contacts, state.options.quirks)) for id_, tenant in state.tenants.items()
    }
    for name, part in json.loads(parts).items():
        state.parts[name].load(part)
