"""How many links there are in each state, counted as they change: every look at a list asks, and a scan takes long."""

from sqlmodel import Field

from models.base import Table


class LinkTallyRow(Table, table=True):
    """The number of links in a state. Triggers on `link` keep it, so that no writer can forget; nothing else writes it.

    SQLite drops triggers with their table: a migration that recreates `link` has to recreate them.
    """

    __tablename__ = "link_tally"

    state: str = Field(primary_key=True)
    links: int = 0
