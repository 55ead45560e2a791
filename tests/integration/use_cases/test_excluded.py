"""Contacts outside the contact-type filter are listed with the reason, and can be let in one by one."""

import pytest

from services import connection, excluded, issue_queue, issues, sync, undo
from services.access import SYSTEM
from services.connection import Setup
from services.contacts import ContactFilter, list_contacts
from services.excluded import ExcludedCounts, ExcludedFilter, count_excluded, excluded_ids, let_in, list_excluded
from services.issues import IssueFilter
from tests.support.organisations import connected, let_all_sync, several
from tests.support.practice import add, run_import
from tests.support.xero import Xero, connect


def test_a_contact_outside_the_filter_is_let_in_and_nobody_else(database: object, xero: Xero) -> None:
    connection_id = connect("customers")
    xero.create("Cara Customer", "cara@example.com")
    for name in ("Sid Supplier", "Sue Supplier"):
        xero.create(name, f"{name[:3]}@example.com", customer=False, IsSupplier=True)
    run_import(connection_id)
    listing = list_excluded(ExcludedFilter())
    assert [(item.name, item.reason) for item in listing.rows] == [
        ("Sid Supplier", "filter"),
        ("Sue Supplier", "filter"),
    ]
    assert let_in(SYSTEM, excluded_ids(ExcludedFilter(search="Sid"))).done == 1
    sync.tick(connection_id)
    assert [item.name for item in list_contacts(ContactFilter()).rows] == ["Cara Customer", "Sid Supplier"]
    assert [item.name for item in list_excluded(ExcludedFilter()).rows] == ["Sue Supplier"]


def test_a_contact_that_takes_part_by_now_is_not_let_in_again(database: object, xero: Xero) -> None:
    connection_id = connect("customers")
    xero.create("Sid Supplier", "sid@example.com", customer=False, IsSupplier=True)
    run_import(connection_id)
    [key] = excluded_ids(ExcludedFilter())
    assert let_in(SYSTEM, [key]).done == 1
    assert [one.reason for one in let_in(SYSTEM, [key]).skipped] == ["It already takes part."]
    sync.tick(connection_id)
    assert [(one.name, one.reason) for one in let_in(SYSTEM, [key]).skipped] == [
        ("Sid Supplier", "It already takes part.")
    ]


def test_one_whose_organisation_was_disconnected_meanwhile_is_skipped_and_the_others_are_let_in(
    database: object, xero: Xero
) -> None:
    organisations = [connected(xero, tenant) for tenant in several(xero, 2)]
    for one in organisations:
        connection.save_setup(SYSTEM, one.connection_id, Setup("customers", False, "Client", "create"))
        one.create("Sid Supplier", "sid@example.com", IsCustomer=False, IsSupplier=True)
    let_all_sync()
    keys = excluded_ids(ExcludedFilter())
    connection.disconnect(SYSTEM, organisations[0].connection_id)
    report = let_in(SYSTEM, keys)
    assert (report.done, [(one.name, one.reason) for one in report.skipped]) == (
        1, [("Sid Supplier", "Its Xero organisation is not connected.")],
    )  # fmt: skip


def test_who_was_put_off_and_then_ignored_is_asked_about_at_once_when_let_in(xero: Xero, connection_id: str) -> None:
    add("Sue Supplier", "sue@example.com")
    xero.create("Sue Supplier", "other@example.com")
    run_import(connection_id)
    ids = issues.issue_ids(IssueFilter())
    issue_queue.defer(SYSTEM, ids, "month")
    issue_queue.ignore(SYSTEM, ids)
    command = let_in(SYSTEM, excluded_ids(ExcludedFilter())).command
    assert issues.issue_ids(IssueFilter()) == ids
    assert undo.undo_command(SYSTEM, command).done == 1
    issue_queue.unignore(SYSTEM, ids)
    assert issues.issue_ids(IssueFilter()) == ids


def test_nobody_of_an_organisation_that_was_disconnected_is_listed_or_counted(database: object, xero: Xero) -> None:
    connection_id = connect("customers")
    xero.archive(xero.create("Cara Customer", "cara@example.com"))
    xero.create("Sid Supplier", "sid@example.com", customer=False, IsSupplier=True)
    run_import(connection_id)
    assert (count_excluded(), list_excluded(ExcludedFilter()).total) == (ExcludedCounts(1, 1), 2)
    connection.disconnect(SYSTEM, connection_id)
    assert (count_excluded(), list_excluded(ExcludedFilter()).rows) == (ExcludedCounts(), ())


@pytest.mark.parametrize("many", [0, 10_000])
@pytest.mark.parametrize("reason", ["", "in_use", "filter", "archived"])
def test_pages_are_by_name_and_hold_everybody_once_be_they_few_or_many(
    database: object, xero: Xero, monkeypatch: pytest.MonkeyPatch, many: int, reason: str
) -> None:
    connection_id = connect("customers")
    for name in ("Di", "Al", "Bo", "Cy", "Ed"):
        xero.create(f"{name} Supplier", f"{name}@example.com", customer=False, IsSupplier=True)
        xero.archive(xero.create(f"{name} Customer", ""))
    run_import(connection_id)
    monkeypatch.setattr(excluded, "MANY", many)
    f = ExcludedFilter(reason=reason)
    pages = [list_excluded(f, page, 3) for page in range(1, 6)]
    found = [item for page in pages for item in page.rows]
    assert {page.total for page in pages} == {len(found)}
    assert [item.name for item in found] == sorted(item.name for item in found)
    assert sorted(item.key for item in found) == sorted(excluded_ids(f))
