"""What fails on the way to Xero: nothing is sent twice in secret, nothing hangs, nothing leaks."""

import logging
import traceback
from collections.abc import Callable
from typing import Any

import pytest
from sqlmodel import select

from models.api_call import ApiCallRow
from models.connection import ConnectionRow
from services.db import read
from services.errors import NotAllowed, RateLimited, SignInNeeded, SyncError, Unavailable, Uncertain
from services.gateways.store import Draft
from services.gateways.xero import client
from services.gateways.xero.store import XeroStore
from services.gateways.xero.wire import store_for
from services.reconcile.contact import Contact
from services.settings import get_settings
from tests.integration.xero.conftest import Xero

CONTACTS = "/Contacts"
TOKEN = "/connect/token"
SECRET_NAME = "Jane Secretive"
SECRET_EMAIL = "jane@secretive.example"

Act = Callable[[XeroStore], Any]


def a_read(store: XeroStore) -> Any:
    return store.page()


def a_write(store: XeroStore) -> Any:
    return store.create([Draft(Contact(SECRET_NAME, SECRET_EMAIL), "ours-1")], "key")


def failure(act: Act, store: XeroStore) -> SyncError:
    with pytest.raises(SyncError) as caught:
        act(store)
    return caught.value


@pytest.mark.parametrize("action", ["drop", "truncate"])
@pytest.mark.parametrize("effect", ["before", "after"])
def test_a_broken_answer_pauses_a_read_and_leaves_a_write_uncertain(
    xero: Xero, store: XeroStore, action: str, effect: str
) -> None:
    xero.fail(CONTACTS, action, effect=effect, times=2)
    assert type(failure(a_read, store)) is Unavailable
    assert type(failure(a_write, store)) is Uncertain
    assert [call["method"] for call in xero.calls(CONTACTS)] == ["GET", "PUT"]


@pytest.mark.parametrize("status", [408, 409, 500, 502, 503, 504])
def test_a_failing_server_is_asked_once(xero: Xero, store: XeroStore, status: int) -> None:
    xero.fail(CONTACTS, "status", status=status, times=2, headers={"Retry-After": "7200"}, body="Organisation offline")
    read_failure = failure(a_read, store)
    assert isinstance(read_failure, Unavailable)
    assert read_failure.retry_after == 7200.0
    assert type(failure(a_write, store)) is Uncertain
    assert len(xero.calls(CONTACTS)) == 2


@pytest.mark.parametrize("act", [a_read, a_write])
def test_a_used_up_limit_is_reported_at_once_and_never_slept_on(xero: Xero, store: XeroStore, act: Act) -> None:
    headers = {"X-Rate-Limit-Problem": "day", "Retry-After": "50000"}
    xero.fail(CONTACTS, "status", status=429, headers=headers)
    error = failure(act, store)
    assert isinstance(error, RateLimited)
    assert (error.limit, error.retry_after) == ("day", 50_000.0)
    assert len(xero.calls(CONTACTS)) == 1


def test_a_hung_server_is_given_up_on(xero: Xero, store: XeroStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "TIMEOUT", (1.0, 0.2))
    xero.fail(CONTACTS, "delay", seconds=1, times=2)
    assert type(failure(a_read, store)) is Unavailable
    assert type(failure(a_write, store)) is Uncertain


@pytest.mark.parametrize("act", [a_read, a_write])
def test_a_server_that_does_not_listen_took_nothing(connection_id: str, settings: pytest.MonkeyPatch, act: Act) -> None:
    settings.setenv("XERO_API_URL", "http://127.0.0.1:9")
    get_settings.cache_clear()
    assert type(failure(act, store_for(connection_id))) is Unavailable


@pytest.mark.parametrize("act", [a_read, a_write])
def test_a_redirect_is_not_followed_with_our_token(xero: Xero, store: XeroStore, act: Act) -> None:
    headers = {"Location": f"{xero.sim.url}/api.xro/2.0/Organisation"}
    xero.fail(CONTACTS, "status", status=302, headers=headers)
    failure(act, store)
    assert len(xero.calls()) == 1


