"""Contacts outside the contact-type filter are listed with the reason, and can be let in one by one."""

from services import sync
from services.access import SYSTEM
from services.contacts import ContactFilter, list_contacts
from services.excluded import ExcludedFilter, excluded_ids, let_in, list_excluded
from tests.support.practice import run_import
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
