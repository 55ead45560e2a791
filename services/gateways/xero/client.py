"""The SDK with its sharp edges taken off: one call at a time to one organisation, JSON in, JSON out.

What is changed, and why: the SDK would repeat GET and PUT by itself after a lost answer and would sleep
for hours on a Retry-After, so it does neither; it has no time limit by default, so every call has two;
it would renew tokens without a lock, so it only ever sees a finished header; its models refuse a whole
page for one odd value, so answers are read as JSON.
"""

import json
import logging
import re
import threading
from collections.abc import Callable, Sequence
from typing import Any

from urllib3 import Retry
from xero_python.accounting import AccountingApi
from xero_python.api_client import ApiClient
from xero_python.api_client.configuration import Configuration

from models.base import Json
from services.errors import Unavailable, Uncertain
from services.gateways.xero import line
from services.gateways.xero.errors import KNOWN, TokenRefused, translate
from services.records.quota import Budget
from services.settings import get_settings

Operation = Callable[..., Any]

TIMEOUT = (5.0, 30.0)
"""Seconds to connect, and between two bytes of an answer. The SDK ignores anything but a pair or an int."""

LONGEST_SECONDS = 60.0
"""For a call and its answer: if it took longer, the lease would run out and another worker would call again."""

RETRIES = Retry(
    total=1, connect=1, read=0, status=0, other=0, redirect=0, respect_retry_after_header=False
)  # fmt: skip
"""Only a connection that was never made is tried again."""

COUNT = re.compile("[0-9]{1,9}")

# urllib3 logs the addresses it calls, and a query may hold a contact's name.
logging.getLogger("urllib3").setLevel(logging.ERROR)


class Bearer(threading.local):
    """Takes the place of the SDK's self-renewing token: a header with this thread's token."""

    token = ""

    def get_auth_settings(self) -> Callable[..., Json]:
        """What the SDK calls to make the header."""
        return lambda api_client: {
            "type": "oauth2", "in": "header", "key": "Authorization", "value": f"Bearer {self.token}"
        }  # fmt: skip


class Client:
    """Calls to one organisation.

    `token(refused)` gives an access token, and a newer one than `refused` unless that is "".
    Each call is made within `budget`, which may refuse it and is told what Xero says about its limits.
    """

    def __init__(self, tenant_id: str, token: Callable[[str], str], budget: Budget) -> None:
        self._tenant_id = tenant_id
        self._token = token
        self._budget = budget
        self._bearer = Bearer()
        configuration = Configuration()  # copies of one object, which ignore arguments: set fields after
        configuration.oauth2_token = self._bearer
        sdk = ApiClient(configuration)
        line.tell(sdk.rest_client.pool_manager).connection_pool_kw["retries"] = RETRIES
        self._api = AccountingApi(sdk, base_url=f"{get_settings().xero_api_url}/api.xro/2.0")

    def contacts(self, **query: Any) -> Json:
        """GET /Contacts; `query` is named as in the SDK.

        An answer without a list is an error: read as an empty list, it would say that contacts are gone.
        """
        answer = self._call(self._api.get_contacts, False, query)
        if not isinstance(answer.get("Contacts"), list):
            raise Unavailable("Xero's answer holds no list of contacts.")
        return answer

    def organisations(self) -> Json:
        """GET /Organisation."""
        return self._call(self._api.get_organisations, False, {})

    def put_contacts(self, contacts: Sequence[Json], idempotency_key: str) -> Json:
        """PUT /Contacts, which only ever creates; every element is answered for itself."""
        body = {"contacts": {"Contacts": list(contacts)}, "idempotency_key": idempotency_key}
        return self._call(self._api.create_contacts, True, {**body, "summarize_errors": "false"})

    def post_contacts(self, contacts: Sequence[Json]) -> Json:
        """POST /Contacts. Each must carry a ContactID: without one, Xero overwrites the contact of that name.

        There is no idempotency key on purpose: A → B → A within six minutes would replay the first answer.
        """
        body = {"contacts": {"Contacts": list(contacts)}, "summarize_errors": "false"}
        return self._call(self._api.update_or_create_contacts, True, body)

    def _call(self, operation: Operation, writing: bool, params: Json) -> Json:
        token = self._token("")
        try:
            return self._send(operation, writing, params, token)
        except TokenRefused:
            return self._send(operation, writing, params, self._token(token))

    def _send(self, operation: Operation, writing: bool, params: Json, token: str) -> Json:
        with self._budget.call():
            self._bearer.token = token
            try:
                with line.one_call(LONGEST_SECONDS):
                    answer = operation(self._tenant_id, _preload_content=False, _request_timeout=TIMEOUT, **params)
                    body = answer.data
            except KNOWN as error:
                raise translate(error, writing) from None
        left = answer.headers.get("X-DayLimit-Remaining", "")
        if COUNT.fullmatch(left):
            self._budget.note_remaining(int(left))
        return _json_object(body, writing)


def _json_object(body: bytes, writing: bool) -> Json:
    try:
        parsed = json.loads(body)
    except ValueError:
        parsed = None
    if isinstance(parsed, dict):
        return parsed
    if writing:
        raise Uncertain("Xero's answer to a write cannot be read.")
    raise Unavailable("Xero's answer cannot be read.")
