"""Answers that come byte by byte, without end: no call to Xero outlives the lease of who makes it."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from services.errors import Unavailable, Uncertain
from services.gateways.store import Draft
from services.gateways.xero import client, oauth, tokens
from services.gateways.xero.store import XeroStore
from services.gateways.xero.tokens import access_token
from services.gateways.xero.wire import store_for
from services.reconcile.contact import Contact
from services.records import leases, quota
from services.settings import get_settings
from tests.integration.xero.test_tokens import expire
from tests.support.dripping import ENOUGH, dripping

HEADERS = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n"
REFUSED = HEADERS.replace(b"200 OK", b"400 Bad Request")
BEGINNINGS = {"headers": b"", "a body": HEADERS, "a refusal": REFUSED}

Act = Callable[[XeroStore], Any]


def a_read(store: XeroStore) -> Any:
    return store.page()


def a_write(store: XeroStore) -> Any:
    return store.create([Draft(Contact("Ada Archer", "ada@example.com"), "ours-1")], "key")


def seconds_to(error: type[Exception], act: Callable[[], Any]) -> float:
    """How long it takes until something fails."""
    begun = time.monotonic()
    with pytest.raises(error):
        act()
    return time.monotonic() - begun


def now_at(settings: pytest.MonkeyPatch, name: str, port: int) -> None:
    """Let one part of Xero be what listens there."""
    settings.setenv(f"XERO_{name}_URL", f"http://127.0.0.1:{port}")
    get_settings.cache_clear()


@pytest.mark.parametrize("begin", BEGINNINGS.values(), ids=BEGINNINGS)
@pytest.mark.parametrize(("act", "error"), [(a_read, Unavailable), (a_write, Uncertain)])
def test_an_answer_that_comes_byte_by_byte_is_given_up(
    connection_id: str, settings: pytest.MonkeyPatch, begin: bytes, act: Act, error: type[Exception]
) -> None:
    settings.setattr(client, "LONGEST_SECONDS", 1.0)
    with dripping(begin) as port:
        now_at(settings, "API", port)
        store = store_for(connection_id)
        assert seconds_to(error, lambda: act(store)) < ENOUGH / 3


def test_so_is_one_that_brings_tokens(authorisation_id: str, settings: pytest.MonkeyPatch) -> None:
    settings.setattr(oauth, "LONGEST_SECONDS", 1.0)
    expire(authorisation_id)
    with dripping(HEADERS) as port:
        now_at(settings, "IDENTITY", port)
        assert seconds_to(Unavailable, lambda: access_token(authorisation_id)) < ENOUGH / 3


def test_no_call_is_longer_than_what_waits_for_it() -> None:
    assert min(leases.LENGTH, quota.LONGEST_CALL).total_seconds() > client.LONGEST_SECONDS
    assert tokens.LEASE.total_seconds() > 2 * oauth.LONGEST_SECONDS
