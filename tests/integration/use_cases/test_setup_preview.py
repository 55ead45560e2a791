"""Another contact-type filter is previewed with what it would bring in and leave out; the next sync does just that."""

import pytest

from models.connection import ConnectionRow
from services import connection, sync
from services.access import SYSTEM
from services.activity import ActivityFilter, list_activity
from services.connection import Setup
from services.db import read
from services.imports import preview_counts
from services.issues import IssueFilter, list_issues
from services.reconcile.outcome import Effect
from services.setup_preview import Group, preview_setup
from tests.support.practice import add, run_import, synced
from tests.support.xero import Xero, connect

WIDER = Setup("suppliers_customers", False, "Client", "create")


@pytest.fixture
def suppliers(database: object, xero: Xero) -> str:
    """A connection for customers alone, and suppliers in Xero of whom one matches fully and one by name."""
    connection_id = connect("customers")
    add("Sid Supplier", "sid@example.com")
    add("Sue Supplier", "sue@example.com")
    add("Cara Customer", "cara@elsewhere.example")
    xero.create("Cara Customer", "cara@example.com")
    for name, email in (
        ("Sid Supplier", "sid@example.com"),
        ("Sue Supplier", "other@example.com"),
        ("New Ned", "n@e.x"),
    ):
        xero.create(name, email, customer=False, IsSupplier=True)
    run_import(connection_id)
    return connection_id


def test_a_wider_filter_is_previewed_and_the_next_sync_brings_in_what_was_said(suppliers: str, xero: Xero) -> None:
    xero.forget_calls()
    assert preview_setup(suppliers, WIDER).groups == (
        Group("link", 1, ("Sid Supplier",)), Group("create", 1, ("New Ned",)), Group("ask", 1, ("Sue Supplier",)),
    )  # fmt: skip
    assert xero.calls() == []
    assert synced() == []
    connection.save_setup(SYSTEM, suppliers, WIDER)
    sync.tick(suppliers)
    assert [item.name for item in synced()] == ["New Ned", "Sid Supplier"]
    assert [item.xero_name for item in list_issues(IssueFilter()).rows] == ["Cara Customer", "Sue Supplier"]


def test_a_wider_filter_says_what_linking_fills_in_and_asks_about(suppliers: str, xero: Xero) -> None:
    add("Phil Phone", "phil@example.com", "+64 9 555 0101")
    xero.create("Phil Phone", "phil@example.com", customer=False, IsSupplier=True)
    sync.tick(suppliers)
    assert preview_setup(suppliers, WIDER).effects == {Effect.FILLS_XERO: 1}


def test_the_preview_counts_who_would_be_linked_by_another_filter_and_whom_xero_does_not_have(suppliers: str) -> None:
    counts = preview_counts(suppliers)
    assert (counts.skip, counts.skip_matching) == (3, 1)
    assert counts.unmatched == 2, "Sid and Sue Supplier; Cara Customer is asked about"


def test_a_narrower_filter_takes_its_questions_back_and_what_syncs_keeps_syncing(suppliers: str) -> None:
    connection.save_setup(SYSTEM, suppliers, WIDER)
    sync.tick(suppliers)
    narrower = Setup("customers", False, "Client", "create")
    assert preview_setup(suppliers, narrower).groups == (Group("skip", 1, ("Sue Supplier",)),)
    connection.save_setup(SYSTEM, suppliers, narrower)
    sync.tick(suppliers)
    assert [item.name for item in synced()] == ["New Ned", "Sid Supplier"]
    assert [item.xero_name for item in list_issues(IssueFilter()).rows] == ["Cara Customer"]
    entry = next(one for one in list_activity(ActivityFilter()).rows if one.action == "connection.set_up")
    assert entry.after == {"type_filter": "customers", "questions_closed": 1}
    connection.save_setup(SYSTEM, suppliers, WIDER)
    sync.tick(suppliers)
    assert [item.xero_name for item in list_issues(IssueFilter()).rows] == ["Cara Customer", "Sue Supplier"]


def test_another_default_contact_type_alone_makes_nothing_be_looked_at_anew(suppliers: str) -> None:
    connection.save_setup(SYSTEM, suppliers, Setup("customers", False, "Prospect", "create"))
    with read() as session:
        assert session.get_one(ConnectionRow, suppliers).matched_rev > 0


def test_what_was_held_is_said_to_be_created_when_the_policy_changes(database: object, xero: Xero) -> None:
    connection_id = connect("all", "hold")
    for number in range(7):
        xero.create(f"Held {number}", f"held{number}@example.com")
    run_import(connection_id)
    first = tuple(f"Held {number}" for number in range(5))
    assert preview_setup(connection_id, Setup("all", True, "Client", "create")).groups == (Group("create", 7, first),)
    assert preview_setup(connection_id, Setup("all", True, "Prospect", "hold")).groups == ()
