"""Undo: while nothing has moved on, everything is put back as it was; otherwise it says what has moved on."""

import pytest

from models.connection import ConnectionRow
from models.intent import IntentRow
from services import (
    archive,
    clients,
    connection,
    contacts,
    decided,
    differences,
    issue_answers,
    issues,
    links,
    sync,
    undo,
)
from services.access import SYSTEM, Principal, Role
from services.activity import ActivityFilter, list_activity
from services.clients import ClientFilter
from services.contacts import ContactFilter
from services.create_one import ask_to_create
from services.db import write
from services.errors import Forbidden
from services.issues import IssueFilter
from services.previous import PreviousFilter, list_previous
from tests.support.practice import add, contact, edit, run_import, synced
from tests.support.xero import REFUSED, Xero, consent

Pair = tuple[str, str]


def total() -> int:
    return contacts.list_contacts(ContactFilter()).total


def refused(command: str) -> list[str]:
    return [skipped.reason for skipped in undo.undo_command(SYSTEM, command).skipped]


def test_a_stopped_contact_syncs_again_with_its_base(xero: Xero, connection_id: str, pair: Pair) -> None:
    command = links.stop(SYSTEM, [synced()[0].link_id]).command
    assert undo.undo_command(SYSTEM, command).done == 1
    xero.change(pair[1], EmailAddress="ada@new.example")
    sync.tick(connection_id)
    assert contact(pair[0]).email == "ada@new.example"
    assert differences.list_differences().total == 0


def test_a_contact_that_was_stopped_before_disconnecting_is_let_go_on_once_connected_again(
    xero: Xero, connection_id: str, pair: Pair
) -> None:
    add("Ben Baker", "ben@example.com")
    xero.create("Ben Baker", "ben@example.com")
    sync.tick(connection_id)
    command = links.stop(SYSTEM, [row.link_id for row in synced() if row.contact_id == pair[0]]).command
    connection.disconnect(SYSTEM, connection_id)
    [why] = refused(command)
    assert why.endswith("is not connected. Connect it again first, then undo from Activity.")
    assert consent() == connection_id
    sync.tick(connection_id)
    assert undo.undo_command(SYSTEM, command).done == 1
    edit(pair[0], email="ada@new.example")
    sync.tick(connection_id)
    assert xero.contact(pair[1])["EmailAddress"] == "ada@new.example"
    assert [row.contact_id for row in synced()] == [pair[0]]  # no other link comes back by itself


@pytest.mark.parametrize("side", ["practice", "xero"])
def test_a_stopped_contact_that_changed_since_is_not_let_go_on_but_matched_again(
    xero: Xero, connection_id: str, pair: Pair, side: str
) -> None:
    link_id = synced()[0].link_id
    command = links.stop(SYSTEM, [link_id]).command
    if side == "practice":
        edit(pair[0], phone="+64 9 300 9000")
    else:
        xero.change(pair[1], Phones=[{"PhoneType": "DEFAULT", "PhoneNumber": "3009000"}])
    sync.tick(connection_id)
    [why] = refused(command)
    assert "Use Re-match under Previously Synced" in why
    assert synced() == []
    assert [result.linked for result in links.rematch(SYSTEM, [link_id])] == [True]


def test_a_choice_is_not_undone_once_the_field_differs_anew(xero: Xero, connection_id: str, pair: Pair) -> None:
    edit(pair[0], email="ada@practice.example")
    xero.change(pair[1], EmailAddress="ada@xero.example")
    sync.tick(connection_id)
    command = differences.choose(SYSTEM, differences.difference_ids(), "practice").command
    xero.change(pair[1], EmailAddress="ada@newer.example")
    sync.tick(connection_id)
    assert refused(command) == ["The two sides differ in this field again. Choose there instead."]


def test_new_contacts_are_undone_each_on_its_own_and_one_that_another_organisation_knows_stays(
    xero: Xero, connection_id: str
) -> None:
    for name in ("Ada Archer", "Ben Baker"):
        add(name, f"{name[:3]}@example.com".lower())
        xero.create(name, "")
    run_import(connection_id)
    command = issue_answers.create_contact(SYSTEM, issues.issue_ids(IssueFilter())).command
    with write() as session:
        other = ConnectionRow(tenant_id="other", name="Other", state="connected")
        session.add(other)
        session.flush()
        ask_to_create(session, SYSTEM, synced()[0].contact_id, other.id)
    report = undo.undo_command(SYSTEM, command)
    assert (report.done, [one.reason for one in report.skipped]) == (
        1,
        ["Ada Archer has been sent to Xero or linked there since."],
    )


def test_a_write_whose_link_was_undone_does_not_keep_the_others_from_being_sent(
    xero: Xero, connection_id: str, pair: Pair
) -> None:
    ben, body = add("Ben Baker", "ben@example.com"), {"email": "ben@new.example"}
    edit(pair[0], email="ada@new.example")
    with write() as session:
        session.add(IntentRow(kind="update", connection_id=connection_id, contact_id=ben, body=body, link_id="gone"))
    sync.tick(connection_id)
    assert xero.contact(pair[1])["EmailAddress"] == "ada@new.example"


def test_all_that_one_bulk_command_stopped_comes_back_at_once(xero: Xero, connection_id: str) -> None:
    for number in range(101):
        add(f"Person {number}", f"p{number}@example.com")
        xero.create(f"Person {number}", f"p{number}@example.com")
    run_import(connection_id)
    command = links.stop(SYSTEM, [row.link_id for row in synced()]).command
    assert undo.undo_command(SYSTEM, command).done == 100
    assert undo.undoable(command) == []


