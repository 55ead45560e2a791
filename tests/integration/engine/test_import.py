"""The initial import: what it links, creates and asks about, and that it can be cut off anywhere."""

import pytest

from models.base import now
from services import clients, connection, contacts, differences, imports, issues, jobs, sync, worker
from services.access import SYSTEM
from services.clients import ClientFilter
from services.contacts import ContactFilter
from services.issues import IssueFilter
from services.reconcile.contact import Address
from services.records import leases
from tests.support.practice import add, run_import, synced
from tests.support.xero import Xero, connect


def client_names() -> list[str]:
    return [row.name for row in synced()]


def test_a_full_match_is_linked_at_once(xero: Xero, connection_id: str) -> None:
    add("Ada Archer", "ada@example.com")
    xero.create("ada archer", "ADA@example.com")
    job = run_import(connection_id)
    assert job.state == "done", job.error
    assert client_names() == ["Ada Archer"]
    assert issues.list_issues(IssueFilter()).total == 0


def test_a_contact_without_match_is_created_in_the_practice_with_the_default_type(
    xero: Xero, connection_id: str
) -> None:
    xero.create("Brick & Mortar Ltd", "hello@brick.example")
    run_import(connection_id)
    rows = contacts.list_contacts(ContactFilter()).rows
    assert [(row.name, row.email, row.contact_type, row.link_state) for row in rows] == [
        ("Brick & Mortar Ltd", "hello@brick.example", "Client", "syncing")
    ]


def test_a_partial_match_becomes_a_match_issue_and_writes_nothing(xero: Xero, connection_id: str) -> None:
    add("Cara Cole", "cara@old.example")
    xero.create("Cara Cole", "cara@new.example")
    run_import(connection_id)
    assert client_names() == []
    found = issues.list_issues(IssueFilter()).rows
    assert [(row.xero_name, row.reason, row.candidate_email) for row in found] == [
        ("Cara Cole", "partial_name", "cara@old.example")
    ]


def test_blank_emails_never_make_a_match(xero: Xero, connection_id: str) -> None:
    add("Dora Dale")
    xero.create("Eve Eden")
    run_import(connection_id)
    assert client_names() == ["Eve Eden"]


def test_nothing_outside_the_filter_is_imported(database: object, xero: Xero) -> None:
    xero.create("Customer One", customer=True)
    xero.create("Neither One", customer=False)
    connection_id = connect("customers")
    run_import(connection_id)
    assert client_names() == ["Customer One"]


def test_held_for_review_creates_nothing(database: object, xero: Xero) -> None:
    xero.create("Nobody Knows")
    connection_id = connect("all", "hold")
    run_import(connection_id)
    assert contacts.list_contacts(ContactFilter()).total == 0
    assert [row.reason for row in issues.list_issues(IssueFilter()).rows] == ["no_match"]


def test_on_linking_blanks_are_filled_and_differing_fields_become_differences(xero: Xero, connection_id: str) -> None:
    contact_id = add("Finn Fox", "finn@example.com", phone="02 9999 1111")
    xero_id = xero.create(
        "Finn Fox",
        "finn@example.com",
        Phones=[{"PhoneType": "DEFAULT", "PhoneNumber": "02 8888 2222"}],
        Addresses=[{"AddressType": "POBOX", "AddressLine1": "1 High St", "City": "Leeds"}],
    )
    run_import(connection_id)
    ours = contacts.get_contact(contact_id).contact
    assert (ours.phone, ours.address) == ("02 9999 1111", Address("1 High St", "Leeds"))
    theirs = next(p for p in xero.contact(xero_id)["Phones"] if p["PhoneType"] == "DEFAULT")
    assert theirs["PhoneNumber"] == "02 8888 2222"
    assert [row.field.value for row in differences.list_differences().rows] == ["phone"]


def test_the_preview_writes_nothing_and_tells_what_the_import_then_does(xero: Xero, connection_id: str) -> None:
    add("Gail Green", "gail@example.com")
    add("Hugo Hart", "hugo@example.com")
    xero.create("Gail Green", "gail@example.com")
    xero.create("Hugo Heart", "hugo@example.com")
    xero.create("Iris Ives", "iris@example.com")
    imports.start_preview(SYSTEM, connection_id)
    worker.run_jobs()
    counts = imports.preview_counts(connection_id)
    assert (counts.link, counts.create, counts.ask, counts.total) == (1, 1, 1, 3)
    assert contacts.list_contacts(ContactFilter()).total == 2
    assert not synced()
    job = run_import(connection_id)
    assert (job.result["link"], job.result["create"], job.result["ask"]) == (1, 1, 1)


