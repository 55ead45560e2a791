"""Long lists are answered from indexes and remembered answers; these must never be behind what they repeat."""

import sqlite3

import pytest

from services import clients, contacts, db, links, sync
from services.access import SYSTEM
from services.clients import ClientFilter
from services.contacts import ContactForm
from services.links import PreviousFilter
from services.overview import get_overview
from services.reconcile.contact import Field
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
    assert links.list_previous(drifted).total == 0
    edit(pair[0], phone="+44 113 4960000")
    assert [item.drift for item in links.list_previous(drifted).rows] == [(Field.PHONE,)]
    edit(pair[0], phone="")
    assert links.list_previous(drifted).total == 0
    xero.change(pair[1], EmailAddress="new@example.com")
    delta_is_due()
    sync.tick(connection_id)
    assert [item.drift for item in links.list_previous(drifted).rows] == [(Field.EMAIL,)]
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
