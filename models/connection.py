"""The connection: one authorised Xero organisation, and how it is to be synced."""

from datetime import datetime

from sqlmodel import Field

from models.base import Json, Table, json_field, new_id, now

SETTING_UP = "setting_up"
CONNECTED = "connected"
SIGN_IN_NEEDED = "sign_in_needed"
DISCONNECTED = "disconnected"


class ConnectionRow(Table, table=True):
    """`cursor` is the time on Xero's clock up to which changes were read. All is planned up to the change number
    `planned_rev`, and contacts without a link are matched up to `matched_rev`; below zero, all are to be matched again.

    `next_tick_at` says when the worker turns to it, `next_delta_at` when it asks Xero what changed; None means now. To
    a disconnected one it turns only while `next_tick_at` is set, which means that drift is still to be noted.
    `full_page` is the page that a full comparison reads next, 0 when none is under way; `delta_page` is the same for a
    delta that began at `delta_began_at`, by Xero's clock, and has seen changes up to `delta_newest_at`.
    `field_rules` says per field who wins a difference and which way changes travel; an absent field is asked about and
    travels both ways. `blank_policy` is travel or keep: whether a value cleared on one side is cleared on the other.
    `sync_every_seconds` is the time between two looks at Xero, 0 for what the setting says. `push_hours` limits when
    changes that nobody asked for are sent: {"from": "08:00", "to": "18:00", "days": [0, 1]}, Monday is 0; {} is always.
    Until `closed_until` Xero is not called: it refused a call for `closed_limit` (minute, day or concurrent).
    While `braked_at` is set, a person has to look at `brake` (counts, first link ids, and the change number up to which
    these were counted); `brake_released` lets that much through in the next tick.
    """

    __tablename__ = "connection"

    id: str = Field(default_factory=new_id, primary_key=True)
    tenant_id: str = Field(unique=True)
    remote_id: str = ""
    authorisation_id: str | None = Field(default=None, foreign_key="authorisation.id")
    name: str
    short_code: str = ""
    state: str = SETTING_UP
    type_filter: str = "customers"
    include_neither: bool = False
    default_contact_type: str = "Client"
    no_match_policy: str = "create"
    field_rules: Json = json_field()
    blank_policy: str = "travel"
    sync_every_seconds: int = 0
    push_hours: Json = json_field()
    connected_by: str = ""
    connected_at: datetime = Field(default_factory=now)
    started_at: datetime | None = None
    cursor: datetime | None = None
    planned_rev: int = 0
    matched_rev: int = 0
    next_tick_at: datetime | None = None
    next_delta_at: datetime | None = None
    delta_page: int = 0
    delta_began_at: datetime | None = None
    delta_newest_at: datetime | None = None
    full_page: int = 0
    full_started_at: datetime | None = None
    full_done_at: datetime | None = None
    last_sync_at: datetime | None = None
    calls_left_today: int | None = None
    closed_until: datetime | None = None
    closed_limit: str = ""
    braked_at: datetime | None = None
    brake_reason: str = ""
    brake: Json = json_field()
    brake_released: bool = False
    error: str = ""

    def match_anew(self) -> None:
        """Have all contacts without a link matched again. Each request gives another number, so that a tick under way
        notices one that was made meanwhile.
        """
        self.matched_rev = min(self.matched_rev, 0) - 1
