"""Contacts that fail to sync: shown with the reason, tried again on request, and well again by themselves."""

import pytest

from services import clients, sync
from services.access import Principal, Role
from services.clients import ClientFilter, ClientItem
from services.errors import Forbidden, SyncError
from services.overview import get_overview
from tests.support.practice import add, contact, edit, run_import, synced
from tests.support.xero import Xero

EDITOR = Principal("eddie", "Eddie", Role.EDITOR)


@pytest.fixture
def refused(xero: Xero, connection_id: str) -> tuple[str, str]:
    """A contact whose new name Xero refused, because another contact there has it; and that contact's Xero id."""
    contact_id = add("Ada Archer", "ada@example.com")
    xero.create("Ada Archer", "ada@example.com")
    other = xero.create("Ada Byron", "byron@example.com")
    run_import(connection_id)
    edit(contact_id, name="Ada Byron")
    sync.tick(connection_id)
    return contact_id, other


def item(contact_id: str) -> ClientItem:
    return next(row for row in synced() if row.contact_id == contact_id)


def test_a_refused_change_is_failing_with_the_reason_and_stops_nobody_else(
    xero: Xero, connection_id: str, refused: tuple[str, str]
) -> None:
    shown = item(refused[0])
    assert shown.sync_state == "failing"
    assert shown.error
    assert [row.contact_id for row in clients.list_clients(ClientFilter(sync_state="failing")).rows] == [refused[0]]
    assert get_overview().failing == 1
    neighbour = next(row for row in synced() if row.contact_id != refused[0])
    edit(neighbour.contact_id, email="still@works.example")
    sync.tick(connection_id)
    assert xero.contact(neighbour.xero_id)["EmailAddress"] == "still@works.example"


def test_retry_writes_once_the_cause_is_gone_and_clears_the_error(
    xero: Xero, connection_id: str, refused: tuple[str, str]
) -> None:
    xero.change(refused[1], Name="Ada Lovelace")
    assert clients.retry(EDITOR, [item(refused[0]).link_id]).done == 1
    assert item(refused[0]).sync_state == "waiting"
    sync.tick(connection_id)
    assert (item(refused[0]).sync_state, item(refused[0]).error) == ("ok", "")
    assert xero.contact(item(refused[0]).xero_id)["Name"] == contact(refused[0]).name == "Ada Byron"


def test_retry_fails_again_while_the_cause_is_there(connection_id: str, refused: tuple[str, str]) -> None:
    clients.retry(EDITOR, [item(refused[0]).link_id])
    sync.tick(connection_id)
    assert item(refused[0]).sync_state == "failing"


def test_an_error_clears_itself_when_a_later_write_succeeds_even_beside_an_open_difference(
    xero: Xero, connection_id: str, refused: tuple[str, str]
) -> None:
    edit(refused[0], email="ada@practice.example")
    xero.change(item(refused[0]).xero_id, EmailAddress="ada@xero.example")
    sync.tick(connection_id)
    assert item(refused[0]).sync_state == "failing"
    edit(refused[0], name="Ada King")
    sync.tick(connection_id)
    assert (item(refused[0]).sync_state, item(refused[0]).error) == ("difference", "")
    assert xero.contact(item(refused[0]).xero_id)["Name"] == "Ada King"


def test_what_does_not_fail_is_not_tried_again(refused: tuple[str, str]) -> None:
    well = next(row for row in synced() if row.contact_id != refused[0])
    report = clients.retry(EDITOR, [well.link_id, item(refused[0]).link_id])
    assert report.done == 1
    assert [skipped.reason for skipped in report.skipped] == ["It is not failing any more."]


def test_a_viewer_cannot_retry(refused: tuple[str, str]) -> None:
    with pytest.raises(Forbidden):
        clients.retry(Principal("vera", "Vera", Role.VIEWER), [item(refused[0]).link_id])


def test_who_was_edited_since_a_refusal_waits_and_fails_no_more(
    xero: Xero, connection_id: str, refused: tuple[str, str]
) -> None:
    edit(refused[0], name="Ada King")
    xero.fault(action="status", status=429, method="POST", path="/Contacts", times=1)
    with pytest.raises(SyncError):
        sync.tick(connection_id)
    assert (item(refused[0]).sync_state, item(refused[0]).error) == ("waiting", "")
