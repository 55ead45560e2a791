"""Answers about a contact in Xero that has been given another name or billing email there since it was shown."""

from collections.abc import Callable

import pytest

from services import issue_answers, issue_likely, issue_queue, issues, links, previous
from services.access import SYSTEM
from services.issues import IssueFilter
from services.reconcile.match import Keys
from services.records.bulk import Report
from tests.support.practice import add, edit, run_import, synced, tick
from tests.support.questions import suggest
from tests.support.xero import Xero, connect

pytestmark = pytest.mark.usefixtures("database")

Answer = Callable[[dict[str, Keys]], Report]
MOVED_ON = "It has been changed in Xero since it was shown. Check it, then try again."


def create(seen: dict[str, Keys]) -> Report:
    return issue_answers.create_contact(SYSTEM, list(seen), (), seen)


def ignore(seen: dict[str, Keys]) -> Report:
    return issue_queue.ignore(SYSTEM, list(seen), seen)


def held(xero: Xero) -> tuple[str, str]:
    """A question about a contact that is in Xero alone: its organisation and its id there."""
    connection_id = connect(no_match_policy="hold")
    theirs = xero.create("Zed Zebra", "zed@example.com")
    run_import(connection_id)
    suggest(connection_id)
    return connection_id, theirs


@pytest.mark.parametrize("answer", [create, ignore])
def test_an_answer_is_taken_only_for_whom_it_was_given(xero: Xero, answer: Answer) -> None:
    add("Ben Baker", "ben@practice.example")
    connection_id, theirs = held(xero)
    seen = issue_likely.who(issues.issue_ids(IssueFilter()))
    xero.change(theirs, Name="Ben Baker", EmailAddress="ben@xero.example")
    tick(connection_id)
    assert [one.reason for one in answer(seen).skipped] == [MOVED_ON]
    assert len(issues.issue_ids(IssueFilter())) == 1
    assert answer(issue_likely.who(list(seen))).done == 1


@pytest.mark.parametrize("answer", [create, ignore])
def test_an_answer_is_taken_although_the_contact_has_been_looked_at_again(xero: Xero, answer: Answer) -> None:
    connection_id, theirs = held(xero)
    seen = issue_likely.who(issues.issue_ids(IssueFilter()))
    xero.change(theirs, Phones=[{"PhoneType": "DEFAULT", "PhoneNumber": "3009000"}])
    tick(connection_id)
    assert answer(seen).done == 1


def test_a_new_contact_of_an_ended_link_is_made_only_of_whom_was_shown(xero: Xero) -> None:
    connection_id = connect()
    add("Ben Baker", "ben@practice.example")
    ours, theirs = add("Zed Zebra", "zed@example.com"), xero.create("Zed Zebra", "zed@example.com")
    run_import(connection_id)
    ended = [one.link_id for one in synced()]
    links.stop(SYSTEM, ended)
    edit(ours, name="Zed Zebra the Second")
    seen = previous.partners(ended)
    xero.change(theirs, Name="Ben Baker", EmailAddress="ben@xero.example")
    tick(connection_id)
    assert [one.reason for one in links.create_new_contact(SYSTEM, ended, seen).skipped] == [MOVED_ON]
    assert links.create_new_contact(SYSTEM, ended, previous.partners(ended)).done == 1
