"""Writing to Xero: what is asked for happens once, and each contact is answered for by itself."""

import pytest

from services.errors import Gone, Invalid, NameTaken, Rejected, Unavailable, Uncertain
from services.gateways.store import Change, Draft, Outcome, Record, Status
from services.gateways.xero.store import XeroStore
from services.reconcile.contact import Address, Contact, Field
from tests.integration.xero.conftest import Xero

CONTACTS = "/Contacts"
ACME = Contact(
    "Acme Ltd",
    "billing@acme.example",
    "+61 2 9999 9999",
    Address("PO Box 1\nLevel 2", "Sydney", "NSW", "2000", "Australia"),
)
MISSING = "00000000-0000-4000-8000-000000000000"


def draft(name: str, number: str, **values: str) -> Draft:
    return Draft(Contact(name, **values), number)


def records(outcomes: list[Outcome]) -> list[Record]:
    assert all(isinstance(outcome, Record) for outcome in outcomes)
    return [outcome for outcome in outcomes if isinstance(outcome, Record)]


def kinds(outcomes: list[Outcome]) -> list[type]:
    return [type(outcome) for outcome in outcomes]


def test_a_created_contact_reads_back_as_it_was_sent(xero: Xero, store: XeroStore) -> None:
    (created,) = records(store.create([Draft(ACME, "ours-1")], "key"))
    assert (created.contact, created.number, created.status) == (ACME, "ours-1", Status.ACTIVE)
    assert [record.contact for record in store.by_ids([created.id])] == [ACME]


def test_creating_many_takes_one_call_and_keeps_their_order(xero: Xero, store: XeroStore) -> None:
    created = records(store.create([draft(f"Client {n}", f"ours-{n}") for n in range(50)], "key"))
    assert [record.contact.name for record in created] == [f"Client {n}" for n in range(50)]
    assert [call["method"] for call in xero.calls(CONTACTS)] == ["PUT"]


def test_nothing_to_write_takes_no_call(xero: Xero, store: XeroStore) -> None:
    assert (store.create([], "key"), store.update([]), store.archive([])) == ([], [], [])
    assert xero.calls() == []


def test_a_bad_contact_spoils_none_of_the_others(xero: Xero, store: XeroStore) -> None:
    xero.add("Taken Ltd")
    drafts = [draft("Good", "ours-1"), draft("taken LTD", "ours-2"), draft("Bad", "ours-3", email="not an email")]
    outcomes = store.create([*drafts, draft("Good too", "ours-4")], "key")
    assert kinds(outcomes) == [Record, NameTaken, Invalid, Record]
    assert "Taken" not in str(outcomes[1])
    assert str(outcomes[2])


@pytest.mark.parametrize("name", ['The "Best" Café', "Back\\slash Ltd"])
def test_a_taken_name_is_recognised_whatever_letters_it_has(xero: Xero, store: XeroStore, name: str) -> None:
    xero.add(name)
    assert kinds(store.create([draft(name, "ours-1")], "key")) == [NameTaken]


def test_who_has_a_name_without_the_accents_is_not_blamed_for_another_refusal(xero: Xero, store: XeroStore) -> None:
    xero.add("Zoe Zeller")
    [outcome] = store.create([draft("Zoë Zeller", "ours-1", email="not an email")], "key")
    assert (type(outcome), str(outcome)) == (Invalid, "Email address must be valid.")


def test_an_archived_contact_does_not_hold_its_name(xero: Xero, store: XeroStore) -> None:
    xero.archive(xero.add("Acme Ltd"))
    assert kinds(store.create([draft("Acme Ltd", "ours-1")], "key")) == [Record]


def test_creating_never_overwrites_the_contact_of_that_name(xero: Xero, store: XeroStore) -> None:
    theirs = xero.add("Acme Ltd", EmailAddress="theirs@acme.example")
    store.create([draft("Acme Ltd", "ours-1", email="ours@acme.example")], "key")
    assert xero.contact(theirs).email == "theirs@acme.example"
    assert xero.count == 1


