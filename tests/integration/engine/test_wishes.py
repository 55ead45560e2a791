"""What people asked for: it is kept while something else is under way, and only it uses the calls kept for people."""

from datetime import timedelta

import pytest
from sqlalchemy import delete

from models.api_call import ApiCallRow
from models.base import new_id, now
from models.connection import CONNECTED, DISCONNECTED, ConnectionRow
from services import archive, clients, connection, create_one, sync, sync_states, worker
from services.access import SYSTEM
from services.clients import ClientFilter
from services.db import write
from services.errors import MovedOn, SyncError
from services.reconcile import brake as rules
from services.settings import get_settings
from tests.support.practice import add, delta_is_due, edit, retry_now, run_import, synced, tick, xero_client
from tests.support.xero import REFUSED, Xero, consent

Pair = tuple[str, str]
LOST = {"method": "POST", "path": "/Contacts", "action": "drop", "effect": "before", "times": 1}


def use_up_nine_tenths(connection_id: str, settings: pytest.MonkeyPatch) -> None:
    settings.setenv("XERO_CALLS_PER_DAY", "60")
    get_settings.cache_clear()
    with write() as session:
        session.execute(delete(ApiCallRow))
        for _ in range(54):
            session.add(ApiCallRow(id=new_id(), connection_id=connection_id, at=now() - timedelta(hours=2)))


def lose_a_write(xero: Xero, connection_id: str, contact_id: str) -> None:
    edit(contact_id, email="new@example.com")
    xero.fault(**LOST)
    with pytest.raises(SyncError):
        sync.tick(connection_id)


def test_archiving_on_both_sides_waits_for_a_write_that_may_be_on_the_wire(
    xero: Xero, connection_id: str, pair: Pair
) -> None:
    lose_a_write(xero, connection_id, pair[0])
    archive.archive_contact(SYSTEM, pair[0], in_xero=True)
    assert xero_client(pair[0]).archiving
    retry_now()
    tick(connection_id, 2)
    assert xero.contact(pair[1])["ContactStatus"] == "ARCHIVED"


def test_archiving_that_waits_for_a_lost_write_is_sent_although_the_brake_is_on(
    xero: Xero, connection_id: str, pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "ALWAYS_ALLOWED", 2)
    others = [xero.create(f"Person {number}", f"p{number}@example.com") for number in range(6)]
    tick(connection_id)
    lose_a_write(xero, connection_id, pair[0])
    for one in others:
        xero.archive(one)
    archive.archive_contact(SYSTEM, pair[0], in_xero=True)
    retry_now()
    tick(connection_id)
    assert connection.get_connection(connection_id).braked_at
    assert [xero.contact(one)["ContactStatus"] for one in pair[1:]] == ["ARCHIVED"]


def test_a_contact_that_was_restored_meanwhile_is_not_archived_in_xero(
    xero: Xero, connection_id: str, pair: Pair
) -> None:
    lose_a_write(xero, connection_id, pair[0])
    archive.archive_contact(SYSTEM, pair[0], in_xero=True)
    archive.restore_contact(SYSTEM, pair[0])
    retry_now()
    tick(connection_id, 3)
    assert xero.contact(pair[1])["ContactStatus"] == "ACTIVE"
    assert xero.contact(pair[1])["EmailAddress"] == "new@example.com"


@pytest.mark.parametrize("effect", ["before", "after"])
def test_what_is_said_to_be_kept_in_xero_is_kept(xero: Xero, connection_id: str, pair: Pair, effect: str) -> None:
    [link] = synced()
    archive.archive_contact(SYSTEM, pair[0], in_xero=True)
    xero.fault(**{**LOST, "effect": effect})
    with pytest.raises(SyncError):
        sync.tick(connection_id)
    [skipped] = archive.keep_in_xero(SYSTEM, [link.link_id]).skipped
    assert skipped.reason == "It may have been archived in Xero already. Look again in a minute."
    retry_now()
    tick(connection_id, 2)
    assert xero.contact(pair[1])["ContactStatus"] == "ARCHIVED"


def test_what_xero_took_no_notice_of_when_asked_to_archive_it_can_still_be_kept(
    xero: Xero, connection_id: str, pair: Pair
) -> None:
    [link] = synced()
    archive.archive_contact(SYSTEM, pair[0], in_xero=True)
    limit = {"Retry-After": "1", "X-Rate-Limit-Problem": "minute"}
    xero.fault(method="POST", path="/Contacts", action="status", status=429, headers=limit, times=1)
    with pytest.raises(SyncError):
        sync.tick(connection_id)
    assert archive.keep_in_xero(SYSTEM, [link.link_id]).done == 1
    retry_now()
    tick(connection_id, 2)
    assert xero.contact(pair[1])["ContactStatus"] == "ACTIVE"


def restore_while_disconnected(connection_id: str, contact_id: str) -> None:
    """A contact comes back here while its organisation is not connected: its link stays ended until the next tick."""
    with write() as session:
        session.get_one(ConnectionRow, connection_id).state = DISCONNECTED
    archive.restore_contact(SYSTEM, contact_id)
    with write() as session:
        session.get_one(ConnectionRow, connection_id).state = CONNECTED
    assert synced() == []


