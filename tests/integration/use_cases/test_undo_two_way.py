"""Undo of Make two-way: the link takes changes from Xero only again, unless something went the other way since."""

from contextlib import suppress
from datetime import UTC, datetime, time
from typing import Any

import pytest

from services import create_one, decided, differences, links, policies, practice_settings, sync, undo
from services.access import SYSTEM, Principal, Role
from services.errors import SyncError
from services.policies import FieldPolicy, SyncPolicies
from services.practice_settings import Schedule
from services.reconcile.contact import Field
from services.reconcile.policy import Wins
from tests.support.practice import add, contact, edit, retry_now, run_import, synced, tick, xero_client
from tests.support.xero import REFUSED, Xero

EDITOR = Principal("eddie", "Eddie", Role.EDITOR)


@pytest.fixture
def one_way(xero: Xero, connection_id: str) -> tuple[str, str]:
    """A contact created in Xero from here, whose link takes changes from Xero only: its id and Xero's."""
    run_import(connection_id)
    contact_id = add("Bridge & Co", "pay@bridge.example")
    create_one.create_in_xero(SYSTEM, contact_id, connection_id)
    sync.tick(connection_id)
    return contact_id, xero_client(contact_id).xero_id or ""


def made_two_way() -> str:
    return links.make_two_way(SYSTEM, [synced()[0].link_id]).command


def made_two_way_and_changed_on_both(xero: Xero, connection_id: str, pair: tuple[str, str]) -> str:
    command = made_two_way()
    sync.tick(connection_id)
    edit(pair[0], email="ours@bridge.example")
    xero.change(pair[1], EmailAddress="theirs@bridge.example")
    sync.tick(connection_id)
    return command


def hindered(xero: Xero, connection_id: str, **fault: Any) -> None:
    """A tick whose write to Xero fails."""
    xero.fault(method="POST", path="/Contacts", times=1, **fault)
    retry_now()
    with suppress(SyncError):
        tick(connection_id)


def nothing_is_sent(connection_id: str) -> None:
    """Have the working hours begin in three days."""
    day = (datetime.now(UTC).weekday() + 3) % 7
    practice_settings.save_schedule(SYSTEM, connection_id, Schedule(0, time(8), time(18), (day,)))


def email_in(xero: Xero, xero_id: str) -> str:
    return str(xero.contact(xero_id)["EmailAddress"])


def test_changes_made_here_stay_here_again(xero: Xero, connection_id: str, one_way: tuple[str, str]) -> None:
    contact_id, xero_id = one_way
    edit(contact_id, email="new@bridge.example")
    sync.tick(connection_id)
    command = made_two_way()
    assert undo.undo_command(SYSTEM, command).done == 1
    sync.tick(connection_id)
    assert (email_in(xero, xero_id), contact(contact_id).email) == ("pay@bridge.example", "new@bridge.example")
    xero.change(xero_id, Name="Bridge Company")
    sync.tick(connection_id)
    assert contact(contact_id).name == "Bridge Company"
    assert not synced()[0].two_way


def test_it_is_refused_once_something_was_written_to_xero(
    xero: Xero, connection_id: str, one_way: tuple[str, str]
) -> None:
    contact_id, xero_id = one_way
    edit(contact_id, email="new@bridge.example")
    command = made_two_way()
    sync.tick(connection_id)
    assert email_in(xero, xero_id) == "new@bridge.example"
    [skipped] = undo.undo_command(SYSTEM, command).skipped
    assert "Xero has been updated since" in skipped.reason
    assert synced()[0].two_way


def test_it_is_undone_although_xero_had_no_time_for_a_write_that_was_then_replaced(
    xero: Xero, connection_id: str, one_way: tuple[str, str]
) -> None:
    command = made_two_way()
    for email in ("new@bridge.example", "newer@bridge.example"):
        edit(one_way[0], email=email)
        hindered(xero, connection_id, action="status", status=429)
    assert undo.undo_command(SYSTEM, command).done == 1


def test_it_is_refused_while_a_write_may_have_landed_that_xero_refused_later(
    xero: Xero, connection_id: str, one_way: tuple[str, str]
) -> None:
    command = made_two_way()
    edit(one_way[0], email="new@bridge.example")
    hindered(xero, connection_id, action="drop", effect="before")
    hindered(xero, connection_id, action="status", status=400, body=REFUSED)
    assert synced()[0].error
    [skipped] = undo.undo_command(SYSTEM, command).skipped
    assert "Xero may have been updated since" in skipped.reason


def test_it_is_refused_once_a_difference_was_decided(xero: Xero, connection_id: str, one_way: tuple[str, str]) -> None:
    command = made_two_way_and_changed_on_both(xero, connection_id, one_way)
    [found] = differences.list_differences().rows
    differences.choose(EDITOR, [found.difference_id], "practice")
    [skipped] = undo.undo_command(SYSTEM, command).skipped
    assert "has been decided since" in skipped.reason


def test_what_differs_is_still_asked_about_and_nothing_is_written(
    xero: Xero, connection_id: str, one_way: tuple[str, str]
) -> None:
    contact_id, xero_id = one_way
    command = made_two_way_and_changed_on_both(xero, connection_id, one_way)
    assert undo.undo_command(SYSTEM, command).done == 1
    sync.tick(connection_id)
    assert differences.list_differences().total == 1
    assert (email_in(xero, xero_id), contact(contact_id).email) == ("theirs@bridge.example", "ours@bridge.example")


@pytest.mark.parametrize("asked_before", [True, False])
def test_what_a_policy_decided_meanwhile_is_a_question_again(
    xero: Xero, connection_id: str, one_way: tuple[str, str], asked_before: bool
) -> None:
    contact_id, xero_id = one_way
    emails = {Field.EMAIL: FieldPolicy(wins=Wins.PRACTICE)}
    policies.save_policies(SYSTEM, connection_id, SyncPolicies(dict.fromkeys(Field, FieldPolicy()) | emails))
    nothing_is_sent(connection_id)
    command = "" if asked_before else made_two_way()
    edit(contact_id, email="ours@bridge.example")
    xero.change(xero_id, EmailAddress="theirs@bridge.example")
    tick(connection_id)
    if asked_before:
        assert differences.list_differences().total == 1
        command = made_two_way()
        tick(connection_id)
    assert (differences.list_differences().total, decided.list_decided().total) == (0, 1)
    assert undo.undo_command(SYSTEM, command).done == 1
    tick(connection_id)
    [found] = differences.list_differences().rows
    assert (found.base, found.practice, found.xero) == (
        "pay@bridge.example", "ours@bridge.example", "theirs@bridge.example"
    )  # fmt: skip
    assert decided.list_decided().total == 0
