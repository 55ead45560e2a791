"""Undo of what linked two contacts again, or for the first time: all that stood before stands again."""

import pytest

import services.sync as engine
from services import archive, contact_files, contacts, differences, issue_answers, issues, links, undo
from services.access import SYSTEM
from services.contacts import ContactFilter, ContactForm
from services.errors import Uncertain
from services.issues import IssueFilter
from services.previous import PreviousFilter, list_previous
from tests.support.practice import add, contact, edit, retry_now, run_import, synced, tick
from tests.support.xero import Xero

Pair = tuple[str, str]


def link_with(xero_id: str) -> str:
    [link_id] = [row.link_id for row in synced() if row.xero_id == xero_id]
    return link_id


def test_a_rematch_that_was_undone_keeps_no_other_link_from_resuming(
    xero: Xero, connection_id: str, pair: Pair
) -> None:
    other = xero.create("Ada Archer Two", "two@example.com")
    tick(connection_id)
    first, second = link_with(pair[1]), link_with(other)
    links.stop(SYSTEM, [first, second])
    links.link_to(SYSTEM, second, pair[0])
    xero.archive(other)
    tick(connection_id)
    assert undo.undo_command(SYSTEM, links.link_to(SYSTEM, first, pair[0])).done == 1
    xero.restore(other)
    tick(connection_id)
    assert [row.xero_id for row in synced()] == [other]


def test_who_was_to_be_archived_in_xero_is_archived_there_after_all(xero: Xero, connection_id: str, pair: Pair) -> None:
    archive.archive_contact(SYSTEM, pair[0], in_xero=True)
    assert undo.undo_command(SYSTEM, anew()).done == 1
    tick(connection_id, 2)
    assert xero.contact(pair[1])["ContactStatus"] == "ARCHIVED"


@pytest.mark.parametrize("archived_again", [False, True])
def test_who_was_restored_meanwhile_is_not_archived_in_xero(
    xero: Xero, connection_id: str, pair: Pair, archived_again: bool
) -> None:
    archive.archive_contact(SYSTEM, pair[0], in_xero=True)
    command = anew()
    archive.restore_contact(SYSTEM, pair[0])
    if archived_again:
        archive.archive_contact(SYSTEM, pair[0])
    assert undo.undo_command(SYSTEM, command).done == 1
    tick(connection_id, 2)
    assert xero.contact(pair[1])["ContactStatus"] == "ACTIVE"


def anew() -> str:
    """Make a new contact of the only one that syncs no more. Returns the command."""
    [ended] = list_previous(PreviousFilter()).rows
    return links.create_new_contact(SYSTEM, [ended.link_id]).command


def test_a_write_that_landed_is_still_ours_and_nobodys_edit_in_xero(
    xero: Xero, connection_id: str, pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(pair[0], phone="5555 0000")
    tick(connection_id)
    edit(pair[0], phone="5555 0001")
    xero.fault(method="POST", path="/Contacts", action="drop", effect="after", times=1)
    with pytest.raises(Uncertain):
        tick(connection_id)
    edit(pair[0], phone="5555 0000")
    only_read(connection_id, monkeypatch)
    link_id = synced()[0].link_id
    unsync = links.stop(SYSTEM, [link_id]).command
    [again] = links.rematch(SYSTEM, [link_id])
    assert [undo.undo_command(SYSTEM, one).done for one in (again.command, unsync)] == [1, 1]
    retry_now()
    tick(connection_id, 2)
    assert contact(pair[0]).phone == "5555 0000"
    assert "5555 0000" in [phone["PhoneNumber"] for phone in xero.contact(pair[1])["Phones"]]
    assert differences.list_differences().total == 0


def only_read(connection_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tick that dies once it has read what changed in Xero."""

    def die(*_: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(engine, "match_new", die)
        with pytest.raises(RuntimeError):
            tick(connection_id)


@pytest.fixture
def confirmed(xero: Xero, connection_id: str) -> tuple[str, str, str]:
    """A match that a person confirmed: the practice's id and Xero's, and the command."""
    ours, theirs = add("Ada Archer", "ada@example.com"), xero.create("Ada Archer", "archer@example.com", customer=False)
    run_import(connection_id)
    return ours, theirs, issue_answers.confirm(SYSTEM, issues.issue_ids(IssueFilter())[0], ours)


def test_a_choice_that_was_undone_keeps_no_match_from_being_undone(confirmed: tuple[str, str, str]) -> None:
    ours, _, command = confirmed
    choice = differences.choose(SYSTEM, differences.difference_ids(), "xero").command
    assert undo.undo_command(SYSTEM, choice).done == 1
    assert undo.undo_command(SYSTEM, command).done == 1
    assert (contact(ours).email, synced()) == ("ada@example.com", [])


def test_a_first_invoice_keeps_no_match_from_being_undone(
    xero: Xero, connection_id: str, confirmed: tuple[str, str, str]
) -> None:
    _, theirs, command = confirmed
    xero.change(theirs, IsCustomer=True)
    tick(connection_id)
    assert undo.undo_command(SYSTEM, command).done == 1
    assert [issue.xero_id for issue in issues.list_issues(IssueFilter()).rows] == [theirs]


def test_a_value_that_either_side_changed_keeps_a_match_from_being_undone(
    xero: Xero, connection_id: str, confirmed: tuple[str, str, str]
) -> None:
    ours, theirs, command = confirmed
    edit(ours, phone="5555 0000")
    assert refused(command) == ["The contact has been edited since."]
    edit(ours, phone="")
    xero.change(theirs, EmailAddress="new@example.com")
    tick(connection_id)
    assert refused(command) == ["The contact has been edited since."]


def test_a_contact_made_for_a_match_is_not_removed_once_anybody_has_written_in_it(
    xero: Xero, connection_id: str, pair: Pair
) -> None:
    links.stop(SYSTEM, [synced()[0].link_id])
    command = anew()
    made = contacts.get_contact(synced()[0].contact_id)
    form = ContactForm(made.contact, made.contact_type, made.is_person, "Calls on Mondays.")
    contacts.edit_contact(SYSTEM, made.id, form, made.rev)
    assert refused(command) == ["The contact has been edited since."]


def refused(command: str) -> list[str]:
    return [skipped.reason for skipped in undo.undo_command(SYSTEM, command).skipped]


def test_a_stop_that_is_undone_goes_on_as_before_though_a_file_was_undone_meanwhile(
    xero: Xero, connection_id: str, pair: Pair
) -> None:
    edit(pair[0], email="new@example.com")
    stop = links.stop(SYSTEM, [synced()[0].link_id]).command
    text = contact_files.export_csv(ContactFilter()).decode("utf-8-sig").replace("new@example.com", "ada@example.com")
    command = contact_files.import_file(SYSTEM, text.encode()).command
    assert undo.undo_command(SYSTEM, command).done == 1
    assert undo.undo_command(SYSTEM, stop).done == 1
    tick(connection_id, 2)
    assert (differences.difference_ids(connection_id), xero.contact(pair[1])["EmailAddress"]) == ([], "new@example.com")