def test_create_contact_is_not_taken_for_an_archiving_that_was_never_sent(connection_id: str, pair: Pair) -> None:
    archive.archive_contact(SYSTEM, pair[0], in_xero=True)
    restore_while_disconnected(connection_id, pair[0])
    create_one.create_in_xero(SYSTEM, pair[0], connection_id, anyway=True)
    assert xero_client(pair[0]).state == "sending"


def test_create_contact_is_refused_while_an_archiving_may_be_on_the_wire(
    xero: Xero, connection_id: str, pair: Pair
) -> None:
    archive.archive_contact(SYSTEM, pair[0], in_xero=True)
    xero.fault(**LOST)
    with pytest.raises(SyncError):
        sync.tick(connection_id)
    restore_while_disconnected(connection_id, pair[0])
    with pytest.raises(MovedOn, match="still on its way to Xero"):
        create_one.create_in_xero(SYSTEM, pair[0], connection_id, anyway=True)
    retry_now()
    sync.tick(connection_id, delta=False)
    assert xero.contact(pair[1])["ContactStatus"] == "ACTIVE"
    assert [one.contact_id for one in synced()] == [pair[0]]


def test_a_refused_archiving_is_shown_as_failing_and_can_be_tried_again(
    xero: Xero, connection_id: str, pair: Pair
) -> None:
    refused_archiving(xero, connection_id, pair[0])
    [failing] = clients.list_clients(ClientFilter(sync_state="failing")).rows
    assert failing.error.startswith("It was not archived in Xero.")
    assert (sync_states.count_states().failing, sync_states.count_states().in_sync) == (1, 0)
    assert clients.retry(SYSTEM, [failing.link_id]).done == 1
    assert clients.list_clients(ClientFilter(sync_state="failing")).total == 0
    tick(connection_id, 2)
    assert xero.contact(pair[1])["ContactStatus"] == "ARCHIVED"


def test_a_refused_archiving_is_answered_by_whoever_archives_it_in_xero(
    xero: Xero, connection_id: str, pair: Pair
) -> None:
    refused_archiving(xero, connection_id, pair[0])
    xero.archive(pair[1])
    tick(connection_id)
    assert sync_states.count_states().failing == 0
    assert xero_client(pair[0]).error == ""


def refused_archiving(xero: Xero, connection_id: str, contact_id: str) -> str:
    """A contact is archived here, and Xero refuses to archive it there. Returns the link's id."""
    archive.archive_contact(SYSTEM, contact_id, in_xero=True)
    xero.fault(method="POST", path="/Contacts", action="status", status=400, body=REFUSED, times=1)
    tick(connection_id)
    [failing] = clients.client_ids(ClientFilter(sync_state="failing"))
    return failing


def test_a_refused_archiving_is_not_tried_again_while_its_organisation_is_not_connected(
    xero: Xero, connection_id: str, pair: Pair
) -> None:
    failing = refused_archiving(xero, connection_id, pair[0])
    connection.disconnect(SYSTEM, connection_id)
    [skipped] = clients.retry(SYSTEM, [failing]).skipped
    assert skipped.reason == "It is not failing any more."


def test_what_was_kept_in_xero_after_a_refusal_is_not_archived_by_trying_again(
    xero: Xero, connection_id: str, pair: Pair
) -> None:
    failing = refused_archiving(xero, connection_id, pair[0])
    assert archive.keep_in_xero(SYSTEM, [failing]).done == 1
    assert clients.retry(SYSTEM, [failing]).done == 0
    tick(connection_id, 2)
    assert xero.contact(pair[1])["ContactStatus"] == "ACTIVE"


def test_one_wish_does_not_open_the_calls_kept_for_people_to_the_whole_sync(
    xero: Xero, connection_id: str, settings: pytest.MonkeyPatch
) -> None:
    ids = [add(f"Person {number}", f"p{number}@example.com") for number in range(5)]
    for number in range(5):
        xero.create(f"Person {number}", f"p{number}@example.com")
    run_import(connection_id)
    use_up_nine_tenths(connection_id, settings)
    for one in ids:
        edit(one, email=f"new{one}@example.com")
    create_one.create_in_xero(SYSTEM, add("New Person", "new@example.com"), connection_id)
    xero.forget_calls()
    worker.take_turn()
    assert [call["method"] for call in xero.calls()] == ["PUT"]


def test_a_wish_goes_out_although_the_sync_itself_may_not_even_look(
    xero: Xero, connection_id: str, pair: Pair, settings: pytest.MonkeyPatch
) -> None:
    use_up_nine_tenths(connection_id, settings)
    create_one.create_in_xero(SYSTEM, add("New Person", "new@example.com"), connection_id)
    delta_is_due()
    xero.forget_calls()
    worker.take_turn()
    assert [call["method"] for call in xero.calls()] == ["PUT"]
    assert len(synced()) == 2


def test_who_comes_back_while_disconnected_is_not_said_to_have_been_refused_any_more(
    xero: Xero, connection_id: str, pair: Pair
) -> None:
    refused_archiving(xero, connection_id, pair[0])
    connection.disconnect(SYSTEM, connection_id)
    archive.restore_contact(SYSTEM, pair[0])
    consent()
    assert xero_client(pair[0]).error == ""
