"""Undo of answers to match issues: what was confirmed, created, ignored, put off or noted is as it was."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col, select, update

from models.activity import ActivityRow
from models.issue import IssueRow
from models.match_index import PRACTICE, MatchEntryRow
from services import (
    contacts,
    create_one,
    differences,
    issue_answers,
    issue_detail,
    issue_queue,
    issues,
    links,
    previous,
    sync,
    timeline,
    undo,
)
from services.access import SYSTEM
from services.contacts import ContactFilter
from services.db import read, write
from services.issues import IssueFilter
from services.previous import PreviousFilter
from services.reconcile.contact import Field
from services.steps import suggesting
from tests.support.practice import add, contact, delta_is_due, edit, full_comparison_is_due, run_import, synced
from tests.support.xero import REFUSED, Xero

Pair = tuple[str, str]


@pytest.fixture
def asked(xero: Xero, connection_id: str) -> Pair:
    """A match issue, same name and another email: the practice's id and the issue's."""
    contact_id = add("Ada Archer", "ada@example.com")
    xero.create("Ada Archer", "", Phones=[{"PhoneType": "DEFAULT", "PhoneNumber": "9999 1111"}])
    run_import(connection_id)
    return contact_id, issues.issue_ids(IssueFilter())[0]


def total() -> int:
    return contacts.list_contacts(ContactFilter()).total


def refused(command: str) -> list[str]:
    return [skipped.reason for skipped in undo.undo_command(SYSTEM, command).skipped]


def test_a_confirmed_match_is_parted_and_asked_about_again(asked: Pair) -> None:
    before = contact(asked[0])
    command = issue_answers.confirm(SYSTEM, asked[1], asked[0])
    assert contact(asked[0]).phone == "9999 1111"
    assert undo.undo_command(SYSTEM, command).done == 1
    assert contact(asked[0]) == before
    assert synced() == []
    assert issues.issue_ids(IssueFilter()) == [asked[1]]


def test_a_confirmed_match_that_was_undone_writes_nothing_to_xero(xero: Xero, connection_id: str, asked: Pair) -> None:
    command = issue_answers.confirm(SYSTEM, asked[1], asked[0])
    undo.undo_command(SYSTEM, command)
    xero.forget_calls()
    sync.tick(connection_id)
    assert {call["method"] for call in xero.calls()} == {"GET"}
    assert issues.issue_ids(IssueFilter()) == [asked[1]]


def test_a_confirmed_match_that_xero_was_told_of_is_not_undone(connection_id: str, asked: Pair) -> None:
    command = issue_answers.confirm(SYSTEM, asked[1], asked[0])
    sync.tick(connection_id)
    assert len(refused(command)) == 1
    assert len(synced()) == 1


def test_a_confirmed_match_of_which_xero_refused_to_be_told_is_undone(
    xero: Xero, connection_id: str, asked: Pair
) -> None:
    command = issue_answers.confirm(SYSTEM, asked[1], asked[0])
    xero.fault(action="status", status=400, body=REFUSED, method="POST", path="/Contacts", times=1)
    sync.tick(connection_id)
    assert synced()[0].sync_state == "failing"
    assert undo.undo_command(SYSTEM, command).done == 1
    assert (synced(), issues.issue_ids(IssueFilter())) == ([], [asked[1]])
    xero.forget_calls()
    sync.tick(connection_id)
    assert xero.calls("POST") == []


def test_who_xero_refused_to_create_is_listed_again_once_the_match_is_undone(xero: Xero, connection_id: str) -> None:
    run_import(connection_id)
    contact_id = add("Ada Archer", "ada@example.com")
    xero.create("Ada Archer", "other@example.com")
    create_one.create_in_xero(SYSTEM, contact_id, connection_id)
    sync.tick(connection_id)
    refusals = contacts.list_contacts(ContactFilter(linked="held")).rows
    command = issue_answers.confirm(SYSTEM, issues.issue_ids(IssueFilter())[0], contact_id)
    assert contacts.list_contacts(ContactFilter(linked="held")).rows == ()
    assert undo.undo_command(SYSTEM, command).done == 1
    assert contacts.list_contacts(ContactFilter(linked="held")).rows == refusals


def test_a_creation_that_confirming_dropped_goes_to_xero_once_the_match_is_undone(
    xero: Xero, connection_id: str, asked: Pair
) -> None:
    contact_id = add("Zoe Zimmer", "zoe@example.com")
    create_one.create_in_xero(SYSTEM, contact_id, connection_id)
    command = issue_answers.confirm(SYSTEM, asked[1], contact_id)
    assert contacts.list_contacts(ContactFilter(linked="sending")).rows == ()
    assert undo.undo_command(SYSTEM, command).done == 1
    assert [row.id for row in contacts.list_contacts(ContactFilter(linked="sending")).rows] == [contact_id]
    sync.tick(connection_id)
    assert [item.contact_id for item in synced()] == [contact_id]
    assert len(xero.contacts(name="Zoe Zimmer")) == 1
    assert issues.issue_ids(IssueFilter()) == [asked[1]]


def test_a_creation_that_confirming_dropped_is_sent_once_however_often_it_is_confirmed_and_undone(
    xero: Xero, connection_id: str, asked: Pair
) -> None:
    contact_id = add("Zoe Zimmer", "zoe@example.com")
    create_one.create_in_xero(SYSTEM, contact_id, connection_id)
    for _ in range(2):
        undo.undo_command(SYSTEM, issue_answers.confirm(SYSTEM, asked[1], contact_id))
    sync.tick(connection_id)
    sync.tick(connection_id)
    assert len(xero.contacts(name="Zoe Zimmer")) == 1


def test_what_undoing_changes_in_a_contact_is_in_its_timeline(asked: Pair) -> None:
    command = issue_answers.confirm(SYSTEM, asked[1], asked[0])
    undo.undo_command(SYSTEM, command)
    newest = timeline.get_timeline(asked[0], Field.PHONE).entries[0]
    assert [(change.before, change.after) for change in newest.changes] == [("9999 1111", "")]


def test_a_confirmed_match_whose_contact_was_edited_since_is_not_undone(asked: Pair) -> None:
    command = issue_answers.confirm(SYSTEM, asked[1], asked[0])
    edit(asked[0], email="ada@edited.example")
    assert refused(command) == ["The contact has been edited since."]


def test_a_choice_is_not_undone_once_the_match_it_followed_was(xero: Xero, connection_id: str) -> None:
    add("Ada Archer", "ada@example.com")
    xero.create("Ada Archer", "archer@example.com")
    run_import(connection_id)
    [issue] = issues.issue_ids(IssueFilter())
    [candidate] = issue_detail.get_issue(issue).candidates
    match = issue_answers.confirm(SYSTEM, issue, candidate.contact_id)
    [difference] = differences.list_differences().rows
    choice = differences.choose(SYSTEM, [difference.difference_id], "practice")
    assert undo.undo_command(SYSTEM, match).done == 1
    assert refused(choice.command) == ["The link between the two has been undone since, and this choice with it."]


def test_a_new_contact_that_is_untouched_goes_again(asked: Pair) -> None:
    command = issue_answers.create_contact(SYSTEM, [asked[1]]).command
    assert total() == 2
    assert undo.undo_command(SYSTEM, command).done == 1
    assert total() == 1
    assert issues.issue_ids(IssueFilter()) == [asked[1]]


def test_a_new_contact_that_was_edited_stays(asked: Pair) -> None:
    command = issue_answers.create_contact(SYSTEM, [asked[1]]).command
    edit(synced()[0].contact_id, email="ada@edited.example")
    assert refused(command) == ["The contact has been edited since."]
    assert total() == 2


def test_an_ignored_issue_is_asked_again_and_back(connection_id: str, asked: Pair) -> None:
    ignored = issue_queue.ignore(SYSTEM, [asked[1]]).command
    assert undo.undo_command(SYSTEM, ignored).done == 1
    assert issues.issue_ids(IssueFilter()) == [asked[1]]
    issue_queue.ignore(SYSTEM, [asked[1]])
    taken_back = issue_queue.unignore(SYSTEM, [asked[1]]).command
    assert undo.undo_command(SYSTEM, taken_back).done == 1
    assert issues.issue_ids(IssueFilter(state="ignored")) == [asked[1]]


def test_what_was_put_off_is_asked_when_it_was_before(asked: Pair) -> None:
    first = issue_queue.defer(SYSTEM, [asked[1]], "month").command
    [until] = [item.deferred_until for item in issues.list_issues(IssueFilter(state="deferred")).rows]
    second = issue_queue.defer(SYSTEM, [asked[1]], "tomorrow").command
    assert refused(first) == ["It has been deferred again or brought back since."]
    assert undo.undo_command(SYSTEM, second).done == 1
    assert [item.deferred_until for item in issues.list_issues(IssueFilter(state="deferred")).rows] == [until]
    back = issue_queue.bring_back(SYSTEM, [asked[1]]).command
    assert issues.issue_ids(IssueFilter()) == [asked[1]]
    assert undo.undo_command(SYSTEM, back).done == 1
    assert undo.undo_command(SYSTEM, first).done == 1
    assert issues.issue_ids(IssueFilter()) == [asked[1]]


def test_what_was_put_off_ignored_and_asked_again_is_put_off_once_both_are_undone(asked: Pair) -> None:
    issue_queue.defer(SYSTEM, [asked[1]], "month")
    [until] = [item.deferred_until for item in issues.list_issues(IssueFilter(state="deferred")).rows]
    ignored = issue_queue.ignore(SYSTEM, [asked[1]]).command
    taken_back = issue_queue.unignore(SYSTEM, [asked[1]]).command
    assert issues.issue_ids(IssueFilter()) == [asked[1]]
    assert undo.undo_command(SYSTEM, taken_back).done == undo.undo_command(SYSTEM, ignored).done == 1
    assert [item.deferred_until for item in issues.list_issues(IssueFilter(state="deferred")).rows] == [until]


def test_an_ignored_contact_that_was_linked_and_parted_again_is_ignored_as_before(
    xero: Xero, connection_id: str, asked: Pair
) -> None:
    ignored = issue_queue.ignore(SYSTEM, [asked[1]]).command
    survivor = xero.contacts()[0]["ContactID"]
    other = add("Bea Baker", "bea@example.com")
    loser = xero.create("Bea Baker", "bea@example.com")
    sync.tick(connection_id)
    xero.merge(loser, survivor)
    full_comparison_is_due()
    delta_is_due()
    sync.tick(connection_id)
    [merged] = previous.list_previous(PreviousFilter()).rows
    assert undo.undo_command(SYSTEM, links.link_to(SYSTEM, merged.link_id, other)).done == 1
    taken_back = issue_queue.unignore(SYSTEM, [asked[1]]).command
    assert undo.undo_command(SYSTEM, taken_back).done == 1
    assert undo.undo_command(SYSTEM, ignored).done == 1
    assert issues.issue_ids(IssueFilter()) == [asked[1]]


def test_a_new_contact_that_goes_again_is_no_candidate_any_more(connection_id: str, asked: Pair) -> None:
    suggesting.suggest(connection_id)
    command = issue_answers.create_contact(SYSTEM, [asked[1]]).command
    suggesting.suggest(connection_id)
    assert undo.undo_command(SYSTEM, command).done == 1
    assert [one.contact_id for one in issue_detail.get_issue(asked[1]).candidates] == [asked[0]]
    suggesting.suggest(connection_id)
    with read() as session:
        known = session.exec(select(MatchEntryRow.owner).where(MatchEntryRow.scope == PRACTICE)).all()
    assert known == [asked[0]]
    assert [one.contact_id for one in issue_detail.get_issue(asked[1]).candidates] == [asked[0]]


def test_what_was_put_off_and_answered_or_come_back_meanwhile_is_left_alone(asked: Pair) -> None:
    early = issue_queue.defer(SYSTEM, [asked[1]], "tomorrow").command
    with write() as session:
        past = datetime.now(UTC) - timedelta(minutes=2)
        [entry] = session.exec(select(ActivityRow).where(col(ActivityRow.command) == early))
        session.execute(update(IssueRow).values(deferred_until=past))
        entry.undo = {**entry.undo, "until": past.isoformat()}
    assert refused(early) == ["The day it was deferred to has come: it is among the open match issues again."]
    late = issue_queue.defer(SYSTEM, [asked[1]], "week").command
    issue_queue.ignore(SYSTEM, [asked[1]])
    assert refused(late) == ["It has been answered since."]


def test_a_note_is_what_it_was_unless_somebody_wrote_another_one(asked: Pair) -> None:
    issue_queue.set_note(SYSTEM, asked[1], "First")
    second = issue_queue.set_note(SYSTEM, asked[1], "Second")
    assert issue_queue.set_note(SYSTEM, asked[1], "Second") == ""
    third = issue_queue.set_note(SYSTEM, asked[1], "")
    assert refused(second) == ["The note has been changed since."]
    assert undo.undo_command(SYSTEM, third).done == undo.undo_command(SYSTEM, second).done == 1
    assert [item.note for item in issues.list_issues(IssueFilter()).rows] == ["First"]
