"""What fails at Xero each time, such as one contact for which no answer ever comes: the others go on without it."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import pytest
from sqlmodel import select

from models.intent import DONE, IntentRow
from services import archive, connection, sync
from services.access import SYSTEM
from services.create_many import create_many
from services.db import read
from services.errors import SyncError, Uncertain
from services.gateways.store import Change, Draft, Store
from services.gateways.xero.wire import store_for
from services.records.leases import Lease
from tests.support.practice import add, delta_is_due, edit, retry_now, run_import, synced
from tests.support.xero import Xero

POISON = "Poison"
ROUNDS = 8


class Failing:
    """Xero, but every write with the poison in it fails."""

    def __init__(self, store: Store, poisoned: str) -> None:
        self.store, self.poisoned = store, poisoned

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    def create(self, drafts: Sequence[Draft], key: str) -> Any:
        return self._send([draft.contact.name for draft in drafts], lambda: self.store.create(drafts, key))

    def update(self, changes: Sequence[Change]) -> Any:
        return self._send([change.id for change in changes], lambda: self.store.update(changes))

    def archive(self, ids: Sequence[str]) -> Any:
        return self._send(ids, lambda: self.store.archive(ids))

    def _send(self, contacts: Sequence[str], send: Callable[[], Any]) -> Any:
        if self.poisoned in contacts:
            raise Uncertain("Xero failed during a write (status 500).")
        return send()


def sync_for_hours(xero: Xero, connection_id: str, poisoned: str) -> None:
    """Several ticks, each of which may send everything again."""

    def failing(which: str, for_person: bool, lease: Lease) -> Any:
        return Failing(store_for(which, for_person, lease), poisoned)

    for _ in range(ROUNDS):
        xero.control("clock", advance=1000)
        retry_now()
        delta_is_due()
        with suppress(SyncError):
            sync.tick(connection_id, open_store=failing)


@pytest.fixture
def names(xero: Xero, connection_id: str) -> list[str]:
    """Nine names; the practice and Xero have the contacts linked."""
    names = [f"Person {number:02}" for number in range(9)]
    for name in names:
        xero.create(name, f"{name[-2:]}@example.com")
    run_import(connection_id)
    return names


def test_the_others_are_created(xero: Xero, names: list[str], connection_id: str) -> None:
    new = [f"New {name}" for name in names]
    poison = new[5]
    assert create_many(SYSTEM, connection_id, [add(name) for name in new]).done == len(new)
    sync_for_hours(xero, connection_id, poison)
    assert {one["Name"] for one in xero.contacts()} == {*names, *new} - {poison}


@pytest.mark.parametrize("act", ["edit", "archive"])
def test_the_others_are_changed_and_archived(xero: Xero, names: list[str], connection_id: str, act: str) -> None:
    linked = {row.xero_id: row.contact_id for row in synced()}
    poison = list(linked)[5]
    if act == "edit":
        for ours in linked.values():
            edit(ours, phone="+61 2 9999 9999")
    else:
        archive.archive_contacts(SYSTEM, list(linked.values()), in_xero=True)
    sync_for_hours(xero, connection_id, poison)
    with read() as session:
        left = [intent for intent in session.exec(select(IntentRow)) if intent.state != DONE]
    assert [intent.contact_id for intent in left] == [linked[poison]]


@pytest.mark.parametrize("fault", [{"action": "status", "status": 405}, {"action": "drop", "effect": "before"}])
def test_creations_that_fail_do_not_keep_changes_from_xero(
    xero: Xero, names: list[str], connection_id: str, fault: dict[str, Any]
) -> None:
    row = synced()[0]
    edit(row.contact_id, phone="+61 2 9999 9999")
    assert create_many(SYSTEM, connection_id, [add("New One"), add("New Two")]).done == 2
    xero.fault(method="PUT", path="/Contacts", times=1000, **fault)
    with pytest.raises(SyncError):
        sync.tick(connection_id)
    assert "9999" in str(xero.contact(row.xero_id)["Phones"])


def test_a_sync_that_fails_at_one_contact_alone_is_well_once_another_gets_through(
    xero: Xero, names: list[str], connection_id: str
) -> None:
    """What is wrong shows at the contact then; Xero answers everything else."""
    poison, other, *_ = synced()
    edit(poison.contact_id, phone="+61 2 9999 9999")
    sync_for_hours(xero, connection_id, poison.xero_id)
    assert "status 500" in connection.get_connection(connection_id).error
    edit(other.contact_id, phone="+61 2 9999 9999")
    sync_for_hours(xero, connection_id, poison.xero_id)
    assert connection.get_connection(connection_id).error == ""
    assert "status 500" in synced()[0].delayed_by
