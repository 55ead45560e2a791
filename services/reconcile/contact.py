"""The one shape of a contact that both sides are translated into: the four synced fields."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any


class Field(StrEnum):
    """The synced fields, in the order screens show them."""

    NAME = "name"
    EMAIL = "email"
    PHONE = "phone"
    ADDRESS = "address"

    @property
    def label(self) -> str:
        """The words a screen uses for this field."""
        return LABELS[self]


NAMELESS = "a contact without a name"
LABELS = {
    Field.NAME: "Contact name",
    Field.EMAIL: "Billing email",
    Field.PHONE: "Primary phone",
    Field.ADDRESS: "Billing address",
}


def within_a_sentence(fields: Iterable[Field]) -> str:
    """The words for one field or several: contact name, primary phone and billing address."""
    *others, last = (field.label.lower() for field in fields)
    return f"{', '.join(others)} and {last}" if others else last


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address. `street` holds up to four lines, separated by newlines."""

    street: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""

    def __bool__(self) -> bool:
        parts = (self.street, self.city, self.region, self.postal_code, self.country)
        return any(part.strip() for part in parts)

    def __str__(self) -> str:
        parts = (*self.street.splitlines(), self.city, self.region, self.postal_code, self.country)
        return ", ".join(part.strip() for part in parts if part.strip())


Value = str | Address


@dataclass(frozen=True, slots=True)
class Contact:
    """One person or organisation as either side knows it; a blank is "" or an empty Address."""

    name: str
    email: str = ""
    phone: str = ""
    address: Address = Address()

    def get(self, field: Field) -> Value:
        """The value of one synced field."""
        value: Value = getattr(self, field.value)
        return value

    def with_values(self, values: Mapping[Field, Value]) -> "Contact":
        """A copy in which some fields are replaced."""
        changes: dict[str, Any] = {field.value: value for field, value in values.items()}
        return replace(self, **changes)


@dataclass(frozen=True, slots=True)
class Agreed:
    """What each side said when they last agreed on one field; usually the same text twice.

    The sides may write one value differently (a phone with or without spaces), so each is
    compared with its own wording, and a difference in wording alone never travels.
    """

    practice: Value
    xero: Value


Base = Mapping[Field, Agreed]


def value_to_json(value: Value) -> Any:
    """A value as JSON can hold it: text, or an object for an address."""
    return asdict(value) if isinstance(value, Address) else value


def value_from_json(field: Field, stored: Any) -> Value:
    """The inverse of `value_to_json`."""
    return Address(**stored) if field is Field.ADDRESS else str(stored)


def contact_to_json(contact: Contact) -> dict[str, Any]:
    """A whole contact as a JSON object keyed by field."""
    return {field.value: value_to_json(contact.get(field)) for field in Field}


def base_to_json(base: Base) -> dict[str, Any]:
    """A base as JSON: field → [practice's wording, Xero's wording]."""
    return {f.value: [value_to_json(a.practice), value_to_json(a.xero)] for f, a in base.items()}


def base_from_json(stored: Mapping[str, Any]) -> dict[Field, Agreed]:
    """The inverse of `base_to_json`; fields without a base are absent."""
    return {
        field: Agreed(*(value_from_json(field, side) for side in stored[field.value]))
        for field in Field
        if field.value in stored
    }


def values_to_json(values: Mapping[Field, Value]) -> dict[str, Any]:
    """Some fields' values as a JSON object."""
    return {field.value: value_to_json(value) for field, value in values.items()}


def values_from_json(stored: Mapping[str, Any]) -> dict[Field, Value]:
    """The inverse of `values_to_json`."""
    return {field: value_from_json(field, stored[field.value]) for field in Field if field.value in stored}
