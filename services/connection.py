"""Connecting Xero organisations, setting them up, and disconnecting them again.

A person begins at `begin`, goes to Xero, and comes back through `finish`. Nothing calls Xero inside a
transaction. An organisation keeps its row for ever, so that connecting it again finds its links.
"""

from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from models.base import Json, now
from models.connection import DISCONNECTED, ConnectionRow
from models.consent import ConsentRow
from services.access import Principal, Role, require
from services.db import read, write
from services.errors import (
    BadInput,
    ContactSyncError,
    Forbidden,
    MovedOn,
    NotFound,
    Problem,
    SettingsError,
)
from services.gateways.xero import consent as consents
from services.gateways.xero import tokens, wire
from services.gateways.xero.oauth import Granted
from services.records import activity
from services.records.pacing import standing
from services.settings import get_settings
from services.steps import connecting

TYPE_FILTERS = ("customers", "suppliers_customers", "all")
POLICIES = ("create", "hold")
STALLED = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class ConnectionItem:
    """A connection as screens show it. Calls are those of the last 24 hours.

    `waits` says why it does not sync as often as set; `braked_at` is when the brake stopped a mass change.
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


@dataclass(frozen=True, slots=True)
class ConsentStart:
    """A consent just begun: send the browser to `url`."""

    consent_id: str
    url: str


@dataclass(frozen=True, slots=True)
class Tenant:
    """An organisation to choose."""

    tenant_id: str
    name: str
    already_connected: bool


@dataclass(frozen=True, slots=True)
class ConsentItem:
    """How a consent stands. `outcome`: waiting, choosing, connected or failed; `message`: for the person."""

    id: str
    outcome: str
    message: str
    connection_id: str | None
    tenants: tuple[Tenant, ...]
    username: str


@dataclass(frozen=True, slots=True)
class Setup:
    """What an admin decides: `type_filter` is one of TYPE_FILTERS, `no_match_policy` one of POLICIES."""

    type_filter: str
    include_neither: bool
    default_contact_type: str
    no_match_policy: str


def list_connections(include_disconnected: bool = False) -> list[ConnectionItem]:
    """All connections, by name."""
    query = select(ConnectionRow).order_by(col(ConnectionRow.name), col(ConnectionRow.id))
    if not include_disconnected:
        query = query.where(col(ConnectionRow.state) != DISCONNECTED)
    with read() as session:
        return [_item(session, row) for row in session.exec(query)]


def get_connection(connection_id: str) -> ConnectionItem:
    """One connection, also a disconnected one. Raises: NotFound."""
    with read() as session:
        return _item(session, _row(session, connection_id))


def missing_settings() -> tuple[str, ...]:
    """The settings that Connect needs and that are not there."""
    settings = get_settings()
    needed = {
        "XERO_CLIENT_ID": settings.xero_client_id,
        "XERO_CLIENT_SECRET": settings.xero_client_secret.get_secret_value(),
    }
    return tuple(name for name, value in needed.items() if not value)


def begin(actor: Principal) -> ConsentStart:
    """Begin to connect: send the person's browser to the address returned.

    Raises: Forbidden; SettingsError naming the settings that are missing.
    """
    require(actor, Role.ADMIN)
    if missing := missing_settings():
        raise SettingsError(f"Connecting Xero needs the setting {' and '.join(missing)}; see docs/settings.md.")
    with write() as session:
        connecting.forget_old_consents(session)
    return ConsentStart(*consents.start(actor.username))


def finish(state: str, code: str, error: str, error_description: str) -> ConsentItem:
    """What Xero sent the browser back with, turned into a connection or a sentence that says why not.

    Never raises for what comes in from outside. `error_description` is not shown: anyone could write it.
    """
    consent = consents.find(state)
    if consent is None:
        return ConsentItem("", "failed", consents.FORGED, None, (), "")
    if not consents.take(consent.id):
        return ConsentItem(consent.id, "failed", consents.REUSED, None, (), consent.username)
    try:
        consented = consents.complete(consent, code, error)
    except ContactSyncError as problem:
        _note_outcome(consent.id, "failed", str(problem))
    else:
        _connect(consent, consented)
    return get_consent(consent.id)


def get_consent(consent_id: str) -> ConsentItem:
    """How a consent stands. Raises: NotFound."""
    with read() as session:
        row = session.get(ConsentRow, consent_id)
        if row is None:
            raise NotFound("This sign-in at Xero is not known here. Start again with Connect.")
        organisations = _organisations(row)
        already = connecting.live(session, [organisation.tenant_id for organisation in organisations])
    tenants = tuple(Tenant(o.tenant_id, o.name, o.tenant_id in already) for o in organisations)
    outcome, message = _standing(row)
    return ConsentItem(row.id, outcome, message, row.connection_id, tenants, row.username)


def choose(actor: Principal, consent_id: str, tenant_id: str) -> str:
    """Connect one of the organisations that a consent opened; the id of its connection.

    Raises: Forbidden for anyone but the admin who began; MovedOn when the choice was made already.
    """
    require(actor, Role.ADMIN)
    with write() as session:
        row = session.get(ConsentRow, consent_id)
        if row is None or row.outcome != "choosing" or row.authorisation_id is None:
            raise MovedOn("This choice was made already, or is no longer possible. Start again with Connect.")
        if row.username != actor.username:
            raise Forbidden("Only the person who signed in at Xero can choose the organisation.")
        chosen = [o for o in _organisations(row) if o.tenant_id == tenant_id]
        if not chosen:
            raise NotFound("This organisation is not one of those that Xero offered.")
        connection, row.message = connecting.connect(session, chosen[0], row.authorisation_id, actor.username)
        row.outcome, row.connection_id = "connected", connection.id
    connecting.describe(connection.id)
    return connection.id


def save_setup(actor: Principal, connection_id: str, setup: Setup) -> None:
    """Keep what an admin decided. Raises: Forbidden, NotFound, BadInput."""
    require(actor, Role.ADMIN)
    if problems := _problems(setup):
        raise BadInput(problems)
    with write() as session:
        row = _row(session, connection_id)
        after = asdict(setup) | {"default_contact_type": setup.default_contact_type.strip()}
        before = {name: getattr(row, name) for name in after}
        for name, value in after.items():
            setattr(row, name, value)
        if before != after:
            row.planned_rev, row.next_tick_at = 0, None  # everything is to be looked at anew
            summary = f"Changed the settings of {row.name}"
            activity.record(
                session, actor.username, "connection.set_up", summary,
                connection_id=row.id, before=before, after=after,
            )  # fmt: skip


def disconnect(actor: Principal, connection_id: str) -> None:
    """Remove the connection at Xero and stop all that depends on it; both sides' contacts stay as they are.

    If Xero cannot be told (it is away, or ended the sign-in itself), the connection ends here all the
    same and the activity log says so. Raises: Forbidden, NotFound.
    """
    require(actor, Role.ADMIN)
    with read() as session:
        row = _row(session, connection_id)
    if row.state == DISCONNECTED:
        return
    told = wire.removed_at_xero(row)
    with write() as session:
        connecting.end(session, _row(session, connection_id), actor.username, told)


def _connect(consent: ConsentRow, consented: consents.Consented) -> None:
    """Renew what was connected already; connect the one new organisation, or ask which of several."""
    organisations = consented.organisations
    with write() as session:
        row = session.get_one(ConsentRow, consent.id)
        pair, person = consented.grant.pair, consented.grant.person
        row.authorisation_id = tokens.keep(session, pair, person, consent.username)
        already = connecting.live(session, [o.tenant_id for o in organisations])
        new = [o for o in organisations if o.tenant_id not in already]
        ready = [o for o in organisations if o not in new] + (new if len(new) == 1 else [])
        made = [connecting.connect(session, o, row.authorisation_id, consent.username) for o in ready]
        row.message = " ".join(sentence for _, sentence in made)
        row.connection_id = made[-1][0].id if made else None
        row.outcome = "choosing" if len(new) > 1 else "connected"
        row.tenants = {"organisations": [asdict(o) for o in organisations]} if len(new) > 1 else {}
    for connection, _ in made:
        connecting.describe(connection.id)


def _note_outcome(consent_id: str, outcome: str, message: str) -> None:
    with write() as session:
        row = session.get_one(ConsentRow, consent_id)
        row.outcome, row.message = outcome, message


def _standing(row: ConsentRow) -> tuple[str, str]:
    """Outcome and message; one that nobody finished has failed."""
    if row.outcome != "waiting":
        return row.outcome, row.message
    if row.used_at is not None and row.used_at < now() - STALLED:
        return "failed", consents.INTERRUPTED
    if row.used_at is None and consents.expired(row):
        return "failed", consents.EXPIRED
    return "waiting", ""


def _organisations(row: ConsentRow) -> list[Granted]:
    return [Granted(**stored) for stored in row.tenants.get("organisations", [])]


def _problems(setup: Setup) -> list[Problem]:
    checks = (
        ("Contact types", setup.type_filter in TYPE_FILTERS, "choose one of the choices"),
        ("Default contact type", bool(setup.default_contact_type.strip()), "must not be blank"),
        ("Contacts without a match", setup.no_match_policy in POLICIES, "choose one of the choices"),
    )
    return [Problem(field, rule) for field, kept, rule in checks if not kept]


def _row(session: Session, connection_id: str) -> ConnectionRow:
    row = session.get(ConnectionRow, connection_id)
    if row is None:
        raise NotFound("This Xero organisation is not known here.")
    return row


def _item(session: Session, row: ConnectionRow) -> ConnectionItem:
    budget: Json = asdict(standing(session, row)) | {"calls_per_day": get_settings().xero_calls_per_day}
    kept = {f.name: getattr(row, f.name) for f in fields(ConnectionItem) if f.name not in budget}
    return ConnectionItem(**kept, **budget)
