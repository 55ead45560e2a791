"""Nobody is asked about a contact that the contact-type filter leaves out, and none gets lost between the lists."""

import pytest

from services import (
    connection,
    create_one,
    excluded,
    issue_answers,
    issue_detail,
    issue_queue,
    issues,
    links,
    overview,
    previous,
    sync,
    undo,
)
from services.access import SYSTEM
from services.connection import Setup
from services.excluded import ExcludedCounts, ExcludedFilter, list_excluded
from services.issues import IssueFilter
from services.previous import PreviousFilter
from services.records.bulk import Report
from tests.support.practice import add, delta_is_due, full_comparison_is_due, run_import, synced
from tests.support.xero import Xero, connect

LEFT_OUT = "The contact-type filter now leaves it out. Let it in under Sync Health, Excluded."


@pytest.fixture
def customers(database: object, xero: Xero) -> str:
    """A connection for customers, and those that are neither customer nor supplier yet."""
    connection_id = connect("customers")
    keep(connection_id, Setup("customers", True, "Client", "create"))
    run_import(connection_id)
    return connection_id


@pytest.fixture
def nell(xero: Xero, customers: str) -> str:
    """Nell, who is asked about and is neither customer nor supplier: her id in Xero."""
    add("Nell Neither", "nell@example.com")
    xero_id = xero.create("Nell Neither", "other@example.com", customer=False)
    look(customers)
    assert asked() == ["Nell Neither"]
    return xero_id


def keep(connection_id: str, setup: Setup) -> None:
    connection.save_setup(SYSTEM, connection_id, setup)


def look(connection_id: str) -> None:
    delta_is_due()
    sync.tick(connection_id)


def asked() -> list[str]:
    """Who is asked about; the numbers say the same as the lists."""
    listed = issues.list_issues(IssueFilter())
    assert overview.get_overview().issues == overview.get_to_resolve().issues == listed.total
    return [item.xero_name for item in listed.rows]


def left_out() -> list[str]:
    """Who takes no part; the number says the same as the list."""
    listed = list_excluded(ExcludedFilter())
    assert excluded.count_excluded() == ExcludedCounts(listed.total)
    return [item.name for item in listed.rows]


def reasons(report: Report) -> list[str]:
    return [one.reason for one in report.skipped]


def test_who_leaves_the_filter_by_its_type_in_xero_is_asked_about_no_more_until_it_comes_back(
    xero: Xero, customers: str, nell: str
) -> None:
    xero.change(nell, IsSupplier=True)
    look(customers)
    assert (asked(), left_out()) == ([], ["Nell Neither"])
    xero.change(nell, IsCustomer=True)
    look(customers)
    assert (asked(), left_out()) == (["Nell Neither"], [])


def test_who_was_let_in_is_asked_about_whatever_its_type_becomes(xero: Xero, customers: str, nell: str) -> None:
    xero.change(nell, IsSupplier=True)
    look(customers)
    assert excluded.let_in(SYSTEM, excluded.excluded_ids(ExcludedFilter())).done == 1
    look(customers)
    assert (asked(), left_out()) == (["Nell Neither"], [])


def test_who_stands_in_the_way_of_a_creation_is_asked_about_outside_the_filter_and_not_listed_as_left_out(
    xero: Xero, customers: str
) -> None:
    contact_id = add("Sid Supplier", "sid@example.com")
    supplier = xero.create("Sid Supplier", "other@example.com", customer=False, IsSupplier=True)
    create_one.create_in_xero(SYSTEM, contact_id, customers)
    look(customers)
    assert (asked(), left_out()) == (["Sid Supplier"], [])
    xero.change(supplier, EmailAddress="third@example.com")
    look(customers)
    assert (asked(), left_out()) == (["Sid Supplier"], [])


def test_who_was_ignored_and_left_the_filter_is_let_in_and_not_asked_about_behind_its_back(
    xero: Xero, customers: str, nell: str
) -> None:
    ids = issues.issue_ids(IssueFilter())
    command = issue_queue.ignore(SYSTEM, ids).command
    xero.change(nell, IsSupplier=True)
    look(customers)
    assert reasons(issue_queue.unignore(SYSTEM, ids)) == [LEFT_OUT]
    assert reasons(undo.undo_command(SYSTEM, command)) == [LEFT_OUT]
    assert (asked(), left_out()) == ([], ["Nell Neither"])
    assert excluded.let_in(SYSTEM, excluded.excluded_ids(ExcludedFilter())).done == 1
    assert (asked(), left_out()) == (["Nell Neither"], [])


def test_a_match_that_is_undone_after_the_filter_left_its_contact_out_is_not_asked_about(
    customers: str, nell: str
) -> None:
    [issue] = issues.issue_ids(IssueFilter())
    [candidate] = issue_detail.get_issue(issue).candidates
    command = issue_answers.confirm(SYSTEM, issue, candidate.contact_id)
    keep(customers, Setup("customers", False, "Client", "create"))
    assert undo.undo_command(SYSTEM, command).done == 1
    assert (asked(), left_out()) == ([], ["Nell Neither"])


def test_a_link_with_a_survivor_whom_the_filter_lets_in_by_now_is_not_undone_as_no_list_would_have_it(
    xero: Xero, customers: str
) -> None:
    bea, survivor = add("Bea Blum", "bea@example.com"), "Sue Supplier"
    loser = xero.create("Bea Blum", "bea@example.com")
    supplier = xero.create(survivor, "sue@example.com", customer=False, IsSupplier=True)
    look(customers)
    xero.merge(loser, supplier)
    full_comparison_is_due()
    look(customers)
    [merged] = previous.list_previous(PreviousFilter()).rows
    command = links.link_to(SYSTEM, merged.link_id, bea)
    keep(customers, Setup("all", True, "Client", "hold"))
    look(customers)
    assert reasons(undo.undo_command(SYSTEM, command)) == [
        "The contact in Xero now takes part in any case. Stop syncing it instead."
    ]
    assert [item.contact_id for item in synced()] == [bea]
