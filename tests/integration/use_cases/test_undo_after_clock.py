"""Undo once the clock was put back: what came first is known from what was noted, and not from times."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import time_machine

from models.base import now
from services import decided, differences, links, sync, undo
from services.access import SYSTEM
from tests.support.practice import add, delta_is_due, edit, run_import, synced
from tests.support.xero import Xero

Pair = tuple[str, str]


@pytest.fixture
def pair(xero: Xero, connection_id: str) -> Pair:
    """A linked pair whose billing email differs: the practice's id and Xero's."""
    contact_id, xero_id = add("Ada Archer", "ada@example.com"), xero.create("Ada Archer", "ada@example.com")
    run_import(connection_id)
    edit(contact_id, email="ada@practice.example")
    xero.change(xero_id, EmailAddress="ada@xero.example")
    delta_is_due()
    sync.tick(connection_id)
    return contact_id, xero_id


@contextmanager
def an_hour_earlier() -> Iterator[None]:
    with time_machine.travel(now() - timedelta(hours=1)):
        yield


def test_a_losing_value_is_kept_when_a_later_new_contact_is_undone(pair: Pair) -> None:
    differences.choose(SYSTEM, differences.difference_ids(), "xero")
    [link] = synced()
    links.stop(SYSTEM, [link.link_id])
    with an_hour_earlier():
        made = links.create_new_contact(SYSTEM, [link.link_id])
        assert undo.undo_command(SYSTEM, made.command).done == 1
    assert [row.lost for row in decided.list_decided().rows] == ["ada@practice.example"]


def test_a_choice_that_xero_was_told_of_is_not_undone(connection_id: str, pair: Pair) -> None:
    command = differences.choose(SYSTEM, differences.difference_ids(), "practice").command
    with an_hour_earlier():
        for email in ("ada@later.example", "ada@practice.example"):
            edit(pair[0], email=email)
            sync.tick(connection_id)
        [skipped] = undo.undo_command(SYSTEM, command).skipped
    assert skipped.reason == "Xero has been updated since. Restore the other value instead."
