"""The ledger of all that people write, and the two hands they write with.

Every value is written only once in a history, so that it can be found at the end wherever it is. Who overwrites a value
has seen it: whoever edits looks at the contact on their own side.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from services.access import Principal, Role
from services.reconcile.contact import Address, Contact, Field, Value, value_from_json
from services.reconcile.normalise import is_blank
from simulator import edits
from simulator.contact import Contact as XeroContact
from simulator.writes import Refused
from tests.soak.world import World
from tests.support.practice import add, contact, edit

PRACTICE, XERO = "practice", "xero"
SOMEBODY = Principal("somebody", "Somebody", Role.ADMIN)
"""Whoever acts: in the log they differ from the sync."""
Item = TypeVar("Item")


@dataclass
class Ledger:
    """What people wrote and where, and which of it somebody saw when overwriting it. Values are `token`s.

    `cleared` are the fields that people emptied and have not touched since: (side, id there, field) → the last entry of
    the log then, because clocks are set back. `stopped` are the links that people ended, `asked` the creations in Xero
    that they asked for, `unmade` the Xero contacts whose creation in the practice they undid, `unseen` the choices that
    took a value which was not on the screen. `residual` counts edits in Xero that were kept out of the one window that
    cannot be closed: in the same field, between our last read and our write.
    """

    written: dict[str, str] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    cleared: dict[tuple[str, str, Field], int] = field(default_factory=dict)
    stopped: set[str] = field(default_factory=set)
    asked: set[str] = field(default_factory=set)
    added: int = 0
    added_in_xero: int = 0
    unmade: list[str] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)
    residual: int = 0


def token(what: Field, value: Value) -> str:
    """A value as the ledger knows it, however a side writes it; "" for a blank."""
    text = f"{value.street} {value.city}".strip() if isinstance(value, Address) else str(value)
    if what is Field.PHONE:
        text = "".join(char for char in text if char.isdigit())
    return f"{what.value} {text.casefold()}" if text else ""


def xero_values(found: XeroContact) -> Contact:
    """What Xero holds, read without the product's own mapping."""
    phone, address = found.phones[0], found.addresses[1]
    number = f"+{phone.country} {phone.area} {phone.number}" if phone.number else ""
    return Contact(found.name, found.email, number, Address(address.line1, address.city))


def element_of(what: Field, value: Value) -> dict[str, Any]:
    """One field as Xero's API writes it."""
    if isinstance(value, Address):
        return {"Addresses": [{"AddressType": "POBOX", "AddressLine1": value.street, "City": value.city}]}
    if what is Field.PHONE:
        *codes, number = value[1:].split(" ", 2)
        country, area = [*codes, "", ""][:2]
        parts = {"PhoneCountryCode": country, "PhoneAreaCode": area, "PhoneNumber": number}
        return {"Phones": [{"PhoneType": "DEFAULT", **parts}]}
    return {{Field.NAME: "Name", Field.EMAIL: "EmailAddress"}[what]: value}


