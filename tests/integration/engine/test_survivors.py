"""A contact in Xero into which one that was linked here was merged: it is nobody new."""

import pytest

from services import candidates, contacts, issue_answers, issue_likely, issues, links
from services.access import SYSTEM
from services.contacts import ContactFilter
from services.issues import IssueFilter
from tests.support.markers import pairs
from tests.support.practice import add, edit, run_import, synced, tick
from tests.support.xero import Xero, connect

Pair = tuple[str, str]


def book() -> list[str]:
    return [row.name for row in contacts.list_contacts(ContactFilter()).rows]


def asked() -> list[tuple[str, str, str]]:
    """What people are asked about: the ids in Xero, the reasons and the names of the best candidates."""
    return [(one.xero_id, one.reason, one.candidate_name) for one in issues.list_issues(IssueFilter()).rows]


@pytest.fixture
def survivor(xero: Xero, connection_id: str, pair: Pair) -> str:
    """The contact, new in Xero, into which the pair's was merged: its id there."""
    found = xero.create("Archer Holdings", "office@archer.example")
    xero.merge(pair[1], found)
    tick(connection_id, 2)
    return found


def test_who_a_linked_contact_was_merged_into_is_not_created_here_beside_it(survivor: str) -> None:
    assert book() == ["Ada Archer"]
    assert asked() == [(survivor, "survivor", "Ada Archer")]


def test_whoever_the_survivor_is_merged_into_is_not_created_here_either(
    xero: Xero, connection_id: str, survivor: str
) -> None:
    last = xero.create("Archer Trust", "trust@archer.example")
    xero.merge(survivor, last)
    tick(connection_id, 2)
    assert (book(), asked()) == (["Ada Archer"], [(last, "survivor", "Ada Archer")])


def test_the_contact_is_shown_to_choose_however_little_the_two_are_alike(
    connection_id: str, pair: Pair, survivor: str
) -> None:
    [best, *_] = candidates.candidates(connection_id, survivor)
    assert (best.contact_id, best.parts[0].label) == (
        pair[0], "What was linked with this contact was merged into it in Xero",
    )  # fmt: skip


@pytest.mark.usefixtures("survivor")
def test_the_contact_is_named_before_another_is_made_of_the_survivor(pair: Pair) -> None:
    [found] = issue_likely.likely(issues.issue_ids(IssueFilter()))
    assert (found.contact_ids, found.merged) == ({pair[0]}, True)


def test_a_survivor_is_linked_by_an_answer(connection_id: str, pair: Pair, survivor: str) -> None:
    issue_answers.confirm(SYSTEM, issues.issue_ids(IssueFilter())[0], pair[0])
    assert (pairs(), asked()) == ({(pair[0], survivor)}, [])


def test_a_survivor_with_the_same_name_and_email_is_linked_at_once(
    connection_id: str, pair: Pair, survivor: str
) -> None:
    edit(pair[0], name="Archer Holdings", email="office@archer.example")
    tick(connection_id)
    assert (pairs(), asked()) == ({(pair[0], survivor)}, [])


@pytest.mark.usefixtures("database")
def test_who_comes_into_the_filter_by_a_merger_is_not_created_here_beside_the_merged_contact(xero: Xero) -> None:
    connection_id = connect("customers")
    ours, theirs = add("Ada Archer", "ada@example.com"), xero.create("Ada Archer", "ada@example.com")
    survivor = xero.create("Archer Holdings", "office@archer.example", customer=False)
    run_import(connection_id)
    assert (ours, theirs) in pairs()
    xero.merge(theirs, survivor)
    xero.change(survivor, IsCustomer=True)  # as Xero says once it has the other's invoices
    tick(connection_id, 2)
    assert (book(), asked()) == (["Ada Archer"], [(survivor, "survivor", "Ada Archer")])


@pytest.mark.usefixtures("database")
def test_a_question_says_that_it_is_about_a_survivor_by_now(xero: Xero) -> None:
    connection_id = connect(no_match_policy="hold")
    add("Ada Archer", "ada@example.com")
    theirs = xero.create("Ada Archer", "ada@example.com")
    survivor = xero.create("Archer Holdings", "office@archer.example")
    run_import(connection_id)
    assert asked() == [(survivor, "no_match", "")]
    xero.merge(theirs, survivor)
    tick(connection_id)
    assert asked() == [(survivor, "survivor", "Ada Archer")]


def test_who_was_stopped_does_not_come_back_as_somebody_new_by_a_merger(
    xero: Xero, connection_id: str, pair: Pair
) -> None:
    links.stop(SYSTEM, [one.link_id for one in synced()])
    survivor = xero.create("Archer Holdings", "office@archer.example")
    xero.merge(pair[1], survivor)
    tick(connection_id, 2)
    assert (book(), pairs()) == (["Ada Archer"], set())
    assert asked() == [(survivor, "survivor", "Ada Archer")]


@pytest.mark.usefixtures("survivor")
def test_whom_another_in_xero_syncs_with_by_now_is_not_named(xero: Xero, connection_id: str, pair: Pair) -> None:
    other = xero.create("Ada Archer", "ada@example.com")
    tick(connection_id, 2)
    assert pairs() == {(pair[0], other)}
    assert issue_likely.likely(issues.issue_ids(IssueFilter())) == ()
