"""A question that has lost its reason ends by itself, and none tells what is no longer so."""

from collections.abc import Callable

import pytest

from services import archive, contact_files, issues, undo
from services.access import SYSTEM
from services.issues import IssueFilter
from tests.support.markers import pairs
from tests.support.practice import add, contact, edit, run_import, synced, tick
from tests.support.questions import suggest
from tests.support.xero import Xero, connect

BETA, WIDE = "Beta Book", "\uff22eta Book"
"""Two spellings of one name: Xero takes them for two, matching for the same."""


FILE = "id,name,billing_email,contact_type,notes\n1,{name},beta@example.com,Client,\n"
"""A file that adds one contact."""


def asked() -> list[str]:
    """The names of the Xero contacts that people are asked about."""
    return [one.xero_name for one in issues.list_issues(IssueFilter()).rows]


def twin_here(undone: Callable[[str], None]) -> Callable[[Xero, str], None]:
    """A question because two of ours have both, until one of them has not."""

    def arrange(xero: Xero, connection_id: str) -> None:
        add(BETA, "beta@example.com")
        second = add(BETA, "beta@example.com")
        xero.create(BETA, "beta@example.com")
        run_import(connection_id)
        undone(second)

    return arrange


def twin_in_xero(undone: Callable[[Xero, str], None]) -> Callable[[Xero, str], None]:
    """A question because two in Xero have both, until one of them has not."""

    def arrange(xero: Xero, connection_id: str) -> None:
        add(BETA, "beta@example.com")
        first = xero.create(BETA, "beta@example.com")
        xero.create(WIDE, "beta@example.com")
        run_import(connection_id)
        undone(xero, first)

    return arrange


def linked_before(xero: Xero, connection_id: str) -> None:
    """A question because ours has its match already, until that is archived in Xero."""
    add(BETA, "beta@example.com")
    first = xero.create(BETA, "beta@example.com")
    run_import(connection_id)
    xero.create(WIDE, "beta@example.com")
    tick(connection_id)
    xero.archive(first)


ARRANGED = {
    "twin here archived": twin_here(lambda one: archive.archive_contact(SYSTEM, one)),
    "twin here renamed": twin_here(lambda one: edit(one, name="Cara Cole", email="cara@example.com")),
    "twin in Xero archived": twin_in_xero(lambda xero, one: xero.archive(one)),
    "its other match archived in Xero": linked_before,
}


@pytest.mark.parametrize("how", ARRANGED)
def test_a_question_answers_itself_once_nothing_else_fits(xero: Xero, connection_id: str, how: str) -> None:
    ARRANGED[how](xero, connection_id)
    assert asked()
    tick(connection_id, 2)
    assert (asked(), len(synced())) == ([], 1)


@pytest.mark.usefixtures("database")
def test_a_question_never_says_what_is_no_longer_so(xero: Xero) -> None:
    connection_id = connect(no_match_policy="hold")
    ours = add("Robert Brown", "rob@example.com")
    xero.create("Zed Zebra", "rob@example.com")
    run_import(connection_id)
    suggest(connection_id)
    edit(ours, email="robert@elsewhere.example")
    tick(connection_id)
    suggest(connection_id)
    [found] = issues.list_issues(IssueFilter()).rows
    assert (found.reason, found.candidate_name) == ("no_match", "")


def because_of_a_file(xero: Xero, connection_id: str, name: str) -> str:
    """Somebody is asked about a contact in Xero because of one that a file has added here, and that undoing the import
    removes again. Returns the contact's id in Xero.
    """
    command = contact_files.import_file(SYSTEM, FILE.format(name=name).encode()).command
    theirs = xero.create(BETA, "beta@example.com")
    run_import(connection_id)
    suggest(connection_id)
    assert asked() == [BETA]
    assert undo.undo_command(SYSTEM, command).done == 1
    tick(connection_id)
    suggest(connection_id)
    return theirs


def test_a_question_answers_itself_once_the_twin_that_a_file_had_added_is_removed(
    xero: Xero, connection_id: str
) -> None:
    ours = add(BETA, "beta@example.com")
    theirs = because_of_a_file(xero, connection_id, BETA)
    assert (asked(), pairs()) == ([], {(ours, theirs)})


def test_who_was_asked_about_because_of_a_contact_that_is_removed_is_imported(xero: Xero, connection_id: str) -> None:
    because_of_a_file(xero, connection_id, "Another Name")
    [made] = synced()
    assert (asked(), contact(made.contact_id).name) == ([], BETA)


@pytest.mark.usefixtures("database")
def test_no_question_names_a_contact_that_was_removed(xero: Xero) -> None:
    because_of_a_file(xero, connect(no_match_policy="hold"), "Another Name")
    [found] = issues.list_issues(IssueFilter()).rows
    assert (found.reason, found.candidate_name) == ("no_match", "")