def test_what_was_created_before_is_found_and_not_created_again(xero: Xero, store: XeroStore) -> None:
    (first,) = records(store.create([Draft(ACME, "ours-1")], "key"))
    xero.edit(first.id, Name="Renamed in Xero")
    (again,) = records(store.create([Draft(ACME, "ours-1")], "another key"))
    assert again.id == first.id
    assert xero.count == 1


def test_a_lost_answer_to_a_create_is_uncertain_and_repeating_it_is_harmless(xero: Xero, store: XeroStore) -> None:
    xero.fail(CONTACTS, "drop", method="PUT", effect="after")
    with pytest.raises(Uncertain):
        store.create([Draft(ACME, "ours-1")], "key")
    (created,) = records(store.create([Draft(ACME, "ours-1")], "key"))
    assert created.contact == ACME
    assert xero.count == 1


def test_the_same_key_with_other_contacts_is_not_refused(store: XeroStore) -> None:
    store.create([draft("One", "ours-1")], "key")
    assert kinds(store.create([draft("Two", "ours-2")], "key")) == [Record]


def test_a_call_refused_as_a_whole_is_not_sent_again_unasked(xero: Xero, store: XeroStore) -> None:
    xero.fail(CONTACTS, "status", method="PUT", status=400, body='{"Type": "PostDataInvalidException"}')
    with pytest.raises(Rejected):
        store.create([draft("One", "ours-1"), draft("Two", "ours-2")], "key")
    assert xero.count == 0
    assert len(xero.calls(CONTACTS)) == 1


def test_a_failure_while_looking_for_a_reason_leaves_that_item_for_later(xero: Xero, store: XeroStore) -> None:
    xero.add("Taken")
    xero.fail(CONTACTS, "status", method="GET", status=503)
    fine, taken = store.create([draft("Fine", "ours-1"), draft("Taken", "ours-2")], "key")
    assert isinstance(fine, Record)
    assert isinstance(taken, Unavailable)
    [again] = store.create([draft("Taken", "ours-2")], "another key")
    assert isinstance(again, NameTaken)


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_who_is_there_is_not_said_to_be_gone_because_one_call_was_answered_with_not_found(
    xero: Xero, store: XeroStore, method: str
) -> None:
    [acme] = records(store.create([Draft(ACME, "ours-1")], "key"))
    xero.fail(CONTACTS, "status", method=method, status=404, times=2)
    if method == "PUT":
        outcomes = [*store.create([draft("Other", "ours-2")], "key"), *store.create([draft("More", "ours-3")], "key")]
    else:
        outcomes = [*store.update([Change(acme.id, {Field.EMAIL: "new@acme.example"})]), *store.archive([acme.id])]
    assert kinds(outcomes) == [Unavailable, Unavailable]


def test_an_update_changes_the_named_fields_and_nothing_else(xero: Xero, store: XeroStore) -> None:
    (created,) = records(store.create([Draft(ACME, "ours-1")], "key"))
    (updated,) = records(store.update([Change(created.id, {Field.EMAIL: "new@acme.example"})]))
    assert updated.contact == Contact(ACME.name, "new@acme.example", ACME.phone, ACME.address)
    assert updated.number == "ours-1"


def test_a_field_is_cleared_by_a_blank(xero: Xero, store: XeroStore) -> None:
    (created,) = records(store.create([Draft(ACME, "ours-1")], "key"))
    blank = {Field.EMAIL: "", Field.PHONE: "", Field.ADDRESS: Address()}
    (updated,) = records(store.update([Change(created.id, blank)]))
    assert updated.contact == Contact(ACME.name)


