"""The notice target: an address that an admin chose to be told, and of what."""

from datetime import datetime

from sqlmodel import Field

from models.base import Json, Table, json_field, new_id, now

EMAIL = "email"
WEBHOOK = "webhook"


class NoticeTargetRow(Table, table=True):
    """`kind` is one of the constants above. `address` may be shown: an email address, or a webhook's host alone.

    `sealed` is the webhook's whole address, encrypted, since whoever knows it can write to the channel.
    `events` holds the kinds of notices wanted: {"chosen": ["digest", "brake", …]}. `digest_hour` is in the practice's
    time zone; `with_names` lets the digest name contacts. No digest is made for days before `changed_at`. The next one
    begins at `digest_until`, where the last one ended; if there was none, a day before its hour.
    """

    __tablename__ = "notice_target"

    id: str = Field(default_factory=new_id, primary_key=True)
    kind: str
    name: str = ""
    address: str
    sealed: str = ""
    events: Json = json_field()
    digest_hour: int = 8
    with_names: bool = False
    digest_until: datetime | None = None
    created_at: datetime = Field(default_factory=now)
    changed_at: datetime = Field(default_factory=now)
