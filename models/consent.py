"""A consent under way: the single-use state of an OAuth round trip, and the organisations to choose from."""

from datetime import datetime

from sqlmodel import Field

from models.base import Json, Table, json_field, new_id, now

WAITING, CHOOSING = "waiting", "choosing"


class ConsentRow(Table, table=True):
    """`state_hash` is the SHA-256 of the state parameter; `sealed_verifier` the encrypted PKCE verifier.

    `outcome` is waiting, choosing, connected or failed; `message` says why it failed; `tenants` holds the choice.
    """

    __tablename__ = "consent"

    id: str = Field(default_factory=new_id, primary_key=True)
    state_hash: str = Field(unique=True)
    sealed_verifier: str
    username: str
    authorisation_id: str | None = None
    connection_id: str | None = None
    outcome: str = WAITING
    message: str = ""
    tenants: Json = json_field()
    created_at: datetime = Field(default_factory=now)
    used_at: datetime | None = None
