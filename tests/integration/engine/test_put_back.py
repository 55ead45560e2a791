"""What people in Xero put back before anybody looked into a lost answer: it may be their wish, so they are asked."""

from services import archive, clients, differences
from services.access import SYSTEM
from services.reconcile.contact import Address
from services.xero_client import xero_clients
from tests.support.lost_answers import lose_the_answer, sync_on
from tests.support.practice import add, contact, delta_is_due, edit
from tests.support.xero import Xero

Pair = tuple[str, str]
OLD, NEW = "ada@example.com", "new@example.com"
HIGH_STREET = Address("1 High Street", "Leeds")


def test_a_value_that_was_put_back_is_asked_about_and_stays_until_somebody_chooses(
    xero: Xero, connection_id: str, pair: Pair
) -> None:
    edit(pair[0], email=NEW)
    lose_the_answer(xero, connection_id)
    xero.change(pair[1], EmailAddress=OLD)
    sync_on(xero, connection_id)
    [asked] = differences.list_differences().rows
    assert (asked.practice, asked.xero) == (NEW, OLD)
    assert (contact(pair[0]).email, xero.contact(pair[1])["EmailAddress"]) == (NEW, OLD)


def test_a_blank_that_was_filled_and_emptied_again_is_asked_about(xero: Xero, connection_id: str, pair: Pair) -> None:
    other = add("Blank There", "blank@example.com", address=HIGH_STREET)
    xero_id = xero.create("Blank There", "blank@example.com")
    delta_is_due()
    lose_the_answer(xero, connection_id)
    xero.change(xero_id, Addresses=[{"AddressType": "POBOX", "AddressLine1": "", "City": ""}])
    sync_on(xero, connection_id)
    assert [one.contact_id for one in differences.list_differences().rows] == [other]
    assert contact(other).address == HIGH_STREET
    assert not any(address.get("AddressLine1") for address in xero.contact(xero_id)["Addresses"])


def test_of_two_fields_of_one_write_only_the_one_that_was_put_back_is_asked_about(
    xero: Xero, connection_id: str, pair: Pair
) -> None:
    edit(pair[0], name="Ada Newname", email=NEW)
    lose_the_answer(xero, connection_id)
    xero.change(pair[1], EmailAddress=OLD)
    sync_on(xero, connection_id)
    [asked] = differences.list_differences().rows
    assert (asked.practice, asked.xero) == (NEW, OLD)
    assert xero.contact(pair[1])["Name"] == contact(pair[0]).name == "Ada Newname"


def test_a_value_that_was_put_back_before_the_contact_was_archived_is_asked_about_once_it_syncs_again(
    xero: Xero, connection_id: str, pair: Pair
) -> None:
    edit(pair[0], email=NEW)
    lose_the_answer(xero, connection_id)
    xero.change(pair[1], EmailAddress=OLD)
    archive.archive_contact(SYSTEM, pair[0])
    sync_on(xero, connection_id)
    archive.restore_contact(SYSTEM, pair[0])
    sync_on(xero, connection_id)
    [asked] = differences.list_differences().rows
    assert (asked.practice, asked.xero) == (NEW, OLD)


def test_what_never_arrived_is_sent_again_where_nobody_in_xero_changed_the_contact(
    xero: Xero, connection_id: str, pair: Pair
) -> None:
    edit(pair[0], email=NEW)
    lose_the_answer(xero, connection_id, effect="before")
    sync_on(xero, connection_id)
    assert xero.contact(pair[1])["EmailAddress"] == NEW
    assert differences.list_differences().total == 0


def test_what_was_restored_in_xero_before_anybody_looked_is_not_archived_again_unless_somebody_asks(
    xero: Xero, connection_id: str, pair: Pair
) -> None:
    archive.archive_contact(SYSTEM, pair[0], in_xero=True)
    lose_the_answer(xero, connection_id)
    xero.restore(pair[1])
    sync_on(xero, connection_id)
    assert xero.contact(pair[1])["ContactStatus"] == "ACTIVE"
    [held] = [one for one in xero_clients(pair[0]) if one.error]
    assert "somebody may have restored it" in held.error
    assert held.link_id
    clients.retry(SYSTEM, [held.link_id])
    sync_on(xero, connection_id)
    assert xero.contact(pair[1])["ContactStatus"] == "ARCHIVED"
