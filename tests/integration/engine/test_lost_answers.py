"""A write that landed and whose answer was lost: what it said was agreed on, and what people do after it counts."""

from collections.abc import Callable

import pytest
from sqlmodel import col, select

from models.activity import ActivityRow
from models.connection import ConnectionRow
from services import archive, contacts, create_one, differences, links, policies, sync, undo
from services.access import SYSTEM
from services.contacts import ContactFilter
from services.db import read, write
from services.errors import SyncError
from services.policies import FieldPolicy, SyncPolicies
from services.previous import PreviousFilter, list_previous
from services.reconcile.contact import Address, Field
from services.reconcile.policy import Wins
from tests.support.lost_answers import lose_the_answer, sync_on
from tests.support.practice import add, contact, delta_is_due, edit, retry_now, run_import, synced, xero_client
from tests.support.xero import Xero

Pair = tuple[str, str]
HIGH_STREET = Address("1 High Street", "Leeds")
OLD, NEW = "ada@example.com", "new@example.com"


def create(connection_id: str, name: str) -> str:
    """Somebody for whom Create Contact was pressed; the id."""
    contact_id = add(name, "ours@example.com", "+64 9 300 9000")
    create_one.create_in_xero(SYSTEM, contact_id, connection_id)
    return contact_id


def test_a_later_edit_here_is_carried_over_even_where_xero_wins(xero: Xero, connection_id: str, pair: Pair) -> None:
    rules = {field: FieldPolicy(wins=Wins.XERO) for field in Field}
    policies.save_policies(SYSTEM, connection_id, SyncPolicies(rules))
    edit(pair[0], email="second@example.com")
    lose_the_answer(xero, connection_id, "POST")
    edit(pair[0], email="third@example.com")
    sync_on(xero, connection_id)
    assert xero.contact(pair[1])["EmailAddress"] == contact(pair[0]).email == "third@example.com"


def test_what_filled_a_blank_in_xero_and_was_cleared_here_since_stays_cleared(
    xero: Xero, connection_id: str, pair: Pair
) -> None:
    other = add("Blank There", "blank@example.com", address=HIGH_STREET)
    xero_id = xero.create("Blank There", "blank@example.com")
    delta_is_due()
    lose_the_answer(xero, connection_id, "POST")
    edit(other, address=Address())
    sync_on(xero, connection_id)
    assert contact(other).address == Address()
    assert not any(address.get("AddressLine1") for address in xero.contact(xero_id)["Addresses"])


def test_what_people_change_in_what_was_created_reaches_the_practice(xero: Xero, connection_id: str) -> None:
    run_import(connection_id)
    contact_id = create(connection_id, "Changed Meanwhile")
    lose_the_answer(xero, connection_id, "PUT")
    [made] = xero.contacts(name="Changed Meanwhile")
    address = {"AddressType": "POBOX", "AddressLine1": "1 High Street", "City": "Leeds"}
    xero.change(made["ContactID"], EmailAddress="theirs@example.com", Addresses=[address])
    sync_on(xero, connection_id)
    now = contact(contact_id)
    assert (now.email, now.phone, now.address) == ("theirs@example.com", "+64 9 300 9000", HIGH_STREET)


def test_who_was_archived_while_being_created_can_be_restored_or_archived_there_too(
    xero: Xero, connection_id: str
) -> None:
    run_import(connection_id)
    with write() as session:
        session.get_one(ConnectionRow, connection_id).include_neither = True
    contact_id = create(connection_id, "Archived Meanwhile")
    lose_the_answer(xero, connection_id, "PUT")
    archive.archive_contact(SYSTEM, contact_id)
    sync_on(xero, connection_id)
    [parted] = list_previous(PreviousFilter()).rows
    assert (parted.contact_id, parted.cause) == (contact_id, "archived_in_practice")
    assert contacts.list_contacts(ContactFilter()).total == 0
    archive.restore_contact(SYSTEM, contact_id)
    assert [client.contact_id for client in synced()] == [contact_id]


def test_what_was_archived_in_xero_right_after_it_was_created_syncs_once_it_is_restored_there(
    xero: Xero, connection_id: str
) -> None:
    run_import(connection_id)
    with write() as session:
        session.get_one(ConnectionRow, connection_id).include_neither = True
    contact_id = create(connection_id, "Archived There")
    lose_the_answer(xero, connection_id, "PUT")
    edit(contact_id, name="Renamed Here", email="renamed@example.com")
    [made] = xero.contacts(name="Archived There")
    xero.archive(made["ContactID"])
    sync_on(xero, connection_id)
    [parted] = list_previous(PreviousFilter()).rows
    assert (parted.contact_id, parted.cause) == (contact_id, "archived_in_xero")
    xero.restore(made["ContactID"])
    sync_on(xero, connection_id)
    assert [client.contact_id for client in synced()] == [contact_id]
    assert contacts.list_contacts(ContactFilter()).total == 1


def archived_and_restored_here(xero: Xero, connection_id: str, pair: Pair) -> None:
    archive.archive_contact(SYSTEM, pair[0])
    sync_on(xero, connection_id)
    archive.restore_contact(SYSTEM, pair[0])


def archived_and_restored_in_xero(xero: Xero, connection_id: str, pair: Pair) -> None:
    xero.archive(pair[1])
    sync_on(xero, connection_id)
    xero.restore(pair[1])


