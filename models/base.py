"""What every table shares: a registry of its own, so that a hot reload cannot redefine tables, and helpers."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import JSON, Column, MetaData
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

metadata = MetaData(naming_convention=NAMING)


WHOLESALE = {"synchronize_session": False}
"""Options of a statement that changes or deletes many rows: rows that the session has read already are not updated."""


class Table(SQLModel, registry=registry(metadata=metadata)):
    """The base of all tables. Columns of type `datetime` hold aware UTC times."""

    __abstract__ = True


Json = dict[str, Any]


def json_field() -> Any:
    """A column that holds a JSON object; {} at first."""
    return Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


def new_id() -> str:
    """A random id of 32 hex digits, safe in URLs and short enough for Xero's ContactNumber."""
    return uuid4().hex


def now() -> datetime:
    """The current time, aware, in UTC."""
    return datetime.now(UTC)


def this_minute() -> datetime:
    """The time at which the current minute began: for answers that are remembered for a minute."""
    return now().replace(second=0, microsecond=0)
