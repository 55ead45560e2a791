"""What Alembic runs: migrations on the engine it is handed, all in one transaction."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import Engine
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

from models import tables
from models.base import metadata

PLAIN_TYPES = {AutoString: "sa.String()", UTCDateTime: "sa.DateTime(timezone=True)"}
TABLES = [getattr(tables, name) for name in tables.__all__]


def render(_kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write plain SQLAlchemy types into revisions, so that old revisions never depend on SQLModel."""
    return PLAIN_TYPES.get(type(item), False)


def run(engine: Engine) -> None:
    """Run what Alembic was asked for, all or nothing, behind the write lock.

    SQLite changes a table by copying and dropping it, so references are checked at the end instead.
    """
    with engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        assert raw is not None
        raw.execute("PRAGMA foreign_keys=OFF")
        with connection.begin():
            context.configure(
                connection=connection,
                target_metadata=metadata,
                render_as_batch=True,
                render_item=render,
                include_name=tables.is_described,
            )
            context.run_migrations()
            assert not connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()


run(context.config.attributes["engine"])
