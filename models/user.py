"""The people who may sign in."""

from datetime import datetime

from sqlmodel import Field

from models.base import Table, new_id, now


class UserRow(Table, table=True):
    """`password_hash` is bcrypt; cookies issued before `valid_after` are refused; `role` is viewer, editor or admin."""

    __tablename__ = "user"

    id: str = Field(default_factory=new_id, primary_key=True)
    username: str = Field(unique=True)
    name: str = ""
    email: str = ""
    password_hash: str
    role: str = "viewer"
    failures: int = 0
    locked_until: datetime | None = None
    valid_after: datetime = Field(default_factory=now)
    disabled_at: datetime | None = None
    created_at: datetime = Field(default_factory=now)
