"""Undo of what linked two contacts again, or for the first time: all that stood before stands again."""

import pytest

from services import links, undo
from services.access import SYSTEM
from tests.support.practice import add, run_import, synced, tick
from tests.support.xero import Xero

Pair = tuple[str, str]


@pytest.fixture
def pair(xero: Xero, connection_id: str) -> Pair:
    """A linked pair: the practice's id and Xero's."""
    ours, theirs = add("Ada Archer", "ada@example.com"), xero.create("Ada Archer", "ada@example.com")
    run_import(connection_id)
    return ours, theirs


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
