"""Lists of Xero that fall behind: what they say is older than what Xero has told us already, and so is no news."""

from datetime import timedelta

from models.base import now
from models.link import BROKEN, SYNCING
from models.xero_contact import XeroContactRow
from services import archive, create_one, differences, sync
from services.access import SYSTEM
from services.db import write
from tests.support.lost_answers import lose_the_answer, sync_on
from tests.support.practice import add, contact, delta_is_due, edit, full_comparison_is_due, retry_now, xero_client
from tests.support.xero import Xero

Pair = tuple[str, str]
NOTHING = '{"pagination": {"page": 1, "pageSize": 1000, "pageCount": 1, "itemCount": 0}, "Contacts": []}'
OLD, NEW = "ada@example.com", "new@example.com"


def look(connection_id: str) -> None:
    delta_is_due()
    sync.tick(connection_id)


def test_a_page_older_than_our_own_write_undoes_nothing(xero: Xero, connection_id: str, pair: Pair) -> None:
    xero.change(pair[1], CompanyNumber="1")  # so that the next pages list it
    xero.control("lists", behind="pages")
    edit(pair[0], email=NEW)
    sync.tick(connection_id)
    assert xero.contact(pair[1])["EmailAddress"] == NEW
    look(connection_id)
    assert contact(pair[0]).email == NEW
    xero.control("lists", behind="")
    sync_on(xero, connection_id)
    assert (contact(pair[0]).email, xero.contact(pair[1])["EmailAddress"]) == (NEW, NEW)
    assert differences.list_differences().total == 0


def test_a_page_older_than_an_archiving_brings_no_link_back(xero: Xero, connection_id: str, pair: Pair) -> None:
    xero.change(pair[1], CompanyNumber="1")
    xero.control("lists", behind="pages")
    archive.archive_contact(SYSTEM, pair[0], in_xero=True)
    sync.tick(connection_id)
    assert xero.contact(pair[1])["ContactStatus"] == "ARCHIVED"
    archive.restore_contact(SYSTEM, pair[0])
    look(connection_id)
    assert xero_client(pair[0]).state == BROKEN


def test_a_change_is_not_taken_for_arrived_because_xero_shows_an_older_version(
    xero: Xero, connection_id: str, pair: Pair
) -> None:
    xero.control("lists", behind="all")
    edit(pair[0], email=NEW)
    sync.tick(connection_id)
    edit(pair[0], email=OLD)
    sync_on(xero, connection_id)
    xero.control("lists", behind="")
    sync_on(xero, connection_id)
    assert (contact(pair[0]).email, xero.contact(pair[1])["EmailAddress"]) == (OLD, OLD)


def test_another_phone_in_xero_is_not_set_back_to_what_an_older_version_says(
    xero: Xero, connection_id: str, pair: Pair
) -> None:
    xero.change(pair[1], Phones=[{"PhoneType": "MOBILE", "PhoneNumber": "021 000"}])
    look(connection_id)
    xero.control("lists", behind="all")
    xero.change(pair[1], Phones=[{"PhoneType": "MOBILE", "PhoneNumber": "021 111"}])
    edit(pair[0], email=NEW)
    sync.tick(connection_id)
    edit(pair[0], phone="+64 9 300 9000")
    sync_on(xero, connection_id)
    xero.control("lists", behind="")
    sync_on(xero, connection_id)
    phones = {one["PhoneType"]: one["PhoneNumber"] for one in xero.contact(pair[1])["Phones"]}
    assert (phones["MOBILE"], phones["DEFAULT"]) == ("021 111", "300 9000")


def test_what_was_just_created_does_not_count_as_gone(xero: Xero, connection_id: str, pair: Pair) -> None:
    ours = created_behind(xero, connection_id)
    full_comparison_is_due()
    for _ in range(3):
        look(connection_id)
    assert xero_client(ours).state == SYNCING


def test_what_was_just_created_can_be_archived(xero: Xero, connection_id: str, pair: Pair) -> None:
    ours = created_behind(xero, connection_id)
    archive.archive_contact(SYSTEM, ours, in_xero=True)
    sync.tick(connection_id)
    xero.control("lists", behind="")
    sync_on(xero, connection_id)
    assert xero.contacts(name="New One")[0]["ContactStatus"] == "ARCHIVED"


def test_what_xero_refused_because_it_had_created_it_before_is_linked_once_it_shows(
    xero: Xero, connection_id: str, pair: Pair
) -> None:
    ours = add("New One", "one@example.com")
    create_one.create_in_xero(SYSTEM, ours, connection_id)
    lose_the_answer(xero, connection_id, "PUT")
    look(connection_id)
    xero.control("clock", advance=400)
    retry_now()
    xero.fault(method="GET", path="/Contacts", action="status", status=200, body=NOTHING, times=4)
    sync.tick(connection_id, delta=False)
    xero.forget_faults()
    sync_on(xero, connection_id)
    assert xero_client(ours).state == SYNCING
    assert len(xero.contacts(name="New One")) == 1


def test_an_hour_later_xero_is_believed_whatever_its_times_say(xero: Xero, connection_id: str, pair: Pair) -> None:
    edit(pair[0], email=NEW)
    sync.tick(connection_id)
    with write() as session:
        row = session.get_one(XeroContactRow, (connection_id, pair[1]))
        row.updated_at = now() - timedelta(hours=2)
    xero.control("clock", advance=-3 * 3600)
    xero.change(pair[1], EmailAddress="theirs@example.com")
    full_comparison_is_due()
    for _ in range(3):
        look(connection_id)
    assert contact(pair[0]).email == "theirs@example.com"


def created_behind(xero: Xero, connection_id: str) -> str:
    """A contact that was just created in Xero, and that no list there shows."""
    xero.control("lists", behind="all")
    ours = add("New One", "one@example.com")
    create_one.create_in_xero(SYSTEM, ours, connection_id)
    sync.tick(connection_id)
    assert xero_client(ours).state == SYNCING
    return ours


def test_an_archiving_that_has_landed_and_does_not_show_yet_is_not_said_to_be_refused(
    xero: Xero, connection_id: str, pair: Pair
) -> None:
    xero.control("lists", behind="all")
    archive.archive_contact(SYSTEM, pair[0], in_xero=True)
    lose_the_answer(xero, connection_id)
    sync_on(xero, connection_id)
    assert xero_client(pair[0]).error == ""
    xero.control("lists", behind="")
    sync_on(xero, connection_id)
    assert (xero_client(pair[0]).error, xero_client(pair[0]).archiving) == ("", False)
    assert xero.contact(pair[1])["ContactStatus"] == "ARCHIVED"