def test_what_was_undone_cannot_be_undone_again(pair: Pair) -> None:
    command = links.stop(SYSTEM, [synced()[0].link_id]).command
    [entry] = undo.undoable(command)
    assert undo.undo(SYSTEM, [entry]).done == 1
    assert [skipped.reason for skipped in undo.undo(SYSTEM, [entry]).skipped] == ["It has already been undone."]


def test_a_stopped_contact_that_was_linked_again_is_left_alone(pair: Pair) -> None:
    link_id = synced()[0].link_id
    command = links.stop(SYSTEM, [link_id]).command
    links.rematch(SYSTEM, [link_id])
    assert refused(command) == ["The contact has been linked or stopped again since."]


def test_a_stopped_contact_that_was_archived_in_xero_stays_stopped(xero: Xero, connection_id: str, pair: Pair) -> None:
    command = links.stop(SYSTEM, [synced()[0].link_id]).command
    xero.archive(pair[1])
    sync.tick(connection_id)
    assert refused(command) == ["One of the two contacts has been archived since."]


def test_a_re_match_is_undone_back_to_what_was_stopped(pair: Pair) -> None:
    link_id = synced()[0].link_id
    links.stop(SYSTEM, [link_id])
    [result] = links.rematch(SYSTEM, [link_id])
    assert undo.undo_command(SYSTEM, result.command).done == 1
    assert [row.state for row in list_previous(PreviousFilter()).rows] == ["stopped"]


def test_a_refused_archiving_fails_on_once_a_re_match_with_another_contact_is_undone(
    xero: Xero, connection_id: str, pair: Pair
) -> None:
    archive.archive_contact(SYSTEM, pair[0], in_xero=True)
    xero.fault(method="POST", path="/Contacts", action="status", status=400, body=REFUSED, times=1)
    sync.tick(connection_id)
    [failing] = clients.client_ids(ClientFilter(sync_state="failing"))
    command = links.link_to(SYSTEM, failing, add("Ada Archer Two", "ada@example.com"))
    assert undo.undo_command(SYSTEM, command).done == 1
    assert clients.client_ids(ClientFilter(sync_state="failing")) == [failing]


@pytest.mark.parametrize("winner", ["practice", "xero"])
def test_a_chosen_difference_is_asked_again_with_both_values(
    xero: Xero, connection_id: str, pair: Pair, winner: str
) -> None:
    edit(pair[0], email="ada@practice.example")
    xero.change(pair[1], EmailAddress="ada@xero.example")
    sync.tick(connection_id)
    [difference] = differences.list_differences().rows
    command = differences.choose(SYSTEM, [difference.difference_id], winner).command
    assert differences.list_differences().total == 0
    assert undo.undo_command(SYSTEM, command).done == 1
    [again] = differences.list_differences().rows
    assert (again.practice, again.xero) == ("ada@practice.example", "ada@xero.example")
    sync.tick(connection_id)
    assert xero.contact(pair[1])["EmailAddress"] == "ada@xero.example"
    assert contact(pair[0]).email == "ada@practice.example"


def test_a_chosen_difference_that_xero_refused_is_asked_again_and_fails_no_more(
    xero: Xero, connection_id: str, pair: Pair
) -> None:
    edit(pair[0], email="ada@practice.example")
    xero.change(pair[1], EmailAddress="ada@xero.example")
    sync.tick(connection_id)
    command = differences.choose(SYSTEM, differences.difference_ids(), "practice").command
    xero.fault(action="status", status=400, body=REFUSED, method="POST", path="/Contacts", times=1)
    sync.tick(connection_id)
    assert synced()[0].sync_state == "failing"
    assert undo.undo_command(SYSTEM, command).done == 1
    sync.tick(connection_id)
    assert (synced()[0].sync_state, differences.list_differences().total) == ("difference", 1)


def test_a_chosen_difference_that_was_written_to_xero_is_not_undone(xero: Xero, connection_id: str, pair: Pair) -> None:
    edit(pair[0], email="ada@practice.example")
    xero.change(pair[1], EmailAddress="ada@xero.example")
    sync.tick(connection_id)
    [difference] = differences.list_differences().rows
    command = differences.choose(SYSTEM, [difference.difference_id], "practice").command
    sync.tick(connection_id)
    assert refused(command) == ["Xero has been updated since. Restore the other value instead."]


def test_a_choice_about_one_contact_is_neither_undone_nor_restored_in_another_that_was_linked_since(
    xero: Xero, connection_id: str, pair: Pair
) -> None:
    edit(pair[0], email="ada@practice.example")
    xero.change(pair[1], EmailAddress="office@example.com")
    sync.tick(connection_id)
    command = differences.choose(SYSTEM, differences.difference_ids(), "xero").command
    [chosen] = decided.list_decided().rows
    [link] = synced()
    links.stop(SYSTEM, [link.link_id])
    ben = add("Ben Baker", "office@example.com")
    links.link_to(SYSTEM, link.link_id, ben)
    assert refused(command) == ["The contact has been linked or stopped again since."]
    assert decided.restore(SYSTEM, [chosen.difference_id]).done == 0
    assert contact(ben).email == "office@example.com"


def test_undoing_is_in_the_log_and_a_viewer_may_not(pair: Pair) -> None:
    command = links.stop(SYSTEM, [synced()[0].link_id]).command
    with pytest.raises(Forbidden):
        undo.undo_command(Principal("vera", "Vera", Role.VIEWER), command)
    undo.undo_command(SYSTEM, command)
    [entry] = list_activity(ActivityFilter(action="undone")).rows
    assert entry.summary == "Undid: Stopped syncing Ada Archer"
