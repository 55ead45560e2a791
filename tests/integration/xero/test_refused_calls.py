"""Refusals: told of the contact that they are about, and of none if they are about none."""

import json
from typing import Any

import pytest

from services.errors import Uncertain
from services.gateways.store import Change, Draft
from services.gateways.xero.store import XeroStore
from services.reconcile.contact import Contact, Field
from tests.integration.xero.conftest import Xero

CONTACTS = "/Contacts"
NO_ID = "00000000-0000-0000-0000-000000000000"
NAMES = ("Ada Archer", "Ben Baker")


def refused(about: str, **told: str) -> dict[str, Any]:
    return {**told, "HasValidationErrors": True, "ValidationErrors": [{"Message": f"About {about}."}]}


def answering(xero: Xero, method: str, *contacts: dict[str, Any]) -> None:
    """Answer the next write with these contacts."""
    xero.fail(CONTACTS, "status", method=method, status=200, body=json.dumps({"Contacts": contacts}))


def changes(xero: Xero) -> list[Change]:
    return [Change(xero.add(name), {Field.EMAIL: "new@client.example"}) for name in NAMES]


def drafts() -> list[Draft]:
    return [Draft(Contact(name), f"ours-{name}") for name in NAMES]


def test_refused_changes_are_told_of_the_contacts_that_they_name(xero: Xero, store: XeroStore) -> None:
    ada, ben = changes(xero)
    answering(xero, "POST", refused("Ada", ContactID=ada.id), refused("Ben", ContactID=NO_ID))
    assert [str(outcome) for outcome in store.update([ada, ben])] == ["About Ada.", "About Ben."]


def test_refused_changes_in_another_order_than_they_were_sent_in_are_told_of_nobody(
    xero: Xero, store: XeroStore
) -> None:
    ada, ben = changes(xero)
    for write in (lambda: store.update([ada, ben]), lambda: store.archive([ada.id, ben.id])):
        answering(xero, "POST", refused("Ben", ContactID=ben.id), refused("Ada", ContactID=ada.id))
        with pytest.raises(Uncertain):
            write()


def test_refused_creations_in_another_order_than_they_were_sent_in_are_told_of_nobody(
    xero: Xero, store: XeroStore
) -> None:
    ada, ben = drafts()
    answering(xero, "PUT", *(refused("one", ContactNumber=draft.number) for draft in (ben, ada)))
    with pytest.raises(Uncertain):
        store.create([ada, ben], "key")


def test_refused_creations_need_not_tell_their_numbers(xero: Xero, store: XeroStore) -> None:
    answering(xero, "PUT", *(refused(name, ContactID=NO_ID) for name in NAMES))
    assert [str(outcome) for outcome in store.create(drafts(), "key")] == ["About Ada Archer.", "About Ben Baker."]
