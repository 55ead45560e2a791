"""A link that broke, and in whose place a person linked our contact with another: it does not come back by itself."""

import pytest

from services import archive, issue_answers, issues, links, undo
from services.access import SYSTEM
from services.issues import IssueFilter
from tests.support.practice import add, edit, synced, tick
from tests.support.xero import Xero

Pair = tuple[str, str]


@pytest.fixture
def other(xero: Xero, connection_id: str, pair: Pair) -> str:
    """The contact in Xero that ours syncs with, in place of the first, which is in use there again: its id."""
    xero.archive(pair[1])
    tick(connection_id)
    xero_id = xero.create("Ada Archer Ltd", "ada@example.com")
    tick(connection_id)
    issue_answers.confirm(SYSTEM, issues.issue_ids(IssueFilter())[0], pair[0])
    xero.restore(pair[1])
    tick(connection_id)
    assert [row.xero_id for row in synced()] == [xero_id]
    return xero_id


def test_an_edit_in_xero_does_not_bring_it_back(xero: Xero, connection_id: str, pair: Pair, other: str) -> None:
    xero.archive(other)
    tick(connection_id)
    assert synced() == []
    edit(pair[0], email="new@example.com")
    xero.change(pair[1], Phones=[{"PhoneType": "DEFAULT", "PhoneNumber": "3009000"}])
    tick(connection_id, 2)
    assert xero.contact(pair[1])["EmailAddress"] == "ada@example.com"
    assert synced() == []
    xero.restore(other)
    tick(connection_id)
    assert [row.xero_id for row in synced()] == [other]


def test_restoring_here_does_not_bring_it_back(xero: Xero, connection_id: str, pair: Pair, other: str) -> None:
    archive.archive_contact(SYSTEM, pair[0])
    xero.archive(other)
    tick(connection_id)
    archive.restore_contact(SYSTEM, pair[0])
    tick(connection_id)
    assert synced() == []


def test_it_does_not_come_back_once_the_other_is_given_another_contact(
    xero: Xero, connection_id: str, pair: Pair, other: str
) -> None:
    [link] = synced()
    edit(pair[0], email="new@example.com")
    tick(connection_id)
    links.stop(SYSTEM, [link.link_id])
    links.link_to(SYSTEM, link.link_id, add("Somebody Else", "else@example.com"))
    xero.change(pair[1], Phones=[{"PhoneType": "DEFAULT", "PhoneNumber": "3009000"}])
    tick(connection_id, 2)
    assert [row.xero_id for row in synced()] == [other]
    assert xero.contact(pair[1])["EmailAddress"] == "ada@example.com"


def test_the_other_comes_back_though_the_first_was_kept_in_xero(xero: Xero, connection_id: str, pair: Pair) -> None:
    [first] = synced()
    archive.archive_contact(SYSTEM, pair[0])
    xero.archive(pair[1])
    tick(connection_id)
    archive.restore_contact(SYSTEM, pair[0])
    other = xero.create("Ada Archer Ltd", "ada@example.com")
    tick(connection_id)
    issue_answers.confirm(SYSTEM, issues.issue_ids(IssueFilter())[0], pair[0])
    xero.restore(pair[1])
    tick(connection_id)
    archive.archive_contact(SYSTEM, pair[0])
    assert archive.keep_in_xero(SYSTEM, [first.link_id]).done == 1
    archive.restore_contact(SYSTEM, pair[0])
    tick(connection_id)
    assert [row.xero_id for row in synced()] == [other]


@pytest.mark.parametrize("ended", ["stopped", "broken"])
def test_it_does_not_come_back_after_ours_has_synced_by_another_whose_stop_was_undone(
    xero: Xero, connection_id: str, pair: Pair, ended: str
) -> None:
    stop = links.stop(SYSTEM, [synced()[0].link_id]).command
    first = xero.create("Ada Archer Ltd", "ada@example.com")
    tick(connection_id)
    issue_answers.confirm(SYSTEM, issues.issue_ids(IssueFilter())[0], pair[0])
    xero.archive(first)
    tick(connection_id)
    assert undo.undo_command(SYSTEM, stop).done == 1
    tick(connection_id)
    edit(pair[0], email="new@example.com")
    tick(connection_id)
    assert xero.contact(pair[1])["EmailAddress"] == "new@example.com"
    if ended == "stopped":
        links.stop(SYSTEM, [synced()[0].link_id])
    else:
        xero.archive(pair[1])
    tick(connection_id)
    xero.restore(first)
    tick(connection_id, 2)
    assert (synced(), xero.contact(first)["EmailAddress"]) == ([], "ada@example.com")
