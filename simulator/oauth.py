"""OAuth 2.0 over HTTP: tokens, revocation, discovery, and the connections a token can see."""

import base64
import binascii
from typing import Any
from urllib.parse import unquote

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulator.api import problem
from simulator.authority import Denied, Grant
from simulator.connections import shown
from simulator.keys import jwks
from simulator.state import State

CUSTOM_SCOPES = ("accounting.contacts", "accounting.settings.read")
NO_STORE = {"Cache-Control": "no-store"}


async def token(request: Request) -> Response:
    """POST /connect/token."""
    state: State = request.app.state.simulator
    form = await request.form()
    try:
        body = _tokens(state, request, form)
    except Denied as denied:
        return JSONResponse({"error": str(denied)}, 400, NO_STORE)
    return JSONResponse(body, headers=NO_STORE)


async def revocation(request: Request) -> Response:
    """POST /connect/revocation: ends every connection of the token's user. An unknown token is no error."""
    state: State = request.app.state.simulator
    form = await request.form()
    try:
        _check_client(state, request, form)
    except Denied as denied:
        return JSONResponse({"error": str(denied)}, 400)
    if _text(form, "token") in state.authority.refresh:
        state.authority.revoke_all()
        state.connections.clear()
    return Response(status_code=200)


async def list_connections(request: Request) -> Response:
    """GET /connections: a bare array."""
    state: State = request.app.state.simulator
    grant = _bearer(request, state)
    if grant is None:
        return problem(401, "Unauthorized", "AuthenticationUnsuccessful")
    given = {key.lower(): value for key, value in request.query_params.items()}
    listed = state.connections.listed(given.get("autheventid"))
    return JSONResponse([shown(c, state.tenants[c.tenant_id].name) for c in listed])


async def delete_connection(request: Request) -> Response:
    """DELETE /connections/{id}."""
    state: State = request.app.state.simulator
    if _bearer(request, state) is None:
        return problem(401, "Unauthorized", "AuthenticationUnsuccessful")
    deleted = state.connections.delete(request.path_params["id"])
    return Response(status_code=204 if deleted else 404)


async def discovery(request: Request) -> Response:
    """GET /.well-known/openid-configuration."""
    origin = issuer(request)
    return JSONResponse(
        {
            "issuer": origin,
            "jwks_uri": f"{origin}/.well-known/openid-configuration/jwks",
            "authorization_endpoint": f"{origin}/identity/connect/authorize",
            "token_endpoint": f"{origin}/connect/token",
            "revocation_endpoint": f"{origin}/connect/revocation",
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }
    )


async def keys(_request: Request) -> Response:
    """GET /.well-known/openid-configuration/jwks."""
    return JSONResponse(jwks())


def issuer(request: Request) -> str:
    """The simulator's own origin, as the caller addresses it."""
    return str(request.base_url).rstrip("/")


def _tokens(state: State, request: Request, form: FormData) -> dict[str, Any]:
    kind = _text(form, "grant_type")
    has_secret = _check_client(state, request, form)
    if kind == "authorization_code":
        if not has_secret and not _text(form, "code_verifier"):
            raise Denied("invalid_client")
        return state.authority.exchange(
            _text(form, "code"), _text(form, "redirect_uri"), _text(form, "code_verifier"), issuer(request)
        )
    if kind == "refresh_token":
        return state.authority.renew(_text(form, "refresh_token"), issuer(request))
    if kind == "client_credentials":
        return _custom(state, request, form, has_secret)
    raise Denied("unsupported_grant_type")


def _custom(state: State, request: Request, form: FormData, has_secret: bool) -> dict[str, Any]:
    """A custom connection: one organisation, no person, no refresh token."""
    if not has_secret:
        raise Denied("unauthorized_client")
    scopes = tuple(scope for scope in _text(form, "scope").split() if scope != "offline_access")
    state.connections.connect(state.first_tenant.id, "")
    return state.authority.issue(Grant(scopes or CUSTOM_SCOPES, "", state.clock.time()), issuer(request))


def _check_client(state: State, request: Request, form: FormData) -> bool:
    """Check the client, by Basic or by the form; True if it proved its secret."""
    client_id, secret = _text(form, "client_id"), form.get("client_secret")
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        client_id, secret = _basic(value)
    state.authority.check_client(client_id, str(secret) if secret is not None else None)
    return secret is not None


def _basic(value: str) -> tuple[str, str]:
    try:
        client_id, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise Denied("invalid_client") from None
    return unquote(client_id), unquote(secret)


def _bearer(request: Request, state: State) -> Grant | None:
    value = request.headers.get("authorization", "").partition(" ")[2].strip()
    found = state.authority.find(value)
    return found.grant if found and found.expires > state.clock.time() else None


def _text(form: FormData, key: str) -> str:
    return str(form.get(key) or "")


WELL_KNOWN = "/.well-known/openid-configuration"
ROUTES = [
    Route("/connect/token", token, methods=["POST"]),
    Route("/connect/revocation", revocation, methods=["POST"]),
    Route("/connections", list_connections, methods=["GET"]),
    Route("/connections/{id}", delete_connection, methods=["DELETE"]),
    Route(WELL_KNOWN, discovery, methods=["GET"]),
    Route(f"{WELL_KNOWN}/jwks", keys, methods=["GET"]),
]
