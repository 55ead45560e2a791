"""Searching lists: one rule for all of them, whatever the case in any script and however an accent is written."""

import pytest
from alembic import command
from sqlalchemy import update
from sqlmodel import col, select

from models.contact import ContactRow
from models.link import LinkRow
from services import candidates, clients, contacts, decided, differences, imports, links, previous, worker
from services.access import SYSTEM
from services.activity import ActivityFilter, list_activity
from services.clients import ClientFilter
from services.contacts import ContactFilter
from services.db import Database, read, write
from services.migrate import alembic_config, upgrade
from services.previous import PreviousFilter
from services.search import search
from tests.support.practice import add, run_import, synced
from tests.support.xero import Xero

SCHOOL = "ÉCOLE DES BEAUX-ARTS"
WAYS = ("école des", "ÉCOLE DES", "E\u0301cole  des", "e\u0301COLE")


@pytest.fixture
def school(xero: Xero, connection_id: str) -> str:
    """A contact with accents and its like in Xero, whose phone differs. Returns the id of the latter."""
    add(SCHOOL, "arts@example.com", "+33 1 5555 0101")
    add("Ada Archer", "ada@example.com")
    return xero.create(SCHOOL, "arts@example.com", Phones=[{"PhoneType": "DEFAULT", "PhoneNumber": "5555 0102"}])


@pytest.mark.parametrize("typed", WAYS)
def test_a_name_with_accents_is_found_in_every_list_however_it_is_typed(
    connection_id: str, school: str, typed: str
) -> None:
    imports.start_preview(SYSTEM, connection_id)
    worker.run_jobs()
    assert imports.preview_rows(connection_id, "link", typed).total == 1
    assert len(candidates.candidates(connection_id, school, typed)) == 1
    run_import(connection_id)
    assert contacts.list_contacts(ContactFilter(search=typed)).total == 1
    assert clients.list_clients(ClientFilter(search=typed)).total == 1
    [open_one] = differences.list_differences(search=typed).rows
    differences.choose(SYSTEM, [open_one.difference_id], "xero")
    assert decided.list_decided(search=typed).total == 1
    links.stop(SYSTEM, [synced()[0].link_id])
    assert previous.list_previous(PreviousFilter(search=typed)).total == 1


@pytest.mark.parametrize("theirs", ["Zed Zebra", "Ashlee Zebra"])
@pytest.mark.parametrize("typed", ["lee", "Lee@example.com"])
def test_the_contact_that_is_called_just_what_was_searched_for_is_found_among_many_that_hold_it(
    xero: Xero, connection_id: str, theirs: str, typed: str
) -> None:
    xero_id = xero.create(theirs, "zed@elsewhere.example")
    for number in range(120):
        add(f"Ashlee {number:03}", f"ash{number:03}.lee@example.com")
        add(f"Lee {number:03}")
    add("Lee", "lee@example.com")
    run_import(connection_id)
    assert "Lee" in [one.contact.name for one in candidates.candidates(connection_id, xero_id, typed)]


@pytest.mark.usefixtures("database")
def test_a_phone_is_found_as_it_stands() -> None:
    add("Ada Archer", "ada@example.com", "02  9999 1111 EXT 5")
    for typed in ("02  9999", "1111 ext"):
        assert contacts.list_contacts(ContactFilter(search=typed)).total == 1


@pytest.mark.usefixtures("database")
def test_what_cannot_be_seen_finds_nothing() -> None:
    add("Ada Archer", "ada@example.com")
    assert contacts.list_contacts(ContactFilter(search="\u200b\u200b")).total == 0


@pytest.mark.usefixtures("database")
def test_a_text_as_long_as_a_clipboard_finds_nothing_and_breaks_nothing() -> None:
    add("Ada Archer", "ada@example.com")
    pasted = "x" * 60_000
    assert contacts.list_contacts(ContactFilter(search=pasted)).total == 0
    assert (search(pasted).contacts.rows, list_activity(ActivityFilter(search=pasted)).total) == ((), 0)


@pytest.mark.usefixtures("school")
def test_links_that_were_there_before_searches_went_by_key_are_found(connection_id: str, database: Database) -> None:
    run_import(connection_id)
    command.downgrade(alembic_config(database), "0005")
    with write() as session:
        session.execute(update(LinkRow).values(practice_text="e\u0301cole", xero_text="e\u0301cole"))
    upgrade(database.url)
    assert clients.list_clients(ClientFilter(search="école des")).total == 1
    with read() as session:
        [link] = session.exec(select(LinkRow)).all()
    assert link.practice_text == "école des beaux-arts\narts@example.com\n+33 1 5555 0101"
    assert link.xero_text == "école des beaux-arts\narts@example.com\n5555 0102"


@pytest.mark.usefixtures("database")
def test_contacts_are_searched_within_an_index() -> None:
    query = contacts.contacts_query(ContactFilter(search="école")).with_only_columns(col(ContactRow.id))
    with read() as session:
        sql = str(query.compile(session.connection(), compile_kwargs={"literal_binds": True}))
        plan = [row[-1] for row in session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}")]
    assert plan == ["SCAN contact USING COVERING INDEX ix_contact_keys"]
