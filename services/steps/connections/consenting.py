"""A consent on its way from Xero's page to a connection: what it opened, and how it stands."""

from dataclasses import asdict, dataclass
from datetime import timedelta

from models.base import now
from models.consent import CHOOSING, WAITING, ConsentRow
from services.db import read, write
from services.errors import NotFound
from services.gateways.xero import consent as consents
from services.gateways.xero import tokens
from services.gateways.xero.oauth import Granted
from services.steps.connections import connecting

STALLED = timedelta(minutes=2)


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


def find(consent_id: str) -> ConsentItem:
    """How a consent stands. Raises: NotFound."""
    with read() as session:
        row = session.get(ConsentRow, consent_id)
        if row is None:
            raise NotFound("This sign-in at Xero is not known here. Start again with Connect.")
        offered = organisations(row)
        already = connecting.live(session, [organisation.tenant_id for organisation in offered])
    tenants = tuple(Tenant(o.tenant_id, o.name, o.tenant_id in already) for o in offered)
    outcome, message = _standing(row)
    return ConsentItem(row.id, outcome, message, row.connection_id, tenants, row.username)


def connect(consent: ConsentRow, consented: consents.Consented) -> None:
    """Renew what was connected already; connect the one new organisation, or ask which of several."""
    offered = consented.organisations
    with write() as session:
        row = session.get_one(ConsentRow, consent.id)
        pair, person = consented.grant.pair, consented.grant.person
        row.authorisation_id = tokens.keep(session, pair, person)
        already = connecting.live(session, [o.tenant_id for o in offered])
        new = [o for o in offered if o.tenant_id not in already]
        ready = [o for o in offered if o not in new] + (new if len(new) == 1 else [])
        made = [connecting.connect(session, o, row.authorisation_id, consent.username) for o in ready]
        row.message = " ".join(sentence for _, sentence in made)
        row.connection_id = made[-1][0].id if made else None
        row.outcome = CHOOSING if len(new) > 1 else "connected"
        row.tenants = {"organisations": [asdict(o) for o in offered]} if len(new) > 1 else {}
    for connection, _ in made:
        connecting.describe(connection.id)


def note_failure(consent_id: str, message: str) -> None:
    """Keep why a consent came to nothing."""
    with write() as session:
        row = session.get_one(ConsentRow, consent_id)
        row.outcome, row.message = "failed", message


def organisations(row: ConsentRow) -> list[Granted]:
    """The organisations that a consent opened, while one of them is still to be chosen."""
    return [Granted(**stored) for stored in row.tenants.get("organisations", [])]


def _standing(row: ConsentRow) -> tuple[str, str]:
    """Outcome and message; a consent that nobody finished has failed."""
    if row.outcome != WAITING:
        return row.outcome, row.message
    if row.used_at is not None and row.used_at < now() - STALLED:
        return "failed", consents.INTERRUPTED
    if row.used_at is None and consents.expired(row):
        return "failed", consents.EXPIRED
    return WAITING, ""
