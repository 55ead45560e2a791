"""A link that broke, and in whose place a person linked our contact with another: it does not come back by itself."""

from datetime import timedelta

import pytest
import time_machine

from models.base import now
from services import archive, issue_answers, issues
from services.access import SYSTEM
from services.issues import IssueFilter
from tests.support.practice import edit, synced, tick
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


def test_the_link_that_synced_last_comes_back_though_the_clock_was_put_back(pair: Pair, other: str) -> None:
    with time_machine.travel(now() - timedelta(hours=1)):
        archive.archive_contact(SYSTEM, pair[0])
        archive.restore_contact(SYSTEM, pair[0])
    assert [row.xero_id for row in synced()] == [other]
