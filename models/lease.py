"""The lease: who may work on something now. Expired ones may be taken; the fence tells old holders apart."""

from datetime import datetime

from sqlmodel import Field

from models.base import Table


class LeaseRow(Table, table=True):
    """`fence` grows with each taking, so a paused holder that wakes up is refused."""

    __tablename__ = "lease"

    name: str = Field(primary_key=True)
    owner: str
    until: datetime
    fence: int = 1
