"""Saving contacts as Xero saves them: creating, partial updates, and the trap of POST without an id.

A field that is left out (or null) keeps its value; "" clears it. Phones and addresses are merged by type,
contact persons are replaced as a list. POST without a ContactID finds the contact by number or name and
overwrites it: that is how Xero works, and why a careful client creates with PUT.
"""

import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from simulator import rules
from simulator.contact import ADDRESS_TYPES, DEFAULTS, PHONE_TYPES, Address, Contact, Person, Phone
from simulator.ledger import Ledger
from simulator.shapes import LINES

Element = Mapping[str, Any]
TEXTS = {
    "Name": "name", "ContactNumber": "number", "AccountNumber": "account_number", "FirstName": "first_name",
    "LastName": "last_name", "CompanyNumber": "company_number", "EmailAddress": "email",
    "BankAccountDetails": "bank_details", "TaxNumber": "tax_number",
    "TaxNumberType": "tax_number_type",
}  # fmt: skip
PHONE_PARTS = ("PhoneNumber", "PhoneAreaCode", "PhoneCountryCode")
ADDRESS_PARTS = (*LINES, "City", "Region", "PostalCode", "Country", "AttentionTo")


class Refused(Exception):
    """Xero will not save this contact, for these reasons."""

    def __init__(self, *messages: str) -> None:
        self.messages = list(messages)
        super().__init__(" ".join(messages))


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of one sent contact: saved, or refused with messages."""

    sent: Element
    contact: Contact | None
    messages: list[str]

    @property
    def saved(self) -> bool:
        """Whether Xero holds it now."""
        return not self.messages


def elements_of(body: bytes, key: str) -> list[dict[str, Any]] | None:
    """What a request sends: {key: [...]} in any letter case, a bare list, or one element; None if none of these."""
    try:
        sent = json.loads(body)
        json.dumps(sent, ensure_ascii=False).encode()  # half a surrogate pair is not text
    except (ValueError, RecursionError):
        return None
    if isinstance(sent, dict):
        wrapped = [value for name, value in sent.items() if name.lower() == key.lower()]
        sent = wrapped[0] if wrapped else [sent]
    valid = isinstance(sent, list) and bool(sent) and all(isinstance(item, dict) for item in sent)
    return sent if valid else None


Save = Callable[[Ledger, Element, int], Contact]


def create(ledger: Ledger, element: Element, now: int) -> Contact:
    """PUT: a new contact. Raises: Refused, also when the name or number is taken."""
    if not str(element.get("Name") or "").strip():
        raise Refused(rules.EMPTY_NAME)
    if ledger.get(text(element, "ContactID")):
        raise Refused("A contact with the specified ContactID already exists.")
    contact = Contact(id=str(uuid.uuid4()), name="", updated=now - 1)
    return _save(ledger, contact, element, now)


def update(ledger: Ledger, contact: Contact, element: Element, now: int) -> Contact:
    """Overwrite what `element` names. Raises: Refused, also for any edit of an archived contact."""
    if not contact.is_active:
        raise Refused(rules.ARCHIVED_EDIT)
    return _save(ledger, contact, element, now)


def create_or_update(ledger: Ledger, element: Element, now: int) -> Contact:
    """POST: by ContactID, else by number, else by name; a new contact only when nothing matches.

    Raises: Refused.
    """
    if contact_id := text(element, "ContactID"):
        found = ledger.get(contact_id)
        if found is None:
            raise Refused(rules.UNKNOWN_ID)
        return update(ledger, found, element, now)
    numbered = ledger.numbered(text(element, "ContactNumber")) if element.get("ContactNumber") else []
    matches = numbered or ledger.active_named(text(element, "Name"))
    return update(ledger, matches[0], element, now) if matches else create(ledger, element, now)


def save_each(ledger: Ledger, elements: Sequence[Element], save: Save, now: int) -> list[Outcome]:
    """Save one by one, in the order sent; a refused one does not stop the others."""
    return [_attempt(ledger, element, save, now) for element in elements]


def save_all_or_none(ledger: Ledger, elements: Sequence[Element], save: Save, now: int) -> list[Outcome]:
    """Save all, or none if any is refused."""
    with ledger.undoable() as undo:
        outcomes = save_each(ledger, elements, save, now)
        if not all(outcome.saved for outcome in outcomes):
            undo()
    return outcomes


def text(element: Element, key: str) -> str:
    """A sent value as text; "" if it is missing or null."""
    value = element.get(key)
    return "" if value is None else str(value)


def _attempt(ledger: Ledger, element: Element, save: Save, now: int) -> Outcome:
    try:
        return Outcome(element, save(ledger, element, now), [])
    except Refused as refusal:
        return Outcome(element, None, refusal.messages)


def later(contact: Contact, now: int) -> int:
    """The time of a contact's next version: no two versions have the same, and it never goes back."""
    return max(now, contact.updated + 1)


def _save(ledger: Ledger, contact: Contact, element: Element, now: int) -> Contact:
    messages = [*rules.problems(element, ledger.quirks), *_taken(ledger, contact, element)]
    if messages:
        raise Refused(*messages)
    saved = replace(merged(contact, element), updated=later(contact, now))
    ledger.put(saved)
    return saved


def _taken(ledger: Ledger, contact: Contact, element: Element) -> list[str]:
    name, number = text(element, "Name"), text(element, "ContactNumber")
    messages = []
    if name and any(other.id != contact.id for other in ledger.active_named(name)):
        messages.append(rules.name_taken(name))
    if number and any(other.id != contact.id for other in ledger.numbered(number)):
        messages.append(rules.NUMBER_TAKEN)
    return messages


def merged(contact: Contact, element: Element) -> Contact:
    """The contact with what was sent applied to it; rules are not checked."""
    changes: dict[str, Any] = {
        attribute: str(element[key]) for key, attribute in TEXTS.items() if element.get(key) is not None
    }
    if status := text(element, "ContactStatus"):
        changes["status"] = status
    if isinstance(element.get("ContactPersons"), list):
        changes["persons"] = tuple(_person(person) for person in rules.items(element, "ContactPersons"))
    phones, addresses = list(contact.phones), list(contact.addresses)
    for phone in rules.items(element, "Phones"):
        if (kind := text(phone, "PhoneType")) in PHONE_TYPES:
            at = PHONE_TYPES.index(kind)
            phones[at] = Phone(*_laid_over(phones[at], phone, PHONE_PARTS))
    for address in rules.items(element, "Addresses"):
        at = ADDRESS_TYPES.index(text(address, "AddressType"))
        addresses[at] = Address(*_laid_over(addresses[at], address, ADDRESS_PARTS))
    changes["defaults"] = _defaults(contact, element)
    return replace(contact, **changes, phones=tuple(phones), addresses=tuple(addresses), bare=False)


def _defaults(contact: Contact, element: Element) -> tuple[tuple[str, str], ...]:
    known = dict(contact.defaults)
    known |= {key: str(element[key]) for key in DEFAULTS if element.get(key) is not None}
    return tuple((key, known[key]) for key in DEFAULTS if known.get(key))


def _laid_over(old: tuple[str, ...], sent: Element, keys: tuple[str, ...]) -> list[str]:
    return [value if sent.get(key) is None else str(sent[key]) for key, value in zip(keys, old, strict=True)]


def _person(sent: Element) -> Person:
    return Person(
        text(sent, "FirstName"),
        text(sent, "LastName"),
        text(sent, "EmailAddress"),
        str(sent.get("IncludeInEmails")).lower() == "true",
    )
