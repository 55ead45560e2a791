"""/_simulator/webhooks: set up the app's webhook, as in Xero's developer portal, and cause disorder on request."""

from typing import Any
from urllib.parse import urlsplit

from starlette.routing import Route

from simulator.control import Json, Mistake, endpoint
from simulator.delivery import prove_intent
from simulator.state import State


def read(state: State, _asked: Json) -> Json:
    """GET: the URL, whether events flow, what waits, and every attempt so far."""
    webhooks = state.webhooks
    waiting = [{"first": b.first, "last": b.last, "attempts": b.attempts} for b in webhooks.waiting]
    return {"url": webhooks.url, "status": webhooks.status, "waiting": waiting, "disorder": webhooks.disorder,
            "deliveries": list(webhooks.deliveries)}  # fmt: skip


async def subscribe(state: State, asked: Json) -> Json:
    """POST {"url", "key"}: set them, and try the app's intent to receive."""
    url, key = str(asked.get("url", "")), str(asked.get("key", ""))
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or not key:
        raise Mistake("Give the url, http or https, and the key that signs.")
    state.webhooks.subscribe(url, key)
    return await validate(state, asked)


async def validate(state: State, _asked: Json) -> Json:
    """POST validate: try the intent to receive again, as after an outage."""
    if not state.webhooks.url:
        raise Mistake("No webhook is set.")
    trials = await prove_intent(state.webhooks)
    return {**read(state, {}), "trials": trials}


def disturb(state: State, asked: Json) -> Json:
    """POST disorder {"action": "drop" | "duplicate" | "reorder", "times": 1}."""
    state.webhooks.disturb(str(asked.get("action", "")), int(asked.get("times", 1)))
    return read(state, {})


def remove(state: State, _asked: Json) -> Json:
    """DELETE: remove the webhook."""
    state.webhooks.subscribe("", "")
    return read(state, {})


ACTS: tuple[tuple[str, str, Any], ...] = (
    ("GET", "webhooks", read),
    ("POST", "webhooks", subscribe),
    ("DELETE", "webhooks", remove),
    ("POST", "webhooks/validate", validate),
    ("POST", "webhooks/disorder", disturb),
)
ROUTES = [Route(f"/_simulator/{path}", endpoint(act), methods=[method]) for method, path, act in ACTS]
