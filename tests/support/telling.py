"""A connection that never calls Xero, its state, and notifying people about it."""

from sqlalchemy import update
from sqlmodel import col

from models.connection import CONNECTED, ConnectionRow
from services.db import write
from services.steps.notices.notifying import deliver_due, look


def a_connection(name: str = "Fern & Co") -> str:
    """A connection with only a name. Returns its id."""
    with write() as session:
        row = ConnectionRow(tenant_id=name, name=name, state=CONNECTED)
        session.add(row)
        return row.id


def put(connection_id: str, **values: object) -> None:
    """Set columns of a connection."""
    with write() as session:
        session.execute(update(ConnectionRow).where(col(ConnectionRow.id) == connection_id).values(**values))


def tell() -> None:
    """Store what is to be told now, and send what is due."""
    look()
    deliver_due()
