"""What a person does in Xero's own screens: create, change, archive, restore, merge, erase.

Restoring and merging exist only here; the API cannot do them. The rules on values are the API's.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from simulator import rules, writes
from simulator.contact import ACTIVE, ARCHIVED, ERASED, Contact
from simulator.ledger import Ledger
from simulator.writes import Refused

ROLES = {"IsCustomer", "IsSupplier"}


def create(ledger: Ledger, element: Mapping[str, Any], now: int) -> Contact:
    """A new contact; it may be made a customer or supplier at once. Raises: Refused."""
    return _with_roles(ledger, writes.create(ledger, element, now), element)


def change(ledger: Ledger, contact: Contact, element: Mapping[str, Any], now: int) -> Contact:
    """Change an active contact. Raises: Refused.

    A contact becomes a customer or supplier by an invoice; that does not count as a change of the contact.
    """
    fields = {key: value for key, value in element.items() if key not in ROLES and key != "ContactID"}
    saved = writes.update(ledger, contact, fields, now) if fields else contact
    return _with_roles(ledger, saved, element)


def archive(ledger: Ledger, contact: Contact, now: int) -> Contact:
    """Take an active contact off the lists. Raises: Refused."""
    return writes.update(ledger, contact, {"ContactStatus": ARCHIVED}, now)


def restore(ledger: Ledger, contact: Contact, now: int) -> Contact:
    """Bring an archived contact back, unless an active one owns its name. Raises: Refused."""
    if contact.status != ARCHIVED:
        raise Refused("Only an archived contact can be restored.")
    if ledger.active_named(contact.name):
        raise Refused(rules.name_taken(contact.name))
    return _put(ledger, replace(contact, status=ACTIVE, merged_into="", updated=writes.later(contact, now)))


def merge(ledger: Ledger, loser: Contact, survivor: Contact, now: int) -> Contact:
    """Merge a contact into another: it is archived and points there. Raises: Refused."""
    if loser.id == survivor.id or not (loser.is_active and survivor.is_active):
        raise Refused("Two different active contacts are needed to merge.")
    moment = loser.updated if ledger.quirks.quiet_merges else writes.later(loser, now)
    return _put(ledger, replace(loser, status=ARCHIVED, merged_into=survivor.id, updated=moment))


def erase(ledger: Ledger, contact: Contact, now: int) -> Contact:
    """Mark a contact as erased on request. It can never be edited again."""
    return _put(ledger, replace(contact, status=ERASED, updated=writes.later(contact, now)))


def _with_roles(ledger: Ledger, contact: Contact, element: Mapping[str, Any]) -> Contact:
    if not ROLES & element.keys():
        return contact
    is_customer = bool(element.get("IsCustomer", contact.is_customer))
    is_supplier = bool(element.get("IsSupplier", contact.is_supplier))
    return _put(ledger, replace(contact, is_customer=is_customer, is_supplier=is_supplier))


def _put(ledger: Ledger, contact: Contact) -> Contact:
    ledger.put(contact)
    return contact
