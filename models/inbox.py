"""The webhook inbox: Xero contacts that were named as changed, until they are read."""

from sqlmodel import Field

from models.base import Table


class InboxRow(Table, table=True):
    """One event. `key` is the same whenever Xero sends the same event again."""

    __tablename__ = "inbox"

    key: str = Field(primary_key=True)
    connection_id: str = Field(foreign_key="connection.id", index=True)
    xero_id: str
