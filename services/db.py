"""The database: one engine that writes, one that reads, and transactions that are never left open.

SQLite needs care: by default its driver starts transactions late and loses updates between processes.
Writers here begin with BEGIN IMMEDIATE, readers with a plain BEGIN that never waits for a writer.
No call over a network belongs inside `write()` or `read()`.
"""

import itertools
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlmodel import Session, col, select, update

from models.copies import keep_copies
from models.counter import CounterRow
from services.errors import SettingsError
from services.settings import get_settings
from services.turns import Turns

PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=30000", "foreign_keys=ON", "cache_size=-16384")
"""The last means 16 MB: bringing a large book into the match index touches more than SQLite would keep by itself."""

_serials = itertools.count()

Version = tuple[int, int, int]
"""Which database it is, how often this process committed to it, and a number that others' commits change."""


class _Look:
    """One thread's view of a single moment: its reads share one session, until this process commits something."""

    def __init__(self, reader: Engine, seen: int) -> None:
        self.seen = seen
        self._reader = reader
        self._session = _reading(reader)
        self._commits: int | None = None
        self._readers = 0

    @contextmanager
    def read(self, commits: int) -> Iterator[Session]:
        """The look's session, which begins anew after a commit; a separate one while the older is still being read."""
        if self._commits != commits and self._readers:
            with _reading(self._reader) as fresh:
                yield fresh
            return
        if self._commits != commits:
            self._session.close()
            self._commits = commits
        self._readers += 1
        try:
            yield self._session
        finally:
            self._readers -= 1

    def close(self) -> None:
        """End the view, so that SQLite need not keep that moment's data."""
        if not self._readers:
            self._session.close()


class Database:
    """A pair of engines on one database. `write()` and `read()` give a session each."""

    def __init__(self, url: str) -> None:
        self.url = url
        _make_folder(url)
        self.writer = _engine(url, "BEGIN IMMEDIATE")
        self.reader = _engine(url, "BEGIN")
        self._queue = Turns(url)
        self._serial = next(_serials)
        self._watching = threading.Lock()
        self._watcher: sqlite3.Connection | None = None
        self._commits = 0
        self._looking = threading.local()

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A transaction that commits at the end of the block, or leaves nothing behind.

        Writers begin in the order in which they come: see `services.turns`.
        """
        with Session(self.writer, expire_on_commit=False) as session, session.begin():
            event.listen(session, "before_flush", keep_copies)
            with self._queue.turn():
                connection: Any = session.connection().connection.dbapi_connection
            before = connection.total_changes
            yield session
            session.flush()
            changed = connection.total_changes != before
        if changed:
            with self._watching:
                self._commits += 1
        if self._look is not None:
            self._look.close()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A consistent view for reading; nothing is ever written through it."""
        look = self._look
        with _reading(self.reader) if look is None else look.read(self._commits) as session:
            yield session

    def version(self) -> Version:
        """A value that differs after any commit, by this process or another, and is the same otherwise."""
        return self._serial, self._commits, self._others() if self._look is None else self._look.seen

    @contextmanager
    def one_look(self) -> Iterator[None]:
        """For the length of the block this thread takes no notice of what other processes commit meanwhile.

        All that it reads is of one moment, so the numbers on a page agree. It is also quicker: each new transaction
        would let other threads go first, which adds up on a page that asks thirty times.
        """
        look = self._looking.look = _Look(self.reader, self._others())
        try:
            yield
        finally:
            self._looking.look = None
            look.close()

    @property
    def _look(self) -> _Look | None:
        """The look of this thread, if it is having one."""
        return getattr(self._looking, "look", None)

    def _others(self) -> int:
        with self._watching:
            if self._watcher is None:
                path = make_url(self.url).database or ""
                self._watcher = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
            [number] = self._watcher.execute("PRAGMA data_version").fetchone()
            return int(number)

    def close(self) -> None:
        """Give back all connections."""
        with self._watching:
            if self._watcher is not None:
                self._watcher.close()
                self._watcher = None
        self.writer.dispose()
        self.reader.dispose()


_current: Database | None = None


def database() -> Database:
    """The database of this process, as settings name it."""
    global _current
    if _current is None:
        _current = Database(get_settings().database_url)
    return _current


def use(other: Database | None) -> None:
    """Make `other` the database of this process; None means: look at the settings again."""
    global _current
    if _current is not None and _current is not other:
        _current.close()
    _current = other


@contextmanager
def write() -> Iterator[Session]:
    """A write transaction on the process's database."""
    with database().write() as session:
        yield session


@contextmanager
def read() -> Iterator[Session]:
    """A read session on the process's database."""
    with database().read() as session:
        yield session


def next_revs(session: Session, count: int = 1) -> range:
    """The next `count` numbers of the change counter, in commit order across processes."""
    statement = (
        update(CounterRow)
        .where(col(CounterRow.name) == "changes")
        .values(value=CounterRow.value + count)
        .returning(col(CounterRow.value))
    )
    last = int(session.execute(statement).scalar_one())
    return range(last - count + 1, last + 1)


def current_rev(session: Session) -> int:
    """The number of the last change: all that is committed by now has this one or an earlier one."""
    return session.exec(select(CounterRow.value)).one()


def _reading(reader: Engine) -> Session:
    return Session(reader, expire_on_commit=False, autoflush=False)


def _make_folder(url: str) -> None:
    try:
        parsed = make_url(url)
    except Exception:
        raise SettingsError(
            "The setting DATABASE_URL is malformed: it should look like sqlite:///data/app.db."
        ) from None
    if parsed.get_backend_name() != "sqlite" or parsed.database in (None, "", ":memory:"):
        raise SettingsError("The setting DATABASE_URL must name a SQLite file, such as sqlite:///data/app.db.")
    try:
        Path(str(parsed.database)).parent.mkdir(0o700, parents=True, exist_ok=True)  # clients' data: only for its owner
    except OSError as error:
        raise SettingsError(
            f"The folder of the database that DATABASE_URL names cannot be made: {error.strerror}."
        ) from None


def _engine(url: str, begin: str) -> Engine:
    engine = create_engine(url, hide_parameters=True, connect_args={"check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _configure(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.connection.cursor().execute(begin)

    return engine
