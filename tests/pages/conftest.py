"""Screens run without a browser, through the entry script as everybody meets them."""

from pathlib import Path
from typing import Any

import pytest
from streamlit.components.v2 import manifest_scanner

from services import clients, differences, links, passwords, users
from services.access import SYSTEM, Role
from services.clients import ClientFilter
from services.db import Database
from simulator.server import Running
from tests.pages.support import PASSWORD, Practice
from tests.support.keeping import Shelf
from tests.support.practice import add, edit, run_import
from tests.support.xero import Xero, connect


@pytest.fixture(autouse=True)
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """The lowest cost of bcrypt: these tests are about who may do what, not about guessing."""
    monkeypatch.setattr(passwords, "COST", 4)


@pytest.fixture(autouse=True)
def quick_start(monkeypatch: pytest.MonkeyPatch, scanned: list[Any]) -> None:
    """Streamlit looks through all installed packages whenever an app starts; here it knows what it will find."""
    monkeypatch.setattr(manifest_scanner, "scan_component_manifests", lambda: scanned)


@pytest.fixture(scope="session")
def scanned() -> list[Any]:
    """What Streamlit finds in them."""
    return manifest_scanner.scan_component_manifests()


@pytest.fixture
def people(database: Database) -> None:
    """An admin, an editor and a viewer, who all have the same password."""
    hire()


def hire() -> None:
    """Add these people."""
    for username, role in (("ada", Role.ADMIN), ("eddie", Role.EDITOR), ("vera", Role.VIEWER)):
        users.add_user(SYSTEM, username, username.capitalize(), f"{username}@example.com", PASSWORD, role)


@pytest.fixture
def practice(database: Database, simulator: Running, xero: Xero, tmp_path: Path, shelf: Shelf) -> Practice:
    """A practice with one of everything: synced, unlinked, in question, stopped and differing contacts.

    Made once for the tests of a file, because that takes longer than most of them; each begins from a copy.
    """
    found: Practice = shelf.begin_with(lambda: furnished(xero), tmp_path / "app.db", simulator.state)
    return found


def furnished(xero: Xero) -> Practice:
    """Hire people, connect Xero, and sync with one contact of each kind."""
    hire()
    connection_id = connect()
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
