"""This installation: its short name in Xero markers, the set-up code, the practice's time zone and region, webhooks."""

from datetime import datetime

from sqlmodel import Field

from models.base import Table, new_id, now


class InstallationRow(Table, table=True):
    """The single row has id 1; `marker` is the first half of every ContactNumber we write.

    `time_zone` is an IANA name: digests and working hours go by it; UTC means that nobody chose one.
    `locale` is the region, such as en-NZ, whose way of writing dates, times and numbers is used; blank if nobody chose.
    `webhook_sequence` is the highest number of a webhook event so far; 0 before the first.
    """

    __tablename__ = "installation"

    id: int = Field(default=1, primary_key=True)
    marker: str = Field(default_factory=lambda: new_id()[:8])
    setup_code_hash: str = ""
    time_zone: str = "UTC"
    locale: str = ""
    webhook_sequence: int = 0
    created_at: datetime = Field(default_factory=now)
