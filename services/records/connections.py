"""A connection as screens and commands see it, with the calls it has used and has left."""

from dataclasses import asdict, dataclass, fields
from datetime import datetime

from sqlmodel import Session

from models.base import Json
from models.connection import CONNECTED, SIGN_IN_NEEDED, ConnectionRow
from services.errors import MovedOn, NotFound
from services.records.pacing import standing
from services.records.stalling import stalled
from services.settings import get_settings

SET_UP = {
    "type_filter": "contact-type filter",
    "include_neither": "contacts that are neither customer nor supplier",
    "no_match_policy": "contacts that match none of yours",
    "default_contact_type": "default contact type",
}
NEXT_SYNC, WORKING_HOURS = "goes with the next sync", "waits for working hours"
NOT_CONNECTED = "Its Xero organisation is not connected. Connect it first."


@dataclass(frozen=True, slots=True)
class ConnectionItem:
    """A connection as screens show it. Calls are those of the last 24 hours.

    `waits` says why it does not sync as often as set; `braked_at` is when the brake stopped a mass change.
    `stalled` says why no sync has got through for hours ("" if one has).
    """

    id: str
    tenant_id: str
    name: str
    short_code: str
    state: str
    type_filter: str
    include_neither: bool
    default_contact_type: str
    no_match_policy: str
    connected_by: str
    connected_at: datetime
    started_at: datetime | None
    last_sync_at: datetime | None
    next_tick_at: datetime | None
    calls_used_today: int
    calls_left_today: int
    calls_per_day: int
    waits: str
    braked_at: datetime | None
    brake_reason: str
    error: str
    stalled: str


def row_of(session: Session, connection_id: str) -> ConnectionRow:
    """The row of a connection, also of a disconnected one. Raises: NotFound."""
    row = session.get(ConnectionRow, connection_id)
    if row is None:
        raise NotFound("This Xero organisation is not known here.")
    return row


def must_be_connected(row: ConnectionRow) -> None:
    """Refuse what needs an organisation that syncs. Raises: MovedOn."""
    if row.state != CONNECTED:
        raise MovedOn(f"{row.name} is not connected. Connect it first.")


def must_be_set_up_as_seen(row: ConnectionRow, seen: ConnectionItem | None) -> None:
    """Refuse what a person decided on a page that showed an older set-up. Raises: MovedOn, saying what has changed."""
    changed = [label for name, label in SET_UP.items() if seen and getattr(row, name) != getattr(seen, name)]
    if changed:
        raise MovedOn(f"Somebody else has changed the set-up: {', '.join(changed)}. Check what it leads to now.")


def reaches_xero(session: Session, connection_id: str) -> bool:
    """Whether a person's wish reaches Xero, at once or when an admin has signed in again."""
    return row_of(session, connection_id).state in (CONNECTED, SIGN_IN_NEEDED)


def waits(state: str, braked_at: datetime | None) -> str:
    """What a change that has not travelled yet waits for, to be said after "A change"; of one that goes to Xero by
    itself, it says NEXT_SYNC outside the working hours too.
    """
    if state == SIGN_IN_NEEDED:
        return "waits until Xero is connected again"
    return "waits until the brake is released" if braked_at is not None else NEXT_SYNC


def item_of(session: Session, row: ConnectionRow) -> ConnectionItem:
    """A connection as screens show it, now."""
    found: Json = asdict(standing(session, row)) | {
        "calls_per_day": get_settings().xero_calls_per_day,
        "stalled": stalled(session, row),
    }
    kept = {f.name: getattr(row, f.name) for f in fields(ConnectionItem) if f.name not in found}
    return ConnectionItem(**kept, **found)
