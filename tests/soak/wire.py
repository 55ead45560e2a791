"""The line to Xero in the histories: every call can be watched, and there need not be a web server.

`DirectClient` stands in for the SDK and calls the simulator's own handlers in this process: names, numbers,
idempotency keys, faults and the shape of every answer are the simulator's, and the store on top is the product's.
Only the token, the budget of calls and the sockets are missing; the histories that go over HTTP have them.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol
from urllib.parse import urlencode

from starlette.requests import Request

from services.errors import SyncError, Unavailable, Uncertain
from services.gateways.xero.errors import refusal
from simulator import api, contacts_api
from simulator.faults import Rule
from simulator.state import State, Tenant

Json = dict[str, Any]
PATH = f"{api.BASE}/Contacts"
PARAMETERS = {
    "page": "page", "page_size": "pageSize", "include_archived": "includeArchived", "order": "order",
    "where": "where", "search_term": "searchTerm",
}  # fmt: skip
HANDLERS = {
    "GET": contacts_api.list_contacts,
    "PUT": contacts_api.put_contacts,
    "POST": contacts_api.post_contacts,
}


class Client(Protocol):
    """What a store needs from its line."""

    def contacts(self, **query: Any) -> Json:
        """GET /Contacts."""

    def put_contacts(self, contacts: Sequence[Json], idempotency_key: str) -> Json:
        """PUT /Contacts."""

    def post_contacts(self, contacts: Sequence[Json]) -> Json:
        """POST /Contacts."""


class Watcher(Protocol):
    """Told of every call. `sent` are the contacts of a write, none for a read; either may raise."""

    def before(self, method: str, sent: Sequence[Json]) -> None:
        """The call is about to be made."""

    def after(self, method: str, sent: Sequence[Json]) -> None:
        """The call was answered, and the answer has not been used yet."""

    def between(self, stage: str, done: int, total: int) -> None:
        """A batch is done, and the next one not begun."""


class Wire:
    """A client whose calls somebody watches."""

    def __init__(self, client: Client, watcher: Watcher) -> None:
        self._client = client
        self._watcher = watcher

    def contacts(self, **query: Any) -> Json:
        return self._watched("GET", (), lambda: self._client.contacts(**query))

    def put_contacts(self, contacts: Sequence[Json], idempotency_key: str) -> Json:
        return self._watched("PUT", contacts, lambda: self._client.put_contacts(contacts, idempotency_key))

    def post_contacts(self, contacts: Sequence[Json]) -> Json:
        return self._watched("POST", contacts, lambda: self._client.post_contacts(contacts))

    def _watched(self, method: str, sent: Sequence[Json], call: Callable[[], Json]) -> Json:
        self._watcher.before(method, sent)
        answer = call()
        self._watcher.after(method, sent)
        return answer


class DirectClient:
    """A client that calls the simulator in this process."""

    def __init__(self, state: State, tenant: Tenant) -> None:
        self._state = state
        self._tenant = tenant

    def contacts(self, **query: Any) -> Json:
        since = str(query.pop("if_modified_since", ""))
        ids = {"IDs": ",".join(query.pop("i_ds"))} if "i_ds" in query else {}
        params = {PARAMETERS[name]: str(value) for name, value in query.items()} | ids
        return self._ask("GET", params, {"if-modified-since": since} if since else {}, b"")

    def put_contacts(self, contacts: Sequence[Json], idempotency_key: str) -> Json:
        return self._write("PUT", contacts, {"idempotency-key": idempotency_key})

    def post_contacts(self, contacts: Sequence[Json]) -> Json:
        return self._write("POST", contacts, {})

    def _write(self, method: str, contacts: Sequence[Json], headers: Mapping[str, str]) -> Json:
        body = json.dumps({"Contacts": list(contacts)}).encode()
        return self._ask(method, {"summarizeErrors": "false"}, headers, body)

    def _ask(self, method: str, params: Mapping[str, str], headers: Mapping[str, str], body: bytes) -> Json:
        rule = self._state.faults.next(method, PATH, self._tenant.id)
        if rule and rule.effect == "before" and rule.action != "truncate":
            raise _failure(rule, method != "GET")
        call = api.Call(_request(method, params, headers), self._state, self._tenant, body)
        reply = api._answered_once(call, HANDLERS[method])
        self._state.publish(by_app=True)
        if rule:
            raise _failure(rule, method != "GET")
        if reply.status_code >= 400:
            raise refusal(reply.status_code, reply.headers, bytes(reply.body), method != "GET")
        answer: Json = json.loads(bytes(reply.body))
        return answer


def _request(method: str, params: Mapping[str, str], headers: Mapping[str, str]) -> Request:
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    query = urlencode(params).encode()
    return Request({"type": "http", "method": method, "path": PATH, "query_string": query, "headers": raw})


def _failure(rule: Rule, writing: bool) -> SyncError:
    """What the product's client makes of a failed call; see `services.gateways.xero.errors`."""
    if rule.action == "status":
        return refusal(rule.status, rule.headers, rule.body.encode(), writing)
    return Uncertain("The answer was lost.") if writing else Unavailable("The answer was lost.")
