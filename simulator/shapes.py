"""How Xero writes a contact as JSON: one shape for writes, one for lists, one for a single contact.

Key order, the two date forms, four phones and two addresses follow recorded answers of the real API.
Absent values are left out or "", never null.
"""

from collections.abc import Mapping
from typing import Any

from simulator.contact import ADDRESS_TYPES, PHONE_TYPES, Address, Contact, Membership, Person, Phone

NO_ID = "00000000-0000-0000-0000-000000000000"
GET_PHONES = ("DDI", "DEFAULT", "FAX", "MOBILE")
GET_ADDRESSES = ("POBOX", "STREET")
LINES = ("AddressLine1", "AddressLine2", "AddressLine3", "AddressLine4")
TAX_DEFAULTS = ("AccountsReceivableTaxType", "AccountsPayableTaxType")
ACCOUNT_DEFAULTS = ("SalesDefaultAccountCode", "PurchasesDefaultAccountCode")
OPTIONAL = (
    ("FirstName", "first_name"),
    ("LastName", "last_name"),
    ("CompanyNumber", "company_number"),
)

ECHOED = (
    "ContactNumber", "AccountNumber", "ContactStatus", "Name", "FirstName", "LastName", "EmailAddress",
)  # fmt: skip

Json = dict[str, Any]


def xero_date(ms: int) -> str:
    """A moment as Xero writes it inside records."""
    return f"/Date({ms}+0000)/"


def envelope(provider: str, ms: int, request_id: str) -> Json:
    """What every successful answer begins with."""
    return {"Id": request_id, "Status": "OK", "ProviderName": provider, "DateTimeUTC": f"/Date({ms})/"}


def written(contact: Contact) -> Json:
    """The answer to a PUT or POST."""
    return {
        **_head(contact),
        "Addresses": [_address(contact, kind) for kind in ADDRESS_TYPES],
        "Phones": [_phone(contact, kind) for kind in PHONE_TYPES],
        **_tail(contact),
        "SalesTrackingCategories": [],
        "PurchasesTrackingCategories": [],
        "ContactPersons": [_person(person) for person in contact.persons],
        "HasValidationErrors": False,
    }


def listed(contact: Contact) -> Json:
    """A row of a paged list, with everything a list holds."""
    merged = {"MergedToContactID": contact.merged_into} if contact.merged_into else {}
    return {
        **_head(contact),
        "Addresses": [_address(contact, kind) for kind in GET_ADDRESSES],
        "Phones": [_phone(contact, kind) for kind in GET_PHONES],
        **_tail(contact),
        **merged,
        "ContactPersons": [_person(person) for person in contact.persons],
        "HasAttachments": False,
        "HasValidationErrors": False,
    }


def listed_unpaged(contact: Contact) -> Json:
    """A row of a list asked for without `page`: a subset of the fields."""
    row = listed(contact)
    row.pop("MergedToContactID", None)
    return {**row, "ContactPersons": []}


def summary(contact: Contact) -> Json:
    """A row of a list with summaryOnly."""
    dropped = ("Addresses", "ContactGroups", "ContactPersons", "IsCustomer", "IsSupplier", *ACCOUNT_DEFAULTS)
    return {key: value for key, value in listed(contact).items() if key not in dropped}


def single(contact: Contact) -> Json:
    """The answer to GET /Contacts/{id}."""
    row = listed(contact)
    return {**row, "Attachments": row.pop("Attachments", [])}


def refused(sent: Mapping[str, Any], messages: list[str], contact_id: str = NO_ID) -> Json:
    """An element that was not saved, as a summarised 400 shows it: what was sent, and why not."""
    echo = {key: sent[key] for key in ECHOED if sent.get(key)}
    return {
        "ContactID": contact_id,
        **echo,
        "Addresses": _checked(sent.get("Addresses")),
        "Phones": _checked(sent.get("Phones")),
        "ContactGroups": [],
        "ContactPersons": _checked(sent.get("ContactPersons")),
        "HasValidationErrors": True,
        "ValidationErrors": [{"Message": message} for message in messages],
    }


def refused_in_batch(sent: Mapping[str, Any], messages: list[str], contact_id: str = NO_ID) -> Json:
    """An element that was not saved, as a 200 with summarizeErrors=false shows it."""
    name = {"Name": sent["Name"]} if sent.get("Name") else {}
    return {
        "ContactID": contact_id,
        "ContactStatus": sent.get("ContactStatus") or "ACTIVE",
        **name,
        "Addresses": [],
        "Phones": [],
        "ContactGroups": [],
        "ContactPersons": [],
        "HasValidationErrors": True,
        "StatusAttributeString": "ERROR",
        "ValidationErrors": [{"Message": message} for message in messages],
    }


def _checked(items: Any) -> list[Json]:
    if not isinstance(items, list):
        return []
    return [{**_without_nulls(item), "ValidationErrors": []} for item in items if isinstance(item, dict)]


def _without_nulls(item: Json) -> Json:
    return {key: value for key, value in item.items() if value is not None}


def _head(contact: Contact) -> Json:
    head: Json = {"ContactID": contact.id}
    if contact.number:
        head["ContactNumber"] = contact.number
    if contact.account_number:
        head["AccountNumber"] = contact.account_number
    head |= {"ContactStatus": contact.status, "Name": contact.name}
    for key, attribute in OPTIONAL:
        if value := getattr(contact, attribute):
            head[key] = value
    head |= {"EmailAddress": contact.email, "BankAccountDetails": contact.bank_details}
    if contact.tax_number:
        head["TaxNumber"] = contact.tax_number
    if contact.tax_number_type:
        head["TaxNumberType"] = contact.tax_number_type
    head.update(pair for pair in contact.defaults if pair[0] in TAX_DEFAULTS)
    return head


def _tail(contact: Contact) -> Json:
    return {
        "UpdatedDateUTC": xero_date(contact.updated),
        "ContactGroups": [_group(group) for group in contact.groups],
        "IsSupplier": contact.is_supplier,
        "IsCustomer": contact.is_customer,
        **{key: value for key, value in contact.defaults if key not in TAX_DEFAULTS},
    }


def _group(group: Membership) -> Json:
    return {"ContactGroupID": group.group_id, "Name": group.name, "Status": "ACTIVE", "Contacts": []}


def _phone(contact: Contact, kind: str) -> Json:
    phone: Phone = contact.phones[PHONE_TYPES.index(kind)]
    if contact.bare and not any(phone):
        return {"PhoneType": kind}
    return {
        "PhoneType": kind,
        "PhoneNumber": phone.number,
        "PhoneAreaCode": phone.area,
        "PhoneCountryCode": phone.country,
    }


def _address(contact: Contact, kind: str) -> Json:
    address: Address = contact.addresses[ADDRESS_TYPES.index(kind)]
    shape: Json = {"AddressType": kind}
    if contact.bare and not any(address):
        return shape
    shape |= {line: value for line, value in zip(LINES, address[:4], strict=True) if value}
    shape |= {
        "City": address.city,
        "Region": address.region,
        "PostalCode": address.postal_code,
        "Country": address.country,
    }
    if any(address[:4]) or address.attention:
        shape["AttentionTo"] = address.attention
    return shape


def _person(person: Person) -> Json:
    return {
        "FirstName": person.first_name,
        "LastName": person.last_name,
        "EmailAddress": person.email,
        "IncludeInEmails": person.in_emails,
    }
