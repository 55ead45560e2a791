"""The page on which a person allows the app to access an organisation, and where that page sends them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from simulator.html import page
from simulator.state import State, Tenant

CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43,128}")
ALL = "all"
ALLOWS = {
    "accounting.contacts": "View and manage your contacts",
    "accounting.contacts.read": "View your contacts",
    "accounting.settings": "View and manage your organisation settings",
    "accounting.settings.read": "View your organisation settings",
    "offline_access": "Keep access while you are away",
    "openid": "Know who you are",
    "profile": "See your name",
    "email": "See your email address",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A valid authorisation request."""

    redirect_uri: str
    scopes: tuple[str, ...]
    state: str
    challenge: str
    nonce: str

    def reply(self, **answer: str) -> Response:
        """Send the person back to the app; `state` goes back exactly as it came."""
        query = urlencode({**answer, **({"state": self.state} if self.state else {})})
        joint = "&" if urlsplit(self.redirect_uri).query else "?"
        return RedirectResponse(f"{self.redirect_uri}{joint}{query}", 302)


class BadRequest(Exception):
    """The request is not safe to send back to the app; the person is told why."""


async def ask(request: Request) -> Response:
    """GET /identity/connect/authorize: show who asks for what."""
    state: State = request.app.state.simulator
    try:
        asked = _asked(request.query_params, state)
    except BadRequest as error:
        return page("message.html", 400, title="Xero cannot continue", message=str(error))
    return page(
        "consent.html",
        app=state.options.provider,
        tenants=list(state.tenants.values()),
        connected=[c.tenant_id for c in state.connections.listed()],
        allows=[ALLOWS.get(scope, scope) for scope in asked.scopes],
        host=urlsplit(asked.redirect_uri).netloc,
        all=ALL,
    )


async def decide(request: Request) -> Response:
    """POST to the same address: the person pressed Allow access or Cancel."""
    state: State = request.app.state.simulator
    try:
        asked = _asked(request.query_params, state)
    except BadRequest as error:
        return page("message.html", 400, title="Xero cannot continue", message=str(error))
    form = await request.form()
    if form.get("decision") != "allow":
        return asked.reply(error="access_denied", error_description="The user cancelled.")
    tenants = _chosen(state, str(form.get("tenant") or state.first_tenant.id))
    if not tenants:
        return page("message.html", 400, title="Xero cannot continue", message="Choose an organisation.")
    code, auth_event = state.authority.grant_code(asked.scopes, asked.redirect_uri, asked.challenge, asked.nonce)
    for tenant in tenants:
        state.connections.connect(tenant.id, auth_event)
    return asked.reply(code=code, scope=" ".join(asked.scopes))


def _chosen(state: State, tenant: str) -> list[Tenant]:
    return [t for t in state.tenants.values() if tenant in (ALL, t.id)]


def _asked(query: Mapping[str, str], state: State) -> Asked:
    if query.get("client_id") != state.options.client_id:
        raise BadRequest("unauthorized_client: no app has this client_id.")
    redirect_uri = query.get("redirect_uri", "")
    if not _may_return_to(redirect_uri):
        raise BadRequest("invalid_request: redirect_uri must be https, or http://localhost.")
    if query.get("response_type") != "code":
        raise BadRequest("unsupported_response_type: response_type must be code.")
    scopes = tuple(query.get("scope", "").split())
    if not scopes:
        raise BadRequest("invalid_scope: scope is missing.")
    challenge = query.get("code_challenge", "")
    if challenge and (query.get("code_challenge_method") != "S256" or not CHALLENGE.fullmatch(challenge)):
        raise BadRequest("invalid_request: code_challenge must be S256.")
    return Asked(redirect_uri, scopes, query.get("state", ""), challenge, query.get("nonce", ""))


def _may_return_to(uri: str) -> bool:
    """Xero allows redirect URIs with https, and with http only for localhost."""
    parts = urlsplit(uri)
    at_localhost = (parts.scheme, parts.hostname) == ("http", "localhost")
    return bool(parts.netloc) and (parts.scheme == "https" or at_localhost)


PATH = "/identity/connect/authorize"
ROUTES = [Route(PATH, ask, methods=["GET"]), Route(PATH, decide, methods=["POST"])]
