"""What a paged table needs: one page of rows, and how many there are in all."""

import re
from collections import namedtuple
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, TypeVar, TypeVarTuple

from sqlalchemy import ColumnElement, Result, Select, SQLColumnExpression, bindparam, func, literal_column, or_, select
from sqlmodel import Session, col

from models.base import Table
from services.reconcile.normalise import key

T = TypeVar("T")
Ts = TypeVarTuple("Ts")
Rows = Select[*tuple[Any, ...]]
"""A query, whatever its columns."""

LAST = "\U0010ffff"
SPECIAL = re.compile(r"[\\%_]")
"""The wildcards of a LIKE pattern, and the character that makes them ordinary."""
NO_VALUES: Mapping[str, Any] = {}
LONGEST_SOUGHT = 1_000
"""Of a longer text, which SQLite might refuse, only the beginning is looked for; nothing that is searched is longer."""
LINKS = 5_000
"""How many contacts to look up links for at a time: for each such query SQLite may walk through all links."""


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
    rows = session.execute(query.where(among(key, keys))) if keys else ()
    return Listing(tuple(to_item(row) for row in rows), int(total))


def page_of(
    session: Session,
    keys: Callable[[bool], Select[T]],
    page: int,
    size: int,
    count: Callable[[Session], int] | None = None,
    values: Mapping[str, Any] = NO_VALUES,
) -> tuple[list[T], int]:
    """One page (counted from 1) of the ordered keys, and how many there are in all.

    For lists whose order and conditions one index holds: counting and skipping then read that index alone. `keys`
    gives their query, in the opposite order when asked for True: pages in the second half are read from the end.
    `count` is a quicker way to count them, if there is one. A first page that is not full needs no counting. `values`
    holds the values of the query's parameters, by name.
    """
    ahead, first = keys(False), (max(page, 1) - 1) * size
    found = list(session.scalars(ahead.limit(size), values)) if first == 0 else []
    if first == 0 and len(found) < size:
        return found, len(found)
    total = count(session) if count else counted(session, ahead, values)
    after = max(0, total - first - size)
    if first == 0 or first >= total:
        return found, total
    if first <= after:
        return list(session.scalars(ahead.limit(size).offset(first), values)), total
    found = list(session.scalars(keys(True).limit(total - first - after).offset(after), values))
    return found[::-1], total


def counted(session: Session, query: Select[*Ts], values: Mapping[str, Any] = NO_VALUES) -> int:
    """How many rows a query has."""
    count = select(func.count()).select_from(query.order_by(None).subquery())
    return int(session.execute(count, values).scalar_one())


def among(column: Any, values: Collection[Any]) -> ColumnElement[bool]:
    """The condition that a column holds one of many values. They are passed on unchecked: `in_` would check each."""
    return col(column).in_(bindparam(None, list(values), expanding=True))


def place_in(table: type[Table]) -> ColumnElement[int]:
    """The number of a row in its table: whatever is stored later has a higher one, even if the clock was put back."""
    return literal_column(f"{table.__tablename__}.rowid")


def quick(rows: Result[*tuple[Any, ...]]) -> Iterator[Any]:
    """The rows as named tuples: reading a column of these takes a tenth of the time, which tells on a long page."""
    return map(_tuple_of(tuple(rows.keys()))._make, rows)


@cache
def _tuple_of(names: tuple[str, ...]) -> Any:
    return namedtuple("Row", names)


def in_order(rows: Iterable[Any], ids: Sequence[Hashable]) -> list[Any]:
    """Rows whose first column is an id, in the order of `ids`."""
    found = {row[0]: row for row in rows}
    return [found[one] for one in ids if one in found]


@cache
def occurring(column: Any) -> Select[Any]:
    """The values that occur in the first column of an index. Each takes one step of the index, however often it
    occurs.
    """
    least = select(func.min(column).label("value")).cte("occurring", recursive=True)
    following = select(func.min(column)).where(column > least.c.value).scalar_subquery()
    steps = least.union_all(select(following).where(least.c.value.is_not(None)))
    return select(steps.c.value).where(steps.c.value.is_not(None))


def chunks(values: Iterable[str], size: int = 500) -> list[list[str]]:
    """Values in sorted runs short enough for an IN clause; SQLite takes up to 32,766."""
    ordered = sorted(values)
    return [ordered[start : start + size] for start in range(0, len(ordered), size)]


def found_in(search: str, *columns: Any) -> ColumnElement[bool]:
    """The condition that any of the columns contains `search`, whatever the case of a to z; a blank matches all rows.

    SQLite's LIKE ignores the case of a to z by itself, and lower() would halve its speed. An escape character makes it
    a third slower, so one is given only where it is needed.
    """
    sought = search.strip()[:LONGEST_SOUGHT]
    escaped = SPECIAL.sub(r"\\\g<0>", sought)
    escape = "\\" if escaped != sought else None
    return or_(*(col(column).like(f"%{escaped}%", escape=escape) for column in columns))


def found_by_key(search: str, *columns: Any) -> ColumnElement[bool]:
    """`found_in` for columns that hold keys, whatever the case in any script and however an accent is written."""
    return or_(*(found_in(text, *columns) for text in sought_texts(search)))


def found_first(
    session: Session, ids: Select[str], table: Any, search: str, anywhere: ColumnElement[bool], most: int
) -> list[str]:
    """Up to so many ids: of rows whose name or email begins with `search`, what is just that before what is longer;
    then, if those are too few, of rows that hold it `anywhere`.
    """
    found: dict[str, None] = {}
    starts = key(search)
    columns = (col(table.name_key), col(table.email_key)) if starts else ()
    begins = (ids.where(one >= starts, one < starts + LAST).order_by(one) for one in columns)
    for query in (*begins, ids.where(anywhere)):
        if len(found) < most:
            found |= dict.fromkeys(session.scalars(query.limit(most)))
    return list(found)[:most]


def sought_texts(search: str) -> list[str]:
    """What to look for in columns that hold keys: the key of what was typed, and the text itself if it differs, since
    some of the columns may hold phones, not keys.
    """
    typed, sought = search.strip(), key(search)
    return [sought] if sought == typed.lower() else [text for text in (sought, typed) if text]


def ordered(query: Select[*Ts], column: Any, descending: bool, *keys: Any) -> Select[*Ts]:
    """The query sorted by a column, and by its keys where that is equal, so that pages never overlap.

    All run the same way, so that one index serves both directions.
    """
    return query.order_by(*(col(one).desc() if descending else col(one).asc() for one in (column, *keys)))
