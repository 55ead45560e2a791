"""Connecting Xero organisations, setting them up, and disconnecting them again.

A person begins at `begin`, goes to Xero, and comes back through `finish`. Nothing calls Xero inside a
transaction. An organisation keeps its row for ever, so that connecting it again finds its links.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache

from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from models.base import now, this_minute
from models.connection import DISCONNECTED, ConnectionRow
from models.consent import CHOOSING, ConsentRow
from services.access import Principal, Role, require
from services.contact_forms import check_type
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
from services.gateways.xero import wire
from services.records import activity
from services.records.connections import ConnectionItem, item_of, must_be_set_up_as_seen, row_of
from services.records.issues import close_outside
from services.records.remembered import remembered
from services.settings import get_settings
from services.steps import drifting
from services.steps.connections import connecting, consenting
from services.steps.connections.consenting import ConsentItem, Tenant

__all__ = [
    "POLICIES",
    "TYPE_FILTERS",
    "ConnectionItem",
    "ConsentItem",
    "ConsentStart",
    "Setup",
    "Tenant",
    "begin",
    "choose",
    "disconnect",
    "finish",
    "get_connection",
    "get_consent",
    "list_connections",
    "missing_settings",
    "save_setup",
]

TYPE_FILTERS = ("customers", "suppliers_customers", "all")
POLICIES = ("create", "hold")


@dataclass(frozen=True, slots=True)
class ConsentStart:
    """A consent just begun: send the browser to `url`."""

    consent_id: str
    url: str


@dataclass(frozen=True, slots=True)
class Setup:
    """What an admin decides: `type_filter` is one of TYPE_FILTERS, `no_match_policy` one of POLICIES."""

    type_filter: str
    include_neither: bool
    default_contact_type: str
    no_match_policy: str


def list_connections(include_disconnected: bool = False) -> list[ConnectionItem]:
    """All connections, by name. Calls made more than a day ago may count for up to a minute longer."""
    return list(_listed(include_disconnected, this_minute()))


@remembered
def _listed(include_disconnected: bool, _minute: datetime) -> tuple[ConnectionItem, ...]:
    with read() as session:
        return tuple(item_of(session, row) for row in session.scalars(_by_name(include_disconnected)))


@cache
def _by_name(include_disconnected: bool) -> SelectOfScalar[ConnectionRow]:
    """Built once, because every page asks."""
    query = select(ConnectionRow).order_by(col(ConnectionRow.name), col(ConnectionRow.id))
    return query if include_disconnected else query.where(col(ConnectionRow.state) != DISCONNECTED)


def get_connection(connection_id: str) -> ConnectionItem:
    """One connection, also a disconnected one. Raises: NotFound."""
    with read() as session:
        return item_of(session, row_of(session, connection_id))


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


def finish(state: str, code: str, error: str) -> ConsentItem:
    """What Xero sent the browser back with, turned into a connection or a sentence that says why not.

    Never raises for what comes in from outside.
    """
    consent = consents.find(state)
    if consent is None:
        return ConsentItem("", "failed", consents.FORGED, None, (), "")
    if not consents.take(consent.id):
        return ConsentItem(consent.id, "failed", consents.REUSED, None, (), consent.username)
    try:
        require(Principal(consent.username, consent.username, Role.ADMIN), Role.ADMIN)  # by the role they have now
        consented = consents.complete(consent, code, error)
    except ContactSyncError as problem:
        consenting.note_failure(consent.id, str(problem))
    else:
        consenting.connect(consent, consented)
    return get_consent(consent.id)


def get_consent(consent_id: str) -> ConsentItem:
    """How a consent stands. Raises: NotFound."""
    return consenting.find(consent_id)


def choose(actor: Principal, consent_id: str, tenant_id: str) -> str:
    """Connect one of the organisations that a consent opened. Returns the id of its connection.

    Raises: Forbidden for anyone but the admin who began; MovedOn when the choice was made already.
    """
    require(actor, Role.ADMIN)
    with write() as session:
        row = session.get(ConsentRow, consent_id)
        if row is None or row.outcome != CHOOSING or row.authorisation_id is None:
            raise MovedOn("This choice has already been made, or is no longer possible. Start again with Connect.")
        if row.username != actor.username:
            raise Forbidden("Only the person who signed in at Xero can choose the organisation.")
        chosen = [o for o in consenting.organisations(row) if o.tenant_id == tenant_id]
        if not chosen:
            raise NotFound("This organisation is not one of those that Xero offered.")
        connection, row.message = connecting.connect(session, chosen[0], row.authorisation_id, actor.username)
        row.outcome, row.connection_id = "connected", connection.id
    connecting.describe(connection.id)
    return connection.id


def save_setup(actor: Principal, connection_id: str, setup: Setup, seen: ConnectionItem | None = None) -> None:
    """Save what an admin decided; the next sync goes by it. Contacts that sync keep syncing.

    Questions about contacts that the filter now leaves out are closed. `seen` is the organisation as the admin saw it.
    Raises: Forbidden, NotFound, BadInput; MovedOn, saying what has changed, when the set-up differs from `seen`.
    """
    require(actor, Role.ADMIN)
    if problems := _problems(setup):
        raise BadInput(problems)
    with write() as session:
        row = row_of(session, connection_id)
        must_be_set_up_as_seen(row, seen)
        wanted = asdict(setup) | {"default_contact_type": setup.default_contact_type.strip()}
        after = {name: value for name, value in wanted.items() if value != getattr(row, name)}
        if not after:
            return
        before = {name: getattr(row, name) for name in after}
        for name, value in after.items():
            setattr(row, name, value)
        if after.keys() != {"default_contact_type"}:
            row.match_anew()
            row.next_tick_at = now()
        closed = close_outside(session, row)
        summary = f"Changed what is imported from {row.name}"
        activity.record(
            session, actor.username, "connection.set_up", summary, connection_id=row.id,
            before=before, after=after | ({"questions_closed": closed} if closed else {}),
        )  # fmt: skip


def disconnect(actor: Principal, connection_id: str) -> None:
    """Remove the connection at Xero and stop all that depends on it; both sides' contacts stay as they are.

    If Xero cannot be told (it is away, or ended the sign-in itself), the connection ends here all the
    same and the activity log says so. Raises: Forbidden, NotFound; MovedOn when somebody signs in again meanwhile.
    """
    require(actor, Role.ADMIN)
    with read() as session:
        before = row_of(session, connection_id)
    if before.state == DISCONNECTED:
        return
    with write() as session:
        connecting.forget_old_consents(session)  # or one that still offers a choice would keep sign-ins alive
    told = wire.removed_at_xero(before)
    with write() as session:
        row = row_of(session, connection_id)
        if row.state == DISCONNECTED:
            return  # somebody else has disconnected it
        if row.authorisation_id != before.authorisation_id:  # Xero was told of the earlier sign-in only
            raise MovedOn(f"Somebody has just signed in to {row.name} again. Do you still want to disconnect it?")
        connecting.end(session, row, actor.username, told)
    drifting.note_all(connection_id)


def _problems(setup: Setup) -> list[Problem]:
    checks = (
        ("Contact types", setup.type_filter in TYPE_FILTERS, "must be one of the choices"),
        ("Contacts without a match", setup.no_match_policy in POLICIES, "must be one of the choices"),
    )
    of_type = [Problem("Default contact type", one.rule) for one in check_type(setup.default_contact_type.strip())]
    return [*(Problem(field, rule) for field, kept, rule in checks if not kept), *of_type]
