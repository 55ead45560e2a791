"""A Xero simulator over real HTTP, and an organisation of it that is connected."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from models.connection import CONNECTED, ConnectionRow
from services.access import Principal, Role
from services.db import Database, read, write
from services.gateways.xero import tokens
from services.gateways.xero.oauth import TokenPair
from services.gateways.xero.store import XeroStore
from services.gateways.xero.wire import store_for
from services.settings import get_settings
from simulator import edits
from simulator.server import Running, running
from simulator.shapes import listed

LIMITS = {"per_minute": 100_000, "per_day": 100_000}
ADMIN = Principal("ada", "Ada", Role.ADMIN)


@dataclass(frozen=True, slots=True)
class Xero:
    """The simulator with the few things that tests do behind its back."""

    sim: Running

    def fail(self, path: str, action: str, **rule: Any) -> None:
        """Make the next matching call fail; `rule` as in the simulator's faults."""
        self.sim.state.faults.add({"path": path, "action": action, **rule})

    def calls(self, path: str = "") -> list[dict[str, Any]]:
        """The calls received so far."""
        return [call for call in self.sim.state.calls if path in call["path"]]

    def add(self, name: str, **element: Any) -> str:
        """A contact made by a person in Xero; its id."""
        state = self.sim.state
        return edits.create(state.first_tenant.ledger, {"Name": name, **element}, state.clock.ms()).id

    def edit(self, contact_id: str, **element: Any) -> None:
        """A contact changed by a person in Xero."""
        state = self.sim.state
        edits.change(state.first_tenant.ledger, self.contact(contact_id), element, state.clock.ms())

    def archive(self, contact_id: str) -> None:
        """A contact archived by a person in Xero."""
        state = self.sim.state
        edits.archive(state.first_tenant.ledger, self.contact(contact_id), state.clock.ms())

    def merge(self, loser: str, survivor: str) -> None:
        """Two contacts merged by a person in Xero."""
        state = self.sim.state
        edits.merge(state.first_tenant.ledger, self.contact(loser), self.contact(survivor), state.clock.ms())

    def contact(self, contact_id: str) -> Any:
        """A contact as the simulator holds it."""
        return self.sim.state.first_tenant.ledger.get(contact_id)

    def raw(self, contact_id: str) -> dict[str, Any]:
        """A contact as Xero's API shows it."""
        return listed(self.contact(contact_id))

    @property
    def count(self) -> int:
        """How many contacts there are, archived ones included."""
        return len(self.sim.state.first_tenant.ledger)


@pytest.fixture(scope="session")
def simulator() -> Iterator[Running]:
    with running(contacts=0, **LIMITS) as sim:
        yield sim


@pytest.fixture
def xero(simulator: Running, settings: pytest.MonkeyPatch, database: Database) -> Xero:
    """A fresh, empty simulated Xero that the settings point to."""
    simulator.state.reset(contacts=0, tenants=1, latency=0.0, **LIMITS)
    for name in ("API", "IDENTITY", "LOGIN"):
        settings.setenv(f"XERO_{name}_URL", simulator.url)
    settings.setenv("XERO_CLIENT_ID", "demo")
    settings.setenv("XERO_CLIENT_SECRET", "demo-secret")
    settings.setenv("XERO_CALLS_PER_MINUTE", "100000")
    settings.setenv("XERO_CALLS_PER_DAY", "100000")
    get_settings.cache_clear()
    return Xero(simulator)


@pytest.fixture
def connection_id(xero: Xero) -> str:
    """A connection to the simulator's first organisation, signed in just now."""
    granted = xero.sim.sign_in()
    expires_at = datetime.now(UTC) + timedelta(seconds=granted["expires_in"])
    pair = TokenPair(granted["access_token"], granted["refresh_token"], expires_at)
    with write() as session:
        row = ConnectionRow(tenant_id=xero.sim.tenant_id, name="Demo Company", state=CONNECTED)
        row.remote_id = xero.sim.state.connections.listed()[0].id
        row.authorisation_id = tokens.keep(session, pair, "Demo User")
        session.add(row)
    return row.id


@pytest.fixture
def store(connection_id: str) -> XeroStore:
    """The Xero side of that connection."""
    return store_for(connection_id)


@pytest.fixture
def authorisation_id(connection_id: str) -> str:
    """The sign-in of that connection."""
    with read() as session:
        found = session.exec(select(ConnectionRow.authorisation_id)).one()
    assert found is not None
    return found
