"""SQLAlchemy's cache of compiled statements, shared by all databases of a test process.

SQLAlchemy has one cache for each database. Every test has a database of its own, so every statement would be compiled
again in every test: a good third of the time of most. The program has one database and does not need this.
"""

from typing import Any

from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import Engine

_known: dict[Any, Any] = {}


class Sqlite(SQLiteDialect_pysqlite):
    """The usual dialect, but equal to all others of its kind, because the cache is kept by dialect."""

    supports_statement_cache = True

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other)

    def __hash__(self) -> int:
        return hash(type(self))

    @classmethod
    def engine_created(cls, engine: Engine) -> None:
        """Let a new engine share the cache."""
        engine.update_execution_options(compiled_cache=_known)


def share_statements() -> None:
    """From now on, engines on SQLite share one cache."""
    registry.register("sqlite", __name__, Sqlite.__name__)
