"""The day on which everything happens at once: a small organisation with every kind of work for one tick."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import delete, update
from sqlmodel import select

from models.api_call import ApiCallRow
from models.authorisation import AuthorisationRow
from models.base import now
from models.connection import ConnectionRow
from services import archive, create_one, links, webhooks
from services.access import SYSTEM
from services.db import read, write
from services.gateways.xero.mapping import contact_of
from services.gateways.xero.tokens import stored_pair
from services.reconcile.contact import Address, Field, Value
from services.vault import seal
from tests.support.oracles import Written
from tests.support.practice import add, contact, delta_is_due, edit, full_comparison_is_due, run_import, synced
from tests.support.webhooks import batch, event
from tests.support.xero import Xero, connect

LINKED = ("Amber", "Birch", "Cedar", "Dune", "Elder", "Fern", "Grove", "Heath", "Ivy", "Jade")
CREATED = ("Maple", "Nettle")
RENAMED = "Cedar & Sons"
NEW_ADDRESS = Address("1 New Street\nFloor 2", "Leeds", "", "LS1 1AA", "United Kingdom")


class Scenario:
    """Builds the day; `written` is what people wrote that day, in order."""

    def __init__(self, xero: Xero) -> None:
        self.xero = xero
        self.written: list[Written] = []
        self.ours: dict[str, str] = {}
        self.theirs: dict[str, str] = {}

    def build(self) -> "Scenario":
        """From an empty organisation to the moment before the tick. Returns itself."""
        self.theirs = {name: self._remote(name) for name in LINKED}
        connection_id = connect()
        run_import(connection_id)
        self.ours = {item.name: item.contact_id for item in synced()}
        self._stop("Heath")
        self._practice_changes()
        self._xero_changes()
        archive.archive_contact(SYSTEM, self.ours["Jade"], in_xero=True)
        self._newcomers(connection_id)
        self._name_by_webhook("Ivy", connection_id)
        _time_passes()
        return self

    def _remote(self, name: str) -> str:
        phones = [{"PhoneType": "DEFAULT", "PhoneNumber": f"555 00{len(self.theirs)}"}]
        return self.xero.create(name, f"{name.lower()}@example.com", Phones=phones)

    def _stop(self, name: str) -> None:
        [link_id] = [item.link_id for item in synced() if item.name == name]
        links.stop(SYSTEM, [link_id])

    def _practice_changes(self) -> None:
        self._write("Amber", email="amber.practice@example.com")
        self._write("Birch", phone="+44 20 7946 0001", address=NEW_ADDRESS)
        self._write("Cedar", name=RENAMED)
        self._write("Elder", email="elder.practice@example.com")
        self._write("Fern", email="fern.practice@example.com")
        self._write("Heath", email="heath.practice@example.com")

    def _xero_changes(self) -> None:
        self._write_in_xero("Dune", Field.EMAIL, "dune.xero@example.com")
        self._write_in_xero("Elder", Field.PHONE, "555 9999")
        self._write_in_xero("Fern", Field.EMAIL, "fern.xero@example.com")
        self._write_in_xero("Heath", Field.EMAIL, "heath.xero@example.com")
        self._write_in_xero("Ivy", Field.EMAIL, "ivy.xero@example.com")
        self.xero.archive(self.theirs["Grove"])

    def _newcomers(self, connection_id: str) -> None:
        """Known to both sides, to Xero alone, known in part; and asked for here, of which one has a taken name."""
        add("Juniper", "juniper@example.com")
        add("Lark", "lark.practice@example.com")
        for name in ("Juniper", "Kelp", "Lark", "Olive"):
            self.xero.create(name, f"{name.lower()}@example.com")
        for name in (*CREATED, "Olive"):
            self.ours[name] = add(name, f"{name.lower()}.practice@example.com", "555 7777")
            create_one.create_in_xero(SYSTEM, self.ours[name], connection_id, anyway=True)

    def _name_by_webhook(self, name: str, connection_id: str) -> None:
        with read() as session:
            tenant_id = session.get_one(ConnectionRow, connection_id).tenant_id
        webhooks.receive(batch(event(tenant_id) | {"resourceId": self.theirs[name]}))
        webhooks.take_in()

    def _write(self, whose: str, /, **values: Value) -> None:
        before = contact(self.ours[whose])
        edit(self.ours[whose], **values)
        for field, value in values.items():
            self.written.append(Written("practice", self.ours[whose], Field(field), value, before.get(Field(field))))

    def _write_in_xero(self, name: str, field: Field, value: str) -> None:
        self.written.append(write_in_xero(self.xero, self.theirs[name], field, value))


def write_in_xero(xero: Xero, xero_id: str, field: Field, value: str) -> Written:
    """Write an email or a phone as a person does in Xero."""
    saw = contact_of(xero.contact(xero_id)).get(field)
    phones = [{"PhoneType": "DEFAULT", "PhoneNumber": value}]
    values: dict[Field, Callable[[], None]] = {
        Field.EMAIL: lambda: xero.change(xero_id, EmailAddress=value),
        Field.PHONE: lambda: xero.change(xero_id, Phones=phones),
    }
    values[field]()
    return Written("xero", xero_id, field, value, saw)


def _time_passes() -> None:
    """The token has expired, delta and full comparison are due, and no call counts any more."""
    with read() as session:
        authorisation_id = session.exec(select(AuthorisationRow.id)).one()
    pair = replace(stored_pair(authorisation_id), expires_at=now() - timedelta(hours=1))
    with write() as session:
        session.execute(update(AuthorisationRow).values(sealed=seal(pair.to_json()), expires_at=pair.expires_at))
        session.execute(delete(ApiCallRow))
    full_comparison_is_due()
    delta_is_due()
