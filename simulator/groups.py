"""Contact groups of an organisation. Which groups a contact is in is kept with the contact."""

import uuid
from dataclasses import replace
from typing import Any

from simulator.contact import Contact, Membership
from simulator.ledger import Ledger

MADE_UP = ("VIP Customers", "Preferred Suppliers")


class Groups:
    """The groups of every organisation: tenant id → group id → name."""

    def __init__(self) -> None:
        self.revision = 0
        self._names: dict[str, dict[str, str]] = {}

    def add(self, tenant_id: str, name: str, group_id: str = "") -> str:
        """A new group; its id."""
        id_ = group_id or str(uuid.uuid4())
        self._names.setdefault(tenant_id, {})[id_] = name
        self.revision += 1
        return id_

    def of(self, tenant_id: str) -> dict[str, str]:
        """An organisation's groups: id → name."""
        return self._names.get(tenant_id, {})

    def dump(self) -> dict[str, dict[str, str]]:
        """What a state file keeps."""
        return self._names

    def load(self, stored: dict[str, Any]) -> None:
        """The inverse of `dump`."""
        self._names = stored
        self.revision += 1


def made_up_id(seed: int, name: str) -> str:
    """The same seed gives a group the same id."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"group {seed} {name}"))


def join(ledger: Ledger, contact: Contact, group: Membership) -> Contact:
    """Put a contact into a group; its time of change stays."""
    return _with(ledger, contact, (*(g for g in contact.groups if g.group_id != group.group_id), group))


def leave(ledger: Ledger, contact: Contact, group_id: str) -> Contact:
    """Take a contact out of a group."""
    return _with(ledger, contact, tuple(group for group in contact.groups if group.group_id != group_id))


def members(ledger: Ledger, group_id: str) -> list[Contact]:
    """The contacts of a group that are not archived, by name."""
    found = [c for c in ledger if c.is_active and any(group.group_id == group_id for group in c.groups)]
    return sorted(found, key=lambda contact: contact.name)


def _with(ledger: Ledger, contact: Contact, groups: tuple[Membership, ...]) -> Contact:
    saved = replace(contact, groups=groups)
    ledger.put(saved)
    return saved
