"""A question that was asked because another link stood in the way ends once that does no longer, though neither contact
has changed.
"""

import pytest

from services import issue_answers, issues, links, undo
from services.access import SYSTEM
from services.issues import IssueFilter
from tests.support.markers import marked, pairs
from tests.support.practice import add, edit, run_import, synced, tick
from tests.support.xero import Xero

BETA, WIDE = "Beta Book", "\uff22eta Book"
"""Two spellings of one name: Xero takes them for two, matching for the same."""
MAIL = "beta@example.com"


def asked() -> list[str]:
    """The ids of the Xero contacts that people are asked about."""
    return [one.xero_id for one in issues.list_issues(IssueFilter()).rows]


def answer(contact_id: str, xero_id: str = "") -> str:
    """Confirm Match of the one issue, or of that about a Xero contact. Returns the command."""
    [issue] = [one.issue_id for one in issues.list_issues(IssueFilter()).rows if xero_id in ("", one.xero_id)]
    return issue_answers.confirm(SYSTEM, issue, contact_id)


@pytest.fixture
def other(xero: Xero, connection_id: str) -> tuple[str, str, str]:
    """Our contact, the one in Xero with another name that a person has confirmed, and the command of that."""
    ours, theirs = add(BETA, MAIL), xero.create("Beta Book Limited", MAIL)
    run_import(connection_id)
    return ours, theirs, answer(ours)


@pytest.fixture
def third(xero: Xero, connection_id: str, other: tuple[str, str, str]) -> str:
    """The one in Xero with our contact's name and email, about which people are therefore asked."""
    found = xero.create(BETA, MAIL)
    tick(connection_id, 2)
    assert asked() == [found]
    return found


def test_it_ends_once_the_other_match_is_undone(connection_id: str, other: tuple[str, str, str], third: str) -> None:
    ours, theirs, command = other
    assert undo.undo_command(SYSTEM, command).done == 1
    tick(connection_id, 2)
    assert ((ours, third) in pairs(), asked()) == (True, [theirs])


def test_it_ends_once_the_other_link_is_given_another_contact(
    connection_id: str, other: tuple[str, str, str], third: str
) -> None:
    [link] = synced()
    links.stop(SYSTEM, [link.link_id])
    links.link_to(SYSTEM, link.link_id, add("Somebody Else", "else@example.com"))
    tick(connection_id, 2)
    assert ((other[0], third) in pairs(), asked()) == (True, [])


def test_it_ends_once_the_other_match_is_archived_in_xero_whatever_its_name(xero: Xero, connection_id: str) -> None:
    ours, theirs = add(BETA, MAIL), xero.create(BETA, MAIL)
    run_import(connection_id)
    third = xero.create(WIDE, MAIL)
    tick(connection_id)
    assert asked() == [third]
    xero.change(theirs, Name="Beta old", EmailAddress="old@example.com")
    xero.archive(theirs)
    tick(connection_id, 2)
    assert (pairs(), asked()) == ({(ours, third)}, [])


def test_it_ends_once_the_twin_in_xero_is_linked_with_somebody_else(xero: Xero, connection_id: str) -> None:
    ours = add(BETA, MAIL)
    first, second = xero.create(BETA, MAIL), xero.create(WIDE, MAIL)
    run_import(connection_id)
    answer(add("Somebody Else", "else@example.com"), first)
    tick(connection_id, 2)
    assert ((ours, second) in pairs(), asked()) == (True, [])


def test_it_ends_for_what_was_created_for_our_contact_as_well(
    xero: Xero, connection_id: str, other: tuple[str, str, str]
) -> None:
    ours, theirs, _ = other
    created = marked(connection_id, ours, "Somebody Else", xero)
    tick(connection_id, 2)
    assert asked() == [created]
    xero.change(theirs, EmailAddress="old@example.com")
    xero.archive(theirs)
    tick(connection_id, 2)
    assert (pairs(), asked()) == ({(ours, created)}, [])


def test_it_ends_once_the_other_that_was_created_for_our_contact_is_linked_with_somebody_else(
    xero: Xero, connection_id: str
) -> None:
    ours = add(BETA, MAIL)
    first, second = (marked(connection_id, ours, name, xero, suffix) for name, suffix in (("One", ""), ("Two", "-2")))
    run_import(connection_id)
    answer(add("Somebody Else", "else@example.com"), first)
    tick(connection_id, 2)
    assert ((ours, second) in pairs(), asked()) == (True, [])


def test_who_is_asked_about_again_by_undoing_is_linked_with_whom_was_added_meanwhile(
    xero: Xero, connection_id: str
) -> None:
    ours, theirs = add(BETA, "other@example.com"), xero.create(BETA, MAIL)
    run_import(connection_id)
    command = answer(ours)
    tick(connection_id)
    fits = add(BETA, MAIL)
    tick(connection_id)
    assert undo.undo_command(SYSTEM, command).done == 1
    tick(connection_id, 2)
    assert (asked(), pairs()) == ([], {(fits, theirs)})


def test_two_that_a_person_has_parted_by_undoing_are_not_linked_at_once_again(xero: Xero, connection_id: str) -> None:
    ours, theirs = add(BETA, MAIL), xero.create(BETA, MAIL)
    twin = add(BETA, MAIL)
    run_import(connection_id)
    command = answer(ours)
    edit(twin, name="Cara Cole", email="cara@example.com")
    tick(connection_id, 2)
    assert undo.undo_command(SYSTEM, command).done == 1
    tick(connection_id, 2)
    assert (asked(), pairs()) == ([theirs], set())
