"""What a paged table is given: one page of rows, and how many there are in all."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, select
from sqlmodel import Session

T = TypeVar("T")
Rows = Select[*tuple[Any, ...]]
"""A query, whatever its columns."""


@dataclass(frozen=True, slots=True)
class Listing(Generic[T]):
    """One page of rows. `total` counts the rows of all pages."""

    rows: tuple[T, ...]
    total: int


def paged(session: Session, query: Rows, to_item: Callable[[Any], T], page: int, size: int) -> Listing[T]:
    """Run an ordered query for one page (counted from 1) and count all its rows."""
    total = session.execute(select(func.count()).select_from(query.order_by(None).subquery())).scalar_one()
    rows = session.execute(query.limit(size).offset((max(page, 1) - 1) * size))
    return Listing(tuple(to_item(row) for row in rows), int(total))


def pattern(search: str) -> str:
    """A LIKE pattern that finds `search` anywhere; escape character is a backslash."""
    escaped = search.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
