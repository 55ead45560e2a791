"""The saved view: the filters, order and columns of a list under a name."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from models.base import Table, new_id, now


class SavedViewRow(Table, table=True):
    """`page` names the list, `query` is the part of its address that holds the filters.

    `owner` is a username; with `shared`, everybody sees the view, but only its owner or an admin may delete it.
    """

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("page", "owner", "name"),)

    id: str = Field(default_factory=new_id, primary_key=True)
    owner: str
    page: str
    name: str
    query: str = ""
    shared: bool = False
    created_at: datetime = Field(default_factory=now)
