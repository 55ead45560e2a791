"""Between Xero's JSON and our records.

Reading tolerates anything: a value of an unexpected kind is a blank, never a failed page. Xero leaves
out what is absent, orders phones and addresses as it likes and may add new kinds of them.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from models.base import Json
from services.gateways.store import Change, Draft, Record, Status
from services.gateways.xero.phones import PhoneParts, join, split
from services.reconcile.contact import Address, Contact, Field

STATUSES = {"ARCHIVED": Status.ARCHIVED, "GDPRREQUEST": Status.ERASED}
LINES = ("AddressLine1", "AddressLine2", "AddressLine3", "AddressLine4")
PLACE = {"city": "City", "region": "Region", "postal_code": "PostalCode", "country": "Country"}
PRIMARY_PHONE = "DEFAULT"
BILLING_ADDRESS = "POBOX"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DATE = re.compile(r"/Date\((-?\d{1,15})(?:[+-]\d{4})?\)/")


def record_of(raw: Json) -> Record | None:
    """A contact as Xero sent it, or None if it has no id."""
    contact_id = text(raw, "ContactID")
    if not contact_id:
        return None
    return Record(
        id=contact_id,
        contact=contact_of(raw),
        status=STATUSES.get(text(raw, "ContactStatus"), Status.ACTIVE),
        is_customer=raw.get("IsCustomer") is True,
        is_supplier=raw.get("IsSupplier") is True,
        is_person=_is_person(raw),
        number=text(raw, "ContactNumber"),
        registration=", ".join(filter(None, (text(raw, "CompanyNumber"), text(raw, "TaxNumber")))),
        merged_into=text(raw, "MergedToContactID") or None,
        updated_at=moment(raw.get("UpdatedDateUTC")),
        source=raw,
    )


def contact_of(raw: Json) -> Contact:
    """The four synced fields: the DEFAULT phone is the primary one, the POBOX address the billing one."""
    phone = _typed(raw, "Phones", "PhoneType", PRIMARY_PHONE)
    parts = (text(phone, name) for name in ("PhoneCountryCode", "PhoneAreaCode", "PhoneNumber"))
    return Contact(text(raw, "Name"), text(raw, "EmailAddress"), join(PhoneParts(*parts)), _address_of(raw))


def new_contact(draft: Draft) -> Json:
    """The body that creates a contact; blanks are left out."""
    contact = draft.contact
    body: Json = {"Name": contact.name, "EmailAddress": contact.email, "ContactNumber": draft.number}
    if draft.is_person:
        first, _, last = contact.name.strip().rpartition(" ")
        body |= {"FirstName": first.strip() or last, "LastName": last if first else ""}
    body = {name: value for name, value in body.items() if value}
    if contact.phone:
        body["Phones"] = [_phone_body(contact.phone)]
    if contact.address:
        body["Addresses"] = [_address_body(contact.address)]
    return body


def changed_contact(change: Change, current: Json) -> Json:
    """The body that overwrites the named fields and nothing else; "" clears one.

    `current` is the contact as Xero holds it now: its other phones and addresses are sent back as they
    are, because Xero replaces lists as a whole.
    """
    body: Json = {"ContactID": change.id}
    for field, value in change.values.items():
        if isinstance(value, Address):
            billing = _address_body(value) | _attention(current)
            body["Addresses"] = [billing, *_others(current, "Addresses", "AddressType", BILLING_ADDRESS)]
        elif field is Field.PHONE:
            body["Phones"] = [_phone_body(value), *_others(current, "Phones", "PhoneType", PRIMARY_PHONE)]
        else:
            body["Name" if field is Field.NAME else "EmailAddress"] = value
    return body


def moment(stamp: object) -> datetime | None:
    """A time such as `/Date(1789378193493+0000)/`: milliseconds, always UTC whatever the suffix says."""
    found = DATE.fullmatch(stamp) if isinstance(stamp, str) else None
    try:
        return EPOCH + timedelta(milliseconds=int(found[1])) if found else None
    except OverflowError:
        return None


def text(raw: Mapping[str, Any], name: str) -> str:
    """A text value, or "" for anything else; a lone surrogate, which cannot be stored, becomes a question mark."""
    value = raw.get(name)
    return value.encode(errors="replace").decode() if isinstance(value, str) else ""


def elements(raw: Mapping[str, Any], name: str) -> list[Json]:
    """A list of objects; whatever is not an object is skipped."""
    found = raw.get(name)
    return [element for element in found if isinstance(element, dict)] if isinstance(found, list) else []


def _is_person(raw: Json) -> bool:
    """Xero does not say. A guess: the contact is named exactly as its first and last name together.

    A first name alone is no sign, since organisations carry those of their main contact person.
    """
    names = sorted(f"{text(raw, 'FirstName')} {text(raw, 'LastName')}".casefold().split())
    return bool(names) and names == sorted(text(raw, "Name").casefold().replace(",", " ").split())


def _address_of(raw: Json) -> Address:
    found = _typed(raw, "Addresses", "AddressType", BILLING_ADDRESS)
    street = "\n".join(line for name in LINES if (line := text(found, name)))
    return Address(street, **{part: text(found, name) for part, name in PLACE.items()})


def _phone_body(phone: str) -> Json:
    parts = split(phone)
    return {
        "PhoneType": PRIMARY_PHONE,
        "PhoneNumber": parts.number,
        "PhoneAreaCode": parts.area,
        "PhoneCountryCode": parts.country,
    }


def _address_body(address: Address) -> Json:
    lines = [line.strip() for line in address.street.splitlines() if line.strip()]
    lines = [*lines[:3], ", ".join(lines[3:])] + [""] * 4
    place = {name: getattr(address, part) for part, name in PLACE.items()}
    return {"AddressType": BILLING_ADDRESS, **dict(zip(LINES, lines, strict=False)), **place}


def _typed(raw: Json, name: str, kind: str, wanted: str) -> Json:
    return next((element for element in elements(raw, name) if element.get(kind) == wanted), {})


def _others(raw: Json, name: str, kind: str, replaced: str) -> Sequence[Json]:
    """The entries of other kinds that are not blank, with their texts as they are."""
    others = (element for element in elements(raw, name) if element.get(kind) != replaced)
    kept = ({key: value for key, value in other.items() if isinstance(value, str)} for other in others)
    return [other for other in kept if any(value for key, value in other.items() if key != kind)]


def _attention(raw: Json) -> Json:
    name = text(_typed(raw, "Addresses", "AddressType", BILLING_ADDRESS), "AttentionTo")
    return {"AttentionTo": name} if name else {}
