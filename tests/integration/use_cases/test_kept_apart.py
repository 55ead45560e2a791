"""Contacts whose sides differ on purpose have a state of their own, for as long as they do."""

import pytest
from alembic import command
from sqlalchemy import update

from models.link import LinkRow
from services import clients, links, policies, sync, undo
from services.access import SYSTEM
from services.clients import ClientFilter
from services.db import Database, write
from services.migrate import alembic_config, upgrade
from services.policies import FieldPolicy, SyncPolicies
from services.reconcile.contact import Field
from services.reconcile.policy import Way
from tests.support.practice import add, delta_is_due, edit, run_import, synced, xero_client
from tests.support.xero import Xero

Pair = tuple[str, str]


@pytest.fixture
def pair(xero: Xero, connection_id: str) -> Pair:
    """A linked pair beside another one: the practice's id and Xero's."""
    for name, email in (("Ada Archer", "ada@example.com"), ("Ben Baker", "ben@example.com")):
        add(name, email)
        xero.create(name, email)
    run_import(connection_id)
    [ada, _] = synced()
    return ada.contact_id, ada.xero_id


def let_travel(connection_id: str, way: Way) -> None:
    """Set which way billing emails travel."""
    fields = dict.fromkeys(Field, FieldPolicy()) | {Field.EMAIL: FieldPolicy(way=way)}
    policies.save_policies(SYSTEM, connection_id, SyncPolicies(fields))


def look(connection_id: str) -> None:
    delta_is_due()
    sync.tick(connection_id)


def kept() -> list[str]:
    """Who is listed as kept apart, once the list of those in sync has been seen to leave them out."""
    found = [row.name for row in clients.list_clients(ClientFilter(sync_state="kept")).rows]
    fine = [row.name for row in clients.list_clients(ClientFilter(sync_state="ok")).rows]
    assert sorted(found + fine) == [row.name for row in synced()]
    return found


@pytest.mark.parametrize("way", [Way.TO_XERO, Way.TO_PRACTICE])
def test_a_contact_is_kept_apart_until_the_direction_is_opened(
    xero: Xero, connection_id: str, pair: Pair, way: Way
) -> None:
    let_travel(connection_id, way)
    if way is Way.TO_PRACTICE:
        edit(pair[0], email="ada@practice.example")
    else:
        xero.change(pair[1], EmailAddress="ada@xero.example")
    look(connection_id)
    assert kept() == ["Ada Archer"]
    assert xero_client(pair[0]).kept == (Field.EMAIL,)
    let_travel(connection_id, Way.BOTH)
    look(connection_id)
    assert kept() == []


def test_a_contact_is_kept_apart_until_its_sides_say_the_same(xero: Xero, connection_id: str, pair: Pair) -> None:
    let_travel(connection_id, Way.TO_PRACTICE)
    edit(pair[0], email="ada@practice.example")
    look(connection_id)
    assert kept() == ["Ada Archer"]
    xero.change(pair[1], EmailAddress="ada@practice.example")
    look(connection_id)
    assert kept() == []


def test_a_one_way_contact_that_was_changed_here_is_kept_apart_until_it_is_made_two_way(
    connection_id: str, pair: Pair
) -> None:
    with write() as session:
        session.execute(update(LinkRow).values(two_way=False))
    edit(pair[0], phone="+64 9 555 0101")
    look(connection_id)
    assert kept() == ["Ada Archer"]
    links.make_two_way(SYSTEM, [synced()[0].link_id])
    look(connection_id)
    assert kept() == []


def test_a_contact_whose_stop_was_undone_is_kept_apart_as_before(connection_id: str, pair: Pair) -> None:
    let_travel(connection_id, Way.TO_PRACTICE)
    edit(pair[0], email="ada@practice.example")
    look(connection_id)
    command_id = links.stop(SYSTEM, [synced()[0].link_id]).command
    assert kept() == []
    assert undo.undo_command(SYSTEM, command_id).done == 1
    look(connection_id)
    assert kept() == ["Ada Archer"]


def test_contacts_that_were_kept_apart_before_that_was_a_state_are_found(
    connection_id: str, pair: Pair, database: Database
) -> None:
    let_travel(connection_id, Way.TO_PRACTICE)
    edit(pair[0], email="ada@practice.example")
    look(connection_id)
    command.downgrade(alembic_config(database), "0007")
    assert kept() == []
    upgrade(database.url)
    look(connection_id)
    assert kept() == ["Ada Archer"]
