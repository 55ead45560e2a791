"""Who may do what, and for how long: consents, codes, access and refresh tokens.

Lifetimes are Xero's: a code is valid for 5 minutes and one use, an access token for 30 minutes, a refresh token for 60
days. Each refresh gives a new refresh token; the one before it may be used again for 30 minutes, so that a client that
lost the answer can retry.
"""

import base64
import hashlib
import secrets
import uuid
from dataclasses import asdict, dataclass, field
from typing import Any

from simulator.clock import Clock
from simulator.keys import sign

CODE_SECONDS = 5 * 60
ACCESS_SECONDS = 30 * 60
REFRESH_SECONDS = 60 * 86400
GRACE_SECONDS = 30 * 60
ID_TOKEN_SECONDS = 5 * 60
USER_ID = "7d3c1f52-1f1b-4ce5-9b1c-0f4a5d2e9a11"
USER_EMAIL = "demo.user@practice.example"


class Denied(Exception):
    """A token request that is refused; the text is OAuth's error code."""


@dataclass(slots=True)
class Grant:
    """What one consent allows. `auth_event` is "" for a custom connection."""

    scopes: tuple[str, ...]
    auth_event: str
    at: float


@dataclass(slots=True)
class Code:
    """An authorisation code and what its exchange must repeat."""

    grant: Grant
    redirect_uri: str
    challenge: str
    nonce: str


@dataclass(slots=True)
class Token:
    """An access or refresh token; `used_at` is when a refresh token was first exchanged."""

    grant: Grant
    expires: float
    used_at: float | None = None


@dataclass(slots=True)
class Authority:
    """All that was granted. Methods raise Denied where OAuth answers with an error."""

    clock: Clock
    client_id: str
    client_secret: str
    codes: dict[str, Code] = field(default_factory=dict)
    access: dict[str, Token] = field(default_factory=dict)
    refresh: dict[str, Token] = field(default_factory=dict)
    revision: int = 0

    def grant_code(self, scopes: tuple[str, ...], redirect_uri: str, challenge: str, nonce: str) -> tuple[str, str]:
        """A person allowed access: a code, and the id of this consent."""
        grant = Grant(scopes, str(uuid.uuid4()), self.clock.time())
        code = secrets.token_urlsafe(32)
        self.codes[code] = Code(grant, redirect_uri, challenge, nonce)
        self.revision += 1
        return code, grant.auth_event

    def check_client(self, client_id: str, client_secret: str | None) -> None:
        """Refuse a wrong id or secret. A `secret` of None means a public client, which proves itself with PKCE."""
        known = secrets.compare_digest(client_id.encode(), self.client_id.encode())
        if not known or (
            client_secret is not None
            and not secrets.compare_digest(client_secret.encode(), self.client_secret.encode())
        ):
            raise Denied("invalid_client")

    def exchange(self, code: str, redirect_uri: str, verifier: str, issuer: str) -> dict[str, Any]:
        """Tokens for a code. The code is used up even if they are refused."""
        found = self.codes.pop(code, None)
        self.revision += 1
        if found is None or self.clock.time() - found.grant.at > CODE_SECONDS:
            raise Denied("invalid_grant")
        if found.redirect_uri != redirect_uri or not _proves(found.challenge, verifier):
            raise Denied("invalid_grant")
        return self.issue(found.grant, issuer, found.nonce)

    def renew(self, refresh_token: str, issuer: str) -> dict[str, Any]:
        """New tokens for a refresh token."""
        now = self.clock.time()
        found = self.refresh.get(refresh_token)
        if found is None or now > found.expires:
            raise Denied("invalid_grant")
        if found.used_at is not None and now - found.used_at > GRACE_SECONDS:
            raise Denied("invalid_grant")
        found.used_at = found.used_at or now
        return self.issue(found.grant, issuer)

    def issue(self, grant: Grant, issuer: str, nonce: str = "") -> dict[str, Any]:
        """The body of a successful token answer."""
        now = self.clock.time()
        self._forget_expired(now)
        claims = self._access_claims(grant, issuer, int(now))
        token = sign(claims)
        self.access[token] = Token(grant, now + ACCESS_SECONDS)
        body = {"access_token": token, "expires_in": ACCESS_SECONDS, "token_type": "Bearer"}
        if "openid" in grant.scopes:
            body = {"id_token": sign(self._identity_claims(grant, issuer, int(now), nonce)), **body}
        if "offline_access" in grant.scopes:
            body["refresh_token"] = secrets.token_urlsafe(32)
            self.refresh[str(body["refresh_token"])] = Token(grant, now + REFRESH_SECONDS)
        self.revision += 1
        return {**body, "scope": " ".join(grant.scopes)}

    def find(self, access_token: str) -> Token | None:
        """The access token, expired or not; None if it was never issued or was revoked."""
        return self.access.get(access_token)

    def revoke_all(self) -> None:
        """The user revoked access: every refresh token is void; access tokens stay valid until they expire."""
        self.refresh.clear()
        self.codes.clear()
        self.revision += 1

    def dump(self) -> dict[str, Any]:
        """What a state file keeps. Codes expire too soon to be worth keeping."""
        return {
            kind: {key: asdict(token) for key, token in getattr(self, kind).items()} for kind in ("access", "refresh")
        }

    def load(self, stored: dict[str, Any]) -> None:
        """The inverse of `dump`."""
        for kind in ("access", "refresh"):
            setattr(self, kind, {key: _token(row) for key, row in stored[kind].items()})
        self.revision += 1

    def _forget_expired(self, now: float) -> None:
        day = 86400
        self.access = {key: token for key, token in self.access.items() if token.expires > now - day}
        self.refresh = {
            key: token
            for key, token in self.refresh.items()
            if token.expires > now and (token.used_at is None or now - token.used_at <= GRACE_SECONDS)
        }

    def _access_claims(self, grant: Grant, issuer: str, now: int) -> dict[str, Any]:
        person = {"sub": _subject(), "xero_userid": USER_ID, "authentication_event_id": grant.auth_event}
        return {
            "nbf": now, "exp": now + ACCESS_SECONDS, "iss": issuer, "aud": f"{issuer}/resources",
            "client_id": self.client_id, **(person if grant.auth_event else {}), "auth_time": int(grant.at),
            "jti": secrets.token_hex(16), "scope": list(grant.scopes),
        }  # fmt: skip

    def _identity_claims(self, grant: Grant, issuer: str, now: int, nonce: str) -> dict[str, Any]:
        claims = {
            "nbf": now, "exp": now + ID_TOKEN_SECONDS, "iss": issuer, "aud": self.client_id, "iat": now,
            "sid": secrets.token_hex(16), "sub": _subject(), "auth_time": int(grant.at),
            "xero_userid": USER_ID, "global_session_id": secrets.token_hex(16),
            "preferred_username": USER_EMAIL, "email": USER_EMAIL, "given_name": "Demo",
            "family_name": "User", "name": "Demo User",
        }  # fmt: skip
        return {**claims, "nonce": nonce} if nonce else claims


def _subject() -> str:
    return hashlib.sha256(USER_ID.encode()).hexdigest()[:32]


def _token(row: dict[str, Any]) -> Token:
    grant = row["grant"]
    scopes = tuple(grant["scopes"])
    return Token(Grant(scopes, grant["auth_event"], grant["at"]), row["expires"], row["used_at"])


def _proves(challenge: str, verifier: str) -> bool:
    """PKCE S256: the verifier must fit the challenge; without a challenge there must be none."""
    if not challenge:
        return not verifier
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    return secrets.compare_digest(digest, challenge)
