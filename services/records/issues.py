"""Which match issues there is an answer to: those of organisations that are not disconnected."""

from sqlalchemy import ColumnElement, select
from sqlmodel import col

from models.connection import DISCONNECTED, ConnectionRow
from models.issue import IssueRow


def answerable() -> ColumnElement[bool]:
    """The condition for an issue whose organisation is connected, or only has to sign in again."""
    live = select(col(ConnectionRow.id)).where(col(ConnectionRow.state) != DISCONNECTED)
    return col(IssueRow.connection_id).in_(live)
