"""Entries of the activity log, with what was before and after."""

from collections.abc import Mapping
from typing import Any

from pages.components import table
from services.access import SYSTEM
from services.reconcile.contact import LABELS, Address, Field

SETUP = {
    "type_filter": "Contact type filter",
    "include_neither": "Neither customer nor supplier",
    "no_match_policy": "Contacts that match none",
    "locale": "Region",
}
ANSWERS = {
    "suppliers_customers": "Suppliers and customers",
    "customers": "Customers only",
    "all": "All contacts",
    "create": "Create here",
    "hold": "Hold for review",
}


def actor(username: str) -> str:
    """Who did something, in words."""
    return "The sync" if username == SYSTEM.username else username


def values(before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """A small table of the values that changed."""
    names = list(dict.fromkeys([*before, *after]))
    rows = [{"Field": label(n), "Before": _one(n, before.get(n)), "After": _one(n, after.get(n))} for n in names]
    table.small(rows, "Values before and after")


def label(name: str) -> str:
    """The words for a field, synced or not."""
    return LABELS[Field(name)] if name in set(Field) else SETUP.get(name, name.replace("_", " ").capitalize())


def shown(value: Any) -> str:
    """A value of the log as text; an address on one line."""
    if isinstance(value, dict) and set(value) <= set(Address.__dataclass_fields__):
        return str(Address(**value))
    if isinstance(value, dict):
        return ", ".join(f"{label(str(key))}: {_one(str(key), one)}" for key, one in value.items())
    if isinstance(value, list):
        return ", ".join(shown(one) for one in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _one(name: str, value: Any) -> str:
    """The value of one field; answers to the set-up in the words of its questions."""
    return ANSWERS.get(value, shown(value)) if name in SETUP and isinstance(value, str) else shown(value)
