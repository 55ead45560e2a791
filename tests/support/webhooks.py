"""Webhooks as Xero sends them, and what the program asked Xero because of them."""

import base64
import hashlib
import hmac
import json
from typing import Any

import httpx

from services import worker
from tests.support.xero import Xero, ask

KEY = "a webhook key"


def signature(raw: bytes, key: str = KEY) -> str:
    return base64.b64encode(hmac.new(key.encode(), raw, hashlib.sha256).digest()).decode()


def send(address: str, raw: bytes, signed: str) -> httpx.Response:
    return ask("POST", address, content=raw, headers={"x-xero-signature": signed})


def batch(*events: dict[str, Any], first: int = 1) -> bytes:
    numbers = {"firstEventSequence": first, "lastEventSequence": first + len(events) - 1}
    return json.dumps({"events": events, **numbers, "entropy": "ABC"}).encode()


def event(tenant_id: str, category: str = "CONTACT") -> dict[str, Any]:
    return {
        "resourceId": "5f5b2d5e-0000-4000-8000-000000000001", "tenantId": tenant_id, "tenantType": "ORGANISATION",
        "eventCategory": category, "eventType": "UPDATE", "eventDateUtc": "2025-12-02T00:44:09.923",
    }  # fmt: skip


def asked(xero: Xero) -> list[str]:
    """What each call since the last check was: "ids" or "delta", for writes the method."""
    calls = xero.calls()
    xero.forget_calls()
    reads = {True: "delta", False: "ids"}
    return [reads[bool(call["modified_since"])] if call["method"] == "GET" else call["method"] for call in calls]


def take_turn(xero: Xero) -> list[str]:
    """Let all events arrive and the worker take a turn. Returns what it asked Xero."""
    xero.tell_webhook()
    worker.take_turn()
    return asked(xero)
