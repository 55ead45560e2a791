"""Screens run without a browser, through the entry script as everybody meets them."""

import pytest

from services import access, clients, differences, links, passwords
from services.access import SYSTEM, Role
from services.clients import ClientFilter
from services.db import Database
from tests.pages.support import PASSWORD, Practice
from tests.support.practice import add, edit, run_import
from tests.support.xero import Xero


@pytest.fixture(autouse=True)
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """The lowest cost of bcrypt: these tests are about who may do what, not about guessing."""
    monkeypatch.setattr(passwords, "COST", 4)


@pytest.fixture
def people(database: Database) -> None:
    """An admin, an editor and a viewer, who all have the same password."""
    for username, role in (("ada", Role.ADMIN), ("eddie", Role.EDITOR), ("vera", Role.VIEWER)):
        access.add_user(SYSTEM, username, username.capitalize(), f"{username}@example.com", PASSWORD, role)


@pytest.fixture
def practice(people: None, xero: Xero, connection_id: str) -> Practice:
    """A practice with one of everything: synced, unlinked, in question, stopped and differing contacts."""
    synced = add("Ada Archer", "ada@example.com", "+64 9 555 0101")
    unlinked = add("Not In Xero", "nowhere@example.com")
    stopped = add("Stan Stopped", "stan@example.com")
    add("Robert Brown", "rob@example.com")
    xero.create("Ada Archer", "ada@example.com")
    xero.create("Bob Brown", "rob@example.com")
    xero.create("Stan Stopped", "stan@example.com")
    add("Dee *Differs*", "dee@example.com", "+64 9 555 0102")
    xero.create("Dee *Differs*", "dee@example.com", Phones=[{"PhoneType": "DEFAULT", "PhoneNumber": "5550103"}])
    run_import(connection_id)
    link_ids = {item.name: item.link_id for item in clients.list_clients(ClientFilter()).rows}
    links.stop(SYSTEM, [link_ids.pop("Stan Stopped")])
    edit(stopped, phone="+64 9 555 0199")
    assert differences.list_differences().total == 1
    return Practice(connection_id, synced, unlinked, link_ids)
