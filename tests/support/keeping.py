"""What takes long to make, made once and put back for many tests: a database, and what Xero held beside it."""

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

from services import db
from simulator.state import State


class Shelf:
    """Keeps one such thing: a database file, the state of the simulator, and what the maker returned."""

    def __init__(self) -> None:
        self._kept: tuple[bytes, dict[str, Any], Any] | None = None

    def begin_with(self, make: Callable[[], Any], path: Path, xero: State) -> Any:
        """Begin a test with what `make` makes in the database at `path` and in Xero. Returns what it returned.

        Only the first test makes it. That test begins with a copy too, so that all begin alike.
        """
        if self._kept is None:
            told = make()
            db.use(None)  # when its last connection closes, nothing is left beside the file
            self._kept = path.read_bytes(), deepcopy(vars(xero)), told
        database, remembered, told = self._kept
        db.use(None)  # or somebody might still read the old file
        path.write_bytes(database)
        vars(xero).update(deepcopy(remembered))
        return told
