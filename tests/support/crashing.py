"""Processes that really die: a forked child sends itself SIGKILL at a chosen boundary of its work.

A boundary is a moment just before or after a commit or a call to Xero. The hooks are put into the
libraries below the program (SQLAlchemy's dialect, urllib3), only in the child; the program does not know of them. Fork
only while no database and no connection is open here.
"""

import os
import pickle
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import urllib3
from urllib3.exceptions import ConnectTimeoutError

from services import db

PATIENCE = 60
IMPATIENCE = 0.1
"""Seconds: after the first a child counts as hung; for the second an impatient call waits for its answer."""

BEFORE_COMMIT = "before a commit"


@dataclass(frozen=True, slots=True)
class Died:
    """A child that was killed by SIGKILL."""


def in_child(act: Callable[[], Any]) -> Any:
    """What `act` returns when run in a forked process, or Died. Raises: RuntimeError with the child's traceback."""
    read_end, write_end = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid == 0:
        os.close(read_end)
        _live_and_exit(act, write_end)
    os.close(write_end)
    with os.fdopen(read_end, "rb") as pipe:
        told = pipe.read()
    status = os.waitpid(pid, 0)[1]
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return Died()
    if status != 0 or not told:
        raise RuntimeError(f"The child ended with status {status}.\n{pickle.loads(told) if told else ''}")
    return pickle.loads(told)


def _live_and_exit(act: Callable[[], Any], write_end: int) -> None:
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(PATIENCE)
    status = 1
    try:
        told = pickle.dumps(act())
        status = 0
    except BaseException:
        told = pickle.dumps(traceback.format_exc())
    with os.fdopen(write_end, "wb") as pipe:
        pipe.write(told)
    os._exit(status)


@dataclass(slots=True)
class Boundaries:
    """Counts the boundaries of this process from 0, and kills it at number `kill_at`.

    At call number `at_call` to Xero: `meddle` acts first; the next `lost_connects` attempts to connect time out;
    if `impatient`, the answer is waited for only a moment.
    """

    kill_at: int | None = None
    at_call: int | None = None
    meddle: Callable[[], None] | None = None
    lost_connects: int = 0
    impatient: bool = False
    passed: list[str] = field(default_factory=list)
    calls: list[tuple[str, int]] = field(default_factory=list)
    paused: bool = False

    def reach(self, what: str) -> None:
        """Pass a boundary, or die there."""
        if self.paused:
            return
        if len(self.passed) == self.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
        self.passed.append(what)

    @contextmanager
    def pause(self) -> Iterator[None]:
        """A block that is the test's own doing and does not count as the program's work."""
        self.paused = True
        yield
        self.paused = False

    @property
    def is_due(self) -> bool:
        """Whether something is to happen to the call under way."""
        return len(self.calls) - 1 == self.at_call

    def install(self) -> None:
        """Put the hooks into this process, for the rest of its life."""
        self._hook_commits()
        self._hook_calls()
        self._hook_attempts()

    def _hook_commits(self) -> None:
        dialect: Any = db.database().writer.dialect
        commit = dialect.do_commit

        def do_commit(connection: Any) -> None:
            self.reach(BEFORE_COMMIT)
            commit(connection)
            self.reach("after a commit")

        dialect.do_commit = do_commit

    def _hook_calls(self) -> None:
        pools: Any = urllib3.HTTPConnectionPool
        urlopen = pools.urlopen

        def counted(pool: Any, method: str, url: str, *args: Any, **options: Any) -> Any:
            if self.paused:
                return urlopen(pool, method, url, *args, **options)
            what = f"{method} {url.partition('?')[0]}"
            self.reach(f"before {what}")
            self.calls.append((what, len(self.passed)))
            if self.is_due and self.meddle:
                self.meddle()
            answer = urlopen(pool, method, url, *args, **options)
            self.reach(f"after {what}")
            return answer

        pools.urlopen = counted

    def _hook_attempts(self) -> None:
        pools: Any = urllib3.HTTPConnectionPool
        attempt = pools._make_request

        def attempted(pool: Any, connection: Any, *args: Any, **options: Any) -> Any:
            if self.is_due and self.impatient:
                options["timeout"] = urllib3.Timeout(connect=1, read=IMPATIENCE)
            if self.at_call is not None and len(self.calls) > self.at_call and self.lost_connects:
                self.lost_connects -= 1
                raise ConnectTimeoutError(connection, "timed out on purpose")
            return attempt(pool, connection, *args, **options)

        pools._make_request = attempted
