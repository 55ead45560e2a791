"""Xero's sign-in: OAuth 2.0 with PKCE (developer.xero.com, "The standard authorization code flow").

The SDK can neither build the consent address nor exchange a code, and its token calls know no time
limit, so these few calls are made directly. Nothing is repeated here: whoever calls decides.
"""

import base64
import hashlib
import json
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

import certifi
import jwt
import urllib3

from models.base import now
from services.errors import SettingsError, SignInNeeded, Unavailable
from services.gateways.xero import line
from services.gateways.xero.errors import KNOWN, seconds
from services.gateways.xero.mapping import text
from services.settings import get_settings

SCOPES = "offline_access openid profile email accounting.contacts accounting.settings.read"
REFUSED = "Xero no longer accepts the sign-in. Connect again."
LIFETIME = 1800
"""Seconds an access token lives, should Xero not say."""
LONGEST_LIFETIME = 86_400
"""A token that is said to live longer is renewed after this."""

LONGEST_SECONDS = 25.0
"""The longest that a call may take with its answer, however slowly that comes."""

_limits = urllib3.Timeout(connect=5.0, read=20.0)
_http = line.tell(urllib3.PoolManager(retries=False, timeout=_limits, ca_certs=certifi.where()))


@dataclass(frozen=True, slots=True)
class TokenPair:
    """An access token for calls, and the single-use refresh token for the next pair."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    expires_at: datetime

    def to_json(self) -> str:
        """The pair as text, to be encrypted."""
        return json.dumps(asdict(self) | {"expires_at": self.expires_at.isoformat()})

    @classmethod
    def from_json(cls, stored: str) -> "TokenPair":
        """The inverse of `to_json`."""
        values = json.loads(stored)
        return cls(values["access"], values["refresh"], datetime.fromisoformat(values["expires_at"]))


@dataclass(frozen=True, slots=True)
class Grant:
    """What a consent gave: tokens, who gave it, and the id that its organisations carry ("" if unknown)."""

    pair: TokenPair
    person: str
    event_id: str


@dataclass(frozen=True, slots=True)
class Granted:
    """An organisation that a sign-in may use. `remote_id` names Xero's own record of that permission."""

    remote_id: str
    tenant_id: str
    name: str


