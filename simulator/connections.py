"""The organisations that the user has connected to the app: what GET /connections lists.

There is one user and one app, so a connection is known by its organisation. A user who connects again
keeps the connection's id; its consent (`auth_event`) and its update time change.
"""

import uuid
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any

from simulator.clock import Clock


@dataclass(frozen=True, slots=True)
class Connection:
    """One connected organisation. Times are seconds since 1970."""

    id: str
    tenant_id: str
    auth_event: str
    created: float
    updated: float


class Connections:
    """All connections by organisation."""

    def __init__(self, clock: Clock) -> None:
        self.revision = 0
        self._clock = clock
        self._by_tenant: dict[str, Connection] = {}

    def connect(self, tenant_id: str, auth_event: str) -> Connection:
        """Connect an organisation, or connect it again."""
        now = self._clock.time()
        fresh = Connection(str(uuid.uuid4()), tenant_id, auth_event, now, now)
        old = self._by_tenant.get(tenant_id)
        connection = replace(old, auth_event=auth_event, updated=now) if old else fresh
        self._by_tenant[tenant_id] = connection
        self.revision += 1
        return connection

    def has(self, tenant_id: str) -> bool:
        """Whether the app may call the API for this organisation."""
        return tenant_id in self._by_tenant

    def listed(self, auth_event: str | None = None) -> list[Connection]:
        """All connections, or those that one consent made."""
        return [c for c in self._by_tenant.values() if auth_event in (None, c.auth_event)]

    def delete(self, connection_id: str) -> bool:
        """Remove one connection; False when there is none of this id."""
        found = [c.tenant_id for c in self._by_tenant.values() if c.id == connection_id]
        return bool(found) and self.disconnect(found[0])

    def disconnect(self, tenant_id: str) -> bool:
        """Remove an organisation's connection; False when it has none."""
        self.revision += 1
        return self._by_tenant.pop(tenant_id, None) is not None

    def clear(self) -> None:
        """Remove all, as a revocation does."""
        self._by_tenant.clear()
        self.revision += 1

    def dump(self) -> list[dict[str, Any]]:
        """What a state file keeps."""
        return [asdict(connection) for connection in self._by_tenant.values()]

    def load(self, stored: list[dict[str, Any]]) -> None:
        """The inverse of `dump`."""
        self._by_tenant = {row["tenant_id"]: Connection(**row) for row in stored}
        self.revision += 1


def shown(connection: Connection, tenant_name: str) -> dict[str, str]:
    """A connection as GET /connections writes it."""
    return {
        "id": connection.id,
        "authEventId": connection.auth_event,
        "tenantId": connection.tenant_id,
        "tenantType": "ORGANISATION",
        "tenantName": tenant_name,
        "createdDateUtc": _ticks(connection.created),
        "updatedDateUtc": _ticks(connection.updated),
    }


def _ticks(seconds: float) -> str:
    """A time as .NET writes it: UTC without a zone, seven digits of fraction."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f") + "0"
