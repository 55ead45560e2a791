"""SQLAlchemy's memory of the statements it put into SQL, for all databases of a process of tests.

It would remember for each database apart, and as every test has one of its own, put every statement into SQL again
in every test: a good third of what most cost. The program has one database and needs none of this.
"""

from typing import Any

from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import Engine

_known: dict[Any, Any] = {}


class Sqlite(SQLiteDialect_pysqlite):
    """The usual dialect, but equal to all others of its kind, because the memory is by dialect."""

    supports_statement_cache = True

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other)

    def __hash__(self) -> int:
        return hash(type(self))

    @classmethod
    def engine_created(cls, engine: Engine) -> None:
        """Let a new engine share the memory."""
        engine.update_execution_options(compiled_cache=_known)


def share_statements() -> None:
    """From now on, engines on SQLite remember together."""
    registry.register("sqlite", __name__, Sqlite.__name__)
