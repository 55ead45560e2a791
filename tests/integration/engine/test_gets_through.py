"""What a sync that did not get through, or had to wait, owes to those who wait for it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from models.api_call import ApiCallRow
from models.base import now
from models.connection import CONNECTED
from services import archive, connection, imports, jobs, sync, webhooks, worker
from services.access import SYSTEM, Principal
from services.connection import ConnectionItem
from services.db import write
from services.errors import NotAllowed, SignInNeeded, SyncError, Unexplained
from services.gateways.store import Page
from services.gateways.xero.store import XeroStore
from services.gateways.xero.wire import store_for
from services.records.leases import Lease
from services.settings import get_settings
from tests.support.practice import contact, delta_is_due, edit, retry_now, synced, tick, xero_client
from tests.support.webhooks import asked, take_turn
from tests.support.xero import Xero, consented

CONTACTS = "/Contacts"
OLD, NEW = "ada@example.com", "ada@new.example"
NOT_XERO = "<html><body>400 Bad Request</body></html>"


def item(connection_id: str) -> ConnectionItem:
    return connection.get_connection(connection_id)


def used(connection_id: str, number: int, ago: timedelta) -> None:
    """So many calls were made, the latest of them this long ago."""
    with write() as session:
        times = (now() - ago - timedelta(milliseconds=one) for one in range(number))
        session.add_all(ApiCallRow(connection_id=connection_id, at=at) for at in times)


def test_sync_now_sends_a_change_for_which_the_syncs_own_share_of_the_day_did_not_do(
    xero: Xero, pair: tuple[str, str], connection_id: str, settings: pytest.MonkeyPatch
) -> None:
    edit(pair[0], email=NEW)
    settings.setenv("XERO_CALLS_PER_DAY", "100")
    get_settings.cache_clear()
    used(connection_id, 88 - item(connection_id).calls_used_today, timedelta(hours=1))
    delta_is_due()
    worker.take_turn()  # two calls are left: for the delta and the look, but not for the write
    assert "such as Sync now" in item(connection_id).error
    assert xero.contact(pair[1])["EmailAddress"] == OLD
    imports.sync_now(SYSTEM, connection_id)
    worker.take_turn()
    assert xero.contact(pair[1])["EmailAddress"] == NEW


def test_a_change_or_archiving_that_is_refused_without_a_reason_says_so_until_it_gets_through(
    xero: Xero, pair: tuple[str, str], connection_id: str
) -> None:
    xero.fault(action="status", status=400, method="POST", path=CONTACTS, times=1000, body=NOT_XERO)
    edit(pair[0], email=NEW)
    assert [(one.sync_state, one.delayed_by) for one in synced()] == [("waiting", "")]
    tick(connection_id)
    assert [(one.sync_state, one.delayed_by) for one in synced()] == [("waiting", Unexplained.MESSAGE)]
    assert xero_client(pair[0]).delayed_by == Unexplained.MESSAGE
    xero.forget_faults()
    retry_now()
    tick(connection_id)
    assert [(one.sync_state, one.delayed_by) for one in synced()] == [("ok", "")]
    assert xero_client(pair[0]).delayed_by == ""
    xero.fault(action="status", status=400, method="POST", path=CONTACTS, times=1000, body=NOT_XERO)
    archive.archive_contact(SYSTEM, pair[0], in_xero=True)
    tick(connection_id)
    assert (xero_client(pair[0]).archiving, xero_client(pair[0]).delayed_by) == (True, Unexplained.MESSAGE)


def test_an_event_that_comes_while_a_sync_recovers_is_read_at_once(
    xero: Xero, people: dict[str, str], connection_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = next(iter(people))
    xero.fault(action="status", status=503, method="GET", path=CONTACTS)
    with pytest.raises(SyncError):
        sync.tick(connection_id)
    delta_is_due()
    push = sync.push

    def meanwhile(*args: Any, **more: Any) -> None:
        xero.change(people[ada], EmailAddress=NEW)
        xero.tell_webhook()
        webhooks.take_in()  # as another thread of the worker does
        push(*args, **more)

    monkeypatch.setattr(sync, "push", meanwhile)
    worker.take_turn()
    monkeypatch.setattr(sync, "push", push)
    assert item(connection_id).error == ""
    asked(xero)
    assert take_turn(xero) == ["ids"]
    assert contact(ada).email == NEW


@pytest.mark.parametrize("refusal", [SignInNeeded, NotAllowed])
def test_who_signs_in_again_while_a_refusal_is_on_its_way_stays_connected_and_waits_for_nothing(
    xero: Xero, pair: tuple[str, str], connection_id: str, refusal: type[SyncError]
) -> None:
    tenant = item(connection_id).tenant_id
    if refusal is SignInNeeded:
        xero.control("disconnect", tenant=tenant)
    else:
        xero.fault(action="status", status=403, body="{}", method="GET", path=CONTACTS, times=1)

    class Late(XeroStore):
        """Hands the refusal on only after an admin has signed in again."""

        def page(self, *which: Any) -> Page:
            try:
                return super().page(*which)
            except refusal:
                consented(tenant)
                raise

    def late(connection_id: str, for_person: bool, lease: Lease) -> XeroStore:
        return Late(store_for(connection_id, for_person, lease)._client)

    delta_is_due()
    with pytest.raises(refusal):
        sync.tick(connection_id, open_store=late)
    assert (item(connection_id).state, item(connection_id).error) == (CONNECTED, "")
    xero.forget_calls()
    worker.take_turn()
    assert xero.calls("GET")


@pytest.mark.parametrize("begin", [imports.start_preview, imports.sync_now])
def test_what_a_person_asked_for_waits_for_the_minutes_limit(
    xero: Xero, pair: tuple[str, str], connection_id: str, begin: Callable[[Principal, str], str]
) -> None:
    used(connection_id, 60, timedelta(seconds=58))
    job = begin(SYSTEM, connection_id)
    worker.run_jobs()
    assert (jobs.get_job(job).state, jobs.get_job(job).error) == ("done", "")


def test_a_preview_that_gets_through_clears_the_error_of_the_one_before(xero: Xero, connection_id: str) -> None:
    xero.fault(action="status", status=503, method="GET", path=CONTACTS)
    for state in ("failed", "done"):
        job = imports.start_preview(SYSTEM, connection_id)
        worker.run_jobs()
        assert jobs.get_job(job).state == state
    assert item(connection_id).error == ""


def test_a_preview_says_nothing_of_a_sync_that_may_not_write(
    xero: Xero, connection_id: str, pair: tuple[str, str]
) -> None:
    edit(pair[0], email=NEW)
    xero.fault(action="status", status=403, body="{}", method="POST", path=CONTACTS, times=9)
    with pytest.raises(NotAllowed):
        tick(connection_id)
    before = item(connection_id).error
    imports.start_preview(SYSTEM, connection_id)
    worker.run_jobs()
    assert item(connection_id).error == before != ""


def test_changes_are_found_although_xeros_clock_was_set_back(
    xero: Xero, connection_id: str, people: dict[str, str]
) -> None:
    ada, ben = people
    xero.control("clock", advance=3 * 86_400)
    xero.change(people[ada], EmailAddress=NEW)
    tick(connection_id)
    xero.control("clock", advance=-3 * 86_400)
    xero.control("webhooks/disorder", action="drop", times=5)
    xero.change(people[ben], EmailAddress="ben@new.example")
    tick(connection_id, times=3)
    assert contact(ben).email == "ben@new.example"
