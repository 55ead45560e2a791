"""Conditions on the state of links, in the very words of the partial indexes that serve them.

SQLite uses a partial index only when it can read its condition in the query, so these are spelt out, not bound.
"""

from sqlalchemy import ColumnElement, func, literal_column, select
from sqlmodel import Session, col

from models.link import SYNCING, LinkRow

_SYNCING: ColumnElement[str] = literal_column(f"'{SYNCING}'")


def syncing(link: type[LinkRow] = LinkRow) -> ColumnElement[bool]:
    """The link syncs."""
    return col(link.state) == _SYNCING


def ended() -> ColumnElement[bool]:
    """The link was stopped or broke."""
    return col(LinkRow.state) != _SYNCING


def count_syncing(session: Session) -> int:
    """How many links sync: all but the ended ones, since SQLite counts a whole table without looking at its rows."""
    every = select(func.count()).select_from(LinkRow).scalar_subquery()
    others = select(func.count()).where(ended()).scalar_subquery()
    return int(session.execute(select(every - others)).scalar_one())


def failing(link: type[LinkRow] = LinkRow) -> ColumnElement[bool]:
    """Xero refused the last write of a syncing link."""
    return syncing(link) & (col(link.error) > "")
