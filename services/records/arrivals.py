"""Webhooks as they arrived, in a SQLite file of their own beside the database, until the worker takes them in.

Xero wants its answer within a second, and some transactions of the database take longer: a contact file of thousands of
rows is all or nothing. Nothing ever writes to this file for longer than it takes to store one webhook. If the file is
damaged, it is put aside and a new one is begun: the delta finds what it held.
"""

import fcntl
import logging
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy.engine import make_url

from models.base import now
from services.db import database

log = logging.getLogger(__name__)

AT_ONCE = 100
DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
TABLE = "CREATE TABLE IF NOT EXISTS arrival (id INTEGER PRIMARY KEY AUTOINCREMENT, body BLOB NOT NULL)"


def store(body: bytes) -> None:
    """Keep a webhook; it is on disk when this returns."""
    try:
        _insert(body)
    except sqlite3.DatabaseError as error:
        if not put_aside(error):
            raise
        _insert(body)


def waiting() -> list[tuple[int, bytes]]:
    """The oldest webhooks that were not taken in, each with its number here."""
    if not _path().exists():
        return []
    with _open() as file:
        file.execute(TABLE)
        return list(file.execute("SELECT id, body FROM arrival ORDER BY id LIMIT ?", (AT_ONCE,)))


def forget(numbers: Collection[int]) -> None:
    """Delete webhooks that were taken in."""
    with _open() as file:
        file.executemany("DELETE FROM arrival WHERE id = ?", [(number,) for number in numbers])


def put_aside(error: sqlite3.DatabaseError) -> bool:
    """If `error` says that the file is damaged, keep it under another name, so that a new one is begun.

    False if that is not the error, or if another process is using the file just now.
    """
    if error.sqlite_errorcode & 0xFF not in DAMAGE:
        return False
    with turn() as ours:
        if ours and _is_damaged():
            kept = _path(f"-damaged-{now():%Y%m%d-%H%M%S}")
            for part in ("-wal", "-shm", ""):
                if _path(part).exists():
                    _path(part).rename(f"{kept}{part}")
            log.error("The file in which webhooks wait was damaged. It is kept as %s, and a new one is used.", kept)
        return ours


@contextmanager
def turn() -> Iterator[bool]:
    """Yields whether it is our turn to take in what waits: of all threads and processes, one at a time does."""
    with _path("-turn").open("ab") as file:  # closing it releases the lock
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def _insert(body: bytes) -> None:
    with _open() as file:
        file.execute(TABLE)
        file.execute("INSERT INTO arrival (body) VALUES (?)", (body,))


def _is_damaged() -> bool:
    try:
        with _open() as file:
            return bool(file.execute("PRAGMA quick_check").fetchone() != ("ok",))
    except sqlite3.DatabaseError as error:
        return error.sqlite_errorcode & 0xFF in DAMAGE


@contextmanager
def _open() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(_path(), timeout=30, isolation_level=None)) as file:
        file.execute("PRAGMA journal_mode=WAL")
        file.execute("PRAGMA synchronous=FULL")
        yield file


def _path(suffix: str = "") -> Path:
    return Path(f"{make_url(database().url).database}-arrivals{suffix}")