class Hands:
    """How people edit either side. All that they write is entered in the ledger here.

    `page` are the differences that somebody looks at: id, field and stored values.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.ledger = Ledger()
        self.may_write: Callable[[str, Field], bool] = lambda xero_id, what: True
        self.touched: set[str] = set()
        self.page: list[tuple[str, Field, str]] = []
        self._number = 0

    @property
    def _xero(self) -> Any:
        """The organisation in which people act now."""
        return self.world.tenants[self.world.at].ledger

    def _fresh(self, what: Field) -> Value:
        """A value that nobody wrote before."""
        self._number += 1
        n = self._number
        if what is Field.ADDRESS:
            return Address(f"{n} High Street", "Leeds")
        return {Field.NAME: f"Person {n}", Field.EMAIL: f"p{n}@example.com", Field.PHONE: f"+64 9 {1000000 + n}"}[what]

    def _ours(self) -> list[Any]:
        return self.world.rows("SELECT * FROM contact WHERE archived_at IS NULL ORDER BY id")

    def _theirs(self) -> list[XeroContact]:
        return [one for one in self._all_theirs() if one.is_active]

    def _all_theirs(self) -> list[XeroContact]:
        return sorted(self._xero, key=lambda one: one.id)

    def _one_of(self, items: Sequence[Item], pick: int) -> Item | None:
        return items[pick % len(items)] if items else None

    def _add(self, name: str, email: str) -> None:
        contact_id = add(name, email)
        self.ledger.added += 1
        self._wrote(PRACTICE, contact_id, {Field.NAME: name, Field.EMAIL: email})

    def _add_in_xero(self, name: str, email: str) -> None:
        element = {"Name": name, "EmailAddress": email, "IsCustomer": True}
        made = edits.create(self._xero, element, self.world.state.clock.ms())
        self.world.state.publish(by_app=False)
        self.ledger.added_in_xero += 1
        self._wrote(XERO, made.id, {Field.NAME: name, Field.EMAIL: email})

    def _edit(self, contact_id: str, what: Field, value: Value) -> None:
        seen = contact(contact_id).get(what)
        if is_blank(seen) and is_blank(value):
            return
        edit(contact_id, **{what.value: value})
        self.ledger.seen.add(token(what, seen))
        self._wrote(PRACTICE, contact_id, {what: value})

    def _edit_in_xero(self, found: XeroContact, what: Field, value: Value) -> None:
        if not self.may_write(found.id, what):
            self.ledger.residual += 1
            return
        seen = xero_values(found).get(what)
        if is_blank(seen) and is_blank(value):
            return
        if self._change_in_xero(lambda: edits.change(self._xero, found, element_of(what, value), self._ms)):
            self.ledger.seen.add(token(what, seen))
            self._wrote(XERO, found.id, {what: value})

    @property
    def _ms(self) -> int:
        return int(self.world.state.clock.ms())

    def _change_in_xero(self, act: Callable[[], object]) -> bool:
        """Whether Xero allowed a person's edit."""
        try:
            act()
        except Refused:
            return False
        self.world.no_edit_is_hidden()
        self.world.state.publish(by_app=False)
        return True

    def _wrote(self, side: str, at: str, values: dict[Field, Value]) -> None:
        self.touched.add(at)
        for what, value in values.items():
            for place in self._places(side, at):
                self.ledger.cleared.pop((*place, what), None)
            if fresh := token(what, value):
                self.ledger.written[fresh] = f"{side} {at}"
                self.ledger.seen.discard(fresh)
            elif not self._was_agreed(side, at, what, value):
                self.ledger.cleared[side, at, what] = self.world.entries()

    def _was_agreed(self, side: str, at: str, what: Field, value: Value) -> bool:
        """Whether the sides agreed on this value last, or will once a creation is answered, or a change that is in Xero
        as far as anybody can tell: who writes that has changed nothing.
        """
        mine = "contact_id" if side == PRACTICE else "xero_id"
        found = self.world.rows(f"SELECT base FROM link WHERE {mine} = ?", at)
        bases = [values for row in found if (values := json.loads(row["base"]).get(what.value)) is not None]
        query = "SELECT body FROM intent WHERE kind = 'create' AND state = 'sent' AND contact_id = ?"
        bases += [[json.loads(row["body"])[what.value]] for row in self.world.rows(query, at)]
        query = "SELECT body FROM intent i JOIN link l ON l.id = i.link_id WHERE i.state = 'sent' AND l.xero_id = ?"
        changes = (json.loads(row["body"]) for row in self.world.rows(f"{query} AND i.kind = 'update'", at))
        bases += [[body[what.value]] for body in changes if what.value in body]
        return any(all(token(what, value_from_json(what, one)) == token(what, value) for one in both) for both in bases)

    def _places(self, side: str, at: str) -> list[tuple[str, str]]:
        """This contact, all it was ever linked with, and what these were linked with in another organisation."""
        met = "SELECT contact_id FROM link WHERE ? IN (contact_id, xero_id)"
        found = self.world.rows(f"SELECT contact_id ours, xero_id theirs FROM link WHERE contact_id IN ({met})", at)
        places = {(PRACTICE, row["ours"]) for row in found} | {(XERO, row["theirs"]) for row in found}
        return [(side, at), *sorted(places)]

    def _syncing(self) -> list[Any]:
        """The links that sync in the organisation in which people act now."""
        query = "SELECT * FROM link WHERE state = 'syncing' AND connection_id = ? ORDER BY id"
        return self.world.rows(query, self.world.connection_id)

    def _chose(self, field_: Field, stored: str, winner: str) -> None:
        """Note that whoever let `winner` win saw the other value."""
        values = json.loads(stored)
        loser = values[XERO if winner == PRACTICE else PRACTICE]
        value = Address(**loser) if field_ is Field.ADDRESS else str(loser)
        self.ledger.seen.add(token(field_, value))

    def _values_of(self, difference_id: str) -> str:
        """The values of a difference as they are stored."""
        return str(self.world.rows('SELECT "values" v FROM difference WHERE id = ?', difference_id)[0]["v"])

    def _archived(self, contact_id: str, archive: Callable[..., object]) -> None:
        """Archive in the practice, which ends the contact's links."""
        before = self.world.rows("SELECT id FROM link WHERE contact_id = ? AND state = 'syncing'", contact_id)
        archive(SOMEBODY, contact_id)
        self.ledger.stopped.update(row["id"] for row in before)
