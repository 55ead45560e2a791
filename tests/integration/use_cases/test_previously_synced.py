"""Unsync, Previously Synced, Re-match and Create New Contact."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from services import candidates, connection, contacts, links, previous, sync, worker
from services.access import SYSTEM, Principal, Role
from services.connection import Setup
from services.errors import Forbidden, MovedOn
from services.previous import PreviousFilter, list_previous
from services.reconcile.contact import Field
from tests.support.practice import (
    add,
    contact,
    delta_is_due,
    edit,
    full_comparison_is_due,
    run_import,
    synced,
    tick,
    xero_client,
)
from tests.support.xero import Xero

SURVIVOR_STOPPED = "It was merged in Xero into Ada Archer, which somebody stopped syncing. Re-match Ada Archer instead."
VIEWER = Principal("vera", "Vera", Role.VIEWER)
DISCONNECT_AND_DIE = """
import os, sys
from services import connection
from services.access import SYSTEM
from services.steps import drifting
drifting.note_all = lambda _: os._exit(9)
connection.disconnect(SYSTEM, sys.argv[1])
"""


@pytest.fixture
def stopped(xero: Xero, connection_id: str) -> tuple[str, str, str]:
    """A pair that was synced and stopped: practice id, Xero id, link id."""
    contact_id = add("Ada Archer", "ada@example.com", "+61 2 9999 1111")
    xero_id = xero.create("Ada Archer", "ada@example.com")
    run_import(connection_id)
    link_id = synced()[0].link_id
    assert links.stop(SYSTEM, [link_id]).done == 1
    return contact_id, xero_id, link_id


def test_unsync_moves_the_contact_to_previously_synced(stopped: tuple[str, str, str]) -> None:
    assert synced() == []
    assert [(row.state, row.drift) for row in list_previous(PreviousFilter()).rows] == [("stopped", ())]
    assert xero_client(stopped[0]).state == "stopped"


def test_a_stopped_contact_is_never_imported_again(
    xero: Xero, connection_id: str, stopped: tuple[str, str, str]
) -> None:
    xero.change(stopped[1], EmailAddress="new@example.com")
    for _ in range(2):
        sync.tick(connection_id)
    assert contacts.list_contacts(contacts.ContactFilter()).total == 1
    assert synced() == []


@pytest.mark.parametrize("clock", [timedelta(0), -timedelta(hours=2)], ids=["", "clock put back"])
def test_whoever_is_stopped_does_not_sync_again_with_an_earlier_contact_that_is_restored_in_xero(
    xero: Xero, connection_id: str, clock: timedelta
) -> None:
    contact_id, earlier = add("Ada Archer", "ada@example.com"), xero.create("Ada Archer", "ada@example.com")
    run_import(connection_id)
    xero.archive(earlier)
    sync.tick(connection_id)
    later = xero.create("Ada Archer", "ada@example.com")
    tick(connection_id)
    [client] = synced()
    assert (client.contact_id, client.xero_id) == (contact_id, later)
    with time_machine.travel(datetime.now(UTC) + clock):
        links.stop(SYSTEM, [client.link_id])
    xero.change(later, Name="Ada Archer the Second")
    xero.restore(earlier)
    xero.change(earlier, EmailAddress="new@example.com")
    tick(connection_id, 2)
    assert synced() == []
    assert contact(contact_id).email == "ada@example.com"


def test_drift_since_unsync_is_shown_and_can_be_filtered(
    xero: Xero, connection_id: str, stopped: tuple[str, str, str]
) -> None:
    xero.change(stopped[1], EmailAddress="new@example.com")
    sync.tick(connection_id)
    [row] = list_previous(PreviousFilter(drift="drifted")).rows
    assert row.drift == (Field.EMAIL,)
    assert [(d.field, d.base, d.practice, d.xero) for d in previous.get_drift(row.link_id)] == [
        (Field.EMAIL, "ada@example.com", "ada@example.com", "new@example.com")
    ]
    assert list_previous(PreviousFilter(drift="same")).total == 0


def test_what_drifted_is_shown_although_the_process_that_disconnected_died_before_it_was_noted(
    xero: Xero, connection_id: str
) -> None:
    contact_id = add("Ada Archer", "ada@example.com")
    xero.create("Ada Archer", "ada@example.com")
    run_import(connection_id)
    edit(contact_id, email="new@example.com")
    assert subprocess.run([sys.executable, "-c", DISCONNECT_AND_DIE, connection_id], timeout=60).returncode == 9
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=2)):
        worker.take_turn()
    assert [row.drift for row in list_previous(PreviousFilter()).rows] == [(Field.EMAIL,)]


def test_re_match_links_again_when_name_and_billing_email_are_equal(
    xero: Xero, connection_id: str, stopped: tuple[str, str, str]
) -> None:
    [result] = links.rematch(SYSTEM, [stopped[2]])
    assert result.linked, result.message
    assert [row.link_id for row in synced()] == [stopped[2]]
    edit(stopped[0], email="two@way.example")
    sync.tick(connection_id)
    assert xero.contact(stopped[1])["EmailAddress"] == "two@way.example"


def test_what_drifted_while_stopped_is_asked_about_after_re_match(
    xero: Xero, connection_id: str, stopped: tuple[str, str, str]
) -> None:
    edit(stopped[0], phone="+61 2 8888 0000")
    xero.change(stopped[1], Phones=[{"PhoneType": "DEFAULT", "PhoneNumber": "7777 0000"}])
    sync.tick(connection_id)
    links.rematch(SYSTEM, [stopped[2]])
    sync.tick(connection_id)
    assert contact(stopped[0]).phone == "+61 2 8888 0000"
    assert [row.sync_state for row in synced()] == ["difference"]


def test_re_match_without_a_match_says_so_and_offers_candidates(
    xero: Xero, connection_id: str, stopped: tuple[str, str, str]
) -> None:
    xero.change(stopped[1], EmailAddress="new@example.com")
    sync.tick(connection_id)
    [result] = links.rematch(SYSTEM, [stopped[2]])
    assert not result.linked
    assert result.message.startswith("No match was found. The name is equal")
    assert [found.contact_id for found in candidates.candidates(connection_id, stopped[1])] == [stopped[0]]
    links.link_to(SYSTEM, stopped[2], stopped[0])
    assert [row.contact_id for row in synced()] == [stopped[0]]


def test_create_new_contact_makes_a_second_practice_contact_and_links_it(stopped: tuple[str, str, str]) -> None:
    assert links.create_new_contact(SYSTEM, [stopped[2]]).done == 1
    [row] = synced()
    assert row.contact_id != stopped[0]
    assert contact(row.contact_id).name == "Ada Archer"


def test_create_new_contact_makes_no_third_one_beside_who_was_added_meanwhile(stopped: tuple[str, str, str]) -> None:
    former = contact(stopped[0])
    add(former.name, former.email)
    [skipped] = links.create_new_contact(SYSTEM, [stopped[2]]).skipped
    assert "same name and billing email" in skipped.reason


def test_a_practice_contact_is_never_linked_with_two_syncing_contacts(
    xero: Xero, connection_id: str, stopped: tuple[str, str, str]
) -> None:
    other = xero.create("Someone Else", "else@example.com")
    sync.tick(connection_id)
    taken = next(row for row in synced() if row.xero_id == other)
    with pytest.raises(MovedOn):
        links.link_to(SYSTEM, stopped[2], taken.contact_id)


def test_a_viewer_cannot_act(stopped: tuple[str, str, str]) -> None:
    for act in (links.stop, links.rematch, links.create_new_contact, links.make_two_way):
        with pytest.raises(Forbidden):
            act(VIEWER, [stopped[2]])


def test_stopping_twice_is_reported_not_repeated(stopped: tuple[str, str, str]) -> None:
    report = links.stop(SYSTEM, [stopped[2]])
    assert report.done == 0
    assert [row.name for row in report.skipped] == ["Ada Archer"]


def merged(xero: Xero, connection_id: str, survivor: str) -> str:
    """Bea, whose contact in Xero was merged into that of another one: the link that broke."""
    add("Bea Blum", "bea@example.com")
    gone = xero.create("Bea Blum", "bea@example.com")
    sync.tick(connection_id)
    [link] = [row for row in synced() if row.xero_id == gone]
    xero.merge(gone, survivor)
    for _ in range(2):
        delta_is_due()
        full_comparison_is_due()
        sync.tick(connection_id)
    return link.link_id


def test_re_match_of_a_merged_contact_does_not_take_up_the_survivors_link_that_was_stopped(
    xero: Xero, connection_id: str, stopped: tuple[str, str, str]
) -> None:
    [result] = links.rematch(SYSTEM, [merged(xero, connection_id, stopped[1])])
    assert (result.linked, synced()) == (False, [])
    assert result.message == SURVIVOR_STOPPED


def test_a_merged_contact_is_neither_made_anew_nor_linked_by_the_survivors_link_that_was_stopped(
    xero: Xero, connection_id: str, stopped: tuple[str, str, str]
) -> None:
    link_id = merged(xero, connection_id, stopped[1])
    [skipped] = links.create_new_contact(SYSTEM, [link_id]).skipped
    assert skipped.reason == SURVIVOR_STOPPED
    with pytest.raises(MovedOn) as refused:
        links.link_to(SYSTEM, link_id, add("Ada Archer Two", "ada@example.com"))
    assert str(refused.value) == SURVIVOR_STOPPED
    assert {row.state for row in list_previous(PreviousFilter()).rows} == {"broken", "stopped"}


def test_re_match_of_a_merged_contact_says_whom_it_linked(xero: Xero, connection_id: str) -> None:
    connection.save_setup(SYSTEM, connection_id, Setup("customers", False, "Client", "create"))
    run_import(connection_id)
    add("Sam Smith", "sam@example.com")
    survivor = xero.create("Sam Smith", "sam@example.com", customer=False, IsSupplier=True)
    [result] = links.rematch(SYSTEM, [merged(xero, connection_id, survivor)])
    assert [row.name for row in synced()] == ["Sam Smith"]
    assert (result.name, result.message) == ("Sam Smith", "Linked with Sam Smith; it syncs again.")
