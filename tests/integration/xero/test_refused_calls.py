"""Refusals: told of the contact that they are about, and of none if they are about none."""

import json
from typing import Any

import pytest

from services.errors import Invalid, NameTaken, Unavailable, Uncertain, Unexplained
from services.gateways.store import Change, Draft, Outcome, Record
from services.gateways.xero.store import XeroStore
from services.reconcile.contact import Contact, Field
from tests.integration.xero.conftest import Xero

CONTACTS = "/Contacts"
NO_ID = "00000000-0000-0000-0000-000000000000"
HTML = "<html><body>400 Bad Request</body></html>"
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


@pytest.mark.parametrize("method", ["POST", "PUT"])
@pytest.mark.parametrize("body", [HTML, "", '{"Message": "Bad Request"}'])
def test_a_refusal_that_is_not_xeros_own_is_no_verdict_on_any_contact(
    xero: Xero, store: XeroStore, method: str, body: str
) -> None:
    wanted = changes(xero) if method == "POST" else []

    def write(number: int) -> list[Outcome]:
        return store.update(wanted[:number]) if wanted else store.create(drafts()[:number], "key")

    xero.fail(CONTACTS, "status", method=method, status=400, body=body, times=2)
    assert [type(outcome) for outcome in write(1)] == [Unavailable]
    with pytest.raises(Unexplained):
        write(2)
    assert all(isinstance(outcome, Record) for outcome in write(2))


def test_a_taken_name_is_found_although_something_else_refused_the_call(xero: Xero, store: XeroStore) -> None:
    xero.add("Ada Archer")
    xero.fail(CONTACTS, "status", method="PUT", status=400, body=HTML)
    [ada] = store.create(drafts()[:1], "key")
    assert type(ada) is NameTaken


def test_what_xero_says_of_the_whole_call_is_told(xero: Xero, store: XeroStore) -> None:
    said = json.dumps({"ErrorNumber": 17, "Type": "PostDataInvalidException", "Message": "JSON is invalid."})
    xero.fail(CONTACTS, "status", method="PUT", status=400, body=said)
    [outcome] = store.create(drafts()[:1], "key")
    assert (type(outcome), str(outcome)) == (Invalid, "JSON is invalid.")
