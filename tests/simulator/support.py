"""How a test talks to the simulator: as an app that a person has allowed in, over real HTTP."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx

from simulator.server import Running

CONTACTS = "/api.xro/2.0/Contacts"
CALLBACK = "http://localhost:8501/oauth/callback"
APP = {"client_id": "demo", "client_secret": "demo-secret"}


class Api:
    """A signed-in app of one organisation, and a hand on the simulator behind it."""

    def __init__(self, simulator: Running, http: httpx.Client) -> None:
        self.simulator = simulator
        self.http = http
        self.token = simulator.sign_in()
        self.mark = uuid.uuid4().hex[:8]

    def number(self, text: str) -> str:
        """A ContactNumber of this test alone: Xero never lets go of one, even of an archived contact."""
        return f"{text}-{self.mark}"

    @property
    def tenant_id(self) -> str:
        """The organisation that is read and written."""
        return self.simulator.tenant_id

    @property
    def headers(self) -> dict[str, str]:
        """What every call to the API carries."""
        return {
            "Authorization": f"Bearer {self.token['access_token']}",
            "xero-tenant-id": self.tenant_id,
        }

    def get(self, path: str = CONTACTS, headers: dict[str, str] | None = None, **params: Any) -> httpx.Response:
        """Read."""
        return self.http.get(path, params=params, headers={**self.headers, **(headers or {})})

    def put(self, *contacts: dict[str, Any], key: str = "", **params: Any) -> httpx.Response:
        """Create."""
        headers = {**self.headers, **({"Idempotency-Key": key} if key else {})}
        return self.http.put(CONTACTS, params=params, headers=headers, json={"Contacts": contacts})

    def post(self, *contacts: dict[str, Any], path: str = CONTACTS, **params: Any) -> httpx.Response:
        """Create or update."""
        return self.http.post(path, params=params, headers=self.headers, json={"Contacts": contacts})

    def create(self, name: str, **values: Any) -> dict[str, Any]:
        """A contact that exists now."""
        created = self.put({"Name": name, **values})
        assert created.status_code == 200, created.text
        contact: dict[str, Any] = created.json()["Contacts"][0]
        return contact

    def names(self, **params: Any) -> list[str]:
        """The names that a list holds, in its order."""
        return [contact["Name"] for contact in self.found(**params)]

    def found(self, headers: dict[str, str] | None = None, **params: Any) -> list[dict[str, Any]]:
        """The contacts of this test that a list holds, in its order."""
        contacts: list[dict[str, Any]] = self.get(headers=headers, **params).json()["Contacts"]
        return contacts

    def now(self) -> datetime:
        """The time in Xero."""
        return self.simulator.state.clock.now()

    def archive(self, contact_id: str) -> None:
        """Archive as an app does."""
        done = self.post({"ContactID": contact_id, "ContactStatus": "ARCHIVED"})
        assert done.status_code == 200, done.text

    def tick(self) -> None:
        """Let the next change come at a later moment than the last."""
        self.wait(2)

    def wait(self, seconds: int) -> None:
        """Let time pass in Xero."""
        self.control("POST", "clock", {"advance": seconds})

    def control(self, verb: str, what: str, body: Any = None) -> httpx.Response:
        """Ask for something behind Xero's back."""
        return self.http.request(verb, f"/_simulator/{what}", json=body)

    def edit(self, **edit: Any) -> dict[str, Any]:
        """Edit as a person does in Xero."""
        done = self.control("POST", "contacts", edit)
        assert done.status_code == 200, done.text
        contact: dict[str, Any] = done.json()["contact"]
        return contact

    def ask(self, **form: str) -> httpx.Response:
        """A request to the token endpoint."""
        return self.http.post("/connect/token", data={**APP, **form})


def message(response: httpx.Response) -> str:
    """Why the first element of a summarised 400 was refused."""
    return str(response.json()["Elements"][0]["ValidationErrors"][0]["Message"])


def authorize_url(**changes: str) -> str:
    """The address of the consent page."""
    query = {
        "response_type": "code",
        "client_id": "demo",
        "redirect_uri": CALLBACK,
        "scope": "offline_access accounting.contacts",
        "state": "a state",
        **changes,
    }
    return f"/identity/connect/authorize?{urlencode({k: v for k, v in query.items() if v})}"


def answered(response: httpx.Response) -> dict[str, str]:
    """What the consent page sends back to the app."""
    assert response.status_code == 302, response.text
    return {key: values[0] for key, values in parse_qs(urlsplit(response.headers["location"]).query).items()}


@contextmanager
def client(simulator: Running) -> Iterator[httpx.Client]:
    """An HTTP client of the simulator."""
    with httpx.Client(base_url=simulator.url, timeout=10) as http:
        yield http
