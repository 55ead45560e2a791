"""Idempotency-Key."""

from tests.simulator.support import Api, message


def test_the_same_request_with_the_same_key_gets_the_first_answer_again(api: Api) -> None:
    """[3P] for six minutes from the first call"""
    first, again = api.put({"Name": "Acme"}, key="k1"), api.put({"Name": "Acme"}, key="k1")
    assert again.content == first.content
    assert api.names() == ["Acme"]


def test_errors_are_remembered_too(api: Api) -> None:
    """[3P]"""
    created = api.create("Acme")
    api.put({"Name": "Acme"}, key="k2")
    api.edit(id=created["ContactID"], archive=True)
    assert "already assigned" in message(api.put({"Name": "Acme"}, key="k2"))


def test_a_key_used_for_another_request_is_refused(api: Api) -> None:
    """[3P]"""
    api.put({"Name": "Acme"}, key="k3")
    refused = api.put({"Name": "Other"}, key="k3")
    assert refused.status_code == 400
    assert "is used with a different request" in refused.text


def test_after_six_minutes_a_key_is_new(api: Api) -> None:
    """[3P]"""
    api.put({"Name": "Acme"}, key="k4")
    api.control("POST", "clock", {"advance": 6 * 60 + 1})
    assert api.put({"Name": "Acme"}, key="k4").status_code == 400


def test_a_repetition_counts_as_a_call(api: Api) -> None:
    """[3P]"""
    left = [int(api.put({"Name": "Acme"}, key="k5").headers["X-DayLimit-Remaining"]) for _ in range(2)]
    assert left[1] == left[0] - 1


def test_a_key_of_more_than_128_characters_is_refused(api: Api) -> None:
    """[3P]"""
    assert api.put({"Name": "Acme"}, key="k" * 129).status_code == 400
    assert api.names() == []
