"""Bulk commands: short transactions; a row that is refused never stops the others, and each refusal is reported."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from models.base import new_id
from services.db import write
from services.errors import UsageError
from services.records import leases

BATCH = 100
SET = 500
"""How many rows are done at a time where a few statements do all of them."""
Watcher = Callable[[int, int], None]
_WATCHER: ContextVar[Watcher | None] = ContextVar("watcher", default=None)


@dataclass(frozen=True, slots=True)
class Skipped:
    """One row that a command left as it was, and why."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a command did: how many rows it changed, and which it skipped. `command` names it, to undo it."""

    done: int
    skipped: tuple[Skipped, ...] = ()
    command: str = ""


@contextmanager
def watched(watcher: Watcher) -> Iterator[None]:
    """Let the commands of this block tell `watcher` how far they are: how many rows are done, of how many."""
    before = _WATCHER.set(watcher)
    try:
        yield
    finally:
        _WATCHER.reset(before)


def tell(done: int, total: int) -> None:
    """Tell the watcher, if there is one, how far the command is."""
    if watcher := _WATCHER.get():
        watcher(min(done, total), total)


def nothing(_session: Session, _ids: Sequence[str]) -> None:
    """Read nothing beforehand."""


def each(
    ids: Sequence[str],
    act: Callable[[Session, str], None],
    name_of: Callable[[Session, str], str],
    at_hand: Callable[[Session, Sequence[str]], Any] = nothing,
) -> Report:
    """Run `act` on each id. A UsageError undoes and skips that row only; the others go on.

    `at_hand` reads at once, for many ids, the rows that `act` looks up one by one; the session keeps them meanwhile.
    """
    done, skipped = 0, []

    def act_on_some(session: Session, some: Sequence[str]) -> None:
        nonlocal done
        read_at_once = at_hand(session, some)
        for item_id in some:
            try:
                with session.begin_nested():
                    act(session, item_id)
                done += 1
            except UsageError as error:
                skipped.append(Skipped(name_of(session, item_id), str(error)))
        del read_at_once

    command = in_turns(ids, act_on_some, BATCH)
    return Report(done, tuple(skipped), command)


def in_turns(ids: Sequence[str], act: Callable[[Session, Sequence[str]], None], size: int = SET) -> str:
    """Run `act` on `size` ids at a time, each time in a transaction. Returns the id of the command they all belong to.

    If it takes more than one transaction, `is_going_on` is true until the last one has ended or the process has died.
    """
    command = new_id()
    with leases.passing(_lease(command)) if len(ids) > size else nullcontext() as lease:
        for start in range(0, len(ids), size):
            with write() as session:
                session.info["command"] = command
                if lease:
                    lease.check(session)
                act(session, ids[start : start + size])
            tell(start + size, len(ids))
    return command


def is_going_on(session: Session, command: str) -> bool:
    """Whether a command for many rows has done some of them and is still at work on the others."""
    return leases.is_held(session, _lease(command))


def _lease(command: str) -> str:
    return f"command:{command}"