@pytest.mark.parametrize("ticks", [1, 2, 5])
def test_ticks_after_the_import_write_nothing(xero: Xero, connection_id: str, ticks: int) -> None:
    add("Jack Jones", "jack@example.com")
    xero.create("Jack Jones", "jack@example.com")
    run_import(connection_id)
    xero.forget_calls()
    for _ in range(ticks):
        sync.tick(connection_id)
    assert [call["method"] for call in xero.calls()] == ["GET"] * ticks


def during_matching(connection_id: str, setup: connection.Setup) -> None:
    """Start an import whose set-up an admin changes as soon as its first contacts are matched."""
    imports.start_import(SYSTEM, connection_id)
    left = [setup]

    def progress(stage: str, _done: int, _total: int) -> None:
        if stage == "Matching contacts" and left:
            connection.save_setup(SYSTEM, connection_id, left.pop())

    sync.tick(connection_id, progress)


def test_who_is_let_in_by_a_filter_changed_during_the_import_comes_with_the_next_look(
    database: object, xero: Xero
) -> None:
    xero.create("Customer One", customer=True)
    xero.create("Neither One", customer=False)
    connection_id = connect("customers")
    during_matching(connection_id, connection.Setup("all", True, "Client", "create"))
    assert client_names() == ["Customer One"]
    due_at = connection.get_connection(connection_id).next_tick_at
    assert due_at is not None
    assert due_at <= now()
    sync.tick(connection_id)
    assert client_names() == ["Customer One", "Neither One"]


def test_who_is_matched_after_an_admin_chose_to_hold_is_held(database: object, xero: Xero) -> None:
    for number in range(150):
        xero.create(f"Person {number:03}")
    connection_id = connect("all", "create")
    during_matching(connection_id, connection.Setup("all", True, "Client", "hold"))
    assert contacts.list_contacts(ContactFilter()).total == 100
    sync.tick(connection_id)
    assert contacts.list_contacts(ContactFilter()).total == 100
    assert issues.list_issues(IssueFilter()).total == 50


def test_an_import_that_another_worker_has_just_taken_up_is_not_begun_beside_it_where_nobody_sees_how_far_it_is(
    database: object, xero: Xero
) -> None:
    xero.create("Somebody New")
    connection_id = connect()
    job_id = imports.start_import(SYSTEM, connection_id)
    xero.forget_calls()
    with leases.held(f"job:{job_id}"):
        worker.take_turn()
        assert xero.calls() == []
    worker.take_turn()
    assert jobs.get_job(job_id).state == "done"
    assert client_names() == ["Somebody New"]


def add_one_who_is_still_to_come(xero: Xero, connection_id: str) -> str:
    """Sync for the first time while a person adds one whom the sync is about to come to, and once more; the name."""
    added: list[str] = []

    def progress(stage: str, done: int, total: int) -> None:
        if stage == "Matching contacts" and done < total:
            matched = set(client_names())
            one = next(one for one in xero.contacts() if one["Name"] not in matched)
            add(one["Name"], one["EmailAddress"])
            added.append(one["Name"])

    sync.tick(connection_id, progress)
    sync.tick(connection_id, delta=False)
    return added[0]


def test_who_is_added_here_during_the_import_is_linked_and_nobody_is_created_beside_them(
    xero: Xero, connection_id: str
) -> None:
    for number in range(150):
        xero.create(f"Person {number:03}", f"p{number}@example.com")
    added = add_one_who_is_still_to_come(xero, connection_id)
    assert contacts.list_contacts(ContactFilter(search=added)).total == 1
    assert clients.list_clients(ClientFilter()).total == 150


def test_a_twin_that_is_added_here_during_the_import_makes_a_question_of_who_is_meant(
    xero: Xero, connection_id: str
) -> None:
    for number in range(150):
        add(f"Person {number:03}", f"p{number}@example.com")
        xero.create(f"Person {number:03}", f"p{number}@example.com")
    added = add_one_who_is_still_to_come(xero, connection_id)
    assert [row.xero_name for row in issues.list_issues(IssueFilter()).rows] == [added]
    assert clients.list_clients(ClientFilter()).total == 149
