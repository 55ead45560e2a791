"""Limits of calls."""

import threading

import pytest

from tests.simulator.support import Api

pytestmark = pytest.mark.simulated("would use up the organisation's calls")


def test_every_answer_says_how_many_calls_are_left(api: Api) -> None:
    """[WIRE]"""
    headers = api.get().headers
    assert (headers["X-MinLimit-Remaining"], headers["X-DayLimit-Remaining"]) == ("59", "999")
    assert headers["Xero-Correlation-Id"]


def test_the_minute_limit_answers_429_with_an_empty_body_and_says_when_to_retry(api: Api) -> None:
    """[WIRE] rate_limit_minute"""
    api.simulator.state.reset(per_minute=2)
    api.token = api.simulator.sign_in()
    api.get()
    api.get()
    refused = api.get()
    assert (refused.status_code, refused.content) == (429, b"")
    assert "content-type" not in refused.headers
    assert refused.headers["X-Rate-Limit-Problem"] == "minute"
    assert refused.headers["X-MinLimit-Remaining"] == "0"
    wait = int(refused.headers["Retry-After"])
    assert 0 < wait <= 60
    api.control("POST", "clock", {"advance": wait})
    assert api.get().status_code == 200


def test_the_day_limit_lasts_for_up_to_a_day(api: Api) -> None:
    """[DOC]"""
    api.simulator.state.reset(per_day=1)
    api.token = api.simulator.sign_in()
    api.get()
    refused = api.get()
    assert refused.headers["X-Rate-Limit-Problem"] == "day"
    api.control("POST", "clock", {"advance": int(refused.headers["Retry-After"])})
    api.token = api.simulator.sign_in()
    assert api.get().status_code == 200


def test_each_organisation_has_limits_of_its_own(api: Api) -> None:
    """[DOC]"""
    api.simulator.state.reset(per_minute=1, tenants=2)
    api.token = api.simulator.sign_in(tenants=2)
    other = list(api.simulator.state.tenants)[1]
    assert [api.get().status_code for _ in range(2)] == [200, 429]
    assert api.get(headers={"xero-tenant-id": other}).status_code == 200


def test_more_than_five_calls_at_once_are_refused(api: Api) -> None:
    """[DOC] five; [3P] the header"""
    api.simulator.state.reset(latency=0.3)
    api.token = api.simulator.sign_in()
    seen: list[tuple[int, str]] = []

    def call() -> None:
        answer = api.get()
        seen.append((answer.status_code, answer.headers.get("X-Rate-Limit-Problem", "")))

    threads = [threading.Thread(target=call) for _ in range(7)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seen) == [(200, "")] * 5 + [(429, "concurrent")] * 2


def test_calls_for_tokens_and_connections_count_towards_no_limit(api: Api) -> None:
    """[DOC]"""
    for _ in range(5):
        api.http.get("/connections", headers=api.headers)
    assert api.get().headers["X-MinLimit-Remaining"] == "59"
