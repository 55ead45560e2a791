"""Calls that Xero refuses as a whole are sent again in parts, each of which is looked at anew."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

import pytest
from sqlmodel import select

from models.intent import IntentRow
from services import archive, differences, links, sync
from services.access import SYSTEM
from services.create_many import create_many
from services.db import read
from services.errors import SyncError
from services.gateways.xero.client import Client
from tests.support.practice import add, edit, retry_now, run_import, synced, tick
from tests.support.xero import REFUSED, Xero

CONTACTS = "/Contacts"
NOT_XERO = "<html><body>400 Bad Request</body></html>"
THEIRS = "theirs@example.com"


@pytest.fixture
def eight(xero: Xero, connection_id: str) -> dict[str, str]:
    """The practice's and Xero's ids of eight linked contacts."""
    for number in range(8):
        xero.create(f"Person {number}", f"p{number}@example.com")
    run_import(connection_id)
    return {row.xero_id: row.contact_id for row in synced()}


@pytest.fixture
def changed(eight: dict[str, str]) -> dict[str, str]:
    """The same, with a new email in the practice."""
    for row in synced():
        edit(row.contact_id, email=f"new{row.email}")
    return eight


@pytest.fixture
def asked(request: pytest.FixtureRequest, xero: Xero, connection_id: str) -> dict[str, str]:
    """Contacts that are to be created in Xero, by their names: eight, unless the test says otherwise."""
    run_import(connection_id)
    many = getattr(request, "param", 8)
    ids = {f"Person {number}": add(f"Person {number}", f"p{number}@example.com") for number in range(many)}
    assert create_many(SYSTEM, connection_id, list(ids.values())).done == many
    return ids


def refuse(xero: Xero, times: int, method: str = "POST", body: str = REFUSED) -> None:
    xero.fault(action="status", status=400, body=body, method=method, path=CONTACTS, times=times)


def at_second_write(
    monkeypatch: pytest.MonkeyPatch, keys: Iterable[str], act: Callable[[str], None], which: str = "post_contacts"
) -> list[str]:
    """Let something happen just before the first half of a refused call is sent, to a contact of the second half. That
    contact's key, of all `keys`, is the only item of the list returned.
    """
    send, writes, chosen = getattr(Client, which), list[int](), list[str]()

    def late(client: Client, contacts: Any, *more: Any) -> Any:
        writes.append(len(contacts))
        if len(writes) == 2:
            sent = {one.get("ContactID", one.get("Name")) for one in contacts}
            chosen.append(next(key for key in keys if key not in sent))
            act(chosen[0])
        return send(client, contacts, *more)

    monkeypatch.setattr(Client, which, late)
    return chosen


def test_what_people_write_in_xero_while_a_refused_call_is_divided_is_not_overwritten(
    xero: Xero, connection_id: str, changed: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse(xero, times=3)
    chosen = at_second_write(monkeypatch, changed, lambda one: xero.change(one, EmailAddress=THEIRS))
    tick(connection_id, 3)
    assert xero.contact(chosen[0])["EmailAddress"] == THEIRS
    assert [row.xero for row in differences.list_differences().rows] == [THEIRS]


def test_what_people_write_in_xero_while_an_earlier_call_is_divided_is_not_overwritten(
    xero: Xero, connection_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(60):
        xero.create(f"Person {number:02}", f"p{number}@example.com")
    run_import(connection_id)
    known = {row.xero_id: row.contact_id for row in synced()}
    for number, row in enumerate(synced()):
        edit(row.contact_id, email=f"new{row.email}")
        if number % 20 == 19 and number < 59:  # in slices that the brake lets pass, and that Xero does not take yet
            headers = {"X-Rate-Limit-Problem": "minute"}
            xero.fault(action="status", status=429, headers=headers, method="POST", path=CONTACTS, times=1)
            with suppress(SyncError):
                tick(connection_id)
            retry_now()
    xero.fault(action="status", status=400, body=REFUSED, method="POST", path=CONTACTS, times=1)
    send, writes, chosen = Client.post_contacts, [], []

    def late(client: Client, contacts: Any, *more: Any) -> Any:
        writes.append({one["ContactID"] for one in contacts})
        if len(writes) == 2:  # the first half of the refused call
            chosen.append(next(one for one in known if one not in writes[0]))
            xero.change(chosen[0], EmailAddress=THEIRS)
        return send(client, contacts, *more)

    monkeypatch.setattr(Client, "post_contacts", late)
    tick(connection_id, 3)
    assert [len(one) for one in writes][:3] == [50, 25, 25]
    assert xero.contact(chosen[0])["EmailAddress"] == THEIRS
    assert [row.xero for row in differences.list_differences().rows] == [THEIRS]


def test_who_is_stopped_while_a_refused_call_is_divided_is_not_written(
    xero: Xero, connection_id: str, changed: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse(xero, times=3)
    known = {row.xero_id: row.link_id for row in synced()}
    chosen = at_second_write(monkeypatch, changed, lambda one: stop(known[one]))
    tick(connection_id, 2)
    written = {one["ContactID"] for one in xero.contacts() if one["EmailAddress"].startswith("new")}
    assert written == set(changed) - set(chosen)


def test_who_is_restored_here_while_a_refused_call_is_divided_is_not_archived_in_xero(
    xero: Xero, connection_id: str, eight: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert archive.archive_contacts(SYSTEM, list(eight.values()), in_xero=True).done == 8
    refuse(xero, times=3)
    chosen = at_second_write(monkeypatch, eight, lambda one: archive.restore_contact(SYSTEM, eight[one]))
    tick(connection_id, 2)
    assert [one for one in eight if xero.contact(one)["ContactStatus"] == "ACTIVE"] == chosen


def test_who_is_archived_here_while_a_refused_call_is_divided_is_not_created(
    xero: Xero, asked: dict[str, str], connection_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse(xero, times=1, method="PUT")
    chosen = at_second_write(
        monkeypatch, asked, lambda name: archive.archive_contact(SYSTEM, asked[name]), "put_contacts"
    )
    tick(connection_id)
    assert {one["Name"] for one in xero.contacts()} == set(asked) - set(chosen)


@pytest.mark.parametrize(("status", "headers"), [(503, {}), (429, {"X-Rate-Limit-Problem": "minute"})])
def test_a_failure_while_dividing_doubles_nobody_and_forgets_nobody(
    xero: Xero, asked: dict[str, str], connection_id: str, status: int, headers: dict[str, str]
) -> None:
    refuse(xero, times=1, method="PUT")
    xero.fault(action="status", status=status, headers=headers, method="PUT", path=CONTACTS, skip=1)
    with suppress(SyncError):
        tick(connection_id)
    assert len(xero.contacts()) == 4
    assert {row.name for row in synced()} == {one["Name"] for one in xero.contacts()}
    xero.control("clock", advance=61)
    retry_now()
    tick(connection_id, 2)
    assert {one["Name"]: 1 for one in xero.contacts()} == dict.fromkeys(asked, 1)


def test_what_is_refused_together_for_no_reason_is_tried_again_as_often_as_what_is_refused_alone(
    xero: Xero, connection_id: str, changed: dict[str, str]
) -> None:
    refuse(xero, times=1000, body=NOT_XERO)
    with suppress(SyncError):
        tick(connection_id)
    with read() as session:
        assert {intent.attempts for intent in session.exec(select(IntentRow))} == {1}


@pytest.mark.parametrize("asked", [50], indirect=True)
def test_many_contacts_that_are_refused_to_the_last_take_few_calls(
    xero: Xero, asked: dict[str, str], connection_id: str
) -> None:
    refuse(xero, times=1000, method="PUT", body=NOT_XERO)
    xero.forget_calls()
    with suppress(SyncError):
        sync.tick(connection_id, delta=False)
    assert len(xero.calls("PUT")) == 13
    assert len(xero.calls()) == 19


def stop(link_id: str) -> None:
    assert links.stop(SYSTEM, [link_id]).done == 1
