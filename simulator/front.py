"""The front door: records every call, applies faults, and publishes and saves what a call changed.

Paths match in any letter case, except what comes after /Contacts/ in the API, which may be a number.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib.parse import unquote_plus

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from simulator.faults import Rule
from simulator.state import State
from simulator.storage import Storage

API, IDENTITY = "/api.xro/", ("/connect/", "/connections", "/.well-known/")
HISTORY = "history"


class Front:
    """Wraps the whole application."""

    def __init__(self, app: ASGIApp, state: State, storage: Storage | None) -> None:
        self._app = app
        self._state = state
        self._storage = storage

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = scope["path"]
        scope = {**scope, "path": _matched(path), "raw_path": None}
        sender = _Sender(send, lambda: self._settle(path))
        if not scope["path"].startswith((API, *IDENTITY)):
            await self._app(scope, receive, sender)
            return
        call = self._record(scope, path)
        sender.call = call
        rule = self._state.faults.next(scope["method"], path, call["tenant"])
        if rule is None:
            await self._app(scope, receive, sender)
            return
        call["fault"] = rule.action
        await self._fail(rule, scope, receive, sender)

    def _record(self, scope: Scope, path: str) -> dict[str, Any]:
        headers = {key.decode("latin-1"): value.decode("latin-1") for key, value in scope["headers"]}
        call = {
            "time": self._state.clock.now().isoformat(),
            "method": scope["method"],
            "path": path,
            "query": unquote_plus(scope["query_string"].decode("latin-1")),
            "tenant": headers.get("xero-tenant-id", ""),
            "status": None,
            "fault": "",
            "idempotency_key": headers.get("idempotency-key", ""),
            "modified_since": headers.get("if-modified-since", ""),
        }
        self._state.calls.append(call)
        return call

    def _settle(self, path: str) -> None:
        """Before the answer leaves, what the call did goes into the history, to webhooks and into the state file."""
        self._state.publish(by_app=path.lower().startswith(API))
        if self._storage:
            self._storage.save(self._state)

    async def _fail(self, rule: Rule, scope: Scope, receive: Receive, sender: "_Sender") -> None:
        held = _Held()
        if rule.action == "delay" and rule.effect == "before":
            await self._delay(rule, scope)
            with suppress(ClientDisconnect):  # the client gave up waiting
                await self._app(scope, receive, sender)
            return
        if rule.effect == "after" or rule.action == "truncate":
            await self._app(scope, receive, held)
            self._settle(scope["path"])
        if rule.action == "delay":
            await asyncio.sleep(rule.seconds)
            await held.pass_on(sender)
        elif rule.action == "status":
            await _answer(rule, sender)
        elif rule.action == "truncate":
            await held.pass_on_half(sender)
            await _hang_up(scope, receive, abort=False)
        else:
            await _hang_up(scope, receive, abort=True)

    async def _delay(self, rule: Rule, scope: Scope) -> None:
        """The API waits after the limits are checked, so that a waiting call counts as one under way."""
        if scope["path"].startswith(API):
            scope["state"]["delay"] = rule.seconds
        else:
            await asyncio.sleep(rule.seconds)


class _Sender:
    """Passes an answer on, after noting its status and settling what the call did."""

    def __init__(self, send: Send, settle: Callable[[], None]) -> None:
        self.call: dict[str, Any] = {}
        self._send = send
        self._settle = settle

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.call["status"] = message["status"]
            self._settle()
        await self._send(message)


class _Held:
    """Keeps an answer back."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    async def __call__(self, message: Message) -> None:
        self.messages.append(message)

    async def pass_on(self, send: Send) -> None:
        """Send it after all."""
        for message in self.messages:
            await send(message)

    async def pass_on_half(self, send: Send) -> None:
        """Send the headers and the first half of the body."""
        body = b"".join(message.get("body", b"") for message in self.messages[1:])
        await send(self.messages[0])
        await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})


async def _answer(rule: Rule, send: Send) -> None:
    body = rule.body.encode()
    given = {key.lower(): value for key, value in rule.headers.items()}
    headers = {**given, "content-length": str(len(body))}
    raw = [(key.encode("latin-1"), value.encode("latin-1")) for key, value in headers.items()]
    await send({"type": "http.response.start", "status": rule.status, "headers": raw})
    await send({"type": "http.response.body", "body": body})


async def _hang_up(scope: Scope, receive: Receive, abort: bool) -> None:
    """Close the connection under the client; `abort` also drops what was not yet sent."""
    transport = scope["state"]["transport"]
    transport.abort() if abort else transport.close()
    while (await receive())["type"] != "http.disconnect":
        pass


def _matched(path: str) -> str:
    lowered = path.lower()
    if not lowered.startswith(API):
        return lowered
    parts = path.split("/")
    parts[5:] = [part.lower() if part.lower() == HISTORY else part for part in parts[5:]]
    return "/".join([*(part.lower() for part in parts[:4]), *parts[4:]])
