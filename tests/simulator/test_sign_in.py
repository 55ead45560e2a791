"""Consent, tokens and connections."""

import base64
import hashlib
import re

import httpx
import jwt
import pytest

from tests.simulator.support import APP, CALLBACK, Api, answered, authorize_url

pytestmark = pytest.mark.simulated("a person has to consent in a browser")

HALF_HOUR, SIXTY_DAYS = 1800, 60 * 86400
VERIFIER = "a-verifier-of-at-least-forty-three-characters-long"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


def consent(api: Api, decision: str = "allow", tenant: str = "", **changes: str) -> dict[str, str]:
    return answered(api.http.post(authorize_url(**changes), data={"decision": decision, "tenant": tenant}))


def exchange(api: Api, code: str, **changes: str) -> httpx.Response:
    return api.ask(**{"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, **changes})


def refresh(api: Api, token: str) -> httpx.Response:
    return api.ask(grant_type="refresh_token", refresh_token=token)


def test_the_consent_page_says_who_asks_for_which_organisation(api: Api) -> None:
    """[DOC]"""
    page = api.http.get(authorize_url())
    assert page.status_code == 200
    assert "Demo Company (NZ)" in page.text
    assert "Allow access" in page.text
    assert "Cancel" in page.text


def test_with_several_organisations_the_person_chooses(api: Api) -> None:
    """[DOC]"""
    api.simulator.state.reset(tenants=3)
    assert api.http.get(authorize_url()).text.count("<option") == 4
    second = list(api.simulator.state.tenants)[1]
    consent(api, tenant=second)
    assert [c.tenant_id for c in api.simulator.state.connections.listed()] == [second]
    consent(api, tenant="all")
    assert len(api.simulator.state.connections.listed()) == 3


def test_allowing_gives_a_code_and_returns_the_state_unchanged(api: Api) -> None:
    """[DOC] auth flow"""
    reply = consent(api, state="a b/ü&c")
    assert reply["state"] == "a b/ü&c"
    tokens = exchange(api, reply["code"])
    assert tokens.status_code == 200
    assert set(tokens.json()) == {"access_token", "expires_in", "token_type", "refresh_token", "scope"}


def test_cancelling_says_access_denied(api: Api) -> None:
    """[DOC]"""
    assert consent(api, decision="cancel")["error"] == "access_denied"


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "someone"},
        {"redirect_uri": ""},
        {"redirect_uri": "http://127.0.0.1:8501/oauth/callback"},
        {"redirect_uri": "http://practice.example/cb"},
        {"redirect_uri": "javascript:alert(1)"},
        {"response_type": "token"},
        {"scope": ""},
        {"code_challenge": CHALLENGE, "code_challenge_method": "plain"},
        {"code_challenge": "short", "code_challenge_method": "S256"},
    ],
)
def test_a_request_that_cannot_be_trusted_stays_on_an_error_page(api: Api, changes: dict[str, str]) -> None:
    """[DOC] also: plain http only for localhost"""
    assert api.http.get(authorize_url(**changes)).status_code == 400
    assert api.http.post(authorize_url(**changes), data={"decision": "allow"}).status_code == 400


def test_what_the_app_sends_is_escaped_on_the_page(api: Api) -> None:
    page = api.http.get(authorize_url(scope="<script>alert(1)</script>", redirect_uri="https://<b>.example/"))
    assert "<script>" not in page.text
    assert "<b>" not in page.text


def test_a_code_works_once_and_for_five_minutes(api: Api) -> None:
    """[DOC]"""
    code = consent(api)["code"]
    assert exchange(api, code).status_code == 200
    assert exchange(api, code).json() == {"error": "invalid_grant"}
    late = consent(api)["code"]
    api.control("POST", "clock", {"advance": 301})
    assert exchange(api, late).json() == {"error": "invalid_grant"}


