"""What Xero gave us when a person allowed access: a pair of tokens, encrypted, shared by its organisations."""

from datetime import datetime

from sqlmodel import Field

from models.base import Table, new_id, now


class AuthorisationRow(Table, table=True):
    """`sealed` is the encrypted token pair; `version` counts refreshes; `ended_at` marks one Xero no longer honours."""

    __tablename__ = "authorisation"

    id: str = Field(default_factory=new_id, primary_key=True)
    sealed: str
    expires_at: datetime
    version: int = 1
    xero_user: str = ""
    created_at: datetime = Field(default_factory=now)
    ended_at: datetime | None = None
