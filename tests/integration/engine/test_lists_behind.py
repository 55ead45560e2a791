"""Lists of Xero that fall behind: what they say is older than what Xero has told us already, and so is no news."""

from models.link import BROKEN
from services import archive, differences, sync
from services.access import SYSTEM
from tests.support.lost_answers import sync_on
from tests.support.practice import contact, delta_is_due, edit, xero_client
from tests.support.xero import Xero

Pair = tuple[str, str]
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


def test_a_change_goes_out_although_xero_shows_an_older_version(xero: Xero, connection_id: str, pair: Pair) -> None:
    xero.control("lists", behind="all")
    edit(pair[0], email=NEW)
    sync.tick(connection_id)
    edit(pair[0], name="Ada Newname")
    sync_on(xero, connection_id)
    xero.control("lists", behind="")
    sync_on(xero, connection_id)
    there = xero.contact(pair[1])
    assert (there["Name"], there["EmailAddress"]) == ("Ada Newname", NEW)
    assert differences.list_differences().total == 0
