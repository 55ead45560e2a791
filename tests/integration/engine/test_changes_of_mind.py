"""Archiving in Xero too, and a change of mind while that may be on the wire: what was said last counts."""

from collections.abc import Callable

import pytest

from services import archive, create_one, sync
from services.access import SYSTEM
from services.errors import SyncError
from tests.support.practice import add, retry_now, tick
from tests.support.xero import Xero

Pair = tuple[str, str]


def lose(xero: Xero, connection_id: str, method: str, effect: str) -> None:
    """The next tick's write lands or not, and nobody hears of it."""
    xero.fault(method=method, path="/Contacts", action="drop", effect=effect, times=1)
    with pytest.raises(SyncError):
        sync.tick(connection_id)


def keep(contact_id: str) -> None:
    """Nothing more is said about a contact."""


def archive_here_alone(contact_id: str) -> None:
    archive.restore_contact(SYSTEM, contact_id)
    archive.archive_contact(SYSTEM, contact_id)


@pytest.mark.parametrize(
    ("change_of_mind", "status"),
    [
        (keep, "ARCHIVED"),
        (lambda contact_id: archive.restore_contact(SYSTEM, contact_id), "ACTIVE"),
        (archive_here_alone, "ACTIVE"),
    ],
)
def test_archiving_on_both_sides_waits_for_a_creation_that_may_be_on_the_wire(
    xero: Xero, connection_id: str, pair: Pair, change_of_mind: Callable[[str], None], status: str
) -> None:
    new = add("New Person", "new@example.com")
    create_one.create_in_xero(SYSTEM, new, connection_id)
    lose(xero, connection_id, "PUT", "after")
    archive.archive_contact(SYSTEM, new, in_xero=True)
    change_of_mind(new)
    retry_now()
    tick(connection_id, 2)
    assert xero.contacts(name="New Person")[0]["ContactStatus"] == status


def test_who_was_seen_archived_in_xero_and_is_restored_there_is_not_archived_again(
    xero: Xero, connection_id: str, pair: Pair
) -> None:
    archive.archive_contact(SYSTEM, pair[0], in_xero=True)
    lose(xero, connection_id, "POST", "after")
    tick(connection_id)
    xero.restore(pair[1])
    retry_now()
    tick(connection_id, 2)
    assert xero.contact(pair[1])["ContactStatus"] == "ACTIVE"


def test_who_came_back_and_was_then_archived_here_alone_is_not_archived_in_xero_by_the_earlier_wish(
    xero: Xero, connection_id: str, pair: Pair
) -> None:
    archive.archive_contact(SYSTEM, pair[0], in_xero=True)
    lose(xero, connection_id, "POST", "before")
    archive_here_alone(pair[0])
    retry_now()
    tick(connection_id, 2)
    assert xero.contact(pair[1])["ContactStatus"] == "ACTIVE"


def test_who_came_back_and_was_archived_on_both_sides_anew_is_archived_in_xero(
    xero: Xero, connection_id: str, pair: Pair
) -> None:
    archive.archive_contact(SYSTEM, pair[0], in_xero=True)
    lose(xero, connection_id, "POST", "before")
    archive.restore_contact(SYSTEM, pair[0])
    archive.archive_contact(SYSTEM, pair[0], in_xero=True)
    retry_now()
    tick(connection_id, 2)
    assert xero.contact(pair[1])["ContactStatus"] == "ARCHIVED"
