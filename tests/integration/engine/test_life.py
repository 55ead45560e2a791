"""Links whose contacts come and go: archived, restored, merged, erased, renamed to a taken name, of another type."""

import pytest

from services import archive, contacts, create_one, links, sync
from services.access import SYSTEM
from services.contacts import ContactFilter
from services.differences import list_differences
from services.errors import MovedOn, RateLimited, SyncError
from services.previous import PreviousFilter, list_previous
from services.records.links import DIFFERENCE, FAILING
from tests.support.practice import contact, edit, retry_now, synced, xero_client
from tests.support.xero import REFUSED, Xero

Pair = tuple[str, str]


def phone_in(xero: Xero, xero_id: str) -> str:
    phones = {phone["PhoneType"]: phone.get("PhoneNumber", "") for phone in xero.contact(xero_id)["Phones"]}
    return "".join(phones["DEFAULT"].split())


def reasons() -> list[tuple[str, str]]:
    return [(row.state, row.reason) for row in list_previous(PreviousFilter()).rows]


def test_a_contact_restored_in_xero_syncs_again_with_what_changed_meanwhile(
    xero: Xero, connection_id: str, pair: Pair
) -> None:
    xero.archive(pair[1])
    sync.tick(connection_id)
    assert reasons() == [("broken", "The contact was archived in Xero.")]
    edit(pair[0], phone="+61 2 9999 1111")
    sync.tick(connection_id)
    xero.restore(pair[1])
    xero.change(pair[1], EmailAddress="ada@new.example")
    sync.tick(connection_id)
    assert contact(pair[0]).email == "ada@new.example"
    assert phone_in(xero, pair[1]).endswith("99991111")
    assert reasons() == []


def test_what_changed_on_both_sides_while_a_contact_was_archived_is_asked_about(
    xero: Xero, connection_id: str, pair: Pair
) -> None:
    xero.archive(pair[1])
    sync.tick(connection_id)
    edit(pair[0], email="ada@practice.example")
    xero.restore(pair[1])
    xero.change(pair[1], EmailAddress="ada@xero.example")
    sync.tick(connection_id)
    [difference] = list_differences().rows
    assert (difference.practice, difference.xero) == ("ada@practice.example", "ada@xero.example")


def test_a_link_that_a_person_stopped_does_not_resume_when_its_contact_is_restored(
    xero: Xero, connection_id: str, pair: Pair
) -> None:
    links.stop(SYSTEM, [synced()[0].link_id])
    xero.archive(pair[1])
    sync.tick(connection_id)
    xero.restore(pair[1])
    sync.tick(connection_id)
    assert synced() == []


def test_a_restored_contact_whose_practice_contact_found_another_link_stays_apart(
    xero: Xero, connection_id: str, pair: Pair
) -> None:
    xero.archive(pair[1])
    sync.tick(connection_id)
    edit(pair[0], name="Ada Archer the Second")
    create_one.create_in_xero(SYSTEM, pair[0], connection_id)
    sync.tick(connection_id)
    xero.restore(pair[1])
    sync.tick(connection_id)
    assert [row.xero_id for row in synced()] != [pair[1]]
    assert len(synced()) == 1


def test_whoever_comes_back_syncs_with_the_contact_it_synced_with_last(
    xero: Xero, connection_id: str, pair: Pair
) -> None:
    xero.archive(pair[1])
    other = xero.create("Ada Second", "second@example.com")
    sync.tick(connection_id)
    [second] = synced()
    links.stop(SYSTEM, [second.link_id])
    links.link_to(SYSTEM, second.link_id, pair[0])
    xero.restore(pair[1])
    sync.tick(connection_id)
    archive.archive_contact(SYSTEM, pair[0])
    archive.restore_contact(SYSTEM, pair[0])
    assert [row.xero_id for row in synced()] == [other]


def test_archiving_in_the_practice_writes_nothing_to_xero_until_a_person_says_so(
    xero: Xero, connection_id: str, pair: Pair
) -> None:
    archive.archive_contact(SYSTEM, pair[0])
    sync.tick(connection_id)
    assert xero.contact(pair[1])["ContactStatus"] == "ACTIVE"
    [row] = list_previous(PreviousFilter()).rows
    assert archive.archive_in_xero(SYSTEM, [row.link_id]).done == 1
    sync.tick(connection_id)
    assert xero.contact(pair[1])["ContactStatus"] == "ARCHIVED"


def test_both_sides_are_archived_at_once_when_asked_for(xero: Xero, connection_id: str, pair: Pair) -> None:
    archive.archive_contact(SYSTEM, pair[0], in_xero=True)
    sync.tick(connection_id)
    assert xero.contact(pair[1])["ContactStatus"] == "ARCHIVED"


@pytest.mark.parametrize("effect", ["before", "after"])
def test_an_archiving_whose_answer_was_lost_is_done_once(
    xero: Xero, connection_id: str, pair: Pair, effect: str
) -> None:
    archive.archive_contact(SYSTEM, pair[0], in_xero=True)
    xero.fault(action="drop", effect=effect, method="POST", path="/Contacts", times=1)
    with pytest.raises(SyncError):
        sync.tick(connection_id)
    retry_now()
    sync.tick(connection_id)
    assert xero.contact(pair[1])["ContactStatus"] == "ARCHIVED"
    assert xero_client(pair[0]).error == ""


def test_an_archiving_that_xero_answered_with_not_found_is_done_all_the_same(
    xero: Xero, connection_id: str, pair: Pair
) -> None:
    archive.archive_contact(SYSTEM, pair[0], in_xero=True)
    xero.fault(action="status", status=404, method="POST", path="/Contacts", times=1)
    sync.tick(connection_id)
    retry_now()
    sync.tick(connection_id)
    assert xero.contact(pair[1])["ContactStatus"] == "ARCHIVED"


