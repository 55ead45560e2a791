"""What a link that takes changes from Xero only keeps here is told, and is what making it two-way then writes."""

import pytest

from services import create_one, links, sync, worker
from services.access import SYSTEM
from services.reconcile.contact import Field
from services.two_way import Write, kept_here
from tests.support.organisations import connected, let_all_sync, several
from tests.support.practice import add, edit, run_import, synced, xero_client
from tests.support.xero import Xero


def test_changes_kept_here_are_those_that_two_way_writes(xero: Xero, connection_id: str) -> None:
    run_import(connection_id)
    contact_id = add("Bridge & Co", "pay@bridge.example")
    create_one.create_in_xero(SYSTEM, contact_id, connection_id)
    sync.tick(connection_id)
    [link] = synced()
    assert kept_here((link.link_id,)).total == 0
    edit(contact_id, email="new@bridge.example", phone="+64 9 555 0101")
    kept = kept_here((link.link_id,))
    assert kept.first == (
        Write("Bridge & Co", Field.EMAIL, "new@bridge.example", "pay@bridge.example"),
        Write("Bridge & Co", Field.PHONE, "+64 9 555 0101", ""),
    )
    links.make_two_way(SYSTEM, [link.link_id])
    assert kept_here((link.link_id,)).total == 0
    sync.tick(connection_id)
    assert xero.contact(str(xero_client(contact_id).xero_id))["EmailAddress"] == "new@bridge.example"


def test_a_link_that_goes_both_ways_keeps_nothing_here(xero: Xero, connection_id: str) -> None:
    contact_id = add("Ada Archer", "ada@example.com")
    xero.create("Ada Archer", "ada@example.com")
    run_import(connection_id)
    edit(contact_id, phone="+64 9 555 0101")
    assert kept_here((synced()[0].link_id,)).total == 0


@pytest.mark.usefixtures("database")
def test_making_a_link_two_way_keeps_no_other_organisation_of_the_contact_waiting(xero: Xero) -> None:
    ada = add("Ada Archer", "ada@example.com")
    first, second = (connected(xero, tenant_id) for tenant_id in several(xero, 2))
    first.create("Ada Archer", "ada@example.com")
    create_one.create_in_xero(SYSTEM, ada, second.connection_id)
    let_all_sync(2)
    [one_way] = [one.link_id for one in synced() if not one.two_way]
    links.make_two_way(SYSTEM, [one_way])
    worker.take_turn()
    assert [(one.two_way, one.sync_state) for one in synced()] == [(True, "ok")] * 2
