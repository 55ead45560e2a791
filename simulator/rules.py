"""What Xero refuses to save in a contact, as data where it can be.

The lengths are the OpenAPI specification's, the rules on names Xero's documentation's. The wording of
most messages is not documented: a client must look at the structure of the answer, not at its prose.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from simulator.contact import ACTIVE, ADDRESS_TYPES, ARCHIVED, PHONE_TYPES
from simulator.quirks import USUAL, Quirks

CONTACT_LENGTHS = {
    "Name": 255, "FirstName": 255, "LastName": 255, "EmailAddress": 255, "ContactNumber": 50,
    "AccountNumber": 50, "CompanyNumber": 50, "TaxNumber": 50,
}  # fmt: skip
PHONE_LENGTHS = {"PhoneNumber": 50, "PhoneAreaCode": 10, "PhoneCountryCode": 20}
ADDRESS_LENGTHS = {
    "AddressLine1": 500, "AddressLine2": 500, "AddressLine3": 500, "AddressLine4": 500, "City": 255,
    "Region": 255, "PostalCode": 50, "Country": 50, "AttentionTo": 255,
}  # fmt: skip
PERSON_LENGTHS = {"FirstName": 255, "LastName": 255, "EmailAddress": 255}
LISTS = ("Phones", "Addresses", "ContactPersons")
MAX_PERSONS = 5
TAX_NUMBER_TYPES = ("SSN", "EIN", "ITIN", "ATIN")
COUNTRY = re.compile(r"[A-Za-z ]*")
EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")

EMPTY_NAME = "Contact name cannot be empty."
BAD_NAME = "The contact name contains invalid characters."
SPACED_NAME = "The contact name cannot have leading, trailing or repeated spaces."
BAD_EMAIL = "Email address must be valid."
ARCHIVED_EDIT = (
    "The specified contact details matched an archived contact. "
    "Archived contacts cannot currently be edited via the API."
)
UNKNOWN_ID = "No contact has the specified ContactID."
NUMBER_TAKEN = "Another contact has this contact number. Please enter a different contact number."


def name_taken(name: str) -> str:
    """The message of the real API, word for word."""
    return (
        f"The contact name {name} is already assigned to another contact. "
        "The contact name must be unique across all active contacts."
    )


def problems(element: Mapping[str, Any], quirks: Quirks = USUAL) -> list[str]:
    """Every rule that one sent contact breaks by itself. Fields that it omits stay as they are and break none."""
    return [*_contact(element), *_phones(element), *_addresses(element, quirks), *_persons(element)]


def _contact(element: Mapping[str, Any]) -> Iterator[str]:
    yield from _lengths(element, CONTACT_LENGTHS)
    if element.get("Name") is not None:
        yield from _name(str(element["Name"]))
    yield from _email(element)
    if element.get("ContactStatus") not in (None, "", ACTIVE, ARCHIVED):
        yield "The contact status is not valid."
    if element.get("TaxNumberType") not in (None, "", *TAX_NUMBER_TYPES):
        yield "The tax number type is not valid."
    for key in LISTS:
        if not isinstance(element.get(key) or [], list):
            yield f"{key} must be an array."


def _name(name: str) -> Iterator[str]:
    if not name.strip():
        yield EMPTY_NAME
    elif name != name.strip() or "  " in name:
        yield SPACED_NAME
    if "<" in name or ">" in name:
        yield BAD_NAME


def _email(element: Mapping[str, Any]) -> Iterator[str]:
    email = element.get("EmailAddress")
    if email and not EMAIL.fullmatch(str(email)):
        yield BAD_EMAIL


def _phones(element: Mapping[str, Any]) -> Iterator[str]:
    for phone in items(element, "Phones"):
        if phone.get("PhoneType") not in (*PHONE_TYPES, "OFFICE"):
            yield "The phone type is not valid."
        yield from _lengths(phone, PHONE_LENGTHS)


def _addresses(element: Mapping[str, Any], quirks: Quirks) -> Iterator[str]:
    for address in items(element, "Addresses"):
        if address.get("AddressType") not in ADDRESS_TYPES:
            yield "The address type is not valid."
        yield from _lengths(address, ADDRESS_LENGTHS)
        if quirks.country_letters and not COUNTRY.fullmatch(str(address.get("Country") or "")):
            yield "The country may hold letters only."


def _persons(element: Mapping[str, Any]) -> Iterator[str]:
    persons = items(element, "ContactPersons")
    if len(persons) > MAX_PERSONS:
        yield f"A contact can have at most {MAX_PERSONS} contact persons."
    for person in persons:
        yield from _lengths(person, PERSON_LENGTHS)
        yield from _email(person)


def items(element: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    """The objects of a list, or nothing where none was sent."""
    sent = element.get(key) or []
    return [item for item in sent if isinstance(item, Mapping)] if isinstance(sent, list) else []


def _lengths(element: Mapping[str, Any], limits: Mapping[str, int]) -> Iterator[str]:
    for key, limit in limits.items():
        if len(str(element.get(key) or "")) > limit:
            yield f"The field {key} must be a string with a maximum length of {limit}."