def test_a_contact_kept_in_xero_counts_as_stopped_and_is_never_imported_again(
    xero: Xero, connection_id: str, pair: Pair
) -> None:
    archive.archive_contact(SYSTEM, pair[0])
    [row] = list_previous(PreviousFilter()).rows
    assert archive.keep_in_xero(SYSTEM, [row.link_id]).done == 1
    xero.change(pair[1], EmailAddress="ada@later.example")
    sync.tick(connection_id)
    assert contacts.list_contacts(ContactFilter()).total == 0
    assert [state for state, _ in reasons()] == ["stopped"]


def test_a_contact_restored_in_the_practice_before_its_archiving_was_sent_is_left_alone(
    xero: Xero, connection_id: str, pair: Pair
) -> None:
    archive.archive_contact(SYSTEM, pair[0], in_xero=True)
    archive.restore_contact(SYSTEM, pair[0])
    edit(pair[0], email="ada@back.example")
    sync.tick(connection_id)
    sync.tick(connection_id)
    assert (xero.contact(pair[1])["ContactStatus"], xero.contact(pair[1])["EmailAddress"]) == (
        "ACTIVE",
        "ada@back.example",
    )


def test_a_merged_contact_can_be_linked_with_the_survivor(xero: Xero, connection_id: str, pair: Pair) -> None:
    survivor = xero.create("Ada Archer Pty Ltd", "ada@example.com", customer=False)
    xero.merge(pair[1], survivor)
    sync.tick(connection_id)
    [row] = list_previous(PreviousFilter()).rows
    assert row.reason == "The contact was merged into another one in Xero."
    links.link_to(SYSTEM, row.link_id, pair[0])
    sync.tick(connection_id)
    assert [item.xero_id for item in synced()] == [survivor]


def test_a_merged_contact_whose_survivor_is_linked_says_with_whom(xero: Xero, connection_id: str, pair: Pair) -> None:
    survivor = xero.create("Bert Baker", "bert@example.com")
    sync.tick(connection_id)
    xero.merge(pair[1], survivor)
    sync.tick(connection_id)
    [row] = list_previous(PreviousFilter()).rows
    with pytest.raises(MovedOn, match="Ada Archer was merged into Bert Baker in Xero, which is linked with Bert Baker"):
        links.link_to(SYSTEM, row.link_id, pair[0])


def test_a_name_that_is_taken_in_xero_fails_that_contact_alone_and_clears_itself(
    xero: Xero, connection_id: str, pair: Pair
) -> None:
    other = xero.create("Bert Baker", "bert@example.com")
    sync.tick(connection_id)
    edit(pair[0], name="Bert Baker")
    by_name = {row.xero_id: row for row in synced()}
    edit(by_name[other].contact_id, email="bert@new.example")
    sync.tick(connection_id)
    states = {row.xero_id: (row.sync_state, row.error) for row in synced()}
    assert states[other] == ("ok", "")
    assert states[pair[1]][0] == FAILING
    assert xero.contact(other)["EmailAddress"] == "bert@new.example"
    edit(pair[0], name="Ada Baker")
    sync.tick(connection_id)
    assert [row.error for row in synced()] == ["", ""]
    assert xero.contact(pair[1])["Name"] == "Ada Baker"


def test_a_refused_write_fails_no_more_once_its_field_is_in_question(
    xero: Xero, connection_id: str, pair: Pair
) -> None:
    edit(pair[0], email="ours@example.com")
    xero.fault(action="status", status=400, body=REFUSED, method="POST", path="/Contacts", times=1)
    sync.tick(connection_id)
    assert [row.sync_state for row in synced()] == [FAILING]
    xero.change(pair[1], EmailAddress="theirs@example.com")
    sync.tick(connection_id)
    assert ([row.sync_state for row in synced()], list_differences().total) == ([DIFFERENCE], 1)


def test_a_linked_contact_that_turns_from_customer_to_supplier_goes_on_syncing(
    xero: Xero, connection_id: str, pair: Pair
) -> None:
    xero.change(pair[1], IsCustomer=False, IsSupplier=True, EmailAddress="ada@supplier.example")
    sync.tick(connection_id)
    assert contact(pair[0]).email == "ada@supplier.example"


def test_a_change_made_while_another_is_on_the_wire_follows_it(xero: Xero, connection_id: str, pair: Pair) -> None:
    edit(pair[0], email="ada@first.example")
    xero.fault(action="drop", effect="after", method="POST", path="/Contacts", times=1)
    with pytest.raises(SyncError):
        sync.tick(connection_id)
    edit(pair[0], email="ada@second.example")
    retry_now()
    sync.tick(connection_id)
    sync.tick(connection_id)
    assert xero.contact(pair[1])["EmailAddress"] == "ada@second.example"
    assert contact(pair[0]).email == "ada@second.example"
    assert list_differences().total == 0


def test_a_change_not_sent_yet_gives_way_to_a_newer_one(xero: Xero, connection_id: str, pair: Pair) -> None:
    edit(pair[0], email="ada@first.example")
    xero.fault(action="status", status=429, method="POST", path="/Contacts", times=1)
    with pytest.raises(RateLimited):
        sync.tick(connection_id)
    edit(pair[0], email="ada@second.example")
    retry_now()
    xero.forget_calls()
    sync.tick(connection_id)
    assert xero.contact(pair[1])["EmailAddress"] == "ada@second.example"
    assert len(xero.calls("POST")) == 1
