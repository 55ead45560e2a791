"""What a paged table is given: one page of rows, and how many there are in all."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, func, or_
from sqlmodel import Session, col

T = TypeVar("T")
Rows = Select[*tuple[Any, ...]]
"""A query, whatever its columns."""


@dataclass(frozen=True, slots=True)
class Listing(Generic[T]):
    """One page of rows. `total` counts the rows of all pages."""

    rows: tuple[T, ...]
    total: int


def paged(
    session: Session, query: Rows, key: SQLColumnExpression[Any], to_item: Callable[[Any], T], page: int, size: int
) -> Listing[T]:
    """Run an ordered query for one page (counted from 1) and count all its rows.

    `key` identifies a row. The page's keys are found first and its rows fetched by them, so that sorting
    carries keys alone, not whole rows.
    """
    total = session.execute(
        query.with_only_columns(func.count(), maintain_column_froms=True).order_by(None)
    ).scalar_one()
    keys = session.scalars(query.with_only_columns(key).limit(size).offset((max(page, 1) - 1) * size)).all()
    rows = session.execute(query.where(key.in_(keys))) if keys else ()
    return Listing(tuple(to_item(row) for row in rows), int(total))


def chunks(values: Iterable[str], size: int = 500) -> list[list[str]]:
    """Values in sorted runs short enough for an IN clause."""
    ordered = sorted(values)
    return [ordered[start : start + size] for start in range(0, len(ordered), size)]


def found_in(search: str, *columns: Any) -> ColumnElement[bool]:
    """The condition that any of the columns holds `search`, whatever the case; a blank search is always found."""
    return or_(*(col(column).ilike(pattern(search), escape="\\") for column in columns))


def ordered(query: Rows, column: Any, descending: bool, key: SQLColumnExpression[Any]) -> Rows:
    """The query sorted by a column, and by its key where that is equal, so that pages never overlap."""
    return query.order_by(col(column).desc() if descending else col(column).asc(), key)


def pattern(search: str) -> str:
    """A LIKE pattern that finds `search` anywhere; escape character is a backslash."""
    escaped = search.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
