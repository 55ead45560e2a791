"""Working on the simulated Xero from outside its API: edit as a person would there, count calls, cause faults."""

import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from services import connection
from services.access import SYSTEM, Principal
from services.connection import ConsentItem

REFUSED = '{"Type": "ValidationException", "Message": "A validation exception occurred", "Elements": []}'
"""What Xero says of a call that it refuses as a whole."""


def ask(verb: str, url: str, /, **what: Any) -> httpx.Response:
    """One request over plain http. httpx would first load all certificates, which takes longer than most answers."""
    return httpx.request(verb, url, verify=False, timeout=30, **what)


@dataclass(frozen=True, slots=True)
class Xero:
    """The control side of a running simulator at `url`."""

    url: str

    def _ask(self, verb: str, what: str, /, **body: Any) -> dict[str, Any]:
        reply = ask(verb, f"{self.url}/_simulator/{what}", json=body or None)
        reply.raise_for_status()
        answer: dict[str, Any] = reply.json()
        return answer

    def contacts(self, **which: str) -> list[dict[str, Any]]:
        """All contacts, archived too, or those with this `id` or `name`."""
        reply = ask("GET", f"{self.url}/_simulator/contacts", params=which)
        found: list[dict[str, Any]] = reply.json()["contacts"]
        return found

    def contact(self, xero_id: str) -> dict[str, Any]:
        """One contact by its id."""
        return self.contacts(id=xero_id)[0]

    def create(self, name: str, email: str = "", *, customer: bool = True, **values: Any) -> str:
        """Add a contact as in Xero's own screen. Returns its id."""
        element = {"Name": name, "EmailAddress": email, "IsCustomer": customer, **values}
        return str(self._ask("POST", "contacts", create=element)["contact"]["ContactID"])

    def change(self, xero_id: str, **values: Any) -> None:
        """Change fields of a contact, named as in Xero's API."""
        self._ask("POST", "contacts", id=xero_id, change=values)

    def archive(self, xero_id: str) -> None:
        """Archive a contact."""
        self._ask("POST", "contacts", id=xero_id, archive=True)

    def restore(self, xero_id: str) -> None:
        """Restore an archived contact."""
        self._ask("POST", "contacts", id=xero_id, restore=True)

    def merge(self, loser: str, survivor: str) -> None:
        """Merge one contact into another."""
        self._ask("POST", "contacts", id=loser, merge_into=survivor)

    def fault(self, **rule: Any) -> None:
        """Make the next matching calls fail."""
        self._ask("POST", "faults", **rule)

    def forget_faults(self) -> None:
        """Let all calls succeed again."""
        self._ask("DELETE", "faults")

    def control(self, what: str, /, **body: Any) -> dict[str, Any]:
        """Any other control request."""
        return self._ask("POST", what, **body)

    def webhook(self) -> dict[str, Any]:
        """The webhook as it stands: its `status`, what is `waiting`, and the `deliveries` so far."""
        return self._ask("GET", "webhooks")

    def tell_webhook(self) -> None:
        """Wait until every event so far was delivered, or lost on request."""
        deadline = time.monotonic() + 5
        while self.webhook()["waiting"]:
            assert time.monotonic() < deadline, "The events were not taken."
            time.sleep(0.01)

    def calls(self, method: str = "", path: str = "/api.xro/2.0/Contacts") -> list[dict[str, Any]]:
        """The API calls seen so far, oldest first."""
        seen = self._ask("GET", "calls")["calls"]
        return [call for call in seen if path.lower() in call["path"].lower() and method in ("", call["method"])]

    def forget_calls(self) -> None:
        """Start counting again."""
        self._ask("DELETE", "calls")


def consented(tenant: str = "", admin: Principal = SYSTEM) -> ConsentItem:
    """Go through the real consent page for one organisation (the first, unless named) or for "all".

    Returns how the consent stands.
    """
    start = connection.begin(admin)
    reply = ask("POST", start.url, data={"decision": "allow", "tenant": tenant})
    query = {name: values[0] for name, values in parse_qs(urlsplit(reply.headers["location"]).query).items()}
    return connection.finish(query["state"], query.get("code", ""), query.get("error", ""))


def consent() -> str:
    """Connect the first organisation as an admin would, also again. Returns the connection's id."""
    given = consented()
    assert given.connection_id, given.message
    return given.connection_id


def connect(type_filter: str = "all", no_match_policy: str = "create") -> str:
    """Connect and set up. Returns the connection's id."""
    connection_id = consent()
    setup = connection.Setup(type_filter, type_filter == "all", "Client", no_match_policy)
    connection.save_setup(SYSTEM, connection_id, setup)
    return connection_id
