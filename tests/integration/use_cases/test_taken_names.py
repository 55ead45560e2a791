"""A name that is taken in Xero is a question for as long as a contact of ours is refused because of it."""

import pytest
from sqlmodel import select

from models.intent import HELD, IntentRow
from services import archive, connection, create_many, create_one, excluded, issue_queue, issues, undo
from services.access import SYSTEM
from services.connection import Setup
from services.db import read
from services.excluded import ExcludedFilter
from services.issues import IssueFilter
from tests.support.practice import add, edit, run_import, tick, xero_client
from tests.support.xero import Xero, connect

Refused = tuple[str, str]
CUSTOMERS = Setup("customers", False, "Client", "create")


def a_supplier(xero: Xero) -> str:
    return xero.create("Sue Supplier", "other@example.com", customer=False, IsSupplier=True)


@pytest.fixture
def refused(xero: Xero, connection_id: str) -> Refused:
    """A contact that Xero refused to create, because a supplier there has its name: its id and the supplier's."""
    run_import(connection_id)
    ours, theirs = add("Sue Supplier", "sue@example.com"), a_supplier(xero)
    create_one.create_in_xero(SYSTEM, ours, connection_id)
    tick(connection_id)
    assert (xero_client(ours).state, asked()) == ("held", ["name_taken"])
    return ours, theirs


def asked() -> list[str]:
    return [issue.reason for issue in issues.list_issues(IssueFilter()).rows]


def held_creation() -> str:
    with read() as session:
        return session.exec(select(IntentRow.id).where(IntentRow.state == HELD)).one()


def test_an_edit_of_the_refused_contact_changes_nothing_about_it(connection_id: str, refused: Refused) -> None:
    edit(refused[0], phone="5555 0000")
    tick(connection_id)
    assert asked() == ["name_taken"]
    connection.save_setup(SYSTEM, connection_id, CUSTOMERS)
    tick(connection_id)
    assert (xero_client(refused[0]).state, asked()) == ("held", ["name_taken"])


@pytest.mark.parametrize("outside", [False, True])
def test_who_is_archived_and_restored_in_xero_is_asked_about_for_the_same_reason(
    xero: Xero, connection_id: str, refused: Refused, outside: bool
) -> None:
    if outside:
        connection.save_setup(SYSTEM, connection_id, CUSTOMERS)
    xero.archive(refused[1])
    tick(connection_id)
    assert asked() == []
    xero.restore(refused[1])
    tick(connection_id)
    assert asked() == ["name_taken"]


def test_another_name_on_either_side_makes_it_another_question_or_none(
    xero: Xero, connection_id: str, refused: Refused
) -> None:
    edit(refused[0], name="Susan Supplier")
    xero.change(refused[1], EmailAddress="sue@example.com")
    tick(connection_id)
    assert asked() == ["partial_email"]


def test_a_name_that_was_never_refused_is_another_question(xero: Xero, connection_id: str, refused: Refused) -> None:
    issue_queue.ignore(SYSTEM, issues.issue_ids(IssueFilter()))
    edit(refused[0], name="Susan Supplier")
    xero.create("Susan Supplier", "susan@example.com")
    tick(connection_id)
    assert asked() == ["partial_name"]


def test_a_name_that_was_given_back_is_the_same_question(xero: Xero, connection_id: str, refused: Refused) -> None:
    edit(refused[0], name="Susan Supplier")
    edit(refused[0], name="SUE SUPPLIER")
    xero.archive(refused[1])
    tick(connection_id)
    xero.restore(refused[1])
    tick(connection_id)
    assert asked() == ["name_taken"]


@pytest.mark.usefixtures("database")
def test_the_undo_of_letting_in_leaves_it_open(xero: Xero) -> None:
    connection_id = connect("customers")
    run_import(connection_id)
    ours, _ = add("Sue Supplier", "sue@example.com"), a_supplier(xero)
    tick(connection_id)
    command = excluded.let_in(SYSTEM, excluded.excluded_ids(ExcludedFilter())).command
    create_one.create_in_xero(SYSTEM, ours, connection_id, anyway=True)
    tick(connection_id)
    assert undo.undo_command(SYSTEM, command).done == 1
    tick(connection_id)
    assert (xero_client(ours).state, asked()) == ("held", ["name_taken"])


@pytest.mark.usefixtures("database")
def test_who_was_ignored_before_being_let_in_is_ignored_again(xero: Xero) -> None:
    connection_id = connect("all")
    run_import(connection_id)
    ours, _ = add("Sue Supplier", "sue@example.com"), a_supplier(xero)
    tick(connection_id)
    issue_queue.ignore(SYSTEM, issues.issue_ids(IssueFilter()))
    command = excluded.let_in(SYSTEM, excluded.excluded_ids(ExcludedFilter())).command
    create_one.create_in_xero(SYSTEM, ours, connection_id, anyway=True)
    tick(connection_id)
    assert asked() == ["name_taken"]
    assert undo.undo_command(SYSTEM, command).done == 1
    tick(connection_id)
    assert asked() == []


@pytest.mark.parametrize("outside", [False, True])
@pytest.mark.parametrize("how", ["dismiss", "dismiss among many", "rename", "archive"])
def test_it_ends_once_nobody_wants_the_name(connection_id: str, refused: Refused, how: str, outside: bool) -> None:
    if outside:
        connection.save_setup(SYSTEM, connection_id, CUSTOMERS)
        tick(connection_id)
    acts = {
        "dismiss": lambda: create_one.drop_create(SYSTEM, held_creation()),
        "dismiss among many": lambda: create_many.dismiss_held(SYSTEM, [refused[0]]),
        "rename": lambda: edit(refused[0], name="Sue Other"),
        "archive": lambda: archive.archive_contact(SYSTEM, refused[0]),
    }
    acts[how]()
    tick(connection_id, 2)
    assert "name_taken" not in asked()
    assert len(asked()) == (how.startswith("dismiss") and not outside)


def test_it_is_asked_again_once_the_name_is_wanted_again(connection_id: str, refused: Refused) -> None:
    connection.save_setup(SYSTEM, connection_id, CUSTOMERS)
    edit(refused[0], name="Sue Other")
    tick(connection_id)
    assert asked() == []
    edit(refused[0], name="Sue Supplier")
    tick(connection_id, 2)
    assert (asked(), xero_client(refused[0]).state) == (["name_taken"], "held")
