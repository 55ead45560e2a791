"""Bring a database to the shape this version of the program expects; safe to call at every start."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from services.db import Database
from services.errors import SettingsError

SCRIPTS = Path(__file__).parent.parent / "models" / "migrations"


def upgrade(url: str) -> None:
    """Run the migrations that `url` still lacks, all or nothing. Two processes at once take turns.

    Raises: SettingsError when a newer version of the program wrote the database.
    """
    database = Database(url)
    try:
        command.upgrade(alembic_config(database), "head")
    except CommandError:
        raise SettingsError(
            "A newer version of this program wrote the database that DATABASE_URL names; run that version."
        ) from None
    finally:
        database.close()


def is_current(url: str) -> bool:
    """Whether `url` has exactly the shape this version expects."""
    database = Database(url)
    try:
        with database.reader.connect() as connection:
            current = MigrationContext.configure(connection).get_current_revision()
        return current == ScriptDirectory.from_config(alembic_config(database)).get_current_head()
    finally:
        database.close()


def alembic_config(database: Database) -> Config:
    """What Alembic needs to work on `database`; there is no alembic.ini."""
    config = Config(attributes={"engine": database.writer})
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.set_main_option("path_separator", "os")
    return config
