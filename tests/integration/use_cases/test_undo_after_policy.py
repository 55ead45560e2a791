"""Undo of a match takes back what a policy has decided because of it, whatever else happened to the contact."""

import pytest

from services import contacts, differences, issue_answers, issues, policies, undo
from services.access import SYSTEM, Principal, Role
from services.contacts import ContactForm
from services.issues import IssueFilter
from services.policies import FieldPolicy, SyncPolicies
from services.reconcile.contact import Field
from services.reconcile.policy import Wins
from tests.support.practice import add, contact, edit, run_import, tick
from tests.support.xero import Xero

EDITOR = Principal("eddie", "Eddie", Role.EDITOR)
OURS, THEIRS, THIRD = "5555 0001", "5555 0002", "5555 0003"
EMAIL = "ada@example.com"


@pytest.fixture
def matched(xero: Xero, connection_id: str) -> tuple[str, str]:
    """A match whose emails are asked about, and whose phone is Xero's once a tick has come: our id and the command."""
    ours = add("Ada Archer", EMAIL, OURS)
    phones = [{"PhoneType": "DEFAULT", "PhoneNumber": THEIRS}]
    xero.create("Ada Archer", "archer@example.com", Phones=phones)
    run_import(connection_id)
    rules = dict.fromkeys(Field, FieldPolicy()) | {Field.PHONE: FieldPolicy(wins=Wins.XERO)}
    policies.save_policies(SYSTEM, connection_id, SyncPolicies(rules))
    return ours, issue_answers.confirm(EDITOR, issues.issue_ids(IssueFilter())[0], ours)


def choose() -> str:
    return differences.choose(EDITOR, differences.difference_ids(), "xero").command


def refused(command: str) -> list[str]:
    return [skipped.reason for skipped in undo.undo_command(EDITOR, command).skipped]


def test_although_the_type_changed_afterwards(connection_id: str, matched: tuple[str, str]) -> None:
    tick(connection_id)
    row = contacts.get_contact(matched[0])
    assert row.contact.phone == THEIRS
    contacts.edit_contact(EDITOR, matched[0], ContactForm(row.contact, "Supplier", row.is_person, "A note"), row.rev)
    assert refused(matched[1]) == []
    assert contact(matched[0]).phone == OURS


def test_although_a_choice_that_was_undone_came_before_it(connection_id: str, matched: tuple[str, str]) -> None:
    choice = choose()
    tick(connection_id)
    assert contact(matched[0]).phone == THEIRS
    assert refused(choice) == []
    assert refused(matched[1]) == []
    assert (contact(matched[0]).phone, contact(matched[0]).email) == (OURS, EMAIL)


def test_but_not_while_a_choice_stands(connection_id: str, matched: tuple[str, str]) -> None:
    choose()
    tick(connection_id)
    assert refused(matched[1]) == ["The contact has been edited since."]


def test_but_not_if_somebody_changed_what_it_has_replaced(connection_id: str, matched: tuple[str, str]) -> None:
    edit(matched[0], phone=THIRD)
    tick(connection_id)
    assert contact(matched[0]).phone == THEIRS
    assert refused(matched[1]) == ["The contact has been edited since."]


def test_but_not_if_somebody_changed_what_it_has_written(connection_id: str, matched: tuple[str, str]) -> None:
    tick(connection_id)
    edit(matched[0], phone=THIRD)
    assert refused(matched[1]) == ["The contact has been edited since."]
