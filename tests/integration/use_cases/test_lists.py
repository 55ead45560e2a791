"""Long lists are answered from indexes and remembered answers; these must never be behind what they repeat."""

import sqlite3
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from sqlmodel import Session, select

from benchmarks.book import fill
from models.contact import ContactRow
from services import clients, contacts, db, issues, links, news, previous, sync
from services.access import SYSTEM
from services.clients import ClientFilter
from services.contacts import ContactForm
from services.db import Database
from services.issues import IssueFilter
from services.overview import get_overview, get_to_resolve
from services.previous import PreviousFilter
from services.reconcile.contact import Field
from services.records.listing import Listing
from tests.support.practice import add, contact, delta_is_due, edit, run_import
from tests.support.xero import Xero


@pytest.fixture
def pair(xero: Xero, connection_id: str) -> tuple[str, str]:
    """Two synced pairs, Ada and Béla; the ids of Ada on both sides."""
    ada, ada_in_xero = add("Ada Archer", "ada@example.com"), xero.create("Ada Archer", "ada@example.com")
    add("Béla Butcher", "bela@example.com")
    xero.create("Béla Butcher", "bela@example.com")
    run_import(connection_id)
    return ada, ada_in_xero


def names(**wanted: str) -> list[str]:
    return [item.name for item in clients.list_clients(ClientFilter(**wanted)).rows]


def test_a_renamed_contact_moves_to_its_new_place_at_once(pair: tuple[str, str]) -> None:
    assert names() == ["Ada Archer", "Béla Butcher"]
    edit(pair[0], name="Zoe Archer")
    assert names() == ["Béla Butcher", "Zoe Archer"]
    edit(pair[0], email="zoe@example.com")
    assert names(sort="email") == ["Béla Butcher", "Zoe Archer"]


def test_a_contact_renamed_in_xero_moves_and_is_found(xero: Xero, connection_id: str, pair: tuple[str, str]) -> None:
    xero.change(pair[1], Name="Zoe Archer")
    delta_is_due()
    sync.tick(connection_id)
    assert names() == ["Béla Butcher", "Zoe Archer"]
    assert (names(search="zoe"), names(search="Ada")) == (["Zoe Archer"], ["Zoe Archer"])


def test_searching_takes_no_notice_of_case_and_knows_no_wildcards(pair: tuple[str, str]) -> None:
    assert names(search="BÉLA") == ["Béla Butcher"]
    assert (names(search="%"), names(search="_")) == ([], [])


def test_the_contact_type_is_filtered_as_it_is_now(pair: tuple[str, str]) -> None:
    stored = contacts.get_contact(pair[0])
    contacts.edit_contact(SYSTEM, pair[0], ContactForm(stored.contact, "Prospect", True), stored.rev)
    assert (names(contact_type="Prospect"), names(kind="person")) == (["Ada Archer"], ["Ada Archer"])


def test_drift_follows_each_edit_of_either_side(xero: Xero, connection_id: str, pair: tuple[str, str]) -> None:
    [link_id] = [item.link_id for item in clients.list_clients(ClientFilter(search="Ada")).rows]
    links.stop(SYSTEM, [link_id])
    drifted = PreviousFilter(drift="drifted")
    assert previous.list_previous(drifted).total == 0
    edit(pair[0], phone="+44 113 4960000")
    assert [item.drift for item in previous.list_previous(drifted).rows] == [(Field.PHONE,)]
    edit(pair[0], phone="")
    assert previous.list_previous(drifted).total == 0
    xero.change(pair[1], EmailAddress="new@example.com")
    delta_is_due()
    sync.tick(connection_id)
    assert [item.drift for item in previous.list_previous(drifted).rows] == [(Field.EMAIL,)]
    assert contact(pair[0]).email == "ada@example.com"


def test_a_remembered_answer_is_forgotten_when_another_process_commits(pair: tuple[str, str]) -> None:
    assert get_overview().syncing == 2
    assert names() == ["Ada Archer", "Béla Butcher"]
    path = db.database().url.removeprefix("sqlite:///")
    with sqlite3.connect(path) as other:
        other.execute("UPDATE link SET state = 'stopped', ended_at = linked_at WHERE contact_id = ?", (pair[0],))
    other.close()
    assert (get_overview().syncing, get_overview().stopped) == (1, 1)
    assert names() == ["Béla Butcher"]


