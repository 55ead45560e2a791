"""The control routes: what people do in Xero itself."""

from typing import Any

import pytest

from tests.simulator.support import CONTACTS, Api

pytestmark = pytest.mark.simulated("about the simulator itself")


def test_a_person_edits_in_xero_and_the_api_shows_it(api: Api) -> None:
    contact_id = api.edit(create={"Name": "Acme", "IsCustomer": True})["ContactID"]
    api.edit(id=contact_id, change={"Name": "Acme 2", "Phones": [{"PhoneType": "DEFAULT", "PhoneNumber": "1"}]})
    (contact,) = api.get(page=1).json()["Contacts"]
    assert (contact["Name"], contact["IsCustomer"]) == ("Acme 2", True)


def test_becoming_a_customer_does_not_change_the_contact(api: Api) -> None:
    """[DOC] If-Modified-Since does not react to IsCustomer"""
    created = api.create("Acme")
    api.control("POST", "clock", {"advance": 60})
    edited = api.edit(id=created["ContactID"], change={"IsCustomer": True, "IsSupplier": True})
    assert (edited["IsCustomer"], edited["IsSupplier"]) == (True, True)
    assert edited["UpdatedDateUTC"] == created["UpdatedDateUTC"]


def test_edits_are_held_to_the_rules_of_xero(api: Api) -> None:
    api.create("Acme")
    refused = api.control("POST", "contacts", {"create": {"Name": "acme"}})
    assert refused.status_code == 400
    assert "already assigned" in refused.json()["refused"][0]


def test_an_archived_contact_is_restored_unless_its_name_is_taken(api: Api) -> None:
    """[3P] restoring is possible only in the screens"""
    contact_id = api.create("Acme")["ContactID"]
    api.edit(id=contact_id, archive=True)
    assert api.edit(id=contact_id, restore=True)["ContactStatus"] == "ACTIVE"
    api.edit(id=contact_id, archive=True)
    api.create("ACME")
    assert api.control("POST", "contacts", {"id": contact_id, "restore": True}).status_code == 400


def test_a_merged_contact_is_archived_and_points_to_the_survivor(api: Api) -> None:
    """[3P] seen only in paged lists and single contacts"""
    loser, survivor = api.create("Loser")["ContactID"], api.create("Survivor")["ContactID"]
    api.edit(id=loser, merge_into=survivor)
    paged = {c["Name"]: c for c in api.get(page=1, includeArchived="true").json()["Contacts"]}
    unpaged = {c["Name"]: c for c in api.get(includeArchived="true").json()["Contacts"]}
    assert paged["Loser"]["MergedToContactID"] == survivor
    assert paged["Loser"]["ContactStatus"] == "ARCHIVED"
    assert "MergedToContactID" not in unpaged["Loser"]
    assert api.get(f"{CONTACTS}/{loser}").json()["Contacts"][0]["MergedToContactID"] == survivor


def test_an_erased_contact_refuses_edits(api: Api) -> None:
    """[SPEC] GDPRREQUEST"""
    contact_id = api.create("Acme")["ContactID"]
    assert api.edit(id=contact_id, erase=True)["ContactStatus"] == "GDPRREQUEST"
    assert api.post({"ContactID": contact_id, "Name": "B"}).status_code == 400


def test_calls_are_recorded_and_control_calls_are_not(api: Api) -> None:
    api.control("DELETE", "calls")
    api.get(page=1, where='Name=="A B"')
    api.put({"Name": "A"}, key="k")
    listed, created = api.control("GET", "calls").json()["calls"]
    assert (listed["method"], listed["path"], listed["status"]) == ("GET", CONTACTS, 200)
    assert listed["query"] == 'page=1&where=Name=="A B"'
    assert listed["tenant"] == api.simulator.tenant_id
    assert created["idempotency_key"] == "k"


def test_a_dropped_call_is_recorded_without_a_status(api: Api) -> None:
    api.control("POST", "faults", {"action": "drop"})
    with pytest.raises(Exception, match=r".*"):
        api.get()
    call = api.control("GET", "calls").json()["calls"][-1]
    assert (call["status"], call["fault"]) == (None, "drop")


def test_the_clock_moves_and_ticks(api: Api) -> None:
    api.control("POST", "clock", {"set": "2030-01-01T00:00:00"})
    first = api.control("GET", "clock").json()["now"]
    second = api.control("GET", "clock").json()["now"]
    assert first.startswith("2030-01-01T00:00:0")
    assert first < second
    assert api.control("POST", "clock", {"advance": -3600}).json()["now"].startswith("2029-12-31T23:00:0")


def test_after_disconnecting_in_xero_calls_fail_but_refreshing_works(api: Api) -> None:
    """[3P]"""
    assert api.control("POST", "disconnect", {"tenant": api.simulator.tenant_id}).json() == {"disconnected": True}
    assert api.get().status_code == 403
    refreshed = api.ask(grant_type="refresh_token", refresh_token=api.token["refresh_token"])
    assert refreshed.status_code == 200
    assert api.http.get("/connections", headers=api.headers).json() == []


def test_revoking_voids_refresh_tokens(api: Api) -> None:
    """[DOC]"""
    api.control("POST", "revoke")
    refused = api.ask(grant_type="refresh_token", refresh_token=api.token["refresh_token"])
    assert refused.json() == {"error": "invalid_grant"}


def test_reset_begins_again_with_other_options(api: Api) -> None:
    api.create("Acme")
    tenants = api.control("POST", "reset", {"contacts": 12, "tenants": 2}).json()["tenants"]
    assert [tenant["contacts"] for tenant in tenants] == [12, 12]
    assert [tenant["connected"] for tenant in tenants] == [False, False]
    assert api.get().status_code == 401


def test_contacts_can_be_read_of_any_organisation(api: Api) -> None:
    api.control("POST", "reset", {"contacts": 3, "tenants": 2})
    second = api.control("GET", "tenants").json()["tenants"][1]["id"]
    contacts = api.control("GET", f"contacts?tenant={second}").json()["contacts"]
    assert len(contacts) == 3
    one = api.http.get("/_simulator/contacts", params={"tenant": second, "name": contacts[0]["Name"]}).json()
    assert one["contacts"] == contacts[:1]


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("contacts", {"id": "nobody", "archive": True}),
        ("contacts", {"tenant": "nowhere", "create": {"Name": "A"}}),
        ("contacts", {"create": "text"}),
        ("clock", {"set": "yesterday"}),
        ("clock", {"advance": "far"}),
        ("reset", {"mood": 1}),
        ("disconnect", {"tenant": "nowhere"}),
        ("clock", [1]),
    ],
)
def test_a_request_that_makes_no_sense_is_refused_with_a_reason(api: Api, what: str, body: Any) -> None:
    refused = api.control("POST", what, body)
    assert refused.status_code == 400
    assert refused.json()["error"]
