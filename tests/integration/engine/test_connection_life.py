"""The life of a connection: lost renewals, access taken back in Xero, and coming back with nothing lost."""

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col, select

from models.authorisation import AuthorisationRow
from models.base import now
from models.connection import CONNECTED, SIGN_IN_NEEDED
from models.intent import OPEN_STATES, IntentRow
from services import archive, clients, connection, contacts, create_one, sync, worker
from services.access import SYSTEM
from services.clients import ClientFilter
from services.contacts import ContactFilter
from services.db import read, write
from services.errors import SignInNeeded, Stale, Unavailable
from services.gateways.store import Store
from services.gateways.xero import tokens
from services.gateways.xero.oauth import TokenPair
from services.records import leases
from services.settings import get_settings
from services.vault import seal
from tests.support.organisations import Organisation, connected, let_all_sync, several
from tests.support.practice import add, contact, edit, synced, xero_client
from tests.support.xero import Xero, ask, consented

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
TOKEN = "/connect/token"
GRACE = 30 * 60
"""Seconds for which Xero honours a refresh token that was used; developer.xero.com, token types."""
CRASH = """
import os, sys
from services.gateways.store import Store
from services.gateways.xero import tokens
tokens._commit = lambda *_: os._exit(9)
tokens.access_token(sys.argv[1])
"""


@pytest.fixture
def practice(database: object, xero: Xero) -> Organisation:
    """A connected organisation with two linked people, of three that one could choose."""
    first = several(xero, 3)[0]
    for name in ("Ada Archer", "Ben Baker"):
        xero.control("contacts", tenant=first, create={"Name": name, "EmailAddress": f"{name[:3].lower()}@example.com"})
    return connected(xero, first)


def person(name: str) -> str:
    """The practice contact of a link."""
    [contact_id] = [row.contact_id for row in synced() if row.name == name]
    return contact_id


def expire() -> str:
    """Let the stored access token run out; returns the id of its authorisation."""
    with write() as session:
        [row] = [row for row in session.exec(select(AuthorisationRow)) if row.ended_at is None]
        stale = TokenPair("an old token", tokens.stored_pair(row.id).refresh, LONG_AGO)
        row.sealed, row.expires_at = seal(stale.to_json()), LONG_AGO
    return row.id


def refused(organisation: Organisation) -> None:
    """A tick that ends with the wish for a new sign-in."""
    with pytest.raises(SignInNeeded):
        sync.tick(organisation.connection_id)


def writes_waiting() -> int:
    """How many intents are not settled."""
    with read() as session:
        return len(session.exec(select(IntentRow).where(col(IntentRow.state).in_(OPEN_STATES))).all())


def other_tenant(xero: Xero) -> str:
    """An organisation that is not connected."""
    found = ask("GET", f"{xero.url}/_simulator/tenants").json()["tenants"]
    return next(str(tenant["id"]) for tenant in found if not tenant["connected"])


def lose_the_answer(xero: Xero) -> None:
    """Xero renews, and both answers are lost."""
    expire()
    xero.fault(path=TOKEN, action="drop", effect="after", times=2)


def die_with_the_answer(xero: Xero) -> None:
    """Xero renews, and the process dies before it has stored the answer."""
    authorisation_id = expire()
    assert subprocess.run([sys.executable, "-c", CRASH, authorisation_id], timeout=60).returncode == 9


@pytest.mark.parametrize("lose", [lose_the_answer, die_with_the_answer])
def test_a_lost_renewal_is_made_up_for_within_xeros_grace(
    practice: Organisation, xero: Xero, lose: Callable[[Xero], None]
) -> None:
    lose(xero)
    if lose is lose_the_answer:
        with pytest.raises(Unavailable):
            sync.tick(practice.connection_id)
    xero.control("clock", advance=GRACE - 60)
    edit(person("Ada Archer"), email="new@example.com")
    sync.tick(practice.connection_id)
    assert practice.email("Ada Archer") == "new@example.com"
    assert practice.item.state == CONNECTED


@pytest.mark.parametrize("lose", [lose_the_answer, die_with_the_answer])
def test_a_lost_renewal_that_is_found_too_late_needs_a_new_sign_in_and_loses_nothing(
    practice: Organisation, xero: Xero, lose: Callable[[Xero], None]
) -> None:
    lose(xero)
    if lose is lose_the_answer:
        with pytest.raises(Unavailable):
            sync.tick(practice.connection_id)
    xero.control("clock", advance=GRACE + 60)
    edit(person("Ada Archer"), email="new@example.com")
    refused(practice)
    assert practice.item.state == SIGN_IN_NEEDED
    consented(practice.tenant_id)
    let_all_sync()
    assert practice.email("Ada Archer") == "new@example.com"


def disconnect_in_xero(xero: Xero, practice: Organisation) -> None:
    """A person takes the app off under Connected apps: calls are refused with 403, refreshing goes on working."""
    xero.control("disconnect", tenant=practice.tenant_id)


def end_the_sign_in(xero: Xero, practice: Organisation) -> None:
    """Xero voids the refresh token: renewing is answered with invalid_grant."""
    expire()
    xero.control("revoke")


ENDS = [disconnect_in_xero, end_the_sign_in]