def test_a_code_is_bound_to_its_redirect_uri_and_verifier(api: Api) -> None:
    """[DOC] PKCE"""
    pkce = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}
    elsewhere = exchange(api, consent(api)["code"], redirect_uri="https://elsewhere.example/")
    assert elsewhere.json() == {"error": "invalid_grant"}
    assert exchange(api, consent(api, **pkce)["code"]).json() == {"error": "invalid_grant"}
    assert exchange(api, consent(api, **pkce)["code"], code_verifier=VERIFIER).status_code == 200
    assert exchange(api, consent(api)["code"], code_verifier=VERIFIER).json() == {"error": "invalid_grant"}


def test_the_client_authenticates_in_the_form_or_the_header(api: Api) -> None:
    """[SDK] official clients do one or the other"""
    form = {"grant_type": "authorization_code", "redirect_uri": CALLBACK}
    basic = api.http.post(
        "/connect/token",
        data={**form, "code": consent(api)["code"]},
        auth=(APP["client_id"], APP["client_secret"]),
    )
    assert basic.status_code == 200
    wrong = api.http.post("/connect/token", data={**form, "code": consent(api)["code"]}, auth=("demo", "wrong"))
    assert (wrong.status_code, wrong.json()) == (400, {"error": "invalid_client"})
    assert exchange(api, consent(api)["code"], client_secret="wrong").json() == {"error": "invalid_client"}


def test_a_refresh_gives_a_new_token_and_the_old_one_may_be_retried_for_half_an_hour(api: Api) -> None:
    """[DOC] FAQ oauth2"""
    old = api.token["refresh_token"]
    renewed = refresh(api, old).json()
    assert renewed["refresh_token"] != old
    assert refresh(api, old).status_code == 200
    api.control("POST", "clock", {"advance": HALF_HOUR + 1})
    assert refresh(api, old).json() == {"error": "invalid_grant"}
    assert refresh(api, renewed["refresh_token"]).status_code == 200


def test_a_refresh_token_lasts_sixty_days(api: Api) -> None:
    """[DOC]"""
    api.control("POST", "clock", {"advance": SIXTY_DAYS + 1})
    assert refresh(api, api.token["refresh_token"]).json() == {"error": "invalid_grant"}


def test_without_offline_access_there_is_no_refresh_token(api: Api) -> None:
    """[DOC]"""
    assert "refresh_token" not in api.simulator.sign_in("accounting.contacts")


def test_an_access_token_expires_after_half_an_hour(api: Api) -> None:
    """[3P] the body is that of the live API"""
    api.control("POST", "clock", {"advance": HALF_HOUR})
    refused = api.get()
    assert refused.status_code == 401
    assert list(refused.json()) == ["Type", "Title", "Status", "Detail", "Instance", "Extensions"]
    assert re.match(r"TokenExpired: token expired at \d\d/\d\d/\d{4} ", refused.json()["Detail"])


def test_an_access_token_is_a_jwt_that_names_its_consent(api: Api) -> None:
    """[DOC]"""
    claims = jwt.decode(api.token["access_token"], options={"verify_signature": False})
    connection = api.http.get("/connections", headers=api.headers).json()[0]
    assert claims["authentication_event_id"] == connection["authEventId"]
    assert claims["xero_userid"]
    assert "accounting.contacts" in claims["scope"]


def test_an_id_token_comes_with_openid_and_verifies_with_the_published_keys(api: Api) -> None:
    """[DOC]"""
    found = api.http.get("/.well-known/openid-configuration").json()
    keys = jwt.PyJWKSet.from_dict(api.http.get(found["jwks_uri"]).json())
    claims = jwt.decode(
        api.token["id_token"],
        keys["simulator"].key,
        algorithms=["RS256"],
        audience="demo",
        issuer=found["issuer"],
    )
    assert claims["email"]
    assert "id_token" not in api.simulator.sign_in("accounting.contacts")


