"""Each number leads to a list: it says how many the list has."""

from datetime import timedelta

import time_machine

from models.base import now
from models.xero_contact import XeroContactRow
from services import (
    archive,
    connection,
    contacts,
    create_many,
    create_one,
    differences,
    excluded,
    imports,
    issue_queue,
    issues,
    links,
    news,
    overview,
    sync,
    sync_states,
)
from services.access import SYSTEM
from services.connection import Setup
from services.contacts import ContactFilter
from services.db import Database, write
from services.excluded import ExcludedCounts, ExcludedFilter
from services.issues import IssueFilter
from services.previous import PreviousFilter, list_previous
from services.reconcile.contact import Field
from services.steps.notices.notifying import look
from tests.support.organisations import connected, let_all_sync, several
from tests.support.practice import add, delta_is_due, edit, full_comparison_is_due, run_import, synced
from tests.support.xero import Xero


def test_an_issue_that_was_put_off_comes_back_in_the_numbers_and_in_the_list(xero: Xero, connection_id: str) -> None:
    add("Ada Archer", "ada@example.com")
    xero.create("Ada Archer", "other@example.com")
    run_import(connection_id)
    issue_queue.defer(SYSTEM, issues.issue_ids(IssueFilter()), "tomorrow")
    assert overview.get_overview().issues == overview.get_to_resolve().issues == 0
    with time_machine.travel(now() + timedelta(days=2), tick=False):
        assert issues.list_issues(IssueFilter()).total == 1
        assert overview.get_overview().issues == overview.get_to_resolve().issues == 1


def test_a_broken_link_that_another_follows_is_in_neither(xero: Xero, connection_id: str) -> None:
    add("Ada Archer", "ada@example.com")
    gone, survivor = xero.create("Ada Archer", "ada@example.com"), xero.create("Ada Archer Two", "two@example.com")
    run_import(connection_id)
    [other] = [link.contact_id for link in synced() if link.name == "Ada Archer Two"]
    archive.archive_contact(SYSTEM, other)
    xero.merge(gone, survivor)
    for _ in range(2):
        delta_is_due()
        full_comparison_is_due()
        sync.tick(connection_id)
    [merged] = [link for link in list_previous(PreviousFilter()).rows if link.cause == "merged"]
    links.link_to(SYSTEM, merged.link_id, merged.contact_id)
    assert (overview.get_overview().broken, list_previous(PreviousFilter(state="broken")).total) == (0, 0)


def test_a_contact_without_a_name_is_in_neither(xero: Xero, connection_id: str) -> None:
    run_import(connection_id)
    with write() as session:
        session.add(XeroContactRow(connection_id=connection_id, xero_id="nameless", status="archived", name=""))
    assert (excluded.count_excluded(), excluded.list_excluded(ExcludedFilter()).total) == (ExcludedCounts(), 0)


def test_a_preview_counts_what_it_lists_also_beside_links_that_ended(xero: Xero, connection_id: str) -> None:
    add("Ada Archer", "ada@example.com")
    linked = xero.create("Ada Archer", "ada@example.com")
    xero.create("Nora Neither", "nora@example.com", customer=False)
    connection.save_setup(SYSTEM, connection_id, Setup("customers", False, "Client", "create"))
    run_import(connection_id)
    xero.archive(linked)
    delta_is_due()
    sync.tick(connection_id)
    assert imports.preview_counts(connection_id).skip == imports.preview_rows(connection_id, "skip").total == 1


def test_the_fields_in_question_are_those_of_one_link_whatever_its_contact_is_called(
    xero: Xero, connection_id: str
) -> None:
    add("Li", "li@example.com")
    add("Li Wei", "wei@example.com")
    xero.create("Li", "li@example.com")
    in_xero = xero.create("Li Wei", "wei@example.com")
    run_import(connection_id)
    li, wei = sorted(synced(), key=lambda link: link.name)
    edit(wei.contact_id, phone="+64 9 300 1000")
    xero.change(in_xero, Phones=[{"PhoneType": "DEFAULT", "PhoneNumber": "3002000"}])
    delta_is_due()
    sync.tick(connection_id)
    assert differences.fields_in_question(wei.link_id) == [Field.PHONE]
    assert differences.fields_in_question(li.link_id) == []


def test_looking_for_what_is_to_be_told_changes_nothing_that_pages_would_read_again(database: Database) -> None:
    look()
    before = news.version()
    look()
    assert news.version() == before


def test_who_is_refused_is_counted_once_and_listed_whatever_other_organisations_say(
    database: Database, xero: Xero
) -> None:
    both = [connected(xero, tenant) for tenant in several(xero, 2)]
    twice, once = add("Ada Archer", "ada@example.com"), add("Ben Baker", "ben@example.com")
    for one, refused in ((both[0], {"Ada Archer"}), (both[1], {"Ada Archer", "Ben Baker"})):
        for name in refused:
            one.create(name, "other@example.com")
        for contact_id in (twice, once):
            create_one.create_in_xero(SYSTEM, contact_id, one.connection_id)
    let_all_sync()
    assert [link.name for link in synced()] == ["Ben Baker"]
    listed = contacts.list_contacts(ContactFilter(linked="held")).rows
    assert [row.name for row in listed] == ["Ada Archer", "Ben Baker"]
    assert all(row.problem for row in listed)
    states, progress = sync_states.count_states(), create_many.creation_progress()
    assert (states.not_created, states.failing, progress.held, overview.get_overview().failing) == (2, 2, 2, 2)