def authorize_url(state: str, verifier: str) -> str:
    """Where to send the person's browser. `verifier`: 43 to 128 random characters, kept until `exchange`."""
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    query = {
        "response_type": "code",
        "client_id": get_settings().xero_client_id,
        "redirect_uri": get_settings().callback_url,
        "scope": SCOPES,
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    return f"{get_settings().xero_login_url}/identity/connect/authorize?{urlencode(query, quote_via=quote)}"


def exchange(code: str, verifier: str) -> Grant:
    """Tokens for a code. Raises: SignInNeeded if Xero refuses the code; SettingsError; Unavailable."""
    values = _token_call(
        grant_type="authorization_code",
        code=code,
        redirect_uri=get_settings().callback_url,
        code_verifier=verifier,
    )
    pair = _pair(values, "")
    event_id = text(_claims(pair.access), "authentication_event_id")
    return Grant(pair, _person(_claims(text(values, "id_token"))), event_id)


def refresh(pair: TokenPair) -> TokenPair:
    """The next pair. Xero honours the old refresh token for 30 more minutes, in case this answer is lost.

    Raises: SignInNeeded if Xero has ended the sign-in; SettingsError; Unavailable.
    """
    return _pair(_token_call(grant_type="refresh_token", refresh_token=pair.refresh), pair.refresh)


def revoke(pair: TokenPair) -> None:
    """End a sign-in at Xero, and with it ALL organisations that this person connected to this app."""
    url = f"{get_settings().xero_identity_url}/connect/revocation"
    _answer("POST", url, _client_credentials(), fields={"token": pair.refresh}, encode_multipart=False)


def granted(access_token: str, event_id: str = "") -> list[Granted]:
    """The organisations a sign-in may use; with `event_id` only those chosen in that consent."""
    query = {"authEventId": event_id} if event_id else {}
    url = f"{get_settings().xero_api_url}/connections"
    status, found = _answer("GET", url, _bearer(access_token), fields=query)
    if status in (401, 403):
        raise SignInNeeded(REFUSED)
    if status != 200 or not isinstance(found, list):
        raise _unexpected(status)
    organisations = (item for item in found if isinstance(item, dict) and item.get("tenantType") == "ORGANISATION")
    return [
        Granted(text(item, "id"), text(item, "tenantId"), text(item, "tenantName") or "Organisation without name")
        for item in organisations
        if text(item, "id") and text(item, "tenantId")
    ]


def remove(access_token: str, remote_id: str) -> None:
    """Disconnect an organisation at Xero; harmless if it is disconnected already."""
    url = f"{get_settings().xero_api_url}/connections/{quote(remote_id, safe='')}"
    status, _ = _answer("DELETE", url, _bearer(access_token))
    if status in (401, 403):
        raise SignInNeeded(REFUSED)
    if status not in (200, 204, 404):
        raise _unexpected(status)


def _token_call(**fields: str) -> dict[str, Any]:
    url = f"{get_settings().xero_identity_url}/connect/token"
    status, values = _answer("POST", url, _client_credentials(), fields=fields, encode_multipart=False)
    values = values if isinstance(values, dict) else {}
    problem = values.get("error")
    if problem in ("invalid_client", "unauthorized_client"):
        raise SettingsError("Xero does not accept the settings XERO_CLIENT_ID and XERO_CLIENT_SECRET.")
    if problem == "invalid_grant":
        raise SignInNeeded("Xero ended the sign-in. Connect again.")
    if status != 200 or not text(values, "access_token"):
        raise _unexpected(status)
    return values


def _pair(values: dict[str, Any], earlier: str) -> TokenPair:
    lifetime = values.get("expires_in")
    lifetime = min(lifetime, LONGEST_LIFETIME) if isinstance(lifetime, int) and lifetime > 0 else LIFETIME
    refresh_token = text(values, "refresh_token") or earlier
    return TokenPair(text(values, "access_token"), refresh_token, now() + timedelta(seconds=lifetime))


def _claims(token: str) -> dict[str, Any]:
    """What a token says. It came straight from Xero over TLS, so its signature need not be checked."""
    try:
        return dict(jwt.decode(token, options={"verify_signature": False}))
    except (jwt.InvalidTokenError, TypeError):
        return {}


def _person(claims: dict[str, Any]) -> str:
    full_name = f"{text(claims, 'given_name')} {text(claims, 'family_name')}".strip()
    return full_name or text(claims, "name") or text(claims, "email")


def _client_credentials() -> dict[str, str]:
    settings = get_settings()
    return urllib3.make_headers(
        basic_auth=f"{settings.xero_client_id}:{settings.xero_client_secret.get_secret_value()}"
    )


def _bearer(access_token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {access_token}"}


def _answer(method: str, url: str, headers: dict[str, str], **body: Any) -> tuple[int, Any]:
    try:
        with line.one_call(LONGEST_SECONDS):
            answer = _http.request(method, url, headers={"Accept": "application/json", **headers}, **body)
    except KNOWN:
        raise Unavailable("Xero's sign-in could not be reached.") from None
    if answer.status == 429:
        raise Unavailable("Xero's sign-in is busy.", seconds(answer.headers.get("Retry-After")))
    try:
        return answer.status, json.loads(answer.data or b"null")
    except ValueError:
        return answer.status, None


def _unexpected(status: int) -> Unavailable:
    """Any other answer, even a 403, does not end a sign-in: it may come from a proxy on the way."""
    return Unavailable(f"Xero's sign-in cannot answer now (status {status}).")
