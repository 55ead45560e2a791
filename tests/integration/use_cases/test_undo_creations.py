"""Undo of a match that a contact got while it was being created in Xero: it is to be created after all, and once."""

import pytest

from models.issue import IGNORED
from services import create_one, excluded, issue_answers, issue_queue, issues, undo
from services.access import SYSTEM
from services.excluded import ExcludedFilter
from services.issues import IssueFilter
from tests.support.lost_answers import lose_the_answer, sync_on
from tests.support.practice import add, edit, run_import, xero_client
from tests.support.xero import Xero


@pytest.fixture
def ours(xero: Xero, connection_id: str) -> str:
    """A contact that is to be created in Xero, and that may be another one there by its email."""
    contact_id = add("Lost One", "lost@example.com")
    xero.create("Somebody Else", "lost@example.com")
    run_import(connection_id)
    create_one.create_in_xero(SYSTEM, contact_id, connection_id, anyway=True)
    return contact_id


def match(contact_id: str) -> str:
    """Confirm that it is the other one. Returns the command."""
    return issue_answers.confirm(SYSTEM, issues.issue_ids(IssueFilter())[0], contact_id)


def created(xero: Xero) -> list[str]:
    return [one["Name"] for one in xero.contacts() if one["Name"].startswith("Lost One")]


def test_a_creation_that_was_given_up_for_the_match_is_sent_again(xero: Xero, connection_id: str, ours: str) -> None:
    lose_the_answer(xero, connection_id, "PUT", effect="before")
    command = match(ours)
    sync_on(xero, connection_id)
    assert created(xero) == []
    assert undo.undo_command(SYSTEM, command).done == 1
    sync_on(xero, connection_id)
    assert (created(xero), xero_client(ours).state) == (["Lost One"], "syncing")


@pytest.mark.parametrize("effect", ["before", "after"])
def test_a_creation_that_is_still_on_the_wire_stays_there(
    xero: Xero, connection_id: str, ours: str, effect: str
) -> None:
    lose_the_answer(xero, connection_id, "PUT", effect)
    assert undo.undo_command(SYSTEM, match(ours)).done == 1
    sync_on(xero, connection_id)
    assert (created(xero), xero_client(ours).state) == (["Lost One"], "syncing")


def test_a_creation_that_landed_before_the_match_was_undone_is_linked_and_not_sent_again(
    xero: Xero, connection_id: str, ours: str
) -> None:
    lose_the_answer(xero, connection_id, "PUT")
    command = match(ours)
    sync_on(xero, connection_id)
    assert undo.undo_command(SYSTEM, command).done == 1
    sync_on(xero, connection_id)
    assert (created(xero), xero_client(ours).state) == (["Lost One"], "syncing")
    assert [one.xero_name for one in issues.list_issues(IssueFilter()).rows] == ["Somebody Else"]


def test_a_creation_that_landed_and_did_not_show_before_the_match_was_undone_is_not_sent_under_another_name(
    xero: Xero, connection_id: str, ours: str
) -> None:
    xero.control("lists", behind="all")
    lose_the_answer(xero, connection_id, "PUT")
    command = match(ours)
    sync_on(xero, connection_id)
    assert undo.undo_command(SYSTEM, command).done == 1
    edit(ours, name="Lost One Ltd")
    create_one.create_in_xero(SYSTEM, ours, connection_id, anyway=True)
    sync_on(xero, connection_id)
    xero.control("lists", behind="")
    sync_on(xero, connection_id)
    assert len(created(xero)) == 1


def test_a_creation_that_showed_late_and_was_ignored_is_not_linked_before_somebody_lets_it_in(
    xero: Xero, connection_id: str, ours: str
) -> None:
    xero.control("lists", behind="all")
    lose_the_answer(xero, connection_id, "PUT")
    command = match(ours)
    sync_on(xero, connection_id)
    xero.control("lists", behind="")
    sync_on(xero, connection_id)
    assert issue_queue.ignore(SYSTEM, issues.issue_ids(IssueFilter())).done == 1
    assert undo.undo_command(SYSTEM, command).done == 1
    sync_on(xero, connection_id)
    assert (created(xero), xero_client(ours).state) == (["Lost One"], "held")
    excluded.let_in(SYSTEM, excluded.excluded_ids(ExcludedFilter(reason=IGNORED)))
    sync_on(xero, connection_id)
    assert (created(xero), xero_client(ours).state) == (["Lost One"], "syncing")
