"""Bulk commands: short transactions, one row's refusal never stops the rest, and each is reported."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from sqlmodel import Session

from models.base import new_id
from services.db import write
from services.errors import UsageError

BATCH = 100
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


def each(ids: Sequence[str], act: Callable[[Session, str], None], name_of: Callable[[Session, str], str]) -> Report:
    """Run `act` on each id. A UsageError undoes and skips that row only; the others go on."""
    done, skipped, command = 0, [], new_id()
    for start in range(0, len(ids), BATCH):
        with write() as session:
            session.info["command"] = command
            for item_id in ids[start : start + BATCH]:
                try:
                    with session.begin_nested():
                        act(session, item_id)
                    done += 1
                except UsageError as error:
                    skipped.append(Skipped(name_of(session, item_id), str(error)))
        tell(start + BATCH, len(ids))
    return Report(done, tuple(skipped), command)
