"""A practice with several Xero organisations: to connect each, to edit in each, and to count the calls of each."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import update
from sqlmodel import col

from models.connection import ConnectionRow
from services import connection, worker
from services.access import SYSTEM
from services.connection import ConnectionItem
from services.db import write
from tests.support.practice import run_import
from tests.support.xero import Xero, consented


@dataclass(frozen=True, slots=True)
class Organisation:
    """One organisation of a simulated Xero that has several, and its connection."""

    xero: Xero
    tenant_id: str
    connection_id: str

    def create(self, name: str, email: str = "", **values: Any) -> str:
        """Add a customer as in Xero's own screen. Returns its id."""
        element = {"Name": name, "EmailAddress": email, "IsCustomer": True, **values}
        made = self.xero.control("contacts", tenant=self.tenant_id, create=element)
        return str(made["contact"]["ContactID"])

    def change(self, xero_id: str, **values: Any) -> None:
        """Change fields of a contact, named as in Xero's API."""
        self.xero.control("contacts", tenant=self.tenant_id, id=xero_id, change=values)

    def contacts(self) -> dict[str, dict[str, Any]]:
        """All contacts by name."""
        return {found["Name"]: found for found in self.xero.contacts(tenant=self.tenant_id)}

    def email(self, name: str) -> str:
        """The billing email of a contact."""
        return str(self.contacts()[name].get("EmailAddress", ""))

    def calls(self, method: str = "") -> list[dict[str, Any]]:
        """The calls that concerned this organisation."""
        return [call for call in self.xero.calls(method) if call["tenant"] == self.tenant_id]

    def fails(self, times: int = 1000, **rule: Any) -> None:
        """Make the next calls of this organisation fail."""
        self.xero.fault(tenant=self.tenant_id, path="/Contacts", times=times, **rule)

    @property
    def item(self) -> ConnectionItem:
        """Its connection, as screens show it."""
        return connection.get_connection(self.connection_id)


def connected(xero: Xero, tenant_id: str) -> Organisation:
    """Connect an organisation, set it up for all contacts, and import."""
    consent = consented(tenant_id)
    assert consent.connection_id, consent.message
    connection.save_setup(SYSTEM, consent.connection_id, connection.Setup("all", True, "Client", "create"))
    run_import(consent.connection_id)
    return Organisation(xero, tenant_id, consent.connection_id)


def several(xero: Xero, number: int) -> list[str]:
    """Start again with some empty organisations. Returns their ids."""
    return [tenant["id"] for tenant in xero.control("reset", contacts=0, tenants=number)["tenants"]]


def let_all_sync(turns: int = 1) -> None:
    """Make every connection due that no failure keeps waiting, and let the worker take turns."""
    for _ in range(turns):
        with write() as session:
            session.execute(
                update(ConnectionRow)
                .where(col(ConnectionRow.error) == "")
                .values(next_delta_at=None, next_tick_at=None)
            )
        worker.take_turn()
