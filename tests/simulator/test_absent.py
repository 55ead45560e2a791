"""What Xero does not have, and what the simulator does not have."""

import pytest

from tests.simulator.support import CONTACTS, Api


def test_an_address_that_xero_does_not_know_gets_a_404_in_html(api: Api) -> None:
    """[DOC]"""
    unknown = api.get("/api.xro/2.0/Nonsense")
    assert (unknown.status_code, unknown.headers["content-type"]) == (404, "text/html; charset=utf-8")


@pytest.mark.parametrize(("method", "path"), [("POST", "Organisation"), ("PUT", "Contacts/x"), ("DELETE", "Contacts")])
def test_a_method_that_a_resource_does_not_support_gets_a_501(api: Api, method: str, path: str) -> None:
    """[DOC] response codes: "The method you have called has not been implemented (e.g. POST Organisation)\""""
    refused = api.http.request(method, f"/api.xro/2.0/{path}", headers=api.headers, json={})
    assert refused.status_code == 501


def test_an_unknown_address_needs_a_token_and_an_organisation_too(api: Api) -> None:
    """[?]"""
    assert api.http.get("/api.xro/2.0/Nonsense").status_code == 401
    assert api.get(CONTACTS, headers={"xero-tenant-id": "x"}).status_code == 403


@pytest.mark.simulated("about the simulator itself")
def test_what_is_not_simulated_says_so(api: Api) -> None:
    absent = api.get("/api.xro/2.0/Invoices")
    assert absent.status_code == 501
    assert "the simulator: it has no invoices" in absent.text
    assert api.http.get("/api.xro/1.0/Contacts").status_code == 404
