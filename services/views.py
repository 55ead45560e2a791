"""Saved views: a person keeps the filters, order and columns of a list under a name, and may share them."""

from dataclasses import dataclass
from functools import cache

from sqlalchemy import Select, bindparam, or_, select
from sqlmodel import col

from models.saved_view import SavedViewRow
from models.user import UserRow
from services.access import Principal, Role, require
from services.db import read, write
from services.errors import BadInput, NotFound, Problem
from services.records.remembered import remembered

LONGEST_NAME, LONGEST_QUERY, MOST = 60, 2000, 50


@dataclass(frozen=True, slots=True)
class View:
    """A saved view. `query` is the filters' part of the address; `owner` is a name to show, blank for one's own."""

    id: str
    name: str
    query: str
    shared: bool
    owner: str
    may_delete: bool


@remembered
def list_views(person: Principal, page: str) -> tuple[View, ...]:
    """The person's own views of a page and those that others share, by name, one's own first."""
    with read() as session:
        rows = session.execute(_listed(), {"me": person.username, "page": page})
        return tuple(_view(person, row, name or row.owner) for row, name in rows)


def save_view(person: Principal, page: str, name: str, query: str, shared: bool = False) -> str:
    """Save a view, replacing one's own of the same name. Returns its id.

    Raises: BadInput for a bad name or too many views; Forbidden for a viewer who wants to share.
    """
    require(person, Role.EDITOR if shared else Role.VIEWER)
    name = " ".join(name.split())
    if problems := _problems(name, query):
        raise BadInput(problems)
    with write() as session:
        own = select(SavedViewRow).where(col(SavedViewRow.page) == page, col(SavedViewRow.owner) == person.username)
        rows = {row.name: row for row in session.scalars(own)}
        if name not in rows and len(rows) >= MOST:
            raise BadInput([Problem("Views", f"you have saved {MOST} for this list; delete one first")])
        row = rows.get(name) or SavedViewRow(owner=person.username, page=page, name=name)
        row.query, row.shared = query, shared
        session.add(row)
        return row.id


def delete_view(person: Principal, view_id: str) -> None:
    """Forget a view. Raises: NotFound; Forbidden for another person's view, unless by an admin."""
    with write() as session:
        row = session.get(SavedViewRow, view_id)
        if row is None or not (row.shared or row.owner == person.username):
            raise NotFound("This view no longer exists.")
        require(person, Role.VIEWER if row.owner == person.username else Role.ADMIN)
        session.delete(row)


@cache
def _listed() -> Select[SavedViewRow, str]:
    mine = col(SavedViewRow.owner) == bindparam("me")
    return (
        select(SavedViewRow, col(UserRow.name))
        .outerjoin(UserRow, col(UserRow.username) == col(SavedViewRow.owner))
        .where(col(SavedViewRow.page) == bindparam("page"), or_(mine, col(SavedViewRow.shared)))
        .order_by(mine.desc(), col(SavedViewRow.name), col(SavedViewRow.id))
    )


def _problems(name: str, query: str) -> list[Problem]:
    problems = []
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        problems.append(Problem("Name", f"must have 1 to {LONGEST_NAME} characters"))
    if len(query) > LONGEST_QUERY:
        problems.append(Problem("Filters", "are too long to save"))
    return problems


def _view(person: Principal, row: SavedViewRow, owner: str) -> View:
    is_mine = row.owner == person.username
    return View(row.id, row.name, row.query, row.shared, "" if is_mine else owner, _may_delete(person, row))


def _may_delete(person: Principal, row: SavedViewRow) -> bool:
    return row.owner == person.username or person.role.includes(Role.ADMIN)
