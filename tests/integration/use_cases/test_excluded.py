"""Contacts outside the contact-type filter are listed with the reason, and can be let in one by one."""

from services import connection, issues, sync, undo
from services.access import SYSTEM
from services.connection import Setup
from services.contacts import ContactFilter, list_contacts
from services.excluded import ExcludedFilter, excluded_ids, let_in, list_excluded
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
    assert [one.reason for one in let_in(SYSTEM, [key]).skipped] == ["It takes part already."]
    sync.tick(connection_id)
    assert [(one.name, one.reason) for one in let_in(SYSTEM, [key]).skipped] == [
        ("Sid Supplier", "It takes part already.")
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
    issues.defer(SYSTEM, ids, "month")
    issues.ignore(SYSTEM, ids)
    command = let_in(SYSTEM, excluded_ids(ExcludedFilter())).command
    assert issues.issue_ids(IssueFilter()) == ids
    assert undo.undo_command(SYSTEM, command).done == 1
    issues.unignore(SYSTEM, ids)
    assert issues.issue_ids(IssueFilter()) == ids
