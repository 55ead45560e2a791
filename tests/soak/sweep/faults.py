"""Every way in which one call to Xero can go wrong, as data, and what a person must then be shown."""

from dataclasses import dataclass, field
from typing import Any

from services.reconcile.contact import Field
from tests.soak.sweep.scenario import CREATED, RENAMED

NOTHING, SIGN_IN, TOLD = "nothing", "sign in", "told"
DISCONNECTED = '{"Title":"Forbidden","Status":403,"Detail":"AuthenticationUnsuccessful"}'
LATENESS = 0.25
"""Seconds by which a delayed answer is late; an impatient call waits for less."""


@dataclass(frozen=True, slots=True)
class Fault:
    """`rule` is the simulator's, `lost_connects` and `impatient` the network's, the rest is what a person does in Xero.

    `shows` says what the connection must tell meanwhile: nothing, to sign in again, or a reason. A `lasting` one holds
    for all calls of that turn. `rival` is a contact whose name is taken just before the call; `edits` a field of
    "Amber" written there.
    """

    name: str
    rule: dict[str, Any] = field(default_factory=dict)
    lost_connects: int = 0
    impatient: bool = False
    shows: str = NOTHING
    lasting: bool = False
    rival: str = ""
    edits: Field | None = None


def _status(status: int, effect: str = "before", body: str = "", **headers: str) -> dict[str, Any]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return {"action": "status", "status": status, "effect": effect, "body": body, "headers": named}


def _limit(problem: str, **headers: str) -> dict[str, Any]:
    return _status(429, X_Rate_Limit_Problem=problem, **headers)


FAULTS = (
    Fault("429 minute", _limit("minute", Retry_After="20")),
    Fault("429 minute without Retry-After", _limit("minute")),
    Fault("429 day", _limit("day", Retry_After="40000")),
    Fault("429 concurrent", _limit("concurrent")),
    Fault("429 app minute", _limit("appminute", Retry_After="20")),
    *(Fault(f"{status} before", _status(status)) for status in (500, 502, 503, 504)),
    *(Fault(f"{status} after", _status(status, "after")) for status in (500, 502, 503, 504)),
    Fault("503 with Retry-After", _status(503, Retry_After="30")),
    Fault("connect timeout", lost_connects=1),
    Fault("connect timeouts", lost_connects=2),
    Fault("read timeout, lands late", {"action": "delay", "seconds": LATENESS}, impatient=True),
    Fault("read timeout, landed", {"action": "delay", "seconds": LATENESS, "effect": "after"}, impatient=True),
    Fault("reset before", {"action": "drop"}),
    Fault("reset after", {"action": "drop", "effect": "after"}),
    Fault("cut in mid-body", {"action": "truncate"}),
    Fault("200 with a page, before", _status(200, body="<html>Sign in to the guest network</html>")),
    Fault("200 with a page, after", _status(200, "after", "<html>Bad gateway</html>")),
    Fault("200 with half a JSON", _status(200, "after", '{"Id": "1", "Contacts": [{"Contact')),
    Fault("200 without contacts", _status(200, body='{"Title": "An error occurred"}')),
    Fault("200 with nothing", _status(200, "after")),
    Fault("401 once", _status(401, body='{"Detail":"TokenExpired"}')),
    Fault("401 for good", _status(401), shows=SIGN_IN, lasting=True),
    Fault("401 scope", _status(401, WWW_Authenticate='Bearer error="insufficient_scope"'), shows=TOLD),
    Fault("403 disconnected", _status(403, body=DISCONNECTED), shows=SIGN_IN),
    Fault("403 not allowed", _status(403, body='{"Detail":"Forbidden"}'), shows=TOLD),
    Fault("a creation is refused", rival=CREATED[0]),
    Fault("a change is refused", rival=RENAMED),
    Fault("a person edits another field", edits=Field.PHONE),
    Fault("a person edits the same field", edits=Field.EMAIL),
)
BY_NAME = {fault.name: fault for fault in FAULTS}
