"""Bring a database to the shape this version of the program expects; safe to call at every start."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy.exc import DatabaseError

from services.db import Database
from services.errors import SettingsError

SCRIPTS = Path(__file__).parent.parent / "models" / "migrations"


def upgrade(url: str) -> None:
    """Run the migrations that `url` still lacks, all or nothing. Two processes at once take turns.

    Raises: SettingsError when a newer version of the program wrote the database, or it cannot be written.
    """
    with _database(url) as database:
        with _usable(), database.write():
            pass  # only to find out whether the database can be written, before a migration begins
        try:
            command.upgrade(alembic_config(database), "head")
        except CommandError:
            raise SettingsError(
                "A newer version of this program wrote the database that DATABASE_URL names; run that version."
            ) from None


def is_current(url: str) -> bool:
    """Whether `url` has exactly the shape this version expects. Raises: SettingsError when it cannot be read."""
    with _database(url) as database:
        with _usable(), database.reader.connect() as connection:
            current = MigrationContext.configure(connection).get_current_revision()
        return current == ScriptDirectory.from_config(alembic_config(database)).get_current_head()


@contextmanager
def _database(url: str) -> Iterator[Database]:
    database = Database(url)
    try:
        yield database
    finally:
        database.close()


@contextmanager
def _usable() -> Iterator[None]:
    """Say in words why a database cannot be used; SQLite's own words hold nothing of what is in it."""
    try:
        yield
    except (OSError, DatabaseError) as error:
        fault = error.strerror if isinstance(error, OSError) else error.orig
        raise SettingsError(
            f"The database that DATABASE_URL names cannot be used: {fault}. The file and its folder must be "
            "writable by whoever runs this program, and the disk must have room."
        ) from None


def alembic_config(database: Database) -> Config:
    """What Alembic needs to work on `database`; there is no alembic.ini."""
    config = Config(attributes={"engine": database.writer})
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.set_main_option("path_separator", "os")
    return config