def test_one_look_takes_notice_of_others_only_at_its_end_but_of_this_process_at_once(pair: tuple[str, str]) -> None:
    path = db.database().url.removeprefix("sqlite:///")
    with news.one_look():
        assert names() == ["Ada Archer", "Béla Butcher"]
        seen = news.version()
        with sqlite3.connect(path) as other:
            other.execute("UPDATE link SET state = 'stopped', ended_at = linked_at WHERE contact_id = ?", (pair[0],))
        other.close()
        assert (names(), news.version()) == (["Ada Archer", "Béla Butcher"], seen)
        edit(pair[0], phone="+64 9 300 9000")
        assert (names(), news.version() == seen) == (["Béla Butcher"], False)
    assert names() == ["Béla Butcher"]


def rename_elsewhere(contact_id: str, name: str) -> None:
    """As another process would, of which this one learns by looking only."""
    path = db.database().url.removeprefix("sqlite:///")
    with sqlite3.connect(path) as other:
        other.execute("UPDATE contact SET name = ? WHERE id = ?", (name, contact_id))
    other.close()


def stored_name(session: Session, contact_id: str) -> str:
    return session.exec(select(ContactRow.name).where(ContactRow.id == contact_id)).one()


def read_name(contact_id: str) -> str:
    with db.read() as session:
        return stored_name(session, contact_id)


def test_what_one_look_reads_is_of_one_moment_until_this_process_commits(pair: tuple[str, str]) -> None:
    ada, _ = pair
    with news.one_look():
        assert read_name(ada) == "Ada Archer"
        rename_elsewhere(ada, "Ada Baker")
        assert read_name(ada) == "Ada Archer"
        add("Cleo Carter")
        assert read_name(ada) == "Ada Baker"
    rename_elsewhere(ada, "Ada Cooper")
    assert read_name(ada) == "Ada Cooper"


def test_a_read_that_this_process_overtakes_goes_on_as_it_began_and_one_within_it_is_fresh(
    pair: tuple[str, str],
) -> None:
    ada, _ = pair
    with news.one_look():
        with db.read() as session:
            assert stored_name(session, ada) == "Ada Archer"
            edit(ada, name="Ada Baker")
            assert (stored_name(session, ada), read_name(ada)) == ("Ada Archer", "Ada Baker")
        assert read_name(ada) == "Ada Baker"


def pages_of(read: Callable[[int], Listing[Any]], size: int) -> list[Any]:
    """All rows of a list, read page by page, from the first to one past the last."""
    found, total = [], read(1).total
    for page in range(1, -(-total // size) + 2):
        listing = read(page)
        assert listing.total == total
        found += listing.rows
    return found


@pytest.mark.parametrize("descending", [False, True])
def test_pages_read_from_either_end_are_the_whole_list(database: Database, descending: bool) -> None:
    fill(7, issues=5, ended=4)
    wanted = ClientFilter(sort="synced_at", descending=descending)
    ended = PreviousFilter(sort="ended_at", descending=descending)
    asked = IssueFilter(sort="score", descending=descending)
    for size in (1, 2, 3, 7, 100):
        synced = pages_of(partial(clients.list_clients, wanted, size=size), size)
        assert [row.link_id for row in synced] == clients.client_ids(wanted)
        ended_links = pages_of(partial(previous.list_previous, ended, size=size), size)
        assert [row.link_id for row in ended_links] == previous.previous_ids(ended)
        open_issues = pages_of(partial(issues.list_issues, asked, size=size), size)
        assert [row.issue_id for row in open_issues] == issues.issue_ids(asked)


def test_every_way_to_count_agrees(database: Database) -> None:
    fill(7, issues=5, ended=4)
    now, waiting = get_overview(), get_to_resolve()
    assert (now.syncing, clients.list_clients(ClientFilter(), 2, 3).total) == (7, 7)
    assert (waiting.issues, waiting.previous, waiting.differences) == (5, 4, 0)
    assert clients.list_clients(ClientFilter(kind="person"), 1, 1).total == len(
        clients.client_ids(ClientFilter(kind="person"))
    )


def test_the_contact_types_in_use_are_each_named_once(database: Database) -> None:
    assert contacts.contact_types() == ("Client",)
    fill(9)
    assert contacts.contact_types() == ("Client", "Client-VIP", "Prospect", "Supplier")
