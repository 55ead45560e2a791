"""The one clock of the simulator: every time it writes, compares or reports comes from here.

It ticks like the machine's own clock, and can be moved forward or set, so that tokens expire and limits
reset without anybody waiting.
"""

import time
from datetime import UTC, datetime


class Clock:
    """The machine's time plus an offset."""

    def __init__(self) -> None:
        self.offset = 0.0
        self.revision = 0

    def time(self) -> float:
        """Seconds since 1970."""
        return time.time() + self.offset

    def ms(self) -> int:
        """Milliseconds since 1970, the precision Xero writes."""
        return int(self.time() * 1000)

    def now(self) -> datetime:
        """The present, aware, in UTC."""
        return datetime.fromtimestamp(self.time(), UTC)

    def advance(self, seconds: float) -> None:
        """Move the clock; it goes on ticking from there."""
        self.offset += seconds
        self.revision += 1

    def set(self, moment: datetime) -> None:
        """Set the present moment; without a time zone it is UTC."""
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        self.advance(aware.timestamp() - self.time())

    def dump(self) -> float:
        """What a state file keeps."""
        return self.offset

    def load(self, stored: float) -> None:
        """The inverse of `dump`."""
        self.offset = float(stored)
        self.revision += 1