def test_other_phones_and_addresses_survive_a_change(xero: Xero, store: XeroStore) -> None:
    contact_id = xero.add(
        "Acme Ltd",
        Phones=[
            {"PhoneType": "MOBILE", "PhoneNumber": "0412 345 678"},
            {"PhoneType": "FAX", "PhoneNumber": "1", "PhoneAreaCode": "2", "PhoneCountryCode": "61"},
        ],
        Addresses=[
            {"AddressType": "STREET", "AddressLine1": "1 Main St", "City": "Perth"},
            {"AddressType": "POBOX", "AddressLine1": "PO Box 9", "AttentionTo": "Jane"},
        ],
    )
    before = xero.raw(contact_id)
    change = Change(contact_id, {Field.PHONE: ACME.phone, Field.ADDRESS: ACME.address})
    (updated,) = records(store.update([change]))
    assert (updated.contact.phone, updated.contact.address) == (ACME.phone, ACME.address)
    assert of_type(xero.raw(contact_id), "MOBILE", "FAX", "STREET") == of_type(before, "MOBILE", "FAX", "STREET")
    assert of_type(xero.raw(contact_id), "POBOX")[0]["AttentionTo"] == "Jane"


def of_type(raw: dict[str, list[dict[str, str]]], *kinds: str) -> list[dict[str, str]]:
    entries = [*raw["Phones"], *raw["Addresses"]]
    return [entry for kind in kinds for entry in entries if kind in entry.values()]


def test_a_name_and_email_are_changed_without_reading_first(xero: Xero, store: XeroStore) -> None:
    contact_id = xero.add("Acme Ltd")
    store.update([Change(contact_id, {Field.NAME: "Acme Pty Ltd"})])
    assert [call["method"] for call in xero.calls(CONTACTS)] == ["POST"]


def test_each_change_of_a_batch_is_answered_for_itself(xero: Xero, store: XeroStore) -> None:
    fine, renamed, archived, invalid = (xero.add(f"Client {n}") for n in range(4))
    xero.add("Taken")
    xero.archive(archived)
    outcomes = store.update(
        [
            Change(fine, {Field.NAME: "Fine"}),
            Change(renamed, {Field.NAME: "TAKEN"}),
            Change(archived, {Field.NAME: "Archived"}),
            Change(invalid, {Field.EMAIL: "not an email"}),
        ]
    )
    assert kinds(outcomes) == [Record, NameTaken, Gone, Invalid]
    assert xero.contact(fine).name == "Fine"


def test_an_unknown_id_never_becomes_a_new_contact(xero: Xero, store: XeroStore) -> None:
    change = {Field.NAME: "Nobody", Field.PHONE: "1"}
    assert kinds(store.update([Change(MISSING, change)])) == [Gone]
    assert xero.count == 0
    assert {call["method"] for call in xero.calls(CONTACTS)} == {"GET"}


def test_a_contact_keeps_its_own_name(xero: Xero, store: XeroStore) -> None:
    contact_id = xero.add("Acme Ltd")
    change = Change(contact_id, {Field.NAME: "Acme Ltd", Field.EMAIL: "not an email"})
    assert kinds(store.update([change])) == [Invalid]


def test_an_update_repeated_after_another_takes_effect_again(xero: Xero, store: XeroStore) -> None:
    contact_id = xero.add("A")
    for name in ("B", "A", "B"):
        store.update([Change(contact_id, {Field.NAME: name})])
    assert xero.contact(contact_id).name == "B"
    assert {call["idempotency_key"] for call in xero.calls(CONTACTS)} == {""}


def test_archiving_twice_finds_the_contact_gone(xero: Xero, store: XeroStore) -> None:
    contact_id = xero.add("Acme Ltd")
    (archived,) = records(store.archive([contact_id]))
    assert archived.status is Status.ARCHIVED
    assert kinds(store.archive([contact_id])) == [Gone]
    assert kinds(store.archive([MISSING])) == [Gone]


def test_a_merged_contact_is_gone_and_the_reason_says_so(xero: Xero, store: XeroStore) -> None:
    loser, survivor = xero.add("Twin"), xero.add("Twin Ltd")
    xero.merge(loser, survivor)
    (outcome,) = store.update([Change(loser, {Field.NAME: "Twin 2"})])
    assert isinstance(outcome, Gone)
    assert "merged" in str(outcome)
