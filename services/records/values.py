"""Between table rows and the contact value: the one place that knows both."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlmodel import Session, select

from models.contact import ContactRow
from models.fields import ContactColumns
from models.xero_contact import XeroContactRow
from services.errors import MovedOn, NotFound
from services.reconcile.contact import Address, Contact, Field, Value
from services.reconcile.normalise import key
from services.records.listing import among

NO_LONGER_THERE = "A contact that is no longer there"
"""What reports call a contact that has been deleted meanwhile."""

Versions = tuple[int, int]
"""The versions of the practice's and of Xero's contact that a person was shown."""


def contact_of(row: Any) -> Contact:
    """The four synced fields of a row (or of a result row with the same column names)."""
    address = Address(row.street, row.city, row.region, row.postal_code, row.country)
    return Contact(row.name, row.email, row.phone, address)


def columns_of(contact: Contact) -> dict[str, str]:
    """A contact as column values, match keys included."""
    address = contact.address
    return {
        "name": contact.name,
        "email": contact.email,
        "phone": contact.phone,
        "street": address.street,
        "city": address.city,
        "region": address.region,
        "postal_code": address.postal_code,
        "country": address.country,
        "name_key": key(contact.name),
        "email_key": key(contact.email),
    }


def put(row: ContactColumns, contact: Contact) -> None:
    """Overwrite a row's four fields and match keys."""
    for column, value in columns_of(contact).items():
        setattr(row, column, value)


def put_values(row: ContactColumns, values: Mapping[Field, Value]) -> None:
    """Overwrite some of a row's fields."""
    put(row, contact_of(row).with_values(values))


def contact_row(session: Session, contact_id: str) -> ContactRow:
    """The row of a practice contact, also of an archived one. Raises: NotFound."""
    row = session.get(ContactRow, contact_id)
    if row is None:
        raise NotFound("This contact is not in the contact book.")
    return row


def name_of(session: Session, contact_id: str) -> str:
    """The name of a practice contact, for reports."""
    row = session.get(ContactRow, contact_id)
    return row.name if row else NO_LONGER_THERE


def contact_rows(session: Session, contact_ids: Sequence[str]) -> Sequence[ContactRow]:
    """Practice contacts, read at once."""
    return session.exec(select(ContactRow).where(among(ContactRow.id, contact_ids))).all()


def must_be_as_seen(contact: ContactRow | None, xero: XeroContactRow, seen: Versions | None) -> None:
    """Refuse what a person decided about two contacts if one of them has changed since. Raises: MovedOn."""
    if seen and contact and (contact.rev, xero.rev) != seen:
        raise MovedOn("One of the two has changed since it was shown. Check it, then try again.")
