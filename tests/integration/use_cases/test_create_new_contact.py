"""Create New Contact: nobody is made a second time who came into the contact book since the issues were listed."""

import pytest

from services import archive, connection, contacts, issue_answers, issue_likely, issues
from services.access import SYSTEM
from services.connection import Setup
from services.contacts import ContactFilter
from services.issues import IssueFilter
from tests.support.organisations import Organisation, let_all_sync, several
from tests.support.practice import add, run_import
from tests.support.xero import Xero, connect, consented

HOLD = Setup("all", True, "Client", "hold")
BETA, WIDE = "Beta Book", "\uff22eta Book"
"""Two spellings of one name: Xero takes them for two, matching for the same."""
SAME = "A contact of yours has the same name and billing email. Compare the two, then try again."


def asked() -> list[str]:
    """The ids of the open match issues, by name."""
    return issues.issue_ids(IssueFilter(sort="name"))


def names() -> list[str]:
    return [one.name for one in contacts.list_contacts(ContactFilter()).rows]


@pytest.fixture
def held(xero: Xero) -> str:
    """The issue of a contact that nobody here is like."""
    connection_id = connect(no_match_policy="hold")
    xero.create("Ada Archer", "ada@example.com")
    run_import(connection_id)
    [issue_id] = asked()
    return issue_id


@pytest.mark.usefixtures("database")
def test_creating_many_makes_one_contact_of_who_is_in_two_organisations(xero: Xero) -> None:
    for tenant_id in several(xero, 2):
        connection_id = consented(tenant_id).connection_id
        assert connection_id
        Organisation(xero, tenant_id, connection_id).create("Ada Archer", "ada@example.com")
        connection.save_setup(SYSTEM, connection_id, HOLD)
        run_import(connection_id)
    report = issue_answers.create_contact(SYSTEM, asked())
    assert (report.done, [one.reason for one in report.skipped]) == (1, [SAME])
    let_all_sync(2)
    assert (names(), asked()) == (["Ada Archer"], [])


def test_creating_many_makes_no_duplicates_of_twins_in_xero(xero: Xero, connection_id: str) -> None:
    for name in (BETA, WIDE):
        xero.create(name, "beta@example.com")
    run_import(connection_id)
    assert issue_answers.create_contact(SYSTEM, asked()).done == 1
    assert len(names()) == 1


def test_without_a_billing_email_nobody_is_taken_for_a_duplicate(xero: Xero, connection_id: str) -> None:
    for name in (BETA, WIDE):
        xero.create(name)
    run_import(connection_id)
    assert issue_answers.create_contact(SYSTEM, asked()).done == 2


@pytest.mark.usefixtures("database")
def test_a_press_that_comes_after_the_contact_was_added_here_makes_no_second_one(held: str) -> None:
    add("Ada Archer", "ada@example.com")
    [skipped] = issue_answers.create_contact(SYSTEM, [held]).skipped
    assert (skipped.reason, names()) == (SAME, ["Ada Archer"])


@pytest.mark.usefixtures("database")
def test_one_that_is_archived_here_is_no_duplicate(held: str) -> None:
    archive.archive_contact(SYSTEM, add("Ada Archer", "ada@example.com"))
    assert issue_answers.create_contact(SYSTEM, [held]).done == 1


def test_who_was_shown_as_alike_is_made_a_second_time_on_purpose(xero: Xero, connection_id: str) -> None:
    for _ in range(2):
        add(BETA, "beta@example.com")
    xero.create(BETA, "beta@example.com")
    run_import(connection_id)
    shown = issue_likely.likely(asked())
    assert issue_answers.create_contact(SYSTEM, asked(), shown).done == 1
    assert names() == [BETA] * 3


def test_what_was_shown_as_alike_to_one_does_not_count_for_another(xero: Xero, connection_id: str) -> None:
    add(BETA, "beta@example.com")
    for name in (BETA, WIDE):
        xero.create(name, "beta@example.com")
    run_import(connection_id)
    shown = [one for one in issue_likely.likely(asked()) if one.xero_name == BETA]
    report = issue_answers.create_contact(SYSTEM, asked(), shown)
    assert [one.name for one in report.skipped] == [WIDE]
