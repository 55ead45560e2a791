"""How the histories begin: organisations that are connected, and what each of them holds."""

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime

from models.connection import CONNECTED, ConnectionRow
from services.db import write
from simulator import edits
from simulator.contact import Contact
from simulator.state import Options, State, Tenant

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Beginning:
    """What histories are copied from: the database, the connections, and what each organisation holds."""

    stored: sqlite3.Connection
    connections: tuple[str, ...]
    ledgers: tuple[tuple[Contact, ...], ...]


def made(*ledgers: tuple[Contact, ...]) -> State:
    """A simulator with an organisation for each of these, which holds its contacts."""
    state = State(Options(contacts=0, seed=7, tenants=len(ledgers)))
    for tenant, contacts in zip(state.tenants.values(), ledgers, strict=True):
        for contact in contacts:
            tenant.ledger.put(contact)
        tenant.ledger.news.clear()
        state.connections.connect(tenant.id, "histories")
    quiet_postman(state)
    return state


def quiet_postman(state: State) -> None:
    """Events wait until a history delivers, loses or reorders them."""
    state.webhooks.subscribe("http://127.0.0.1:9", "a webhook key")
    state.webhooks.judge(proven=True)
    state.webhooks.due = lambda: None  # type: ignore[method-assign]


def connection_of(tenant: Tenant) -> str:
    """Connect an organisation, without the consent page. Returns the connection's id."""
    with write() as session:
        row = ConnectionRow(
            tenant_id=tenant.id, name=tenant.name, state=CONNECTED, type_filter="all", include_neither=True,
            started_at=START,
        )  # fmt: skip
        session.add(row)
        return row.id


def create_in_xero(state: State, name: str, email: str) -> None:
    """Create a contact in every organisation."""
    for tenant in state.tenants.values():
        edits.create(tenant.ledger, {"Name": name, "EmailAddress": email}, state.clock.ms())
    state.publish(by_app=False)
