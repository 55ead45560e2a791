"""The alert: a period in which something was wrong with a connection, from when it was seen until it was over."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field

from models.base import Table, new_id, now

SIGN_IN = "sign_in"
BRAKE = "brake"
FAILING = "failing"
STALLED = "stalled"


class AlertRow(Table, table=True):
    """`kind` is one of the constants above; at most one of a kind is open per connection.

    `count` is how many contacts are concerned; once people were told, it can only fall until a new round begins.
    `round` counts how often they are told: a new one begins when more contacts are concerned than were told of.
    `round_at` is when this round began, `told_at` when it was told, None before.
    """

    __tablename__ = "alert"
    __table_args__ = (
        Index(
            "uq_alert_open",
            "connection_id",
            "kind",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
        ),
    )

    id: str = Field(default_factory=new_id, primary_key=True)
    connection_id: str = Field(foreign_key="connection.id")
    kind: str
    count: int = 0
    round: int = 1
    round_at: datetime = Field(default_factory=now)
    told_at: datetime | None = None
    started_at: datetime = Field(default_factory=now)
    ended_at: datetime | None = Field(default=None, index=True)
