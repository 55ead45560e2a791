"""Whoever is created in Xero a second time gets no second contact there, nor loses what the first one says."""

import pytest

from services import archive, create_one, differences, issue_queue, issues, overview, sync
from services.access import SYSTEM
from services.errors import MovedOn, SyncError
from services.issues import IssueFilter
from services.reconcile.contact import Field
from tests.support.markers import lost, marked, pairs, tick
from tests.support.practice import add, delta_is_due, edit, run_import, xero_client
from tests.support.xero import REFUSED, Xero, consent


@pytest.fixture(autouse=True)
def started(xero: Xero, connection_id: str) -> None:
    run_import(connection_id)


def test_pressing_create_contact_again_after_connecting_again_makes_no_second_one(
    xero: Xero, connection_id: str
) -> None:
    ours, theirs = lost(xero, connection_id)
    edit(ours, name="Renamed", email="renamed@example.com")
    consent()
    create_one.create_in_xero(SYSTEM, ours, connection_id)
    tick(connection_id, 2)
    assert pairs() == {(ours, theirs)}
    assert len(xero.contacts()) == 1


def test_who_is_created_again_before_anybody_looked_is_looked_up_by_the_number_it_may_bear_already(
    xero: Xero, connection_id: str
) -> None:
    ours, theirs = lost(xero, connection_id)
    edit(ours, name="Renamed", email="renamed@example.com")
    consent()
    create_one.create_in_xero(SYSTEM, ours, connection_id)
    sync.send_asked(connection_id)
    assert [one["ContactID"] for one in xero.contacts()] == [theirs]
    sync.tick(connection_id, delta=False)
    assert pairs() == {(ours, theirs)}


def test_who_was_created_and_archived_there_unheard_is_created_again_when_asked(xero: Xero, connection_id: str) -> None:
    ours, theirs = lost(xero, connection_id)
    xero.archive(theirs)
    consent()
    create_one.create_in_xero(SYSTEM, ours, connection_id)
    tick(connection_id)
    [(contact_id, xero_id)] = pairs()
    assert contact_id == ours
    assert xero_id != theirs


def test_create_contact_is_refused_while_what_was_created_before_waits_for_an_answer(
    xero: Xero, connection_id: str
) -> None:
    ours = add("Ada Archer", "ada@example.com")
    for suffix in ("", "-2"):
        marked(connection_id, ours, f"Somebody Else{suffix}", xero, suffix)
    tick(connection_id)
    with pytest.raises(MovedOn, match="created in Xero before"):
        create_one.create_in_xero(SYSTEM, ours, connection_id, anyway=True)


def test_create_contact_is_refused_while_what_was_created_before_is_ignored(xero: Xero, connection_id: str) -> None:
    ours, _ = lost(xero, connection_id)
    archive.archive_contact(SYSTEM, ours)
    consent()
    tick(connection_id)
    assert issue_queue.ignore(SYSTEM, issues.issue_ids(IssueFilter())).done == 1
    archive.restore_contact(SYSTEM, ours)
    edit(ours, name="Lost One Ltd", email="ltd@example.com")
    tick(connection_id)
    with pytest.raises(MovedOn, match="created in Xero before"):
        create_one.create_in_xero(SYSTEM, ours, connection_id, anyway=True)
    assert [one["Name"] for one in xero.contacts()] == ["Lost One"]


def test_asking_again_while_a_creation_is_on_the_wire_is_the_same_wish(xero: Xero, connection_id: str) -> None:
    ours = add("Ada Archer", "ada@example.com")
    asked_for = create_one.create_in_xero(SYSTEM, ours, connection_id)
    xero.fault(method="PUT", path="/Contacts", action="drop", effect="after", times=1)
    with pytest.raises(SyncError):
        sync.tick(connection_id)
    delta_is_due()
    sync.tick(connection_id)
    assert create_one.create_in_xero(SYSTEM, ours, connection_id, anyway=True) == asked_for


def test_what_xero_refuses_to_create_because_it_is_there_already_is_asked_about_where_it_differs(
    xero: Xero, connection_id: str
) -> None:
    ours = add("Ada Archer", "ada@example.com")
    theirs = marked(connection_id, ours, "Ada Baker", xero)
    create_one.create_in_xero(SYSTEM, ours, connection_id)
    sync.tick(connection_id, delta=False)
    assert pairs() == {(ours, theirs)}
    assert {one.field for one in differences.list_differences().rows} == {Field.NAME, Field.EMAIL}


def test_a_refused_creation_of_who_was_archived_in_xero_is_told_on_its_page_until_somebody_answers_it(
    xero: Xero, connection_id: str, pair: tuple[str, str]
) -> None:
    xero.archive(pair[1])
    tick(connection_id)
    create_one.create_in_xero(SYSTEM, pair[0], connection_id, anyway=True)
    xero.fault(method="PUT", path="/Contacts", action="status", status=400, body=REFUSED, times=1)
    tick(connection_id)
    told = xero_client(pair[0])
    assert (told.state, overview.get_overview().failing) == ("held", 1)
    create_one.drop_create(SYSTEM, told.intent_id or "")
    assert (xero_client(pair[0]).state, overview.get_overview().failing) == ("broken", 0)
