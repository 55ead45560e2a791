"""The same contract against the real Xero: a demo company in the place of the simulator.

Set XERO_LIVE_CLIENT_ID and XERO_LIVE_CLIENT_SECRET of a custom connection, or XERO_LIVE_ACCESS_TOKEN and
XERO_LIVE_TENANT_ID, with the scopes accounting.contacts and accounting.settings.read. Tests archive what they
made. An organisation that is not a demo company is refused.
"""

import os
import time
import uuid
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import pytest

from simulator.server import Running
from tests.simulator.support import CONTACTS, Api

API_URL, IDENTITY_URL = "https://api.xero.com", "https://identity.xero.com"
CLIENT_ID, SECRET, TOKEN = "XERO_LIVE_CLIENT_ID", "XERO_LIVE_CLIENT_SECRET", "XERO_LIVE_ACCESS_TOKEN"
SCOPES = "accounting.contacts accounting.settings.read"
PATIENCE = 10
SPARE_CALLS = 3
BEHIND = "needs a hand behind the scenes, which the real Xero does not lend"


def check_environment() -> None:
    """Refuse to start without credentials. Raises: pytest.UsageError."""
    if not os.environ.get(TOKEN) and not (os.environ.get(CLIENT_ID) and os.environ.get(SECRET)):
        raise pytest.UsageError(f"--live needs {CLIENT_ID} and {SECRET}, or {TOKEN}: see docs/simulator.md")


class Account:
    """The real organisation that this run may write to."""

    def __init__(self) -> None:
        self.http = httpx.Client(base_url=os.environ.get("XERO_LIVE_API_URL", API_URL), timeout=30)
        self.token = os.environ.get(TOKEN) or self._custom_connection()
        self.tenant_id = os.environ.get("XERO_LIVE_TENANT_ID", "")
        answer = self.http.get("/api.xro/2.0/Organisation", headers=self.headers)
        answer.raise_for_status()
        if answer.json()["Organisations"][0].get("IsDemoCompany") is not True:
            pytest.fail("--live writes to demo companies only, and this organisation is none", pytrace=False)

    @property
    def headers(self) -> dict[str, str]:
        """What names the app and the organisation."""
        tenant = {"xero-tenant-id": self.tenant_id} if self.tenant_id else {}
        return {"Authorization": f"Bearer {self.token}", **tenant}

    def _custom_connection(self) -> str:
        url = f"{os.environ.get('XERO_LIVE_IDENTITY_URL', IDENTITY_URL)}/connect/token"
        form = {"grant_type": "client_credentials", "scope": SCOPES}
        answer = httpx.post(url, data=form, auth=(os.environ[CLIENT_ID], os.environ[SECRET]), timeout=30)
        if answer.status_code != 200:
            pytest.fail(f"Xero refused the credentials of --live with {answer.status_code}", pytrace=False)
        return str(answer.json()["access_token"])


class LiveApi(Api):
    """An app of the real organisation. A test that asks for more than an app can do is skipped."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.created: list[str] = []
        self.http = account.http
        self.http.event_hooks = {"response": [self._note, self._keep_within_the_limit]}
        self.token = {"access_token": account.token}
        self.mark = uuid.uuid4().hex[:8]

    @property
    def simulator(self) -> Running:
        """There is none."""
        pytest.skip(BEHIND)

    @simulator.setter
    def simulator(self, _value: Running) -> None:
        raise AttributeError("a live organisation has no simulator")

    @property
    def tenant_id(self) -> str:
        return self.account.tenant_id

    @property
    def headers(self) -> dict[str, str]:
        return self.account.headers

    def control(self, verb: str, what: str, body: Any = None) -> httpx.Response:
        pytest.skip(BEHIND)

    def tick(self) -> None:
        """Every call takes a moment."""

    def wait(self, seconds: int) -> None:
        if seconds > PATIENCE:
            pytest.skip("would take too long by the real clock")
        time.sleep(seconds)

    def now(self) -> datetime:
        return parsedate_to_datetime(self.http.get("/connections", headers=self.headers).headers["date"])

    def found(self, headers: dict[str, str] | None = None, **params: Any) -> list[dict[str, Any]]:
        if "page" in params and "pageSize" not in params:
            params["pageSize"] = 1000
        return [contact for contact in super().found(headers, **params) if contact["ContactID"] in self.created]

    def tidy(self) -> None:
        """Archive what the test made, so that its names are free for the next."""
        for contact_id in dict.fromkeys(self.created):
            self.http.post(f"{CONTACTS}/{contact_id}", headers=self.headers, json={"ContactStatus": "ARCHIVED"})

    def _note(self, response: httpx.Response) -> None:
        """Remember the contacts that a write made or changed."""
        if response.request.method not in ("PUT", "POST") or response.status_code != 200:
            return
        response.read()
        contacts = response.json().get("Contacts", [])
        self.created += [contact["ContactID"] for contact in contacts if not contact.get("HasValidationErrors")]

    def _keep_within_the_limit(self, response: httpx.Response) -> None:
        left = response.headers.get("X-MinLimit-Remaining", "")
        if left.isdecimal() and int(left) < SPARE_CALLS:
            time.sleep(int(timedelta(minutes=1).total_seconds()))
