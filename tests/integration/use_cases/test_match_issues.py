"""Resolve Match Issues: a person's answers, and issues that answer themselves."""

import pytest

from services import connection, contacts, differences, issue_answers, issue_detail, issue_queue, issues, overview, sync
from services.access import SYSTEM
from services.contacts import ContactFilter
from services.errors import MovedOn
from services.issues import IssueFilter, IssueItem
from services.reconcile.contact import Field
from tests.support.practice import add, delta_is_due, edit, full_comparison_is_due, run_import, synced
from tests.support.xero import Xero


@pytest.fixture
def issue(xero: Xero, connection_id: str) -> IssueItem:
    """A partial match: same email, another name."""
    add("Robert Brown", "rob@example.com")
    xero.create("Bob Brown", "rob@example.com")
    run_import(connection_id)
    return open_issues()[0]


def open_issues() -> list[IssueItem]:
    return list(issues.list_issues(IssueFilter()).rows)


def test_an_issue_shows_both_contacts(issue: IssueItem) -> None:
    detail = issue_detail.get_issue(issue.issue_id)
    assert (issue.reason, detail.xero.name) == ("partial_email", "Bob Brown")
    assert [candidate.contact.name for candidate in detail.candidates] == ["Robert Brown"]


def test_confirm_match_links_and_asks_about_what_differs(issue: IssueItem) -> None:
    candidate = issue_detail.get_issue(issue.issue_id).candidates[0]
    issue_answers.confirm(SYSTEM, issue.issue_id, candidate.contact_id)
    assert open_issues() == []
    assert [row.name for row in synced()] == ["Robert Brown"]
    assert [row.field for row in differences.list_differences().rows] == [Field.NAME]


def test_an_answered_issue_cannot_be_answered_again(issue: IssueItem) -> None:
    candidate = issue_detail.get_issue(issue.issue_id).candidates[0]
    issue_answers.confirm(SYSTEM, issue.issue_id, candidate.contact_id)
    with pytest.raises(MovedOn):
        issue_answers.confirm(SYSTEM, issue.issue_id, candidate.contact_id)
    assert issue_answers.create_contact(SYSTEM, [issue.issue_id]).done == 0


def test_create_new_contact_answers_an_issue(issue: IssueItem) -> None:
    assert issue_answers.create_contact(SYSTEM, [issue.issue_id]).done == 1
    assert open_issues() == []
    assert [row.name for row in synced()] == ["Bob Brown"]
    assert contacts.list_contacts(ContactFilter()).total == 2


def test_an_ignored_contact_is_not_asked_about_again_until_taken_back(
    connection_id: str, xero: Xero, issue: IssueItem
) -> None:
    issue_queue.ignore(SYSTEM, [issue.issue_id])
    xero.change(issue.xero_id, EmailAddress="other@example.com")
    sync.tick(connection_id)
    assert open_issues() == []
    assert issues.list_issues(IssueFilter(state="ignored")).total == 1
    issue_queue.unignore(SYSTEM, [issue.issue_id])
    sync.tick(connection_id)
    assert [row.name for row in synced()] == ["Bob Brown"]


@pytest.mark.parametrize("side", ["xero", "practice"])
def test_an_issue_answers_itself_when_someone_mends_the_difference(
    connection_id: str, xero: Xero, issue: IssueItem, side: str
) -> None:
    if side == "xero":
        xero.change(issue.xero_id, Name="Robert Brown")
    else:
        edit(contacts.list_contacts(ContactFilter()).rows[0].id, name="Bob Brown")
    sync.tick(connection_id)
    assert open_issues() == []
    assert len(synced()) == 1


def test_two_practice_contacts_that_match_fully_are_a_question(xero: Xero, connection_id: str) -> None:
    add("Twin Ltd", "twin@example.com")
    add("Twin Ltd", "twin@example.com")
    xero.create("Twin Ltd", "twin@example.com")
    run_import(connection_id)
    [found] = open_issues()
    assert (found.reason, len(issue_detail.get_issue(found.issue_id).candidates)) == ("ambiguous", 2)
    assert synced() == []


def test_issues_of_a_disconnected_organisation_are_not_asked(connection_id: str, issue: IssueItem) -> None:
    connection.disconnect(SYSTEM, connection_id)
    assert open_issues() == []
    assert overview.get_overview().issues == 0


@pytest.mark.parametrize("how", ["archived", "merged"])
def test_nobody_is_asked_about_who_is_not_in_use_in_xero_any_more(
    xero: Xero, connection_id: str, issue: IssueItem, how: str
) -> None:
    if how == "archived":
        xero.archive(issue.xero_id)
    else:
        xero.merge(issue.xero_id, xero.create("Zed Zimmer", "zed@example.com"))
    delta_is_due()
    full_comparison_is_due()
    sync.tick(connection_id)
    assert (open_issues(), overview.get_overview().issues) == ([], 0)


def test_who_is_restored_in_xero_is_asked_about_again_with_the_note(
    xero: Xero, connection_id: str, issue: IssueItem
) -> None:
    issue_queue.set_note(SYSTEM, issue.issue_id, "Ask Rob")
    xero.archive(issue.xero_id)
    delta_is_due()
    sync.tick(connection_id)
    xero.restore(issue.xero_id)
    delta_is_due()
    sync.tick(connection_id)
    assert [(one.issue_id, one.note) for one in open_issues()] == [(issue.issue_id, "Ask Rob")]
