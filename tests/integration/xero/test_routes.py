"""The two addresses that are no screens: Xero's redirect, and the health check."""

import logging
from collections.abc import Iterator
from datetime import timedelta

import pytest
import urllib3

from models.base import now
from services import connection
from services.db import Database
from tests.integration.xero.conftest import ADMIN, Xero
from tests.integration.xero.consenting import consent_page
from tests.support.site import serving
from tests.support.telling import a_connection, put

CALLBACK = "/oauth/callback"


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """The routes behind a real web server that keeps an access log."""
    with serving() as url:
        yield url


def ask(url: str, method: str = "GET", **query: str) -> urllib3.BaseHTTPResponse:
    return urllib3.PoolManager().request_encode_url(method, url, fields=query, redirect=False)


def test_the_redirect_connects_and_goes_on_to_the_page_that_says_so(xero: Xero, site: str) -> None:
    start = connection.begin(ADMIN)
    answer = ask(site + CALLBACK, **consent_page(start.url))
    assert answer.status == 303
    assert answer.headers["location"] == f"http://localhost:8501/connected_apps?consent={start.consent_id}"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert connection.get_consent(start.consent_id).outcome == "connected"


@pytest.mark.parametrize("query", ["", "?state=forged&code=1", "?state=%00%ff&error=%0d%0aSet-Cookie:x", "?code"])
def test_a_made_up_redirect_goes_to_the_page_and_tells_nothing(xero: Xero, site: str, query: str) -> None:
    answer = ask(f"{site}{CALLBACK}{query}")
    assert answer.status == 303
    assert answer.headers["location"] == "http://localhost:8501/connected_apps?consent=unknown"
    assert "set-cookie" not in answer.headers


def test_looking_ahead_at_the_redirect_does_not_use_it_up(xero: Xero, site: str) -> None:
    start = connection.begin(ADMIN)
    reply = consent_page(start.url)
    assert ask(site + CALLBACK, "HEAD", **reply).status == 200
    assert ask(site + CALLBACK, "POST", **reply).status == 405
    ask(site + CALLBACK, **reply)
    assert connection.get_consent(start.consent_id).outcome == "connected"


def test_no_log_holds_the_code_or_the_state(xero: Xero, site: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    access = logging.getLogger("uvicorn.access")
    access.addHandler(caplog.handler)
    reply = consent_page(connection.begin(ADMIN).url)
    ask(site + CALLBACK, **reply)
    access.removeHandler(caplog.handler)
    assert "GET /oauth/callback HTTP" in caplog.text
    for secret in (reply["code"], reply["state"], *xero.sim.state.authority.access, "demo-secret"):
        assert secret not in caplog.text


def test_all_is_well_while_the_database_answers(database: Database, site: str) -> None:
    answer = ask(f"{site}/healthz")
    assert (answer.status, answer.json()) == (200, {"status": "ok"})


def test_all_is_not_well_once_nobody_has_turned_to_an_organisation_for_hours(database: Database, site: str) -> None:
    connection_id = a_connection()
    put(connection_id, next_tick_at=now() - timedelta(hours=1))
    assert ask(f"{site}/healthz").status == 200
    put(connection_id, next_tick_at=now() - timedelta(hours=3))
    answer = ask(f"{site}/healthz")
    assert (answer.status, answer.json()) == (503, {"status": "no sync has run for hours"})


def test_a_database_without_tables_is_not_well(site: str) -> None:
    answer = ask(f"{site}/healthz")
    assert answer.status == 503
    assert answer.json() != {"status": "ok"}
