"""Leases: one worker at a time, across threads, processes and crashes.

A holder renews as its work gets on, and not by a timer, so that one that hangs loses its lease. Whoever finds
a lease expired, or its holder's process dead on this very machine, may take it. Each taking raises the fence,
and a transaction that checks the fence refuses a holder that slept past its expiry.
"""

import os
import socket
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import TypeVar
from uuid import uuid4

from sqlalchemy import bindparam
from sqlmodel import Session, col, delete, update

from models.base import WHOLESALE, now
from models.lease import LeaseRow
from services.db import write
from services.errors import Stale

T = TypeVar("T")

LENGTH = timedelta(seconds=90)
"""How long a lease lasts, unless a shorter time is given."""
FREE = datetime(1970, 1, 1, tzinfo=UTC)
"""The end of a lease that nobody has: in the past even if the clock was set back meanwhile."""

MINE = (
    col(LeaseRow.name) == bindparam("lease"),
    col(LeaseRow.owner) == bindparam("holder"),
    col(LeaseRow.fence) == bindparam("taken"),
)
RENEW = update(LeaseRow).where(*MINE).values(until=bindparam("end")).returning(col(LeaseRow.fence))
"""Put together once, because every transaction of a tick begins with it."""


@dataclass(frozen=True, slots=True)
class Lease:
    """A lease that was taken: `fence` tells this holder from earlier and later ones.

    Work `within` that of another lease renews both, and goes on only while it holds both.
    """

    name: str
    owner: str
    fence: int
    within: "Lease | None" = None

    def check(self, session: Session) -> None:
        """Make sure, inside a transaction, that the lease is still ours; and renew it.

        Raises: Stale when another holder took it.
        """
        mine = {"lease": self.name, "holder": self.owner, "taken": self.fence}
        if session.connection().execute(RENEW, mine | {"end": now() + LENGTH}).first() is None:
            raise Stale("Another worker has taken over.")
        if self.within:
            self.within.check(session)

    def renew(self) -> None:
        """`check` in a transaction of its own, between two steps of long work."""
        with write() as session:
            self.check(session)

    def through(self, items: Iterable[T]) -> Iterator[T]:
        """The items, one by one, with a `renew` every few seconds: for long loops outside of any write transaction."""
        renewed_at = monotonic()
        for item in items:
            if monotonic() - renewed_at > LENGTH.total_seconds() / 20:
                self.renew()
                renewed_at = monotonic()
            yield item


def take(name: str, length: timedelta | None = None) -> Lease | None:
    """The lease, or None while another holder has it."""
    owner = f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex}"
    with write() as session:
        row = session.get(LeaseRow, name)
        if row is None:
            row = LeaseRow(name=name, owner="", until=FREE, fence=0)
            session.add(row)
        if _has_holder(row):
            return None
        row.owner, row.until, row.fence = owner, now() + (length or LENGTH), row.fence + 1
        return Lease(name, owner, row.fence)


def give_back(lease: Lease) -> None:
    """Give the lease back, so that others can take it at once; harmless if it was lost."""
    mine = (col(LeaseRow.name) == lease.name, col(LeaseRow.fence) == lease.fence)
    with write() as session:
        session.execute(update(LeaseRow).where(*mine).values(until=FREE), execution_options=WHOLESALE)


def end(session: Session, name: str) -> None:
    """Take a lease away from its holder, who fails at the next check."""
    free = {"owner": "", "until": FREE, "fence": LeaseRow.fence + 1}
    session.execute(update(LeaseRow).where(col(LeaseRow.name) == name).values(free), execution_options=WHOLESALE)


def _has_holder(row: LeaseRow) -> bool:
    """Whether a lease runs, and nothing tells that its holder is dead. One that ends much later than it could was taken
    by a clock that has been set back since; it does not count, or nobody could take it until the clock has caught up.
    """
    left = row.until - now()
    return timedelta() < left < 2 * LENGTH and not _is_dead(row.owner)


def _is_dead(owner: str) -> bool:
    """Whether the holder was a process of this machine that has ended; holders elsewhere keep their full time."""
    host, _, rest = owner.partition(":")
    pid = rest.partition(":")[0]
    if host != socket.gethostname() or not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


def is_held(session: Session, name: str) -> bool:
    """Whether somebody has a lease now and is alive, as far as that can be told."""
    row = session.get(LeaseRow, name)
    return row is not None and _has_holder(row)


@contextmanager
def passing(name: str) -> Iterator[Lease]:
    """A lease that nobody else takes. It shows others that its holder is still at work, and is deleted afterwards."""
    lease = take(name)
    if lease is None:
        raise Stale("Somebody else has the name.")
    try:
        yield lease
    finally:
        with write() as session:
            session.execute(delete(LeaseRow).where(col(LeaseRow.name) == name), execution_options=WHOLESALE)


@contextmanager
def held(name: str, within: Lease | None = None) -> Iterator[Lease | None]:
    """The lease for the length of a block, or None while another holder has it. It is renewed with `within`."""
    lease = take(name)
    try:
        yield replace(lease, within=within) if lease else None
    finally:
        if lease is not None:
            give_back(lease)
