"""A contact that was archived here and is in use again: its ended link resumes; and undos that came too late."""

from services import archive, clients, connection, create_one, differences, issue_answers, issues, links, previous, undo
from services.access import SYSTEM
from services.clients import ClientFilter
from services.issues import IssueFilter
from services.previous import PreviousFilter
from tests.support.practice import add, edit, run_import, synced, tick
from tests.support.xero import REFUSED, Xero, consent

Pair = tuple[str, str]


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
    xero.fault(method="POST", path="/Contacts", action="status", status=400, body=REFUSED)
    tick(connection_id)
    [failing] = clients.client_ids(ClientFilter(sync_state="failing"))
    command = links.link_to(SYSTEM, failing, add("Ada Archer Two", "ada@example.com"))
    archive.restore_contact(SYSTEM, pair[0])
    assert undo.undo_command(SYSTEM, command).done == 1
    tick(connection_id, 2)
    assert clients.client_ids(ClientFilter(sync_state="failing")) == []


def test_who_is_in_use_is_not_archived_in_xero(xero: Xero, connection_id: str, pair: Pair) -> None:
    archive.archive_contact(SYSTEM, pair[0])
    connection.disconnect(SYSTEM, connection_id)
    archive.restore_contact(SYSTEM, pair[0])
    assert consent() == connection_id
    [ended] = previous.list_previous(PreviousFilter()).rows
    assert [one.reason for one in archive.archive_in_xero(SYSTEM, [ended.link_id]).skipped] == [
        "The contact is in use again."
    ]


def test_who_is_restored_while_disconnected_syncs_again_once_connected(
    xero: Xero, connection_id: str, pair: Pair
) -> None:
    stopped = add("Ben Baker", "ben@example.com"), xero.create("Ben Baker", "ben@example.com")
    tick(connection_id)
    archive.archive_contact(SYSTEM, pair[0])
    connection.disconnect(SYSTEM, connection_id)
    archive.restore_contact(SYSTEM, pair[0])
    for one in (pair, stopped):
        edit(one[0], email=f"{one[0]}@example.com")
    assert consent() == connection_id
    tick(connection_id, 2)
    assert [row.contact_id for row in synced()] == [pair[0]]
    assert xero.contact(pair[1])["EmailAddress"] == f"{pair[0]}@example.com"
    assert xero.contact(stopped[1])["EmailAddress"] == "ben@example.com"


def test_who_was_archived_on_both_sides_and_is_restored_here_while_disconnected_syncs_again_once_connected(
    xero: Xero, connection_id: str, pair: Pair
) -> None:
    xero.archive(pair[1])
    tick(connection_id)
    archive.archive_contact(SYSTEM, pair[0])
    xero.restore(pair[1])
    tick(connection_id)
    connection.disconnect(SYSTEM, connection_id)
    archive.restore_contact(SYSTEM, pair[0])
    assert consent() == connection_id
    tick(connection_id, 2)
    assert [row.contact_id for row in synced()] == [pair[0]]


def test_of_several_links_of_who_is_restored_while_disconnected_the_one_that_synced_last_does(
    xero: Xero, connection_id: str, pair: Pair
) -> None:
    archive.archive_contact(SYSTEM, pair[0], in_xero=True)
    tick(connection_id)
    archive.restore_contact(SYSTEM, pair[0])
    edit(pair[0], name="Ada Archer Again")
    create_one.create_in_xero(SYSTEM, pair[0], connection_id, anyway=True)
    tick(connection_id)
    [last] = synced()
    xero.restore(pair[1])
    archive.archive_contact(SYSTEM, pair[0])
    tick(connection_id)
    connection.disconnect(SYSTEM, connection_id)
    archive.restore_contact(SYSTEM, pair[0])
    assert consent() == connection_id
    tick(connection_id)
    assert [row.link_id for row in synced()] == [last.link_id]


def test_who_is_kept_in_xero_stays_stopped_when_restored_while_disconnected(
    xero: Xero, connection_id: str, pair: Pair
) -> None:
    [link] = synced()
    archive.archive_contact(SYSTEM, pair[0])
    assert archive.keep_in_xero(SYSTEM, [link.link_id]).done == 1
    connection.disconnect(SYSTEM, connection_id)
    archive.restore_contact(SYSTEM, pair[0])
    assert consent() == connection_id
    tick(connection_id, 2)
    assert synced() == []


def test_a_choice_is_not_said_to_be_decided_again_where_its_contact_stopped_syncing(
    xero: Xero, connection_id: str, pair: Pair
) -> None:
    edit(pair[0], email="ada@practice.example")
    xero.change(pair[1], EmailAddress="ada@xero.example")
    tick(connection_id)
    choice = differences.choose(SYSTEM, differences.difference_ids(), "xero").command
    links.stop(SYSTEM, [synced()[0].link_id])
    [skipped] = undo.undo_command(SYSTEM, choice).skipped
    assert skipped.reason == "The contact has been linked or stopped again since."


def test_an_undo_whose_former_contact_was_removed_is_refused_with_the_reason(xero: Xero, connection_id: str) -> None:
    for ours, theirs in (("ada@example.com", "archer@example.com"), ("other@example.com", "other@example.com")):
        add(f"Somebody {ours}", ours)
        xero.create(f"Somebody {ours}", theirs)
    run_import(connection_id)
    [first] = synced()
    links.stop(SYSTEM, [first.link_id])
    create = issue_answers.create_contact(SYSTEM, issues.issue_ids(IssueFilter())).command
    [made] = synced()
    unsync = links.stop(SYSTEM, [made.link_id]).command
    links.link_to(SYSTEM, first.link_id, made.contact_id)
    links.stop(SYSTEM, [first.link_id])
    archive.archive_contact(SYSTEM, first.contact_id)  # otherwise the new one would be a second of them
    moved = links.create_new_contact(SYSTEM, [first.link_id]).command
    assert (undo.undo_command(SYSTEM, unsync).done, undo.undo_command(SYSTEM, create).done) == (1, 1)
    [skipped] = undo.undo_command(SYSTEM, moved).skipped
    assert skipped.reason == "The contact that it was linked with has been removed since."


def test_an_edit_does_not_bring_back_the_link_that_a_person_replaced(
    xero: Xero, connection_id: str, pair: Pair
) -> None:
    archive.archive_contact(SYSTEM, pair[0])
    tick(connection_id)
    xero.archive(pair[1])
    tick(connection_id)
    archive.restore_contact(SYSTEM, pair[0])
    other = xero.create("Ada Archer Ltd", "ada@example.com")
    tick(connection_id)
    issue_answers.confirm(SYSTEM, issues.issue_ids(IssueFilter())[0], pair[0])
    xero.restore(pair[1])
    tick(connection_id)
    xero.archive(other)
    tick(connection_id)
    edit(pair[0], phone="5555 0001")
    tick(connection_id, 2)
    assert synced() == []
    assert not [phone for phone in xero.contact(pair[1])["Phones"] if phone["PhoneNumber"]]
    xero.restore(other)
    tick(connection_id)
    assert [row.xero_id for row in synced()] == [other]
