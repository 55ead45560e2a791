"""A process that makes calls as often as the budget allows, in simulated time that it shares with others.

It runs as `python -m tests.support.quota_caller <folder> <place> <connection> <calls> <seed>` and writes a line
for each call with its begin and end in microseconds. Now and then it dies with calls under way and ends with code 9.
Time moves on when everything at a moment has happened. Each process says how far it may go, so that no call lasts
longer than intended. Nothing really sleeps, and the file is not synced to disk: only the counts matter here.
"""

import fcntl
import heapq
import mmap
import os
import random
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from services import db
from services.errors import RateLimited
from services.records import quota

SECOND = 1_000_000
EPOCH = datetime(2030, 1, 1, tzinfo=UTC)
FOREVER = 2**62
PROCESSES = 4
DIED = 9
DEATHS = 1 / 20_000
LATE = {"minute": 30.0, "day": 600.0, "concurrent": 1.0}
"""The most seconds by which a process comes back late after a refusal, so that calls come in bursts."""
YIELD = 0.0002
LENGTHS = ((0.93, 0.05, 1.0), (0.06, 1.0, 10.0), (0.01, 10.0, 80.0))
"""How long calls last, in seconds from and to, and how often; `quota.LONGEST_CALL` is more than any."""


class Clock:
    """Simulated time, shared through a file: the moment, and how far each process lets it go."""

    def __init__(self, folder: Path, place: int) -> None:
        self._file = (folder / "clock").open("r+b")
        self._cells = memoryview(mmap.mmap(self._file.fileno(), 0)).cast("q")
        self._mine = 1 + place

    @staticmethod
    def lay_out(folder: Path) -> None:
        """Begin at the epoch; time stands still until all processes are there."""
        cells = [0] * (1 + PROCESSES)
        (folder / "clock").write_bytes(b"".join(cell.to_bytes(8, sys.byteorder) for cell in cells))

    def read(self) -> int:
        """Microseconds since the epoch."""
        return self._cells[0]

    def now(self) -> datetime:
        """The moment, as `models.base.now` gives it."""
        return EPOCH + timedelta(microseconds=self.read())

    def hold(self, until: int) -> None:
        """Do not let time pass this moment."""
        self._cells[self._mine] = until

    def go_on(self, to: int) -> None:
        """Let time pass, as far as all other processes allow."""
        fcntl.flock(self._file, fcntl.LOCK_EX)
        self._cells[0] = max(self._cells[0], min(to, *self._cells[1:]))
        fcntl.flock(self._file, fcntl.LOCK_UN)


@dataclass
class Caller:
    """Calls under way as (due, id, begun), soonest due first."""

    clock: Clock
    connection_id: str
    log: list[str]
    chance: random.Random
    under_way: list[tuple[int, str, int]] = field(default_factory=list)

    def run(self, calls: int) -> bool:
        """Make that many calls. False if it died before the end."""
        while calls or self.under_way:
            if self.finish_due():
                continue
            if not calls:
                self.wait(FOREVER)
            elif pause := self.begin():
                self.wait(self.clock.read() + round(pause * SECOND))
            else:
                calls -= 1
            if self.under_way and self.chance.random() < DEATHS:
                self.die()
                return False
        self.clock.hold(FOREVER)
        return True

    def begin(self) -> float:
        """Reserve a call and begin it. Returns the seconds until it may be tried again, 0 if it has begun."""
        self.clock.hold(min(self.next_due(), self.clock.read() + SECOND))
        try:
            call_id = quota.reserve(self.connection_id, for_person=self.chance.random() < 0.2)
        except RateLimited as refused:
            return (refused.retry_after or 0.0) + self.chance.uniform(0, LATE[refused.limit])
        begun = self.clock.read()
        [(_, shortest, longest)] = self.chance.choices(LENGTHS, [share for share, _, _ in LENGTHS])
        due = begun + round(self.chance.uniform(shortest, longest) * SECOND)
        heapq.heappush(self.under_way, (due, call_id, begun))
        return 0.0

    def finish_due(self) -> bool:
        """End a call that is due. Returns whether there was one."""
        if self.clock.read() < self.next_due():
            return False
        _, call_id, begun = heapq.heappop(self.under_way)
        self.log.append(f"{begun} {self.clock.read()}")
        quota.release(call_id)
        return True

    def wait(self, until: int) -> None:
        """Let time pass until a moment, or until a call is over."""
        target = min(until, self.next_due())
        self.clock.hold(target)
        while self.clock.read() < target:
            self.clock.go_on(target)
            time.sleep(YIELD)

    def next_due(self) -> int:
        """When the next call of this process is over."""
        return self.under_way[0][0] if self.under_way else FOREVER

    def die(self) -> None:
        """Leave all calls where they are: Xero may have counted them until this moment."""
        self.log.extend(f"{begun} {self.clock.read()}" for _, _, begun in self.under_way)
        self.clock.hold(FOREVER)


def main() -> None:
    """Run one process to its end."""
    folder, place, connection_id, calls, seed = sys.argv[1:]
    db.PRAGMAS = ("journal_mode=WAL", "synchronous=OFF", "busy_timeout=30000", "foreign_keys=ON")
    clock = Clock(Path(folder), int(place))
    quota.now = clock.now  # type: ignore[attr-defined]
    caller = Caller(clock, connection_id, [], random.Random(seed))
    lived = caller.run(int(calls))
    with (Path(folder) / f"calls-{place}").open("a") as log:
        log.writelines(f"{line}\n" for line in caller.log)
    os._exit(0 if lived else DIED)


if __name__ == "__main__":
    main()