@pytest.mark.parametrize("act", [a_read, a_write])
def test_a_refused_token_is_renewed_once_and_the_call_repeated(xero: Xero, store: XeroStore, act: Act) -> None:
    xero.fail(CONTACTS, "status", status=401, body='{"Detail": "TokenExpired"}')
    act(store)
    assert len(xero.calls(TOKEN)) == 1
    assert len(xero.calls(CONTACTS)) == 2


def test_a_token_that_is_refused_again_needs_a_new_sign_in(xero: Xero, store: XeroStore) -> None:
    xero.fail(CONTACTS, "status", status=401, times=2)
    assert isinstance(failure(a_read, store), SignInNeeded)
    assert len(xero.calls(TOKEN)) == 1


def test_a_disconnected_organisation_needs_a_new_sign_in(xero: Xero, store: XeroStore) -> None:
    xero.sim.state.connections.disconnect(xero.sim.tenant_id)
    error = failure(a_read, store)
    assert isinstance(error, SignInNeeded)
    assert "disconnected in Xero" in str(error)
    assert xero.calls(TOKEN) == []


def test_a_missing_scope_is_not_taken_for_an_expired_token(xero: Xero, store: XeroStore) -> None:
    headers = {"WWW-Authenticate": 'Bearer error="insufficient_scope"'}
    xero.fail(CONTACTS, "status", status=401, headers=headers)
    assert isinstance(failure(a_read, store), NotAllowed)
    assert xero.calls(TOKEN) == []


def test_a_bad_query_is_a_pause_and_not_a_verdict_on_a_contact(xero: Xero, store: XeroStore) -> None:
    xero.fail(CONTACTS, "status", status=400, body='{"ErrorNumber":16,"Type":"QueryParseException","Message":"?"}')
    assert type(failure(a_read, store)) is Unavailable


def test_every_call_is_reserved_before_it_is_made(xero: Xero, connection_id: str, settings: pytest.MonkeyPatch) -> None:
    settings.setenv("XERO_CALLS_PER_MINUTE", "2")
    get_settings.cache_clear()
    store = store_for(connection_id)
    store.page()
    store.page()
    assert isinstance(failure(a_write, store), RateLimited)
    assert len(xero.calls(CONTACTS)) == 2
    with read() as session:
        assert len(session.exec(select(ApiCallRow)).all()) == 2


def test_what_xero_says_is_left_of_the_day_is_noted(xero: Xero, store: XeroStore, connection_id: str) -> None:
    store.page()
    with read() as session:
        assert session.get_one(ConnectionRow, connection_id).calls_left_today == 99_999


def test_neither_logs_nor_errors_tell_a_token_or_a_contact(
    xero: Xero, store: XeroStore, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    told = []
    xero.add(SECRET_NAME)
    faults: list[dict[str, Any]] = [
        {"action": "drop"},
        {"action": "drop", "effect": "after"},
        {"action": "truncate"},
        {"action": "status", "status": 400, "body": f'{{"Message": "{SECRET_NAME}"}}'},
        {"action": "status", "status": 403, "body": SECRET_NAME},
        {"action": "status", "status": 429},
        {"action": "status", "status": 500, "body": SECRET_NAME},
        {"action": "status", "status": 302, "headers": {"Location": f"/?{SECRET_EMAIL}"}},
    ]
    for fault in faults:
        for act in (a_read, a_write, lambda s: s.named(SECRET_NAME)):
            xero.sim.state.faults.rules.clear()
            xero.fail(CONTACTS, times=1, **fault)
            try:
                told.append(repr(act(store)) and "")
            except SyncError as error:
                told.append("".join(traceback.format_exception(error)))
    everything = caplog.text + "".join(told)
    secrets = [*xero.sim.state.authority.access, *xero.sim.state.authority.refresh, "demo-secret"]
    assert len(told) == 24
    for secret in (*secrets, SECRET_NAME, SECRET_NAME.replace(" ", "+"), SECRET_EMAIL):
        assert secret not in everything