@pytest.mark.parametrize("end", ENDS)
def test_access_that_was_taken_back_stops_the_sync_once_and_says_so(
    practice: Organisation, xero: Xero, end: Callable[[Xero, Organisation], None]
) -> None:
    end(xero, practice)
    refused(practice)
    item = practice.item
    assert (item.state, "Connect again" in item.error) == (SIGN_IN_NEEDED, True)
    xero.forget_calls()
    for _ in range(5):
        worker.take_turn()
    assert xero.calls(path="") == [], "Nobody knocks at a closed door."


@pytest.mark.parametrize("end", ENDS)
def test_what_both_sides_do_while_access_is_gone_waits_and_arrives_after_connecting_again(
    practice: Organisation, xero: Xero, end: Callable[[Xero, Organisation], None]
) -> None:
    edit(person("Ada Archer"), email="before@example.com")
    new = add("Cleo Carter", "cleo@example.com")
    create_one.create_in_xero(SYSTEM, new, practice.connection_id)
    end(xero, practice)
    refused(practice)
    waiting = writes_waiting()
    edit(person("Ada Archer"), email="after@example.com")
    practice.change(practice.contacts()["Ben Baker"]["ContactID"], EmailAddress="xero@example.com")
    practice.create("Dora Dent", "dora@example.com")
    let_all_sync(2)
    assert writes_waiting() == waiting >= 1
    again = consented(practice.tenant_id)
    assert again.connection_id == practice.connection_id
    let_all_sync(3)
    assert practice.item.state == CONNECTED
    assert practice.email("Ada Archer") == "after@example.com"
    assert practice.email("Cleo Carter") == "cleo@example.com"
    assert contact(person("Ben Baker")).email == "xero@example.com"
    assert {row.name for row in synced()} == {"Ada Archer", "Ben Baker", "Cleo Carter", "Dora Dent"}
    assert xero_client(new).state == "syncing"
    assert writes_waiting() == 0


def test_who_comes_back_while_access_is_gone_syncs_after_connecting_again(practice: Organisation, xero: Xero) -> None:
    ada = person("Ada Archer")
    archive.archive_contact(SYSTEM, ada)
    end_the_sign_in(xero, practice)
    refused(practice)
    archive.restore_contact(SYSTEM, ada)
    consented(practice.tenant_id)
    let_all_sync(2)
    assert ada in {row.contact_id for row in synced()}


def test_a_401_that_a_fresh_token_does_not_cure_needs_a_new_sign_in(practice: Organisation, xero: Xero) -> None:
    practice.fails(times=2, action="status", status=401)
    refused(practice)
    assert practice.item.state == SIGN_IN_NEEDED


def test_a_role_that_is_missing_is_tried_again_and_needs_no_new_sign_in(practice: Organisation) -> None:
    practice.fails(times=1, action="status", status=403, body="{}")
    let_all_sync()
    item = practice.item
    assert (item.state, "may not do this in Xero" in item.error) == (CONNECTED, True)
    assert item.next_tick_at is not None
    assert item.next_tick_at - now() > timedelta(minutes=50)


def test_an_admin_who_chooses_another_organisation_leaves_the_old_one_as_it_was(
    practice: Organisation, xero: Xero
) -> None:
    end_the_sign_in(xero, practice)
    refused(practice)
    made = consented(other_tenant(xero))
    assert made.connection_id not in (None, practice.connection_id)
    assert practice.item.state == SIGN_IN_NEEDED
    let_all_sync(2)
    assert len(synced()) == 2
    assert clients.list_clients(ClientFilter(connection_id=made.connection_id or "")).total == 0
    assert len(connection.list_connections()) == 2


def test_a_wrong_client_secret_is_said_and_does_not_stop_other_organisations(
    practice: Organisation, settings: pytest.MonkeyPatch
) -> None:
    expire()
    settings.setenv("XERO_CLIENT_SECRET", "wrong")
    get_settings.cache_clear()
    let_all_sync()
    assert "XERO_CLIENT" in practice.item.error
    assert practice.item.next_tick_at is not None
    assert practice.item.next_tick_at > now()


def test_a_tick_under_way_does_nothing_more_once_its_organisation_is_disconnected(
    xero: Xero, connection_id: str
) -> None:
    for number in range(150):
        xero.create(f"Person {number:03}", f"p{number}@example.com")
    let_all_sync()
    known = []

    def progress(stage: str, _done: int, _total: int) -> None:
        if stage == "Matching contacts" and not known:
            connection.disconnect(SYSTEM, connection_id)
            known.append(contacts.list_contacts(ContactFilter()).total)

    with pytest.raises(Stale):
        sync.tick(connection_id, progress)
    assert synced() == []
    assert [contacts.list_contacts(ContactFilter()).total] == known == [100]


@pytest.mark.parametrize("meanwhile", ["disconnected", "taken over"])
def test_a_fault_of_ours_is_not_noted_by_who_has_lost_the_connection(connection_id: str, meanwhile: str) -> None:
    def open_store(_connection_id: str, _for_person: bool, _lease: leases.Lease) -> Store:
        if meanwhile == "disconnected":
            connection.disconnect(SYSTEM, connection_id)
        else:
            with write() as session:
                leases.end(session, f"tick:{connection_id}")
            sync.tick(connection_id)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        sync.tick(connection_id, open_store=open_store)
    assert connection.get_connection(connection_id).error == ""
