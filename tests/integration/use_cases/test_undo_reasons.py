"""Undo that is refused: the reason that it gives is what has really happened since."""

import pytest

from services import (
    archive,
    connection,
    decided,
    differences,
    excluded,
    issue_queue,
    issues,
    links,
    policies,
    practice_settings,
    undo,
)
from services.access import SYSTEM
from services.connection import Setup
from services.errors import RateLimited, Uncertain
from services.excluded import ExcludedFilter
from services.issues import IssueFilter
from services.policies import FieldPolicy, SyncPolicies
from services.practice_settings import Schedule
from services.reconcile.contact import Field
from services.reconcile.policy import Way
from tests.support.lost_answers import lose_the_answer, sync_on
from tests.support.practice import add, contact, edit, retry_now, run_import, synced, tick
from tests.support.xero import Xero, connect, consent


def refused(command: str) -> list[str]:
    return [skipped.reason for skipped in undo.undo_command(SYSTEM, command).skipped]


@pytest.fixture
def asked(xero: Xero, connection_id: str) -> str:
    """The Xero id of a supplier with a match issue: same name and another email."""
    add("Ada Archer", "ada@example.com")
    xero_id = xero.create("Ada Archer", "archer@example.com", customer=False, IsSupplier=True)
    run_import(connection_id)
    return xero_id


def deferred() -> str:
    return issue_queue.defer(SYSTEM, issues.issue_ids(IssueFilter()), "week").command


def only_customers(connection_id: str) -> None:
    connection.save_setup(SYSTEM, connection_id, Setup("customers", False, "Client", "create"))
    tick(connection_id)


def test_a_question_whose_contact_was_archived_in_xero_was_answered_by_nobody(
    xero: Xero, connection_id: str, asked: str
) -> None:
    command = deferred()
    xero.archive(asked)
    tick(connection_id)
    assert refused(command) == ["The contact is no longer in use in Xero."]


def test_a_question_that_the_filter_leaves_out_was_answered_by_nobody(connection_id: str, asked: str) -> None:
    command = deferred()
    only_customers(connection_id)
    assert refused(command) == ["The contact-type filter now leaves it out. Let it in under Sync Health, Excluded."]


def test_a_question_that_the_sync_has_linked_was_answered_by_nobody(xero: Xero, connection_id: str, asked: str) -> None:
    command = deferred()
    xero.change(asked, EmailAddress="ada@example.com")
    tick(connection_id)
    assert len(synced()) == 1
    assert refused(command) == ["The contact in Xero has been linked since."]


def test_a_question_that_was_closed_and_asked_anew_was_brought_back_by_nobody(connection_id: str, asked: str) -> None:
    command = deferred()
    only_customers(connection_id)
    connection.save_setup(SYSTEM, connection_id, Setup("all", True, "Client", "create"))
    tick(connection_id)
    assert refused(command) == ["It was closed and has been asked anew since."]


def test_an_ignored_contact_that_is_asked_about_again_was_answered_by_nobody(asked: str) -> None:
    ids = issues.issue_ids(IssueFilter())
    command = issue_queue.ignore(SYSTEM, ids).command
    issue_queue.unignore(SYSTEM, ids)
    assert refused(command) == ["It is already asked about again."]


@pytest.mark.usefixtures("database")
def test_who_was_let_in_and_stopped_since_is_not_to_be_stopped_again(xero: Xero) -> None:
    connection_id = connect("customers")
    run_import(connection_id)
    xero.create("Sue Supplier", "sue@example.com", customer=False, IsSupplier=True)
    tick(connection_id)
    command = excluded.let_in(SYSTEM, excluded.excluded_ids(ExcludedFilter())).command
    tick(connection_id)
    links.stop(SYSTEM, [synced()[0].link_id])
    assert refused(command) == ["It has been linked since, and no longer syncs."]


@pytest.fixture
def chosen(xero: Xero, connection_id: str) -> tuple[str, str]:
    """A difference in which the practice's value was chosen, not yet sent: Xero's id and the command."""
    ours, theirs = add("Ada Archer", "ada@example.com"), xero.create("Ada Archer", "ada@example.com")
    run_import(connection_id)
    edit(ours, email="ada@practice.example")
    xero.change(theirs, EmailAddress="ada@xero.example")
    tick(connection_id)
    return theirs, differences.choose(SYSTEM, differences.difference_ids(), "practice").command


