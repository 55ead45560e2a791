"""The accounting API: what every call must pass before it is answered.

In order: a valid token (401), the scope (401), a connected organisation (403), the limits (429), and for
writes a remembered answer to the same Idempotency-Key.
"""

import asyncio
import json
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from simulator.authority import Token
from simulator.idempotency import BadKey, fingerprint
from simulator.limits import Exceeded
from simulator.shapes import envelope
from simulator.state import State, Tenant

BASE = "/api.xro/2.0"
READ_CONTACTS = ("accounting.contacts", "accounting.contacts.read")
WRITE_CONTACTS = ("accounting.contacts",)
INVALID = {"ErrorNumber": 10, "Type": "ValidationException", "Message": "A validation exception occurred"}
NOT_FOUND = "The resource you're looking for cannot be found"
OFFLINE = "The organisation is temporarily offline"
JSON = "application/json; charset=utf-8"
ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)
WRITES = ("PUT", "POST", "PATCH")


@dataclass(frozen=True, slots=True)
class Call:
    """A call that passed the gate. `body` is raw; `state` is the whole simulator."""

    request: Request
    state: State
    tenant: Tenant
    body: bytes

    def answer(self, **content: Any) -> Response:
        """A successful answer in Xero's envelope."""
        head = envelope(self.state.options.provider, self.state.clock.ms(), str(uuid.uuid4()))
        return answer({**head, **content})


Handler = Callable[[Call], Response]
Endpoint = Callable[[Request], Awaitable[Response]]


def guarded(read_scopes: tuple[str, ...], write_scopes: tuple[str, ...], handler: Handler) -> Endpoint:
    """A route for calls with a token of the right scope and a connected organisation only.

    One of the scopes is enough. If none is named, none is needed.
    """

    async def endpoint(request: Request) -> Response:
        state: State = request.app.state.simulator
        token = _token(request, state)
        if isinstance(token, Response):
            return token
        needed = write_scopes if request.method in WRITES else read_scopes
        if needed and not set(token.grant.scopes) & set(needed):
            return _wrong_scope()
        tenant = _tenant(request, state, token)
        if tenant is None:
            return problem(403, "Forbidden", "AuthenticationUnsuccessful")
        return await _within_limits(request, state, tenant, handler)

    return endpoint


def answer(content: Any, status: int = 200) -> Response:
    """A JSON answer."""
    return Response(encoded(content), status, media_type=JSON)


def encoded(content: Any) -> bytes:
    """JSON in UTF-8, row by row: in one string, a single emoji would make every character take four bytes."""
    if not isinstance(content, dict):
        return ENCODER.encode(content).encode()
    members = (f'"{key}":'.encode() + _value(value) for key, value in content.items())
    return b"{" + b",".join(members) + b"}"


def problem(status: int, title: str, detail: str) -> Response:
    """A refusal before the API proper, in the shape of the real one."""
    instance = str(uuid.uuid4())
    content = {"Type": None, "Title": title, "Status": status, "Detail": detail, "Instance": instance}
    return answer(content if status == 403 else {**content, "Extensions": {}}, status)


def refusal(number: int, kind: str, message: str, status: int = 400) -> Response:
    """A refusal by the API proper."""
    return answer({"ErrorNumber": number, "Type": kind, "Message": message}, status)


def _value(value: Any) -> bytes:
    if not isinstance(value, list):
        return ENCODER.encode(value).encode()
    return b"[" + b",".join([ENCODER.encode(row).encode() for row in value]) + b"]"


def bad_body() -> Response:
    """The answer to a body that the call does not accept."""
    return refusal(14, "PostDataInvalidException", "JSON for post data was invalid")


def not_found() -> Response:
    """The answer to what does not exist. It is not JSON, unlike everything else."""
    return Response(NOT_FOUND, 404, media_type="text/html")


def _token(request: Request, state: State) -> Token | Response:
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    token = state.authority.find(value.strip()) if scheme.lower() == "bearer" else None
    if token is None:
        return problem(401, "Unauthorized", "AuthenticationUnsuccessful")
    if token.expires <= state.clock.time():
        when = datetime.fromtimestamp(token.expires, UTC).strftime("%m/%d/%Y %H:%M:%S")
        return problem(401, "Unauthorized", f"TokenExpired: token expired at {when}")
    return token


def _wrong_scope() -> Response:
    response = problem(401, "Unauthorized", "AuthorizationUnsuccessful")
    response.headers["WWW-Authenticate"] = 'Bearer error="insufficient_scope"'
    return response


def _tenant(request: Request, state: State, token: Token) -> Tenant | None:
    tenant_id = request.headers.get("xero-tenant-id", "").lower()
    if not token.grant.auth_event:
        return state.first_tenant if tenant_id in ("", state.first_tenant.id) else None
    return state.tenants.get(tenant_id) if state.connections.has(tenant_id) else None


async def _within_limits(request: Request, state: State, tenant: Tenant, handler: Handler) -> Response:
    if tenant.ledger.quirks.offline:
        return Response(OFFLINE, 503, media_type="text/plain")
    limits = state.limits
    if exceeded := limits.take(tenant.id):
        return _too_many(exceeded, limits.headers(tenant.id))
    limits.in_flight[tenant.id] += 1
    try:
        await asyncio.sleep(state.options.latency + getattr(request.state, "delay", 0.0))
        response = _answered_once(Call(request, state, tenant, await request.body()), handler)
    finally:
        limits.in_flight[tenant.id] -= 1
    response.headers.update({**limits.headers(tenant.id), "Xero-Correlation-Id": str(uuid.uuid4())})
    return response


def _too_many(exceeded: Exceeded, headers: dict[str, str]) -> Response:
    retry = {"Retry-After": str(exceeded.retry_after)} if exceeded.retry_after is not None else {}
    return Response(status_code=429, headers={"X-Rate-Limit-Problem": exceeded.limit, **retry, **headers})


def _answered_once(call: Call, handler: Handler) -> Response:
    key = call.request.headers.get("idempotency-key", "")
    if not key or call.request.method not in WRITES:
        return handler(call)
    url = f"{call.request.url.path}?{call.request.url.query}"
    print_ = fingerprint(call.request.method, url, call.tenant.id, call.body)
    answers = call.state.answers
    try:
        known = answers.find(key, print_)
    except BadKey as error:
        return refusal(0, "BadRequest", str(error))
    if known:
        return Response(known.body, known.status, media_type=known.media_type)
    response = handler(call)
    answers.remember(key, print_, response.status_code, response.media_type or JSON, bytes(response.body))
    return response
