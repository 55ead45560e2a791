"""The notice: one message to one target, stored before it is sent, so that none is lost and hardly any sent twice."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field

from models.base import Table, new_id, now

NEW = "new"
SENT = "sent"
FAILED = "failed"


class NoticeRow(Table, table=True):
    """`key` says what is told to whom and in which round or on which day, so that no notice is stored twice.

    `kind` is that of the alert, or over, digest or test. `not_before` is when it may be sent, or sent again.
    `error` says why the last attempt failed. `id` is part of the Message-ID, the same at every attempt.
    """

    __tablename__ = "notice"
    __table_args__ = (
        Index("ix_notice_state", "state", "not_before"),
        Index("ix_notice_target", "target_id", "created_at"),
    )

    id: str = Field(default_factory=new_id, primary_key=True)
    key: str = Field(unique=True)
    target_id: str = Field(foreign_key="notice_target.id")
    alert_id: str | None = Field(default=None, foreign_key="alert.id", index=True)
    kind: str
    subject: str
    text: str
    state: str = NEW
    attempts: int = 0
    not_before: datetime = Field(default_factory=now)
    error: str = ""
    created_at: datetime = Field(default_factory=now)
    sent_at: datetime | None = None
