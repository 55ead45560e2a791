"""Quirks: behaviour of Xero that is not established, switched for each organisation."""

from typing import Any

import pytest

from tests.simulator.support import Api

pytestmark = pytest.mark.simulated("about the simulator itself")


def turn(api: Api, **switches: Any) -> None:
    assert api.control("POST", "quirks", switches).status_code == 200


def test_all_are_off_at_first_and_can_be_turned_for_one_organisation(api: Api) -> None:
    api.simulator.state.reset(tenants=2)
    second = list(api.simulator.state.tenants)[1]
    turn(api, tenant=second, offline=True)
    assert not any(api.control("GET", "quirks").json().values())
    assert api.control("GET", f"quirks?tenant={second}").json()["offline"] is True
    assert api.control("POST", "quirks", {"mood": True}).status_code == 400


def test_a_country_may_be_limited_to_letters(api: Api) -> None:
    """[SPEC] "[A-Z], [a-z] only"; contacts made by people break this, so it is off by default"""
    side = {"Name": "A", "Addresses": [{"AddressType": "POBOX", "Country": "Côte d'Ivoire"}]}
    assert api.put(side).status_code == 200
    turn(api, country_letters=True)
    assert api.put({**side, "Name": "B"}).status_code == 400
    assert api.put({"Name": "C", "Addresses": [{"AddressType": "POBOX", "Country": "New Zealand"}]}).status_code == 200


def test_a_summarised_batch_may_have_saved_its_good_elements(api: Api) -> None:
    turn(api, keeps_good=True)
    assert api.put({"Name": "Good"}, {"Name": ""}).status_code == 400
    assert api.names() == ["Good"]


def test_if_modified_since_may_leave_out_the_very_second_it_names(api: Api) -> None:
    api.control("POST", "clock", {"set": "2030-01-01T00:00:00.500"})
    api.token = api.simulator.sign_in()
    api.create("Acme")
    since = {"If-Modified-Since": "2030-01-01T00:00:00"}
    assert len(api.found(since, page=1)) == 1
    turn(api, skips_its_second=True)
    assert api.found(since, page=1) == []
    assert api.found(since, where='Name=="Acme"') == []
    assert len(api.found({"If-Modified-Since": "2029-12-31T23:59:59"}, page=1)) == 1


def test_merging_may_leave_the_time_of_the_last_change(api: Api) -> None:
    turn(api, quiet_merges=True)
    loser, survivor = api.create("Loser"), api.create("Survivor")
    api.wait(60)
    merged = api.edit(id=loser["ContactID"], merge_into=survivor["ContactID"])
    assert merged["UpdatedDateUTC"] == loser["UpdatedDateUTC"]


def test_an_organisation_may_be_offline(api: Api) -> None:
    """[DOC] response codes: organisation offline"""
    turn(api, offline=True)
    refused = api.get()
    assert (refused.status_code, refused.headers["content-type"]) == (503, "text/plain; charset=utf-8")
    assert api.http.get("/connections", headers=api.headers).status_code == 200
