"""Who is linked without a person choosing: only who cannot be meant for anybody else."""

import pytest

from services import archive, issues
from services.access import SYSTEM
from services.issues import IssueFilter
from tests.support.practice import add, run_import, synced, tick
from tests.support.xero import Xero

BETA, WIDE = "Beta Book", "\uff22eta Book"
"""Two spellings of one name: Xero takes them for two, matching for the same."""


def asked() -> list[str]:
    """The names of the Xero contacts that people are asked about."""
    return [one.xero_name for one in issues.list_issues(IssueFilter()).rows]


@pytest.fixture
def left_over(xero: Xero, connection_id: str) -> str:
    """A Xero contact whose link ended because ours was archived, and that has another name now: the link's id."""
    former, theirs = add("Ada Archer", "ada@example.com"), xero.create("Ada Archer", "ada@example.com")
    run_import(connection_id)
    [link] = synced()
    archive.archive_contact(SYSTEM, former)
    xero.change(theirs, Name=BETA, EmailAddress="beta@example.com")
    tick(connection_id)
    add(BETA, "beta@example.com")
    return link.link_id


@pytest.mark.usefixtures("left_over")
def test_nobody_is_linked_by_itself_while_another_in_xero_has_both(xero: Xero, connection_id: str) -> None:
    xero.create(WIDE, "beta@example.com")
    tick(connection_id)
    assert (asked(), synced()) == ([WIDE], [])
