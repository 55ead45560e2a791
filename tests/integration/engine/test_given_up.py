"""Creations that were given up without an answer, and whose contacts are then created after all."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import update
from sqlmodel import select

from models.base import now
from models.connection import ConnectionRow
from models.intent import IntentRow
from services import archive, connection, create_one, sync
from services.access import SYSTEM
from services.db import read, write
from services.errors import RateLimited, Stale, SyncError
from services.gateways.xero.client import Client
from services.records import clock
from tests.support.lost_answers import later, lose_the_answer, never_sent_for_an_hour, sync_on
from tests.support.practice import add, contact, edit, retry_now, run_import, synced, tick, xero_client
from tests.support.xero import REFUSED, Xero, consent


def names(xero: Xero) -> list[str]:
    return [one["Name"] for one in xero.contacts() if one["Name"].startswith("Lost One")]


@pytest.fixture
def renamed(xero: Xero, connection_id: str) -> str:
    """A contact whose creation was lost and never reached Xero, archived and restored since, and then renamed."""
    run_import(connection_id)
    ours = add("Lost One", "lost@example.com")
    create_one.create_in_xero(SYSTEM, ours, connection_id)
    lose_the_answer(xero, connection_id, "PUT", effect="before")
    archive.archive_contact(SYSTEM, ours)
    later(xero, connection_id)
    archive.restore_contact(SYSTEM, ours)
    edit(ours, name="Lost One Ltd")
    return ours


def test_nobody_is_refused_for_a_name_that_they_no_longer_have(xero: Xero, connection_id: str, renamed: str) -> None:
    xero.create("Lost One", "another@example.com")
    tick(connection_id)
    create_one.create_in_xero(SYSTEM, renamed, connection_id, anyway=True)
    sync_on(xero, connection_id)
    assert names(xero) == ["Lost One", "Lost One Ltd"], xero_client(renamed)


def test_what_create_contact_has_shown_reaches_xero_although_an_earlier_creation_was_lost(
    xero: Xero, connection_id: str, renamed: str
) -> None:
    shown = create_one.preview_create(renamed, connection_id)
    assert shown.contact.name == "Lost One Ltd"
    create_one.create_in_xero(SYSTEM, renamed, connection_id, seen=shown)
    sync_on(xero, connection_id)
    assert names(xero) == ["Lost One Ltd"]


@pytest.mark.parametrize("cut_off", ["killed", "disconnected"])
def test_a_creation_that_was_given_up_after_a_later_sending_was_cut_off_is_not_created_twice(
    xero: Xero, connection_id: str, monkeypatch: pytest.MonkeyPatch, cut_off: str
) -> None:
    ours = never_sent_for_an_hour(xero, connection_id)
    send = Client.put_contacts

    def cutting_off(client: Client, *what: Any) -> Any:
        answer = send(client, *what)  # it landed
        if cut_off == "killed":
            raise KeyboardInterrupt  # nothing more is noted
        connection.disconnect(SYSTEM, connection_id)
        return answer

    with monkeypatch.context() as once:
        once.setattr(Client, "put_contacts", cutting_off)
        with pytest.raises(KeyboardInterrupt if cut_off == "killed" else Stale):
            sync.tick(connection_id)
    if cut_off == "killed":
        archive.archive_contact(SYSTEM, ours)
        later(xero, connection_id)
        archive.restore_contact(SYSTEM, ours)
    else:
        consent()
    edit(ours, name="Lost One Ltd")
    create_one.create_in_xero(SYSTEM, ours, connection_id, anyway=True)
    later(xero, connection_id)
    xero.control("lists", behind="")
    sync_on(xero, connection_id)
    assert len(names(xero)) == 1


def test_a_creation_given_up_while_the_clock_was_ahead_is_told_within_two_hours_once_it_is_created_again(
    xero: Xero, connection_id: str
) -> None:
    run_import(connection_id)
    ours, ahead = add("Lost One", "lost@example.com"), now() + timedelta(days=30)
    create_one.create_in_xero(SYSTEM, ours, connection_id)
    lose_the_answer(xero, connection_id, "PUT", effect="before")
    archive.archive_contact(SYSTEM, ours)
    later(xero, connection_id)
    archive.restore_contact(SYSTEM, ours)
    with write() as session:
        session.execute(update(IntentRow).values(sent_at=ahead, settled_at=ahead, not_before=ahead))
        session.execute(update(ConnectionRow).values(last_sync_at=ahead))
    clock.correct()
    create_one.create_in_xero(SYSTEM, ours, connection_id)
    for hours in (2, 4, 6):
        with time_machine.travel(now() + timedelta(hours=hours)):
            xero.control("clock", advance=2 * 3600)
            xero.fault(method="PUT", path="/Contacts", action="status", status=400, body=REFUSED, times=1)
            retry_now()
            tick(connection_id)
    assert xero_client(ours).state == "held"


def test_who_was_renamed_since_an_unseen_creation_keeps_the_new_name_here(xero: Xero, connection_id: str) -> None:
    """Whatever was sent and has landed counts as agreed on, so that it is not taken for an edit in Xero."""
    xero.create("Somebody Else", "else@example.com")
    run_import(connection_id)
    ours = add("Lost One", "lost@example.com")
    create_one.create_in_xero(SYSTEM, ours, connection_id)
    xero.control("lists", behind="all")
    lose_the_answer(xero, connection_id, "PUT")
    archive.archive_contact(SYSTEM, ours)
    later(xero, connection_id)
    archive.restore_contact(SYSTEM, ours)
    edit(ours, name="Lost One Ltd", email="new@example.com")
    create_one.create_in_xero(SYSTEM, ours, connection_id, anyway=True)
    later(xero, connection_id)
    xero.control("lists", behind="")
    sync_on(xero, connection_id)
    assert len(names(xero)) == 1
    assert (contact(ours).name, contact(ours).email) == ("Lost One Ltd", "new@example.com")
    assert ours in [row.contact_id for row in synced()]


def test_a_third_name_is_not_overwritten_by_the_second_that_landed(
    xero: Xero, connection_id: str, renamed: str
) -> None:
    create_one.create_in_xero(SYSTEM, renamed, connection_id, anyway=True)
    xero.control("lists", behind="all")
    lose_the_answer(xero, connection_id, "PUT")  # now it lands, and no list shows it yet
    archive.archive_contact(SYSTEM, renamed)
    later(xero, connection_id)
    archive.restore_contact(SYSTEM, renamed)
    edit(renamed, name="Lost One Limited")
    create_one.create_in_xero(SYSTEM, renamed, connection_id, anyway=True)
    later(xero, connection_id, 400)
    xero.control("lists", behind="")
    sync_on(xero, connection_id)
    assert (contact(renamed).name, names(xero)) == ("Lost One Limited", ["Lost One Ltd"])


def test_a_rename_before_the_name_was_refused_is_kept_if_the_first_sending_lands_late(
    xero: Xero, connection_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_import(connection_id)
    ours = add("Lost One", "lost@example.com")
    create_one.create_in_xero(SYSTEM, ours, connection_id)
    lose_the_answer(xero, connection_id, "PUT", effect="before")
    other = xero.create("Lost One", "another@example.com")
    edit(ours, name="Lost One Ltd", email="new@example.com")
    with read() as session:
        [number] = [one.body["number"] for one in session.exec(select(IntentRow))]
    send, calls = Client.put_contacts, list[int]()

    def limited(client: Client, *what: Any) -> Any:
        calls.append(1)
        if len(calls) == 2:
            raise RateLimited("minute", 1)
        return send(client, *what)

    with monkeypatch.context() as patch, suppress(SyncError):
        patch.setattr(Client, "put_contacts", limited)
        later(xero, connection_id, 400)
    assert len(calls) == 2  # refused by the old name, then not sent by the new one
    xero.change(other, Name="Other", EmailAddress="another@example.com")
    xero.create("Lost One", "lost@example.com", ContactNumber=number)  # Xero carries out the first one now
    sync_on(xero, connection_id)
    assert (contact(ours).name, contact(ours).email) == ("Lost One Ltd", "new@example.com")
