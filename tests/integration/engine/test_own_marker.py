"""A contact in Xero that bears our marker is whom it was created for, whatever both are called by now."""

import pytest

from models.base import new_id
from services import (
    archive,
    connection,
    contacts,
    create_one,
    differences,
    imports,
    issue_detail,
    issue_queue,
    issues,
    links,
    sync,
    worker,
)
from services.access import SYSTEM
from services.connection import Setup
from services.contacts import ContactFilter
from services.errors import SyncError
from services.issues import IssueFilter
from services.reconcile.contact import Field
from services.reconcile.outcome import Effect
from tests.support.markers import lost, marked, pairs, tick
from tests.support.practice import add, contact, delta_is_due, edit, retry_now, run_import, synced, xero_client
from tests.support.xero import Xero, consent

OUTSIDE = Setup("customers", False, "Client", "create")


def asked() -> int:
    return len(issues.issue_ids(IssueFilter()))


def practice_size() -> int:
    return contacts.list_contacts(ContactFilter()).total


@pytest.fixture(autouse=True)
def started(xero: Xero, connection_id: str) -> None:
    run_import(connection_id)


@pytest.mark.parametrize("setup", [Setup("all", True, "Client", "create"), OUTSIDE])
def test_what_was_created_before_disconnecting_is_found_again_whatever_the_contact_says_by_now(
    xero: Xero, connection_id: str, setup: Setup
) -> None:
    connection.save_setup(SYSTEM, connection_id, setup)
    ours, theirs = lost(xero, connection_id)
    edit(ours, name="Renamed", email="renamed@example.com")
    consent()
    tick(connection_id, 2)
    assert (pairs(), practice_size(), asked()) == ({(ours, theirs)}, 1, 0)
    assert (contact(ours).name, xero.contact(theirs)["Name"]) == ("Renamed", "Lost One")
    assert set(xero_client(ours).kept) == {Field.NAME, Field.EMAIL}


def test_the_preview_of_what_was_created_for_one_of_ours_says_what_the_import_then_does(
    xero: Xero, connection_id: str
) -> None:
    """The link is one-way, and both agreed on what it was created with: nothing is asked, nor goes to Xero."""
    ours, theirs = lost(xero, connection_id)
    edit(ours, name="Renamed", phone="+64 9 555 0101")
    xero.change(theirs, EmailAddress="moved@example.com")
    before = xero.contact(theirs)
    consent()
    imports.start_preview(SYSTEM, connection_id)
    worker.run_jobs()
    [(_, foreseen)] = imports.preview_effects(connection_id).items()
    assert dict(foreseen) == {
        Field.NAME: Effect.KEPT, Field.EMAIL: Effect.OVERWRITES_PRACTICE, Field.PHONE: Effect.KEPT,
    }  # fmt: skip
    assert imports.preview_rows(connection_id, "link").rows[0].why == (
        "Overwrites billing email here; keeps contact name and primary phone apart."
    )
    tick(connection_id, 2)
    now = contact(ours)
    assert (now.name, now.email, now.phone) == ("Renamed", "moved@example.com", "+64 9 555 0101")
    assert xero.contact(theirs) == before
    assert differences.list_differences().total == 0
    assert set(xero_client(ours).kept) == {Field.NAME, Field.PHONE}


def test_the_preview_of_one_whose_creation_our_books_do_not_know_asks_about_what_differs_and_fills_nothing_in_xero(
    xero: Xero, connection_id: str
) -> None:
    ours = add("Ada Archer", "ada@example.com", "+64 9 555 0101")
    theirs = marked(connection_id, ours, "Ada Baker", xero)
    imports.start_preview(SYSTEM, connection_id)
    worker.run_jobs()
    assert imports.preview_totals(connection_id) == {Effect.ASKS: 2, Effect.KEPT: 1}
    tick(connection_id, 2)
    assert (pairs(), differences.list_differences().total) == ({(ours, theirs)}, 2)
    assert set(xero_client(ours).kept) == {Field.PHONE}


def test_a_number_that_our_books_know_no_creation_of_links_and_asks_about_what_differs(
    xero: Xero, connection_id: str
) -> None:
    ours = add("Ada Archer", "ada@example.com")
    theirs = marked(connection_id, ours, "Ada Baker", xero)
    tick(connection_id)
    assert pairs() == {(ours, theirs)}
    assert differences.list_differences().total == 2


def test_what_was_created_the_second_time_is_found_by_its_number_that_was_counted_on(
    xero: Xero, connection_id: str
) -> None:
    ours = add("Ada Archer", "ada@example.com")
    theirs = marked(connection_id, ours, "Somebody Else", xero, "-2")
    tick(connection_id)
    assert pairs() == {(ours, theirs)}


def test_a_number_that_only_looks_like_ours_means_nobody(xero: Xero, connection_id: str) -> None:
    ours = add("Ada Archer", "ada@example.com")
    theirs = marked(connection_id, ours, "Somebody Else", xero, " (old)")
    tick(connection_id)
    assert (practice_size(), asked()) == (2, 0)
    assert {xero_id for _, xero_id in pairs()} == {theirs}
    assert (ours, theirs) not in pairs()


def test_a_number_of_a_contact_that_is_not_in_the_book_means_nobody(xero: Xero, connection_id: str) -> None:
    marked(connection_id, new_id(), "Somebody Else", xero)
    tick(connection_id)
    assert (practice_size(), asked(), len(pairs())) == (1, 0, 1)