@pytest.mark.parametrize("value", ["", "Bearer", "Bearer nonsense", "Basic ZGVtbw=="])
def test_without_a_valid_token_the_answer_is_401(api: Api, value: str) -> None:
    """[DOC]"""
    assert api.get(headers={"Authorization": value}).status_code == 401
    assert api.http.get("/connections", headers={"Authorization": value}).status_code == 401


def test_a_missing_scope_is_reported_in_a_header(api: Api) -> None:
    """[3P] insufficient_scope"""
    api.token = api.simulator.sign_in("accounting.contacts.read")
    assert api.get().status_code == 200
    for refused in (api.put({"Name": "A"}), api.get("/api.xro/2.0/Organisation")):
        assert refused.status_code == 401
        assert "insufficient_scope" in refused.headers["WWW-Authenticate"]


@pytest.mark.parametrize("tenant", ["", "00000000-0000-0000-0000-000000000000", "nonsense"])
def test_a_missing_or_wrong_organisation_gets_a_403(api: Api, tenant: str) -> None:
    """[DOC] troubleshooting"""
    refused = api.get(headers={"xero-tenant-id": tenant})
    assert refused.status_code == 403
    assert refused.json()["Detail"] == "AuthenticationUnsuccessful"


def test_connections_are_a_bare_array_with_dotnet_times(api: Api) -> None:
    """[SPEC] [DOC]"""
    (connection,) = api.http.get("/connections", headers=api.headers).json()
    assert connection["tenantId"] == api.simulator.tenant_id
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}", connection["createdDateUtc"])
    by_event = {"authEventId": connection["authEventId"]}
    assert len(api.http.get("/connections", headers=api.headers, params=by_event).json()) == 1
    other = {"authEventId": "00000000-0000-0000-0000-000000000000"}
    assert api.http.get("/connections", headers=api.headers, params=other).json() == []


def test_connecting_again_keeps_the_connection_and_updates_its_time(api: Api) -> None:
    """[DOC]"""
    (before,) = api.http.get("/connections", headers=api.headers).json()
    api.control("POST", "clock", {"advance": 60})
    consent(api)
    (after,) = api.http.get("/connections", headers=api.headers).json()
    assert (after["id"], after["createdDateUtc"]) == (before["id"], before["createdDateUtc"])
    assert after["updatedDateUtc"] > before["updatedDateUtc"]
    assert after["authEventId"] != before["authEventId"]


def test_deleting_a_connection_ends_access_to_the_organisation(api: Api) -> None:
    """[SPEC]"""
    (connection,) = api.http.get("/connections", headers=api.headers).json()
    path = f"/connections/{connection['id']}"
    assert api.http.delete(path, headers=api.headers).status_code == 204
    assert api.http.delete(path, headers=api.headers).status_code == 404
    assert api.get().status_code == 403


def test_revoking_a_refresh_token_removes_all_connections(api: Api) -> None:
    """[DOC]"""
    done = api.http.post("/connect/revocation", data={**APP, "token": api.token["refresh_token"]})
    assert (done.status_code, done.content) == (200, b"")
    assert api.get().status_code == 403
    assert refresh(api, api.token["refresh_token"]).json() == {"error": "invalid_grant"}


def test_a_custom_connection_needs_no_consent_and_no_tenant_header(api: Api) -> None:
    """[DOC] custom integrations"""
    token = api.ask(grant_type="client_credentials").json()
    assert "refresh_token" not in token
    listed = api.http.get("/api.xro/2.0/Contacts", headers={"Authorization": f"Bearer {token['access_token']}"})
    assert listed.status_code == 200


def test_an_unknown_grant_type_is_refused(api: Api) -> None:
    """[DOC] OAuth 2.0"""
    assert api.ask(grant_type="password").json() == {"error": "unsupported_grant_type"}
    public = api.http.post("/connect/token", data={"grant_type": "client_credentials", "client_id": "demo"})
    assert public.json() == {"error": "unauthorized_client"}
