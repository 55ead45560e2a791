"""One contact as the simulated Xero keeps it. Immutable: an edit makes a new one.

`bare` marks a contact that was never given details (from a bulk import in Xero): its phones and addresses are
answered with their type only.
"""

import unicodedata
from dataclasses import dataclass, fields, replace
from typing import Any, NamedTuple

ACTIVE, ARCHIVED, ERASED = "ACTIVE", "ARCHIVED", "GDPRREQUEST"
PHONE_TYPES = ("DEFAULT", "DDI", "FAX", "MOBILE")
ADDRESS_TYPES = ("STREET", "POBOX")
DEFAULTS = (
    "AccountsReceivableTaxType", "AccountsPayableTaxType", "DefaultCurrency", "XeroNetworkKey",
    "SalesDefaultAccountCode", "PurchasesDefaultAccountCode",
)  # fmt: skip


class Phone(NamedTuple):
    """A telephone number in Xero's three parts."""

    number: str = ""
    area: str = ""
    country: str = ""


class Address(NamedTuple):
    """A postal address; at most four lines."""

    line1: str = ""
    line2: str = ""
    line3: str = ""
    line4: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""
    attention: str = ""


class Person(NamedTuple):
    """One of up to five people named on a contact."""

    first_name: str = ""
    last_name: str = ""
    email: str = ""
    in_emails: bool = False


class Membership(NamedTuple):
    """A contact group that a contact belongs to."""

    group_id: str
    name: str


NO_PHONE = Phone()
NO_ADDRESS = Address()
NO_PHONES = (NO_PHONE,) * len(PHONE_TYPES)
NO_ADDRESSES = (NO_ADDRESS,) * len(ADDRESS_TYPES)


@dataclass(frozen=True, slots=True)
class Contact:
    """`phones` and `addresses` are in the order of PHONE_TYPES and ADDRESS_TYPES; `updated` is in ms.

    `defaults` are the values that new invoices start with, by Xero's names, in the order of DEFAULTS.
    """

    id: str
    name: str
    updated: int
    status: str = ACTIVE
    number: str = ""
    account_number: str = ""
    first_name: str = ""
    last_name: str = ""
    company_number: str = ""
    email: str = ""
    bank_details: str = ""
    tax_number: str = ""
    tax_number_type: str = ""
    phones: tuple[Phone, ...] = NO_PHONES
    addresses: tuple[Address, ...] = NO_ADDRESSES
    persons: tuple[Person, ...] = ()
    is_supplier: bool = False
    is_customer: bool = False
    defaults: tuple[tuple[str, str], ...] = ()
    groups: tuple[Membership, ...] = ()
    merged_into: str = ""
    bare: bool = False

    @property
    def is_active(self) -> bool:
        """Whether Xero lists it and allows edits."""
        return self.status == ACTIVE

    def as_bare(self) -> "Contact":
        """The same contact as one that was never given details."""
        return replace(self, bare=True)


FIELDS = tuple(field.name for field in fields(Contact))


def fold(text: str) -> str:
    """The form in which Xero compares text in a filter: neither case nor accents count."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


def to_row(contact: Contact) -> dict[str, Any]:
    """A contact as a state file keeps it."""
    return {name: getattr(contact, name) for name in FIELDS}


def from_row(row: dict[str, Any]) -> Contact:
    """The inverse of `to_row`."""
    row["phones"] = tuple(Phone(*phone) for phone in row["phones"])
    row["addresses"] = tuple(Address(*address) for address in row["addresses"])
    row["persons"] = tuple(Person(*person) for person in row["persons"])
    row["defaults"] = tuple((key, value) for key, value in row.get("defaults", ()))
    row["groups"] = tuple(Membership(*group) for group in row.get("groups", ()))
    return Contact(**row)
