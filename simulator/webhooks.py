"""The app's webhook: which events wait to be sent, in which batches, and what came of each attempt.

A batch is sent at once, again at once when that fails, and then every 15 minutes for 24 hours; after that the
webhook is disabled, and its events are kept for 31 days. Batches stay in order, unless disorder is asked for.
"""

import base64
import hashlib
import hmac
import json
import secrets
from collections import deque
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any

from simulator.clock import Clock
from simulator.ledger import News

RETRY_SECONDS, GIVE_UP_SECONDS, KEPT_SECONDS = 15 * 60, 86400, 31 * 86400
DELIVERIES_KEPT = 1000
OK, FAILED, DISABLED = "ok", "failed", "disabled"
DROP, DUPLICATE, REORDER = "drop", "duplicate", "reorder"
DISORDERS = (DROP, DUPLICATE, REORDER)
RESOURCE = "https://api.xero.com/api.xro/2.0/Contacts/"
Json = dict[str, Any]


class BadDisorder(Exception):
    """A disorder that is not known."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Events that travel together. Times are seconds since 1970; `again` marks a deliberate duplicate."""

    events: list[Json]
    first: int
    last: int
    entropy: str
    at: float
    due: float
    attempts: int = 0
    failing_since: float = 0.0
    again: bool = False

    def body(self) -> bytes:
        """The JSON that is sent and signed."""
        return payload(self.events, self.first, self.last, self.entropy)


class Webhooks:
    """One app's webhook. `status` is "" without a URL, else whether it may be sent events."""

    def __init__(self, clock: Clock) -> None:
        self.revision = 0
        self.url = self.key = self.status = ""
        self.waiting: list[Batch] = []
        self.deliveries: deque[Json] = deque(maxlen=DELIVERIES_KEPT)
        self.disorder: list[str] = []
        self._clock = clock
        self._sequence = 0

    def subscribe(self, url: str, key: str) -> None:
        """Set or, with "", remove the URL. Nothing is sent before the intent to receive is proven."""
        self.url, self.key, self.status = url, key, FAILED if url else ""
        self.waiting.clear()
        self.revision += 1

    def judge(self, proven: bool) -> None:
        """Note the outcome of an intent to receive. If it was proven, events are sent, those still kept first."""
        now = self._clock.time()
        self.status = OK if proven else FAILED
        kept = [batch for batch in self.waiting if now - batch.at <= KEPT_SECONDS]
        self.waiting = [replace(batch, due=now, attempts=0, failing_since=0.0) for batch in kept]
        self.revision += 1

    def tell(self, tenant_id: str, news: Iterable[News]) -> None:
        """Let changes of contacts wait to be sent, as one batch."""
        if self.status not in (OK, DISABLED):
            return
        events = [_event(tenant_id, one) for one in news]
        if not events:
            return
        first, self._sequence = self._sequence + 1, self._sequence + len(events)
        now = self._clock.time()
        self.waiting.append(Batch(events, first, self._sequence, _entropy(), now, now))
        self.revision += 1

    def disturb(self, action: str, times: int) -> None:
        """Let the next batches be lost, sent twice or sent after the one that follows. Raises: BadDisorder."""
        if action not in DISORDERS:
            raise BadDisorder(f"action is one of {', '.join(DISORDERS)}")
        self.disorder += [action] * times

    def due(self) -> Batch | None:
        """The batch to send now, if any; it stays first until `settle`."""
        if self.status != OK or not self.waiting or self.waiting[0].due > self._clock.time():
            return None
        head = self.waiting[0]
        if self.disorder and head.attempts == 0 and not head.again:
            return self._disturbed(head)
        return head

    def settle(self, batch: Batch, status: int | None, error: str) -> None:
        """Note an attempt: done, or to be repeated. `status` is None if no answer came."""
        self._note(batch, status, error)
        if batch not in self.waiting:
            return
        at = self.waiting.index(batch)
        if not error:
            del self.waiting[at]
        else:
            self.waiting[at] = self._repeated(batch)
        self.revision += 1

    def sign(self, body: bytes) -> str:
        """The signature that goes with a body."""
        return signature(self.key, body)

    def dump(self) -> Json:
        """What a state file keeps."""
        return {"url": self.url, "key": self.key, "status": self.status, "sequence": self._sequence,
                "waiting": [asdict(batch) for batch in self.waiting]}  # fmt: skip

    def load(self, stored: Json) -> None:
        """The inverse of `dump`."""
        self.url, self.key, self.status = stored["url"], stored["key"], stored["status"]
        self._sequence = stored["sequence"]
        self.waiting = [Batch(**row) for row in stored["waiting"]]
        self.revision += 1

    def _disturbed(self, head: Batch) -> Batch | None:
        if self.disorder[0] == REORDER and len(self.waiting) < 2:
            return None
        action = self.disorder.pop(0)
        if action == DROP:
            self._note(head, None, "dropped on request")
            del self.waiting[0]
            return None
        if action == DUPLICATE:
            self.waiting.insert(1, replace(head, again=True))
        else:
            self.waiting[0], self.waiting[1] = self.waiting[1], replace(head, again=True)
        return self.waiting[0]

    def _repeated(self, batch: Batch) -> Batch:
        now = self._clock.time()
        since = batch.failing_since or now
        if now - since >= GIVE_UP_SECONDS:
            self.status = DISABLED
        wait = RETRY_SECONDS if batch.attempts else 0
        return replace(batch, attempts=batch.attempts + 1, failing_since=since, due=now + wait)

    def _note(self, batch: Batch, status: int | None, error: str) -> None:
        when = self._clock.now().isoformat()
        self.deliveries.append(
            {"time": when, "first": batch.first, "last": batch.last, "attempt": batch.attempts + 1,
             "status": status, "error": error}
        )  # fmt: skip


def payload(events: list[Json], first: int, last: int, entropy: str) -> bytes:
    """The body of a delivery."""
    content = {"events": events, "firstEventSequence": first, "lastEventSequence": last, "entropy": entropy}
    return json.dumps(content, separators=(",", ":")).encode()


def signature(key: str, body: bytes) -> str:
    """The value of x-xero-signature."""
    return base64.b64encode(hmac.new(key.encode(), body, hashlib.sha256).digest()).decode()


def empty_payload() -> bytes:
    """The body by which an app's intent to receive is tried."""
    return payload([], 0, 0, _entropy())


def _event(tenant_id: str, news: News) -> Json:
    moment = datetime.fromtimestamp(news.at // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return {
        "resourceUrl": RESOURCE + news.contact_id, "resourceId": news.contact_id,
        "tenantId": tenant_id, "tenantType": "ORGANISATION", "eventCategory": "CONTACT",
        "eventType": "CREATE" if news.created else "UPDATE", "eventDateUtc": f"{moment}.{news.at % 1000:03d}",
    }  # fmt: skip


def _entropy() -> str:
    return "".join(secrets.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ") for _ in range(20))
