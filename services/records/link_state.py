"""Conditions on the state of links, in the very words of the partial indexes that serve them.

SQLite uses a partial index only when it can read its condition in the query, so these are spelt out, not bound.
"""

from sqlalchemy import ColumnElement, literal_column
from sqlmodel import col

from models.link import SYNCING, LinkRow

_SYNCING: ColumnElement[str] = literal_column(f"'{SYNCING}'")


def syncing(link: type[LinkRow] = LinkRow) -> ColumnElement[bool]:
    """The link syncs."""
    return col(link.state) == _SYNCING


def ended() -> ColumnElement[bool]:
    """The link was stopped or broke."""
    return col(LinkRow.state) != _SYNCING


def failing(link: type[LinkRow] = LinkRow) -> ColumnElement[bool]:
    """Xero refused the last write of a syncing link."""
    return syncing(link) & (col(link.error) > "")
