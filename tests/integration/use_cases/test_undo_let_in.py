"""Undo of Let in: who became no more than a question takes no part again; what was linked stays linked, and says so."""

import pytest

from services import connection, excluded, issue_queue, issues, sync, undo
from services.access import SYSTEM
from services.connection import Setup
from services.excluded import ExcludedFilter, list_excluded
from services.issues import IssueFilter
from services.reconcile.outcome import Effect
from services.setup_preview import Group, preview_let_in
from services.steps import matching
from tests.support.practice import add, run_import, synced
from tests.support.xero import Xero, connect


@pytest.fixture
def suppliers(database: object, xero: Xero) -> str:
    """A connection for customers alone; of the suppliers in Xero one matches, one in part and one not at all."""
    connection_id = connect("customers")
    add("Sid Supplier", "sid@example.com", "+64 9 555 0101")
    add("Sue Supplier", "sue@example.com")
    for name in ("Sid Supplier", "Sue Supplier", "New Ned"):
        email = "sid@example.com" if name.startswith("Sid") else f"other.{name[:3].lower()}@example.com"
        xero.create(name, email, customer=False, IsSupplier=True)
    run_import(connection_id)
    return connection_id


def keys(search: str = "") -> tuple[str, ...]:
    return tuple(excluded.excluded_ids(ExcludedFilter(search=search)))


def names() -> list[str]:
    return [item.name for item in list_excluded(ExcludedFilter()).rows]


def test_the_next_sync_does_what_letting_in_was_said_to_do(suppliers: str) -> None:
    found = preview_let_in(keys())
    assert found.groups == (
        Group("link", 1, ("Sid Supplier",)), Group("create", 1, ("New Ned",)), Group("ask", 1, ("Sue Supplier",)),
    )  # fmt: skip
    assert found.effects == {Effect.FILLS_XERO: 1}
    excluded.let_in(SYSTEM, keys())
    sync.tick(suppliers)
    assert [item.name for item in synced()] == ["New Ned", "Sid Supplier"]
    assert [item.xero_name for item in issues.list_issues(IssueFilter()).rows] == ["Sue Supplier"]


def test_before_the_next_sync_all_of_it_is_taken_back(suppliers: str) -> None:
    command = excluded.let_in(SYSTEM, keys()).command
    assert undo.undo_command(SYSTEM, command).done == 3
    sync.tick(suppliers)
    assert (names(), synced()) == (["New Ned", "Sid Supplier", "Sue Supplier"], [])


def test_after_it_a_question_is_taken_back_and_what_is_linked_says_so(suppliers: str) -> None:
    command = excluded.let_in(SYSTEM, keys()).command
    sync.tick(suppliers)
    report = undo.undo_command(SYSTEM, command)
    assert report.done == 1
    assert {one.reason for one in report.skipped} == {"It has been linked since. Stop syncing it instead."}
    sync.tick(suppliers)
    assert names() == ["Sue Supplier"]
    assert issues.list_issues(IssueFilter()).total == 0


def test_an_ignored_contact_is_ignored_again_as_it_was(suppliers: str) -> None:
    excluded.let_in(SYSTEM, keys("Sue"))
    sync.tick(suppliers)
    issue_queue.ignore(SYSTEM, issues.issue_ids(IssueFilter()))
    assert preview_let_in(keys("Sue")).groups == (Group("ask", 1, ("Sue Supplier",)),)
    command = excluded.let_in(SYSTEM, keys("Sue")).command
    sync.tick(suppliers)
    assert undo.undo_command(SYSTEM, command).done == 1
    assert [item.reason_text for item in list_excluded(ExcludedFilter(search="Sue")).rows] == ["Ignored by a person"]


def test_a_question_that_was_answered_since_is_not_taken_back(suppliers: str) -> None:
    command = excluded.let_in(SYSTEM, keys("Sue")).command
    sync.tick(suppliers)
    issue_queue.ignore(SYSTEM, issues.issue_ids(IssueFilter()))
    [skipped] = undo.undo_command(SYSTEM, command).skipped
    assert skipped.reason == "It has been answered since."


def test_one_that_is_left_out_while_the_sync_matches_is_not_taken_in(
    suppliers: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matching, "BATCH", 1)
    command = excluded.let_in(SYSTEM, keys()).command

    def undo_after_the_first(stage: str, done: int, total: int) -> None:
        if (stage, done, total) == ("Matching contacts", 1, 3):
            undo.undo_command(SYSTEM, command)

    sync.tick(suppliers, undo_after_the_first)
    assert len(names()) >= 2  # the first may be no more than a question, which is taken back as well
    assert len(synced()) + issues.list_issues(IssueFilter()).total <= 1


def test_one_that_the_filter_lets_in_by_now_is_asked_about_on(suppliers: str) -> None:
    command = excluded.let_in(SYSTEM, keys("Sue")).command
    sync.tick(suppliers)
    connection.save_setup(SYSTEM, suppliers, Setup("all", True, "Client", "create"))
    sync.tick(suppliers)
    [skipped] = undo.undo_command(SYSTEM, command).skipped
    assert skipped.reason == "The contact-type filter now lets it in. Ignore it instead."
    assert [item.xero_name for item in issues.list_issues(IssueFilter()).rows] == ["Sue Supplier"]
