"""Random histories of people on both sides, faults and stops: in the end both sides agree, and nothing is doubled."""

import os
import random
from collections import Counter
from contextlib import suppress

import pytest

from services import clients, contacts, differences, links, sync
from services.access import SYSTEM
from services.clients import ClientFilter
from services.contacts import ContactFilter
from services.errors import ContactSyncError
from services.links import PreviousFilter
from services.reconcile.contact import Field
from services.reconcile.normalise import agree
from tests.support.practice import add, contact, edit, retry_now, run_import, synced
from tests.support.xero import Xero, connect

STEPS = 30
HISTORIES = int(os.environ.get("SOAK_HISTORIES", "100"))
FAULTS = (
    {"action": "drop", "effect": "before"},
    {"action": "drop", "effect": "after"},
    {"action": "truncate"},
    {"action": "status", "status": 500, "effect": "after"},
    {"action": "status", "status": 503},
    {"action": "status", "status": 429, "headers": {"Retry-After": "1", "X-Rate-Limit-Problem": "minute"}},
)


class History:
    """One history: what people and accidents do, chosen by a seed."""

    def __init__(self, seed: int, xero: Xero, connection_id: str) -> None:
        self.chance = random.Random(seed)
        self.xero = xero
        self.connection_id = connection_id
        self.number = 0
        self.people: list[str] = []
        self.remote: list[str] = []

    def step(self) -> None:
        """Do one thing at random; a refusal is part of life."""
        act = self.chance.choice(
            [self.add, self.create, self.edit, self.edit, self.edit_in_xero, self.edit_in_xero, self.fail, self.tick,
             self.tick, self.stop, self.rematch, self.archive_in_xero]
        )  # fmt: skip
        with suppress(ContactSyncError):
            act()

    def add(self) -> None:
        """A new contact, known to one side or both."""
        self.number += 1
        name, email = f"Person {self.number}", f"p{self.number}@example.com"
        if self.chance.random() < 0.7:
            self.people.append(add(name, email))
        if self.chance.random() < 0.7:
            self.remote.append(self.xero.create(name, email))

    def create(self) -> None:
        """Create Contact for somebody who is not linked."""
        if self.people:
            clients.create_in_xero(SYSTEM, self.chance.choice(self.people), self.connection_id)

    def edit(self) -> None:
        """A person edits in the practice."""
        if self.people:
            self.number += 1
            edit(self.chance.choice(self.people), email=f"practice{self.number}@example.com")

    def edit_in_xero(self) -> None:
        """A person edits in Xero."""
        active = [c for c in self.xero.contacts() if c["ContactStatus"] == "ACTIVE"]
        if active:
            self.number += 1
            chosen = self.chance.choice(active)["ContactID"]
            self.xero.change(chosen, EmailAddress=f"xero{self.number}@example.com")

    def archive_in_xero(self) -> None:
        """A person archives in Xero, rarely."""
        active = [c for c in self.xero.contacts() if c["ContactStatus"] == "ACTIVE"]
        if active and self.chance.random() < 0.3:
            self.xero.archive(self.chance.choice(active)["ContactID"])

    def fail(self) -> None:
        """The next call of some kind goes wrong."""
        method = self.chance.choice(["GET", "PUT", "POST"])
        self.xero.fault(method=method, path="/Contacts", **self.chance.choice(FAULTS))

    def tick(self) -> None:
        """The worker looks; what waits may be tried again."""
        retry_now()
        sync.tick(self.connection_id)

    def stop(self) -> None:
        """Unsync one."""
        if rows := synced():
            links.stop(SYSTEM, [self.chance.choice(rows).link_id])

    def rematch(self) -> None:
        """Re-match one that was stopped."""
        if rows := links.list_previous(PreviousFilter()).rows:
            links.rematch(SYSTEM, [self.chance.choice(rows).link_id])

    def converge(self) -> None:
        """No more accidents, and no failed answer repeated by its key: three looks have to be enough."""
        self.xero.forget_faults()
        self.xero.control("clock", advance=400)
        for _ in range(3):
            self.tick()


@pytest.mark.parametrize("seed", range(3))
def test_a_few_histories_converge(database: object, xero: Xero, seed: int) -> None:
    live(seed, xero)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(1000, 1000 + HISTORIES))
def test_many_histories_converge(database: object, xero: Xero, seed: int) -> None:
    live(seed, xero)


def live(seed: int, xero: Xero) -> None:
    """Live through one history and judge its end."""
    connection_id = connect()
    run_import(connection_id)
    history = History(seed, xero, connection_id)
    for _ in range(STEPS):
        history.step()
    history.converge()
    rows = synced()
    differing = {(row.link_id, row.field) for row in differences.list_differences(size=1000).rows}
    remote = {c["ContactID"]: c for c in xero.contacts()}
    for row in rows:
        ours, theirs = contact(row.contact_id), remote[row.xero_id]
        if row.two_way and (row.link_id, Field.EMAIL) not in differing:
            assert agree(Field.EMAIL, ours.email, theirs["EmailAddress"]), f"{ours.name} differs silently"
    assert max(Counter(row.xero_id for row in rows).values(), default=1) == 1
    assert max(Counter(row.contact_id for row in rows).values(), default=1) == 1
    numbers = Counter(c.get("ContactNumber") for c in remote.values() if c.get("ContactNumber"))
    assert max(numbers.values(), default=1) == 1
    assert max(Counter(c["Name"] for c in remote.values() if c["ContactStatus"] == "ACTIVE").values(), default=1) == 1
    xero.forget_calls()
    for _ in range(3):
        sync.tick(connection_id)
    assert {call["method"] for call in xero.calls()} == {"GET"}
    assert clients.list_clients(ClientFilter()).total == len(rows)
    assert contacts.list_contacts(ContactFilter()).total >= len(rows)
