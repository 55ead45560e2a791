"""Webhooks."""

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.simulator.receiver import KEY, Receiver, receiving
from tests.simulator.support import Api

pytestmark = pytest.mark.simulated("Xero's developer portal sets webhooks up, and cannot reach this machine")
QUARTER, DAY = 15 * 60, 86400


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def subscribe(api: Api, receiver: Receiver) -> dict[str, Any]:
    answer: dict[str, Any] = api.control("POST", "webhooks", {"url": receiver.url, "key": KEY}).json()
    return answer


def state(api: Api) -> dict[str, Any]:
    found: dict[str, Any] = api.control("GET", "webhooks").json()
    return found


def attempts(api: Api, count: int) -> list[dict[str, Any]]:
    """The attempts to deliver, as soon as there are so many."""
    deadline = time.monotonic() + 5
    while len(found := state(api)["deliveries"]) < count:
        assert time.monotonic() < deadline, f"{len(found)} instead of {count} attempts"
        time.sleep(0.01)
    return list(found)


def test_the_intent_to_receive_tries_right_and_wrong_signatures(api: Api, receiver: Receiver) -> None:
    """[DOC] no events, and 0 as both sequences"""
    answer = subscribe(api, receiver)
    assert answer["status"] == "ok"
    assert receiver.statuses == [200, 401, 200, 401]
    assert re.fullmatch(
        rb'\{"events":\[\],"firstEventSequence":0,"lastEventSequence":0,"entropy":"[A-Z]{20}"\}', receiver.bodies[0]
    )


@pytest.mark.parametrize(
    "wrong", [{"status": 200}, {"status": 401}, {"status": 302}, {"answer": b"ok"}, {"cookie": "a=b"}]
)
def test_an_app_that_answers_anything_else_gets_no_events(api: Api, receiver: Receiver, wrong: dict[str, Any]) -> None:
    """[DOC] 200 or 401, an empty body and no cookies"""
    for name, value in wrong.items():
        setattr(receiver, name, value)
    assert subscribe(api, receiver)["status"] == "failed"
    api.create("Acme")
    assert state(api)["waiting"] == []


def test_every_change_of_a_contact_sends_an_event_even_the_apps_own(api: Api, receiver: Receiver) -> None:
    """[DOC] create, update and archive; [3P] merge as an update of the loser"""
    subscribe(api, receiver)
    acme = api.create("Acme")["ContactID"]
    api.post({"ContactID": acme, "FirstName": "Ann"})
    bravo = api.edit(create={"Name": "Bravo"})["ContactID"]
    api.edit(id=acme, merge_into=bravo)
    api.edit(id=bravo, archive=True)
    events = [event for batch in receiver.wait_for(5) for event in batch["events"]]
    assert [(event["eventType"], event["resourceId"]) for event in events] == [
        ("CREATE", acme), ("UPDATE", acme), ("CREATE", bravo), ("UPDATE", acme), ("UPDATE", bravo),
    ]  # fmt: skip


def test_an_event_says_where_to_look_and_nothing_about_the_contact(api: Api, receiver: Receiver) -> None:
    """[SPEC] [DOC]"""
    subscribe(api, receiver)
    contact_id = api.create("Acme")["ContactID"]
    (batch,) = receiver.wait_for(1)
    (event,) = batch["events"]
    assert event["resourceUrl"] == f"https://api.xero.com/api.xro/2.0/Contacts/{contact_id}"
    assert (event["tenantId"], event["tenantType"]) == (api.tenant_id, "ORGANISATION")
    assert event["eventCategory"] == "CONTACT"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}", event["eventDateUtc"])
    assert "Acme" not in str(batch)


def test_sequences_count_events_across_batches(api: Api, receiver: Receiver) -> None:
    """[SPEC]"""
    subscribe(api, receiver)
    api.put({"Name": "A"}, {"Name": "B"})
    api.create("C")
    spans = [(batch["firstEventSequence"], batch["lastEventSequence"]) for batch in receiver.wait_for(2)]
    assert spans == [(1, 2), (3, 3)]


