"""Contacts from a file in the columns of Xero's own contacts export, to try the program on a real client list.

The columns are those of Xero's export and import template. They may come in any order; a leading * (Xero's
mark of a required column), letter case and columns not named here are ignored.
"""

import csv
import io
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from simulator import rules
from simulator.contact import NO_ADDRESSES, NO_PHONES, Contact
from simulator.writes import merged

NAME = "contactname"
TEXTS = {
    "contactname": "Name", "accountnumber": "AccountNumber", "emailaddress": "EmailAddress",
    "firstname": "FirstName", "lastname": "LastName", "bankaccountnumber": "BankAccountDetails",
    "taxnumber": "TaxNumber", "companynumber": "CompanyNumber",
}  # fmt: skip
ADDRESSES = {"po": "POBOX", "sa": "STREET"}
ADDRESS_PARTS = {
    "attentionto": "AttentionTo", "addressline1": "AddressLine1", "addressline2": "AddressLine2",
    "addressline3": "AddressLine3", "addressline4": "AddressLine4", "city": "City", "region": "Region",
    "postalcode": "PostalCode", "country": "Country",
}  # fmt: skip
PHONES = {"phonenumber": "DEFAULT", "faxnumber": "FAX", "mobilenumber": "MOBILE", "ddinumber": "DDI"}
PERSON_PARTS = {
    "firstname": "FirstName", "lastname": "LastName", "email": "EmailAddress",
    "includeinemail": "IncludeInEmails", "includeinemails": "IncludeInEmails",
}  # fmt: skip
PERSONS = range(1, rules.MAX_PERSONS + 1)
ROLES = {
    "customer": (True, False), "supplier": (False, True), "both": (True, True), "neither": (False, False),
}  # fmt: skip
SHOWN = 20
Cells = Mapping[str, str]


class BadFile(Exception):
    """The file cannot be used; the text has a line for each reason, with row and column if there is one."""


def read(path: Path, role: str, now: int) -> tuple[Contact, ...]:
    """The contacts of a file, with a `role` of ROLES, changed one second apart up to `now` (ms). Raises: BadFile."""
    header, rows = _table(path)
    problems = [problem for number, cells in rows for problem in _problems(header, number, cells)]
    if problems:
        more = [f"… and {len(problems) - SHOWN} more."] if len(problems) > SHOWN else []
        raise BadFile("\n".join([f"{path} has what Xero would not have:", *problems[:SHOWN], *more]))
    begin = now - len(rows) * 1000
    return tuple(_contact(number, cells, role, begin + number * 1000) for number, cells in rows)


def _table(path: Path) -> tuple[dict[str, str], list[tuple[int, dict[str, str]]]]:
    """Column key → the column's name as written; and each row's number and cells by key."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise BadFile(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise BadFile(f"{path} is not UTF-8. Export it from Xero again, or save it as CSV UTF-8.") from None
    try:
        first, *rest = csv.reader(io.StringIO(text), strict=True) if text.strip() else [[]]
    except csv.Error as error:
        raise BadFile(f"{path} is no CSV file: {error}.") from None
    keys = [name.strip().lstrip("*").lower() for name in first]
    if keys.count(NAME) != 1:
        raise BadFile(f"{path} has no column *ContactName in its first row.")
    rows = [(number, row) for number, row in enumerate(rest, start=2) if any(row)]
    uneven = [f"Row {number}: has {len(row)} columns instead of {len(keys)}." for number, row in rows
              if len(row) != len(keys)]  # fmt: skip
    if uneven:
        raise BadFile("\n".join([f"{path} has uneven rows:", *uneven[:SHOWN]]))
    cells = [(number, dict(zip(keys, map(str.strip, row), strict=True))) for number, row in rows]
    return dict(zip(keys, first, strict=True)), cells


def _problems(header: Mapping[str, str], number: int, cells: Cells) -> Iterator[str]:
    """Each rule of Xero that a row breaks, found column by column so that the column can be named."""
    for key, value in cells.items():
        element = _element({key: value})
        if value or key == NAME:
            yield from (f"Row {number}, {header[key]}: {problem}" for problem in rules.problems(element))


def _contact(number: int, cells: Cells, role: str, updated: int) -> Contact:
    id_ = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{number} {cells[NAME]}"))
    is_customer, is_supplier = ROLES[role]
    empty = Contact(id_, "", updated, is_customer=is_customer, is_supplier=is_supplier)
    contact = merged(empty, _element(cells))
    bare = contact.phones == NO_PHONES and contact.addresses == NO_ADDRESSES
    return contact.as_bare() if bare else contact


def _element(cells: Cells) -> dict[str, Any]:
    """A row as it would be sent to the API, without its blanks."""
    element: dict[str, Any] = {TEXTS[key]: value for key, value in cells.items() if key in TEXTS}
    element["Phones"] = [
        {"PhoneType": PHONES[key], **_phone(cells[key])} for key in cells.keys() & PHONES if cells[key]
    ]
    element["Addresses"] = [
        {"AddressType": kind, **parts}
        for prefix, kind in ADDRESSES.items()
        if (parts := _parts(cells, prefix, ADDRESS_PARTS))
    ]
    people = [_parts(cells, f"person{number}", PERSON_PARTS) for number in PERSONS]
    element["ContactPersons"] = [_person(parts) for parts in people if parts]
    return element


def _parts(cells: Cells, prefix: str, parts: Mapping[str, str]) -> dict[str, str]:
    return {name: value for key, name in parts.items() if (value := cells.get(prefix + key, ""))}


def _person(parts: Mapping[str, str]) -> dict[str, Any]:
    return {**parts, "IncludeInEmails": parts.get("IncludeInEmails", "").lower() in ("true", "yes", "1")}


def _phone(text: str) -> dict[str, str]:
    """Xero's file has country code, area code and number, separated by spaces; anything else is taken as the number."""
    country, area, number = ["", "", *text.split(" ", 2)][-3:]
    if len(country) > rules.PHONE_LENGTHS["PhoneCountryCode"] or len(area) > rules.PHONE_LENGTHS["PhoneAreaCode"]:
        return {"PhoneNumber": text}
    return {"PhoneNumber": number, "PhoneAreaCode": area, "PhoneCountryCode": country}