def test_a_choice_whose_write_was_lost_may_have_reached_xero_and_waits_until_that_is_known(
    xero: Xero, connection_id: str, chosen: tuple[str, str]
) -> None:
    xero.fault(method="POST", path="/Contacts", action="drop", effect="before", times=1)
    with pytest.raises(Uncertain):
        tick(connection_id)
    assert refused(chosen[1]) == ["The change may have been written to Xero already. Look again in a minute."]
    retry_now()
    tick(connection_id)
    assert refused(chosen[1]) == ["Xero has been updated since. Restore the other value instead."]


def test_a_choice_that_xero_may_have_been_told_of_keeps_the_value_that_lost(
    xero: Xero, connection_id: str, chosen: tuple[str, str]
) -> None:
    lose_the_answer(xero, connection_id, effect="before")
    policies.save_policies(SYSTEM, connection_id, SyncPolicies({Field.EMAIL: FieldPolicy(way=Way.TO_PRACTICE)}))
    sync_on(xero, connection_id)  # the write is given up
    assert refused(chosen[1]) == ["Xero may have been updated since. Restore the other value instead."]
    xero.change(chosen[0], EmailAddress="ada@practice.example")  # Xero carries it out now
    sync_on(xero, connection_id)
    assert [one.lost for one in decided.list_decided().rows] == ["ada@xero.example"]


def test_a_choice_whose_value_somebody_has_written_in_xero_too_keeps_the_value_that_lost(
    xero: Xero, connection_id: str, chosen: tuple[str, str]
) -> None:
    xero.change(chosen[0], EmailAddress="ada@practice.example")
    tick(connection_id)
    assert refused(chosen[1]) == ["The field has been changed in Xero since. Restore the other value instead."]
    assert [one.lost for one in decided.list_decided().rows] == ["ada@xero.example"]


def test_a_choice_that_xero_had_no_time_for_is_undone(xero: Xero, connection_id: str, chosen: tuple[str, str]) -> None:
    xero.fault(method="POST", path="/Contacts", action="status", status=429, times=1)
    with pytest.raises(RateLimited):
        tick(connection_id)
    assert undo.undo_command(SYSTEM, chosen[1]).done == 1
    retry_now()
    tick(connection_id)
    assert xero.contact(chosen[0])["EmailAddress"] == "ada@xero.example"
    assert differences.list_differences().total == 1


def test_a_choice_about_who_was_archived_here_since_is_not_said_to_be_linked_again(
    connection_id: str, chosen: tuple[str, str]
) -> None:
    archive.archive_contact(SYSTEM, synced()[0].contact_id)
    assert refused(chosen[1]) == ["The contact was archived in the practice."]


def test_a_choice_about_who_was_archived_in_xero_since_is_not_said_to_be_linked_again(
    xero: Xero, connection_id: str, chosen: tuple[str, str]
) -> None:
    xero.archive(chosen[0])
    tick(connection_id)
    assert refused(chosen[1]) == ["The contact was archived in Xero."]


def test_a_match_of_an_organisation_that_was_disconnected_since_is_not_said_to_be_linked_again(
    connection_id: str, pair: tuple[str, str]
) -> None:
    [link] = synced()
    links.stop(SYSTEM, [link.link_id])
    [again] = links.rematch(SYSTEM, [link.link_id])
    connection.disconnect(SYSTEM, connection_id)
    assert refused(again.command) == ["The organisation has been disconnected since."]


def test_who_was_stopped_is_not_let_go_on_before_it_is_known_what_changed_in_xero_while_disconnected(
    xero: Xero, connection_id: str, pair: tuple[str, str]
) -> None:
    command = links.stop(SYSTEM, [synced()[0].link_id]).command
    connection.disconnect(SYSTEM, connection_id)
    xero.change(pair[1], EmailAddress="ada@xero.example")
    assert consent() == connection_id
    [why] = refused(command)
    assert why.endswith(" is not known yet. Undo from Activity once it has synced.")
    tick(connection_id)
    [why] = refused(command)
    assert why.startswith("A field has been changed since, here or in Xero.")
    assert contact(pair[0]).email == "ada@example.com"


def test_who_was_stopped_can_go_on_although_the_schedule_was_changed(connection_id: str, pair: tuple[str, str]) -> None:
    tick(connection_id)
    command = links.stop(SYSTEM, [synced()[0].link_id]).command
    practice_settings.save_schedule(SYSTEM, connection_id, Schedule(600))
    assert [one.reason for one in undo.undo_command(SYSTEM, command).skipped] == []
