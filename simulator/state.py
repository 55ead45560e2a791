"""Everything the simulator remembers, in one object that the web application is built around."""

import random
import uuid
from collections import deque
from dataclasses import dataclass, replace
from typing import Any, Protocol

from simulator import groups, seed
from simulator.authority import Authority
from simulator.clock import Clock
from simulator.connections import Connections
from simulator.contact import Contact
from simulator.faults import Faults
from simulator.groups import Groups
from simulator.history import PERSON, SYSTEM, Histories, Record
from simulator.idempotency import Answers
from simulator.ledger import Ledger, News
from simulator.limits import Limits
from simulator.quirks import USUAL, Quirks
from simulator.webhooks import Webhooks

DAY_MS = 86400 * 1000
CALLS_KEPT = 20_000
ORGANISATIONS = (
    ("Demo Company (NZ)", "NZ", "NZD"),
    ("Demo Company (UK)", "GB", "GBP"),
    ("Demo Company (AU)", "AU", "AUD"),
    ("Demo Company (US)", "US", "USD"),
)


@dataclass(frozen=True, slots=True)
class Options:
    """How a simulator is set up. `latency` is seconds added to each API call.

    `given` are the contacts of the first organisation if they come from a file.
    """

    contacts: int = 500
    seed: int = 7
    tenants: int = 1
    client_id: str = "demo"
    client_secret: str = "demo-secret"
    per_minute: int = 60
    per_day: int = 1000
    latency: float = 0.0
    provider: str = "Contact Sync"
    given: tuple[Contact, ...] = ()
    quirks: Quirks = USUAL


@dataclass(frozen=True, slots=True)
class Tenant:
    """One organisation and its contacts."""

    id: str
    name: str
    country: str
    currency: str
    short_code: str
    ledger: Ledger


class Part(Protocol):
    """A small piece of state that a state file keeps whole; `revision` grows with each change."""

    revision: int

    def dump(self) -> Any:
        """The piece as JSON values."""

    def load(self, stored: Any) -> None:
        """The inverse of `dump`."""


class State:
    """The organisations, grants, used-up limits and faults."""

    def __init__(self, options: Options | None = None) -> None:
        self.options = options or Options()
        self.generation = 0
        self.reset()

    def reset(self, **changes: Any) -> None:
        """Begin again: the initial contacts, no connections, tokens or faults, and the machine's time."""
        if {"contacts", "seed"} & changes.keys():
            changes["given"] = ()
        self.options = replace(self.options, **changes)
        self.generation += 1
        self.clock = Clock()
        self.tenants = {tenant.id: tenant for tenant in _tenants(self.options, self.clock.ms())}
        self.groups = _groups(self.options, self.tenants)
        self.histories = Histories()
        self.webhooks = Webhooks(self.clock)
        self.authority = Authority(self.clock, self.options.client_id, self.options.client_secret)
        self.connections = Connections(self.clock)
        self.limits = Limits(self.clock, self.options.per_minute, self.options.per_day)
        self.answers = Answers(self.clock)
        self.faults = Faults()
        self.calls: deque[dict[str, Any]] = deque(maxlen=CALLS_KEPT)

    @property
    def parts(self) -> dict[str, Part]:
        """The pieces that a state file keeps besides contacts."""
        return {
            "clock": self.clock,
            "authority": self.authority,
            "connections": self.connections,
            "limits": self.limits,
            "answers": self.answers,
            "groups": self.groups,
            "histories": self.histories,
            "webhooks": self.webhooks,
        }

    def publish(self, by_app: bool) -> None:
        """Enter what has just changed into the history, and tell the app's webhook."""
        for tenant in self.tenants.values():
            if not tenant.ledger.news:
                continue
            news, tenant.ledger.news = tenant.ledger.news, []
            for one in news:
                self.histories.add(one.contact_id, self._record(one, by_app))
            if self.connections.has(tenant.id):
                self.webhooks.tell(tenant.id, news)

    def _record(self, news: News, by_app: bool) -> Record:
        details = f"Received through the Xero API from {self.options.provider}" if by_app else ""
        return Record("Created" if news.created else "Updated", news.at, SYSTEM if by_app else PERSON, details)

    @property
    def first_tenant(self) -> Tenant:
        """The organisation that is meant if none is named."""
        return next(iter(self.tenants.values()))


def _tenants(options: Options, now: int) -> list[Tenant]:
    today = now - now % DAY_MS
    return [_tenant(at, options, today) for at in range(options.tenants)]


def _tenant(at: int, options: Options, today: int) -> Tenant:
    rng = random.Random(f"tenant {options.seed} {at}")
    name, country, currency = ORGANISATIONS[at % len(ORGANISATIONS)]
    return Tenant(
        id=str(uuid.UUID(int=rng.getrandbits(128), version=4)),
        name=name if at < len(ORGANISATIONS) else f"{name} {at + 1}",
        country=country,
        currency=currency,
        short_code="!" + "".join(rng.choices("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz", k=5)),
        ledger=Ledger(_contacts(at, options, today), options.quirks),
    )


def _contacts(at: int, options: Options, today: int) -> list[Contact]:
    if at == 0 and options.given:
        return list(options.given)
    return seed.contacts(options.contacts, options.seed + at, today)


def _groups(options: Options, tenants: dict[str, Tenant]) -> Groups:
    made = Groups()
    for at, tenant in enumerate(tenants.values()):
        for name in groups.MADE_UP if len(tenant.ledger) else ():
            made.add(tenant.id, name, groups.made_up_id(options.seed + at, name))
    return made
