"""What takes long to make, made once and put back for many tests: a database, and what Xero held beside it."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services import db
from simulator.state import State


@dataclass(frozen=True, slots=True)
class Kept:
    """A database, all that the simulator remembered with it, and what the maker told of both."""

    database: bytes
    xero: dict[str, Any]
    told: Any

    def put_back(self, path: Path, xero: State) -> Any:
        """Begin from here, with copies, in the database at `path`. Returns what the maker told."""
        db.use(None)  # or somebody might still read what is written over
        path.write_bytes(self.database)
        vars(xero).update(deepcopy(self.xero))
        return self.told


def keep(make: Callable[[], Any], path: Path, xero: State) -> Kept:
    """Make it, in the database at `path`, which this process uses, and in Xero."""
    told = make()
    db.use(None)  # whose last connection to close leaves nothing beside the file
    return Kept(path.read_bytes(), deepcopy(vars(xero)), told)
