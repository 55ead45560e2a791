"""Undo where several organisations know a contact: what is undone for one takes nothing from another."""

import pytest

from services import contact_files, decided, differences, issue_answers, issues, links, previous, undo
from services.access import SYSTEM
from services.contacts import ContactFilter
from services.db import Database
from services.issues import IssueFilter
from services.reconcile.contact import Field
from tests.support.organisations import Organisation, connected, several
from tests.support.practice import add, contact, edit, synced, tick
from tests.support.xero import Xero

OURS, THEIRS = "ada@practice.example", "ada@xero.example"


@pytest.fixture
def both(database: Database, xero: Xero) -> tuple[Organisation, Organisation]:
    """Two organisations that each ask about Ada Archer's email, with the same values."""
    ours = add("Ada Archer", "ada@example.com")
    tenants = several(xero, 2)
    for tenant in tenants:
        element = {"Name": "Ada Archer", "EmailAddress": "ada@example.com", "IsCustomer": True}
        xero.control("contacts", tenant=tenant, create=element)
    first, second = (connected(xero, tenant) for tenant in tenants)
    edit(ours, email=OURS)
    for one in (first, second):
        one.change(one.contacts()["Ada Archer"]["ContactID"], EmailAddress=THEIRS)
        tick(one.connection_id)
    assert len(asked(first)) == len(asked(second)) == 1
    return first, second


def asked(organisation: Organisation) -> list[str]:
    """The ids of the differences that an organisation asks about."""
    return differences.difference_ids(organisation.connection_id)


def choose(organisation: Organisation, side: str) -> str:
    return differences.choose(SYSTEM, asked(organisation), side).command


def test_a_new_contact_that_another_organisation_may_take_up_again_stays_and_taking_it_up_can_be_undone(
    database: Database, xero: Xero
) -> None:
    add("Nina Nord")
    bert = add("Bert Bean", "bert@example.com")
    first, second = (connected(xero, tenant_id) for tenant_id in several(xero, 2))
    first.create("Nina Nord", "nina@example.com")
    tick(first.connection_id)
    created = issue_answers.create_contact(SYSTEM, issues.issue_ids(IssueFilter())).command
    [nina] = [one.contact_id for one in synced()]
    there = second.create("Nina Nord", "nina@example.com")
    tick(second.connection_id)
    [link_id] = [one.link_id for one in synced() if one.xero_id == there]
    links.stop(SYSTEM, [link_id])
    anew = links.link_to(SYSTEM, link_id, bert)
    [left] = undo.undo_command(SYSTEM, created).skipped
    assert left.reason == "Nina Nord has been sent to Xero or linked there since."
    assert undo.undo_command(SYSTEM, anew).done == 1
    [ended] = previous.previous_items([link_id])
    assert (ended.contact_id, ended.state) == (nina, "stopped")


def test_undoing_a_choice_overwrites_nothing_about_which_another_organisation_was_asked(
    both: tuple[Organisation, Organisation],
) -> None:
    first, second = both
    command = choose(first, "xero")
    tick(second.connection_id, 2)
    assert (asked(first), asked(second)) == ([], [])
    assert undo.undo_command(SYSTEM, command).done == 1
    tick(second.connection_id, 2)
    assert second.email("Ada Archer") == THEIRS
    assert len(asked(first)) == len(asked(second)) == 1


def test_undoing_a_restored_value_overwrites_nothing_about_which_another_organisation_was_asked(
    both: tuple[Organisation, Organisation],
) -> None:
    first, second = both
    choose(first, "practice")
    tick(first.connection_id)
    command = decided.restore(SYSTEM, [decided.list_decided().rows[0].difference_id]).command
    tick(second.connection_id, 2)
    assert asked(second) == []
    assert undo.undo_command(SYSTEM, command).done == 1
    tick(second.connection_id, 2)
    assert second.email("Ada Archer") == THEIRS
    assert len(asked(second)) == 1


def test_what_a_choice_wrote_in_another_organisation_is_taken_back_there_unasked(
    both: tuple[Organisation, Organisation],
) -> None:
    first, second = both
    choose(second, "practice")
    tick(second.connection_id, 2)
    command = choose(first, "xero")
    tick(second.connection_id, 2)
    assert second.email("Ada Archer") == THEIRS
    assert undo.undo_command(SYSTEM, command).done == 1
    tick(second.connection_id, 2)
    assert (second.email("Ada Archer"), asked(second)) == (OURS, [])


def test_undoing_a_link_clears_nothing_that_another_organisation_had_by_itself(database: Database, xero: Xero) -> None:
    ours, phone = add("Ada Archer", OURS), [{"PhoneType": "DEFAULT", "PhoneNumber": "3009000"}]
    first, second = (connected(xero, tenant_id) for tenant_id in several(xero, 2))
    first.create("Ada Archer", "ada@first.example", Phones=phone)
    tick(first.connection_id)
    command = issue_answers.confirm(SYSTEM, issues.issue_ids(IssueFilter())[0], ours)
    tick(first.connection_id)
    assert contact(ours).phone == "3009000"
    second.create("Ada Archer", OURS, Phones=phone)
    tick(second.connection_id, 2)
    assert undo.undo_command(SYSTEM, command).done == 1
    tick(second.connection_id, 2)
    there = second.contacts()["Ada Archer"]["Phones"]
    assert [one["PhoneNumber"] for one in there if one["PhoneType"] == "DEFAULT"] == ["3009000"]
    assert [one.field for one in differences.list_differences().rows] == [Field.PHONE]


def test_undoing_a_choice_overwrites_nothing_in_another_organisation_whose_link_was_broken_then(
    xero: Xero, both: tuple[Organisation, Organisation]
) -> None:
    first, second = both
    command = choose(first, "xero")
    tick(second.connection_id, 2)
    there = second.contacts()["Ada Archer"]["ContactID"]
    xero.control("contacts", tenant=second.tenant_id, id=there, archive=True)
    tick(second.connection_id)
    assert undo.undo_command(SYSTEM, command).done == 1
    xero.control("contacts", tenant=second.tenant_id, id=there, restore=True)
    tick(second.connection_id, 3)
    assert (second.email("Ada Archer"), len(asked(second))) == (THEIRS, 1)


def test_undoing_a_file_overwrites_nothing_that_another_organisation_had_by_itself(
    database: Database, both: tuple[Organisation, Organisation]
) -> None:
    _first, second = both
    text = contact_files.export_csv(ContactFilter()).decode("utf-8-sig").replace(OURS, THEIRS)
    command = contact_files.import_file(SYSTEM, text.encode()).command
    tick(second.connection_id, 2)
    assert asked(second) == []
    assert undo.undo_command(SYSTEM, command).done == 1
    tick(second.connection_id, 2)
    assert (second.email("Ada Archer"), len(asked(second))) == (THEIRS, 1)
