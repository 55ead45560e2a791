"""The values of the activity log in words: for its page, a contact's timeline and the file for a spreadsheet."""

from collections.abc import Mapping
from typing import Any

from services.reconcile.contact import LABELS, Address, Field

SETUP = {
    "type_filter": "Contact-type filter",
    "include_neither": "Neither customer nor supplier",
    "no_match_policy": "Contacts that match none",
    "locale": "Region",
}
OTHERS = {"is_person": "A person", "registration": "Registration number"}
ANSWERS = {
    "suppliers_customers": "Suppliers and customers",
    "customers": "Customers only",
    "all": "All contacts",
    "create": "Create here",
    "hold": "Hold for review",
}


def field_label(name: str) -> str:
    """The words for a field, synced or not."""
    words = name.replace("_", " ").capitalize()
    return LABELS[Field(name)] if name in set(Field) else (SETUP | OTHERS).get(name, words)


def field_value(name: str, value: Any) -> str:
    """The value of one field; answers to the set-up in the words of its questions."""
    return ANSWERS.get(value, in_words(value)) if name in SETUP and isinstance(value, str) else in_words(value)


def in_words(value: Any) -> str:
    """A value of the log, or all values before or after, as text; an address on one line."""
    if isinstance(value, dict) and set(value) <= set(Address.__dataclass_fields__):
        return str(Address(**value))
    if isinstance(value, Mapping):
        return ", ".join(f"{field_label(str(key))}: {field_value(str(key), one)}" for key, one in value.items())
    if isinstance(value, list):
        return ", ".join(in_words(one) for one in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)
