"""Writers begin one after another, threads and processes alike.

SQLite looks only now and then whether it may begin, so whoever writes in a row, such as an import, would pass all
others again and again, until they give up. A lock on a file beside the database is handed on at once, and is free again
when its holder dies. It is held until a transaction has begun, not until it ends.
"""

import fcntl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.engine import make_url


class Turns:
    """The turns of all who write to the SQLite file at a database URL."""

    def __init__(self, url: str) -> None:
        self._path = Path(f"{make_url(url).database}-queue")
        self._threads = threading.Lock()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """The right to begin next, for the length of the block."""
        with self._threads, self._path.open("ab") as file:  # closing it lets the next one in
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
