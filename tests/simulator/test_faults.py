"""Failures on request."""

import time
from typing import Any

import httpx
import pytest

from tests.simulator.support import Api

pytestmark = pytest.mark.simulated("about the simulator itself")


def fault(api: Api, **rule: Any) -> None:
    assert api.control("POST", "faults", rule).status_code == 200


def test_a_status_comes_instead_of_the_effect_and_as_often_as_asked(api: Api) -> None:
    fault(
        api,
        action="status",
        status=503,
        method="put",
        path="/contacts$",
        times=2,
        body="Organisation is offline",
    )
    first = api.put({"Name": "A"})
    assert (first.status_code, first.text) == (503, "Organisation is offline")
    assert api.get().status_code == 200
    assert [api.put({"Name": "A"}).status_code for _ in range(2)] == [503, 200]


def test_a_status_may_carry_headers(api: Api) -> None:
    fault(api, action="status", status=429, headers={"X-Rate-Limit-Problem": "minute", "Retry-After": "9"})
    assert api.get().headers["Retry-After"] == "9"


def test_a_status_after_the_effect_hides_that_the_call_succeeded(api: Api) -> None:
    fault(api, action="status", status=500, effect="after")
    assert api.put({"Name": "A"}).status_code == 500
    assert api.names() == ["A"]


@pytest.mark.parametrize(("effect", "names"), [("before", []), ("after", ["A"])])
def test_a_dropped_call_has_or_has_not_taken_effect(api: Api, effect: str, names: list[str]) -> None:
    fault(api, action="drop", effect=effect, method="PUT")
    with pytest.raises(httpx.TransportError):
        api.put({"Name": "A"}, key="k")
    assert api.names() == names
    assert api.put({"Name": "A"}, key="k").status_code == 200


def test_a_truncated_answer_breaks_off_in_the_middle(api: Api) -> None:
    fault(api, action="truncate")
    with pytest.raises(httpx.RemoteProtocolError):
        api.put({"Name": "A"})
    assert api.names() == ["A"]


@pytest.mark.parametrize(("effect", "names"), [("before", []), ("after", ["A"])])
def test_a_delay_can_come_before_or_after_the_effect(api: Api, effect: str, names: list[str]) -> None:
    fault(api, action="delay", seconds=0.6, effect=effect, method="PUT")
    with pytest.raises(httpx.ReadTimeout):
        api.http.put("/api.xro/2.0/Contacts", headers=api.headers, json={"Name": "A"}, timeout=0.2)
    assert api.names() == names


def test_a_fault_may_let_some_calls_pass_and_spare_other_organisations(api: Api) -> None:
    fault(api, action="status", skip=1, tenant=api.simulator.tenant_id)
    fault(api, action="status", tenant="another")
    assert [api.get().status_code for _ in range(3)] == [200, 503, 200]


def test_faults_reach_tokens_and_connections_too(api: Api) -> None:
    fault(api, action="status", status=502, path="^/connect/token")
    assert api.ask(grant_type="refresh_token", refresh_token=api.token["refresh_token"]).status_code == 502
    fault(api, action="delay", seconds=0.2, path="^/connections")
    start = time.monotonic()
    assert api.http.get("/connections", headers=api.headers).status_code == 200
    assert time.monotonic() - start >= 0.2


def test_rules_can_be_read_and_cleared(api: Api) -> None:
    fault(api, action="status", times=3)
    api.get()
    (rule,) = api.control("GET", "faults").json()["rules"]
    assert rule["times"] == 2
    assert api.control("DELETE", "faults").json() == {"rules": []}
    assert api.get().status_code == 200


@pytest.mark.parametrize(
    "rule", [{}, {"action": "explode"}, {"action": "drop", "path": "("}, {"action": "drop", "x": 1}]
)
def test_a_rule_that_makes_no_sense_is_refused(api: Api, rule: dict[str, Any]) -> None:
    assert api.control("POST", "faults", rule).status_code == 400
