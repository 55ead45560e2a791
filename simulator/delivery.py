"""Sending the events of webhooks, and trying an app's intent to receive.

As strict as Xero's documentation: the answer must come within five seconds, without body or cookie; 200 if the
signature is right, 401 if it is wrong.
"""

import asyncio
import http.client
import logging
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from simulator.state import State
from simulator.webhooks import Webhooks, empty_payload, signature

PATIENCE = 5.0
PULSE = 0.05
WRONG_KEY = "not the key"
TRIALS = (True, False, True, False)  # whether each has a right signature


@dataclass(frozen=True, slots=True)
class Reply:
    """What the app answered. If nothing usable came, `status` is None and `fault` says why."""

    status: int | None
    fault: str = ""


async def deliver_for_ever(state: State) -> None:
    """Send whatever is due, until cancelled."""
    while True:
        try:
            await deliver_due(state)
        except Exception:
            logging.getLogger(__name__).exception("A webhook could not be sent.")
        await asyncio.sleep(PULSE)


async def deliver_due(state: State) -> None:
    """Send what is due now, one batch after the other."""
    webhooks = state.webhooks
    while batch := webhooks.due():
        body = batch.body()
        reply = await asyncio.to_thread(post, webhooks.url, body, webhooks.sign(body))
        fault = reply.fault or ("" if reply.status == 200 else f"answered {reply.status}, not 200")
        webhooks.settle(batch, reply.status, fault)


async def prove_intent(webhooks: Webhooks) -> list[dict[str, Any]]:
    """Try the app with right and wrong signatures and judge its answers; one row for each trial."""
    rows = [await _trial(webhooks, right) for right in TRIALS]
    webhooks.judge(all(row["ok"] for row in rows))
    return rows


async def _trial(webhooks: Webhooks, right: bool) -> dict[str, Any]:
    body, expected = empty_payload(), 200 if right else 401
    signed = signature(webhooks.key if right else WRONG_KEY, body)
    reply = await asyncio.to_thread(post, webhooks.url, body, signed)
    good = not reply.fault and reply.status == expected
    return {"expected": expected, "status": reply.status, "error": reply.fault, "ok": good}


def post(url: str, body: bytes, signed: str) -> Reply:
    """POST one body; never follows a redirect."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=PATIENCE)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = {"Content-Type": "application/json", "x-xero-signature": signed, "User-Agent": "Xero Webhooks"}
    try:
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        content = answer.read()
    except (OSError, http.client.HTTPException) as error:
        return Reply(None, f"no answer: {type(error).__name__}")
    finally:
        connection.close()
    if content:
        return Reply(answer.status, "the answer has a body")
    return Reply(answer.status, "the answer sets a cookie" if answer.getheader("Set-Cookie") else "")
