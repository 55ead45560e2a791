"""Xero's limits for each organisation (calls a minute, calls a day, calls at once) and for the whole app.

Minutes and days are fixed windows, which begin at a different time for each organisation.
"""

import zlib
from collections import Counter
from dataclasses import dataclass
from typing import Any

from simulator.clock import Clock

MINUTE, DAY = 60, 86400
CONCURRENT = 5
APP_MINUTE = 10_000
APP = ""


@dataclass(frozen=True, slots=True)
class Exceeded:
    """Which limit is used up, and the seconds until it resets if Xero says so."""

    limit: str
    retry_after: int | None


class Limits:
    """Counts calls. Past windows are dropped when new ones begin."""

    def __init__(self, clock: Clock, per_minute: int, per_day: int) -> None:
        self.per_minute = per_minute
        self.per_day = per_day
        self.revision = 0
        self.in_flight: Counter[str] = Counter()
        self._clock = clock
        self._used: dict[tuple[str, int], tuple[int, int]] = {}

    def take(self, tenant: str) -> Exceeded | None:
        """Count one call, or say which limit forbids it; a forbidden call is not counted."""
        if self.in_flight[tenant] >= CONCURRENT:
            return Exceeded("concurrent", None)
        windows = ((tenant, DAY, self.per_day, "day"), (tenant, MINUTE, self.per_minute, "minute"),
                   (APP, MINUTE, APP_MINUTE, "appminute"))  # fmt: skip
        for who, length, allowed, name in windows:
            if self._count(who, length) >= allowed:
                return Exceeded(name, self._resets_in(who, length))
        for who, length, _, _ in windows:
            self._used[who, length] = (self._window(who, length), self._count(who, length) + 1)
        self.revision += 1
        return None

    def headers(self, tenant: str) -> dict[str, str]:
        """The headers that say how many calls are left."""
        return {
            "X-DayLimit-Remaining": str(max(0, self.per_day - self._count(tenant, DAY))),
            "X-MinLimit-Remaining": str(max(0, self.per_minute - self._count(tenant, MINUTE))),
            "X-AppMinLimit-Remaining": str(max(0, APP_MINUTE - self._count(APP, MINUTE))),
        }

    def dump(self) -> list[Any]:
        """What a state file keeps."""
        return [[*key, *value] for key, value in self._used.items()]

    def load(self, stored: list[Any]) -> None:
        """The inverse of `dump`."""
        self._used = {(who, length): (window, count) for who, length, window, count in stored}
        self.revision += 1

    def _count(self, who: str, length: int) -> int:
        window, count = self._used.get((who, length), (0, 0))
        return count if window == self._window(who, length) else 0

    def _window(self, who: str, length: int) -> int:
        return int(self._clock.time() + _phase(who)) // length

    def _resets_in(self, who: str, length: int) -> int:
        return length - int(self._clock.time() + _phase(who)) % length


def _phase(who: str) -> int:
    return zlib.crc32(who.encode()) % DAY
