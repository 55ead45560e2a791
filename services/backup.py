"""A copy of the database, consistent even while the app writes to it."""

import os
import sqlite3
from pathlib import Path

from sqlalchemy.engine import make_url

from services.access import Principal, Role, require
from services.db import database
from services.errors import UsageError


def write_backup(actor: Principal, file: Path) -> int:
    """Copy the database into a new file that only its owner may read, check it, and return its size in bytes.

    Raises: Forbidden; UsageError when the file exists or cannot be written.
    """
    require(actor, Role.ADMIN)
    unfinished = file.with_name(f".{file.name}.unfinished")
    if file.exists():
        raise UsageError(f"{file} already exists. Name a new file.")
    try:
        unfinished.unlink(missing_ok=True)
        os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        _copy(unfinished)
        unfinished.rename(file)
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror}.") from None
    finally:
        unfinished.unlink(missing_ok=True)
    return file.stat().st_size


def _copy(target: Path) -> None:
    source = sqlite3.connect(make_url(database().url).database or "")
    copy = sqlite3.connect(target)
    try:
        source.backup(copy)
        if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise UsageError("The copy was damaged and has been deleted. Check whether the database itself is intact.")
    except sqlite3.Error:
        raise UsageError("The database could not be copied. Check whether the disk is full.") from None
    finally:
        copy.close()
        source.close()
