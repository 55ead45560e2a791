"""Quick search: what begins with the text first, what holds it next, and nothing of what is over."""

import time
from typing import Any

import pytest
from sqlalchemy import event

from benchmarks.book import fill
from models.connection import CONNECTED, DISCONNECTED, ConnectionRow
from models.xero_contact import XeroContactRow
from services import archive, connection
from services.access import SYSTEM
from services.db import Database, write
from services.reconcile.normalise import key
from services.search import MOST, search
from tests.support.practice import add, run_import
from tests.support.xero import Xero


@pytest.mark.usefixtures("database")
class TestContacts:
    def test_names_and_emails_that_begin_with_it_come_before_those_that_hold_it(self) -> None:
        add("Zed Archer")
        add("Bert Bean", "archie@example.com")
        add("Archer & Co")
        assert [hit.name for hit in search("ARCH").contacts.rows] == ["Archer & Co", "Bert Bean", "Zed Archer"]

    def test_a_phone_is_found_and_archived_contacts_come_last_and_say_so(self) -> None:
        first = add("Ada", phone="+61 2 9999 1111")
        add("Bert", phone="+61 2 9999 2222")
        archive.archive_contact(SYSTEM, first)
        assert [(hit.name, hit.archived) for hit in search("9999").contacts.rows] == [("Bert", False), ("Ada", True)]

    def test_ten_are_shown_and_that_there_are_more(self) -> None:
        for number in range(MOST + 1):
            add(f"Person {number:02}")
        found = search("person").contacts
        assert (len(found.rows), found.more) == (MOST, True)

    def test_archived_contacts_hide_no_active_one(self) -> None:
        archive.archive_contacts(SYSTEM, [add(f"Miller {number:02}") for number in range(MOST + 1)])
        add("Young Miller")
        assert search("miller").contacts.rows[0].name == "Young Miller"

    @pytest.mark.parametrize("text", ["\u200b\u200b", "%", "__", "a", "\\", "  ", "'; --"])
    def test_odd_texts_find_nothing_and_break_nothing(self, text: str) -> None:
        add("Ada")
        assert search(text).contacts.rows == ()


def test_a_contact_in_xero_leads_to_what_it_is_here(xero: Xero, connection_id: str) -> None:
    ada = add("Ada Archer", "ada@example.com")
    add("Arthur Rob", "arthur@example.com")
    xero.create("Ada Archer", "ada@example.com")
    xero.create("Art Rob", "arthur@example.com")
    run_import(connection_id)
    found = search("ar")
    assert {(hit.name, hit.contact_id, hit.asked) for hit in found.xero.rows} == {
        ("Ada Archer", ada, False), ("Art Rob", "", True),
    }  # fmt: skip
    assert [hit.name for hit in found.issues.rows] == ["Art Rob"]
    assert "Linked Ada Archer" in " ".join(entry.summary for entry in found.activity.rows)
    connection.disconnect(SYSTEM, connection_id)
    assert (search("ar").xero.rows, search("ar").issues.rows) == ((), ())


def test_contacts_of_a_disconnected_organisation_hide_none_of_another(database: Database) -> None:
    with write() as session:
        for one, state in (("left", DISCONNECTED), ("live", CONNECTED)):
            session.add(ConnectionRow(id=one, tenant_id=one, name=one.capitalize(), state=state))
            session.flush()
            for number in range(MOST):
                name = f"Miller {number:02}"
                session.add(XeroContactRow(connection_id=one, xero_id=f"{one}{number}", name=name, name_key=key(name)))
    assert [hit.organisation for hit in search("miller").xero.rows] == ["Live"] * MOST


def test_what_begins_with_the_text_is_found_without_a_look_at_all_others(database: Database) -> None:
    fill(3_000)
    thousands: list[None] = []

    def watch(connection: Any, *_: object) -> None:
        connection.set_progress_handler(lambda: thousands.append(None), 1000)

    event.listen(database.reader, "checkout", watch)
    found = search("c1")  # which emails begin with, and no name
    assert (len(found.contacts.rows), len(found.xero.rows)) == (MOST, MOST)
    assert len(thousands) < 10, "SQLite took a step for each contact, or several."


@pytest.mark.soak
def test_it_is_quick_among_many(database: Database) -> None:
    fill(10_000, issues=500)
    search("warm up")
    begun = time.perf_counter()
    assert search("zzzz").contacts.rows == ()
    assert time.perf_counter() - begun < 0.5
