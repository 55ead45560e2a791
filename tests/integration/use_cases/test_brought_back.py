"""A contact that was archived here and is in use again: its ended link resumes."""

import pytest

from services import archive, clients, links, previous, undo
from services.access import SYSTEM
from services.clients import ClientFilter
from services.previous import PreviousFilter
from tests.support.practice import add, run_import, synced, tick
from tests.support.xero import Xero

Pair = tuple[str, str]


@pytest.fixture
def pair(xero: Xero, connection_id: str) -> Pair:
    """A linked pair: the practice's id and Xero's."""
    ours, theirs = add("Ada Archer", "ada@example.com"), xero.create("Ada Archer", "ada@example.com")
    run_import(connection_id)
    return ours, theirs


def test_who_is_restored_before_a_new_link_is_undone_syncs_again(xero: Xero, connection_id: str, pair: Pair) -> None:
    archive.archive_contact(SYSTEM, pair[0])
    [ended] = previous.list_previous(PreviousFilter()).rows
    command = links.create_new_contact(SYSTEM, [ended.link_id]).command
    archive.restore_contact(SYSTEM, pair[0])
    assert undo.undo_command(SYSTEM, command).done == 1
    tick(connection_id, 2)
    assert [row.contact_id for row in synced()] == [pair[0]]


def test_an_archiving_that_xero_refused_is_no_error_of_a_contact_in_use(
    xero: Xero, connection_id: str, pair: Pair
) -> None:
    archive.archive_contact(SYSTEM, pair[0], in_xero=True)
    xero.fault(method="POST", path="/Contacts", action="status", status=400)
    tick(connection_id)
    [failing] = clients.client_ids(ClientFilter(sync_state="failing"))
    command = links.link_to(SYSTEM, failing, add("Ada Archer Two", "ada@example.com"))
    archive.restore_contact(SYSTEM, pair[0])
    assert undo.undo_command(SYSTEM, command).done == 1
    tick(connection_id, 2)
    assert clients.client_ids(ClientFilter(sync_state="failing")) == []
