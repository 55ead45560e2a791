"""The change counter: one row whose value orders all changes; taking from it serialises writers."""

from sqlmodel import Field

from models.base import Table


class CounterRow(Table, table=True):
    """The single row has name "changes"."""

    __tablename__ = "counter"

    name: str = Field(primary_key=True)
    value: int = 0
