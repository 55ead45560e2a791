"""Webhooks as they arrived, in a SQLite file of their own beside the database, until the worker takes them in.

Xero wants its answer within a second, and some transactions of the database take longer: a contact file of thousands
of rows is all or nothing. In this file nobody ever writes for longer than it takes to store one webhook.
"""

import fcntl
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy.engine import make_url

from services.db import database

AT_ONCE = 100
TABLE = "CREATE TABLE IF NOT EXISTS arrival (id INTEGER PRIMARY KEY AUTOINCREMENT, body BLOB NOT NULL)"


def store(body: bytes) -> None:
    """Keep a webhook; it is on disk when this returns."""
    with _open() as file:
        file.execute(TABLE)
        file.execute("INSERT INTO arrival (body) VALUES (?)", (body,))


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


@contextmanager
def turn() -> Iterator[bool]:
    """Whether it is ours to take in what waits: of all threads and processes, one at a time does."""
    with _path("-turn").open("ab") as file:  # whose closing lets the next one in
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


@contextmanager
def _open() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(_path(), timeout=30, isolation_level=None)) as file:
        file.execute("PRAGMA journal_mode=WAL")
        file.execute("PRAGMA synchronous=FULL")
        yield file


def _path(suffix: str = "") -> Path:
    return Path(f"{make_url(database().url).database}-arrivals{suffix}")