def test_two_that_were_created_for_the_same_contact_are_a_question(xero: Xero, connection_id: str) -> None:
    ours = add("Ada Archer", "ada@example.com")
    for suffix in ("", "-2"):
        marked(connection_id, ours, f"Somebody Else{suffix}", xero, suffix)
    tick(connection_id)
    assert (practice_size(), asked(), pairs()) == (1, 2, set())
    [first, second] = [issue_detail.get_issue(one) for one in issues.issue_ids(IssueFilter())]
    assert [one.contact_id for one in first.candidates] == [one.contact_id for one in second.candidates] == [ours]


def test_what_was_created_for_a_contact_that_has_its_match_is_a_question_and_nobody_new(
    xero: Xero, connection_id: str
) -> None:
    ours = add("Ada Archer", "ada@example.com")
    linked_with = xero.create("Ada Archer", "ada@example.com")
    tick(connection_id)
    marked(connection_id, ours, "Somebody Else", xero)
    tick(connection_id)
    assert (practice_size(), asked(), pairs()) == (1, 1, {(ours, linked_with)})


def test_what_was_created_for_a_contact_that_a_person_stopped_is_a_question(xero: Xero, connection_id: str) -> None:
    ours = add("Ada Archer", "ada@example.com")
    xero.create("Ada Archer", "ada@example.com")
    tick(connection_id)
    links.stop(SYSTEM, [synced()[0].link_id])
    marked(connection_id, ours, "Somebody Else", xero)
    tick(connection_id)
    assert (practice_size(), asked(), pairs()) == (1, 1, set())


def test_what_was_created_for_one_and_says_what_another_says_is_a_question(xero: Xero, connection_id: str) -> None:
    ours, other = add("Ada Archer", "ada@example.com"), add("Somebody Else", "somebody@there.com")
    marked(connection_id, ours, "Somebody Else", xero)
    tick(connection_id)
    [issue] = [issue_detail.get_issue(one) for one in issues.issue_ids(IssueFilter())]
    assert {one.contact_id for one in issue.candidates} == {ours, other}
    assert pairs() == set()


def test_one_that_says_what_a_contact_says_for_whom_another_was_created_is_a_question(
    xero: Xero, connection_id: str
) -> None:
    ours, theirs = lost(xero, connection_id)
    xero.change(theirs, Name="Renamed There", EmailAddress="renamed@there.com")
    xero.create("Lost One", "lost@example.com")
    consent()
    tick(connection_id)
    assert (practice_size(), asked(), pairs()) == (1, 1, {(ours, theirs)})


@pytest.mark.parametrize("setup", [Setup("all", True, "Client", "create"), OUTSIDE])
def test_what_was_created_for_an_archived_contact_waits_and_is_linked_once_that_one_is_restored(
    xero: Xero, connection_id: str, setup: Setup
) -> None:
    connection.save_setup(SYSTEM, connection_id, setup)
    ours, theirs = lost(xero, connection_id)
    edit(ours, name="Renamed", email="renamed@example.com")
    archive.archive_contact(SYSTEM, ours)
    consent()
    tick(connection_id, 2)
    assert (practice_size(), asked(), pairs()) == (0, 0 if setup is OUTSIDE else 1, set())
    archive.restore_contact(SYSTEM, ours)
    tick(connection_id)
    assert (practice_size(), asked(), pairs()) == (1, 0, {(ours, theirs)})


def test_one_that_a_person_ignored_is_not_linked(xero: Xero, connection_id: str) -> None:
    ours, _ = lost(xero, connection_id)
    archive.archive_contact(SYSTEM, ours)
    consent()
    tick(connection_id)
    issue_queue.ignore(SYSTEM, issues.issue_ids(IssueFilter()))
    archive.restore_contact(SYSTEM, ours)
    tick(connection_id, 2)
    assert (practice_size(), asked(), pairs()) == (1, 0, set())


def test_what_was_created_and_archived_there_is_linked_when_it_is_restored_there(
    xero: Xero, connection_id: str
) -> None:
    ours, theirs = lost(xero, connection_id)
    edit(ours, name="Renamed", email="renamed@example.com")
    xero.archive(theirs)
    consent()
    tick(connection_id)
    assert pairs() == set()
    xero.restore(theirs)
    tick(connection_id)
    assert (practice_size(), pairs()) == (1, {(ours, theirs)})


def test_what_was_changed_there_since_arrives_and_what_was_changed_here_stays_here(
    xero: Xero, connection_id: str
) -> None:
    ours, theirs = lost(xero, connection_id)
    edit(ours, name="Renamed")
    xero.change(theirs, EmailAddress="changed@there.com")
    consent()
    tick(connection_id, 2)
    assert (contact(ours).name, contact(ours).email) == ("Renamed", "changed@there.com")
    assert xero.contact(theirs)["Name"] == "Lost One"
    assert differences.list_differences().total == 0


def test_xero_is_looked_at_at_once_after_connecting_again(xero: Xero, connection_id: str) -> None:
    connection.disconnect(SYSTEM, connection_id)
    xero.create("Ada Archer", "ada@example.com")
    consent()
    worker.take_turn()
    assert practice_size() == 1


def test_what_was_read_while_it_was_being_created_is_found_again_after_disconnecting(
    xero: Xero, connection_id: str
) -> None:
    ours = add("Lost One", "lost@example.com")
    create_one.create_in_xero(SYSTEM, ours, connection_id)
    xero.fault(method="PUT", path="/Contacts", action="drop", effect="after", times=1)
    with pytest.raises(SyncError):
        sync.tick(connection_id)
    retry_now()
    delta_is_due()
    xero.fault(method="GET", path="/Contacts", action="status", status=500, skip=1, times=9)
    with pytest.raises(SyncError):
        sync.tick(connection_id)
    xero.forget_faults()
    connection.disconnect(SYSTEM, connection_id)
    consent()
    tick(connection_id, 2)
    assert (pairs(), practice_size()) == ({(ours, str(xero.contacts(name="Lost One")[0]["ContactID"]))}, 1)