@pytest.mark.parametrize("gone_and_back", [archived_and_restored_here, archived_and_restored_in_xero])
def test_what_was_taken_back_before_the_contact_was_gone_for_a_while_stays_taken_back(
    xero: Xero, connection_id: str, pair: Pair, gone_and_back: Callable[[Xero, str, Pair], None]
) -> None:
    edit(pair[0], email=NEW)
    lose_the_answer(xero, connection_id, "POST")
    edit(pair[0], email=OLD)
    gone_and_back(xero, connection_id, pair)
    sync_on(xero, connection_id)
    assert xero.contact(pair[1])["EmailAddress"] == contact(pair[0]).email == OLD


def test_what_was_taken_back_before_the_contact_was_stopped_is_not_let_go_on_as_an_edit_in_xero(
    xero: Xero, connection_id: str, pair: Pair
) -> None:
    edit(pair[0], email=NEW)
    lose_the_answer(xero, connection_id, "POST")
    edit(pair[0], email=OLD)
    stopped = links.stop(SYSTEM, [synced()[0].link_id]).command
    retry_now()
    sync.tick(connection_id, delta=False)
    undo.undo_command(SYSTEM, stopped)
    sync_on(xero, connection_id)
    assert contact(pair[0]).email == OLD


@pytest.mark.parametrize(("before", "lost"), [("", "+64 9 300 9000"), ("+64 9 300 8000", "+64 9 300 9000")])
def test_what_was_taken_back_before_the_contact_was_stopped_and_matched_again_stays_taken_back(
    xero: Xero, connection_id: str, pair: Pair, before: str, lost: str
) -> None:
    edit(pair[0], phone=before)
    sync.tick(connection_id)
    edit(pair[0], phone=lost)
    lose_the_answer(xero, connection_id, "POST")
    edit(pair[0], phone=before)
    [client] = synced()
    links.stop(SYSTEM, [client.link_id])
    links.rematch(SYSTEM, [client.link_id])
    sync_on(xero, connection_id)
    assert contact(pair[0]).phone == xero_client(pair[0]).xero.phone == before


def test_what_was_sent_and_never_arrived_is_asked_about_after_the_contact_was_stopped_and_matched_again(
    xero: Xero, connection_id: str, pair: Pair
) -> None:
    edit(pair[0], phone="+64 9 300 8000")
    sync.tick(connection_id)
    edit(pair[0], phone="+64 9 300 9000")
    xero.fault(method="POST", path="/Contacts", action="drop", effect="before", times=1)
    with pytest.raises(SyncError):
        sync.tick(connection_id)
    [client] = synced()
    links.stop(SYSTEM, [client.link_id])
    links.rematch(SYSTEM, [client.link_id])
    sync_on(xero, connection_id)
    [asked] = differences.list_differences().rows
    assert (asked.practice, asked.xero) == ("+64 9 300 9000", "+64 9 300 8000")


def test_what_differs_is_asked_about_after_a_contact_was_stopped_and_matched_again_also_where_an_answer_was_lost(
    xero: Xero, connection_id: str, pair: Pair
) -> None:
    edit(pair[0], phone="+64 9 300 9000")
    lose_the_answer(xero, connection_id, "POST")
    delta_is_due()
    sync.tick(connection_id)
    [client] = synced()
    links.stop(SYSTEM, [client.link_id])
    edit(pair[0], phone="+64 9 300 8000")
    links.rematch(SYSTEM, [client.link_id])
    sync_on(xero, connection_id)
    [asked] = differences.list_differences().rows
    assert (asked.practice, asked.xero) == ("+64 9 300 8000", "+64 9 300 9000")


def test_a_field_that_was_cleared_here_stays_cleared_where_people_in_xero_changed_another_one_of_the_same_write(
    xero: Xero, connection_id: str, pair: Pair
) -> None:
    edit(pair[0], email=NEW, phone="+64 9 300 9000")
    lose_the_answer(xero, connection_id, "POST")
    edit(pair[0], phone="")
    xero.change(pair[1], EmailAddress="theirs@example.com")
    retry_now()
    sync.tick(connection_id, delta=False)
    sync_on(xero, connection_id)
    assert contact(pair[0]).phone == ""
    assert not any(phone.get("PhoneNumber") for phone in xero.contact(pair[1])["Phones"])


def test_the_log_tells_what_a_write_replaced_also_where_its_answer_was_lost(
    xero: Xero, connection_id: str, pair: Pair
) -> None:
    edit(pair[0], email=NEW)
    lose_the_answer(xero, connection_id, "POST")
    sync_on(xero, connection_id)
    with read() as session:
        [entry] = session.exec(select(ActivityRow).where(col(ActivityRow.action) == "xero.updated"))
    assert (entry.before, entry.after) == ({"email": OLD}, {"email": NEW})


def test_a_name_corrected_before_xero_could_refuse_it_is_written(xero: Xero, connection_id: str, pair: Pair) -> None:
    xero.create("Bea Baker", "bea@example.com")
    sync_on(xero, connection_id)
    edit(pair[0], name="Bea Baker")
    xero.fault(method="POST", path="/Contacts", action="drop", effect="before", times=1)
    with pytest.raises(SyncError):
        sync.tick(connection_id)
    edit(pair[0], name="Ada Baker")
    sync.tick(connection_id)
    sync_on(xero, connection_id)
    assert xero.contact(pair[1])["Name"] == "Ada Baker"
    assert not any(row.error for row in synced())