def test_changes_of_roles_or_groups_and_refused_writes_send_no_event(api: Api, receiver: Receiver) -> None:
    """[DOC] [3P]"""
    contact_id = api.create("Acme")["ContactID"]
    subscribe(api, receiver)
    api.edit(id=contact_id, change={"IsCustomer": True})
    group_id = api.control("POST", "groups", {"create": "VIP"}).json()["id"]
    api.control("POST", "groups", {"id": group_id, "add": contact_id})
    api.put({"Name": "Good"}, {"Name": ""})
    assert state(api)["waiting"] == []
    api.create("Bravo")
    assert len(receiver.wait_for(1)) == 1


def test_a_disconnected_organisation_sends_nothing(api: Api, receiver: Receiver) -> None:
    """[3P]"""
    subscribe(api, receiver)
    api.control("POST", "disconnect", {})
    api.edit(create={"Name": "Acme"})
    assert state(api)["waiting"] == []


def test_a_failed_batch_is_sent_again_at_once_and_then_every_15_minutes(api: Api, receiver: Receiver) -> None:
    """[3P]"""
    subscribe(api, receiver)
    receiver.status = 500
    api.create("Acme")
    assert [attempt["status"] for attempt in attempts(api, 2)] == [500, 500]
    api.create("Bravo")
    api.wait(QUARTER)
    attempts(api, 3)
    receiver.status = 0
    assert receiver.batches == []
    api.wait(QUARTER)
    assert [batch["firstEventSequence"] for batch in receiver.wait_for(2)] == [1, 2]
    assert [attempt["attempt"] for attempt in attempts(api, 5)] == [1, 2, 3, 4, 1]


def test_after_a_day_of_failures_the_webhook_is_disabled_until_the_intent_is_proven_again(
    api: Api, receiver: Receiver
) -> None:
    """[3P] events are kept for 31 days"""
    subscribe(api, receiver)
    receiver.status = 500
    api.create("Acme")
    attempts(api, 2)
    api.wait(DAY)
    attempts(api, 3)
    assert state(api)["status"] == "disabled"
    api.edit(create={"Name": "Bravo"})
    receiver.status = 0
    assert api.control("POST", "webhooks/validate").json()["status"] == "ok"
    assert len(receiver.wait_for(2)) == 2


@pytest.mark.parametrize(("action", "came"), [("drop", [2, 3]), ("duplicate", [1, 1, 2, 3]), ("reorder", [2, 1, 3])])
def test_batches_can_be_lost_or_doubled_or_reordered_on_request(
    api: Api, receiver: Receiver, action: str, came: list[int]
) -> None:
    """[DOC] each is sent at least once; a gap in the sequence means that something was missed"""
    subscribe(api, receiver)
    assert api.control("POST", "webhooks/disorder", {"action": action}).json()["disorder"] == [action]
    for name in "ABC":
        api.create(name)
    assert [batch["firstEventSequence"] for batch in receiver.wait_for(len(came))] == came
    assert state(api)["disorder"] == []


def test_an_app_that_cannot_be_reached_is_noted(api: Api, receiver: Receiver) -> None:
    answer = api.control("POST", "webhooks", {"url": "http://127.0.0.1:9/none", "key": KEY}).json()
    assert answer["status"] == "failed"
    assert {trial["status"] for trial in answer["trials"]} == {None}
    assert answer["trials"][0]["error"].startswith("no answer")


def test_a_webhook_can_be_removed(api: Api, receiver: Receiver) -> None:
    subscribe(api, receiver)
    removed = api.control("DELETE", "webhooks").json()
    assert (removed["url"], removed["status"]) == ("", "")
    assert api.control("POST", "webhooks/validate").status_code == 400


@pytest.mark.parametrize("asked", [{}, {"url": "ftp://x/", "key": "k"}, {"url": "http://localhost/"}])
def test_a_webhook_needs_an_address_and_a_key(api: Api, asked: dict[str, str]) -> None:
    assert api.control("POST", "webhooks", asked).status_code == 400
    assert api.control("POST", "webhooks/disorder", {"action": "shuffle"}).status_code == 400
