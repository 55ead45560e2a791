"""Servers for the demo and the pictures: child processes that never outlive their parent."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import urllib3

PATIENCE_SECONDS = 90
STOP_SECONDS = 10
LOG_LINES = 15


class StartError(Exception):
    """A process could not be started; the message is for the person at the terminal."""


@dataclass(frozen=True, slots=True)
class Server:
    """One server to run. It is up once `url` answers with status 200."""

    name: str
    command: Sequence[str]
    url: str
    log: Path


@contextmanager
def running(servers: Sequence[Server], environment: Mapping[str, str]) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Start servers one after the other, each when the one before answers, and stop them all at the end.

    Raises: StartError with the end of the log of the one that did not start.
    """
    children: list[subprocess.Popen[bytes]] = []
    try:
        for server in servers:
            children.append(_start(server, environment))
            _wait_until_up(server, children[-1])
        yield children
    finally:
        _stop(children)


def is_free(port: int) -> bool:
    """Whether a server could listen on this port of this machine now."""
    for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET, "0.0.0.0")):
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address, port))
            except OSError:
                return False
    return True


def free_port() -> int:
    """A port on which nothing listens at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _start(server: Server, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """A session of its own, so that Ctrl-C reaches the parent alone, which then stops its children."""
    with server.log.open("ab") as log:
        return subprocess.Popen(
            server.command,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def _wait_until_up(server: Server, child: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not _answers(server.url):
        if child.poll() is not None:
            raise StartError(
                f"The {server.name} stopped while starting. The end of {server.log}:\n{_end_of(server.log)}"
            )
        if time.monotonic() > deadline:
            raise StartError(f"The {server.name} did not answer at {server.url} within {PATIENCE_SECONDS} seconds.")
        time.sleep(0.2)


def _answers(url: str) -> bool:
    try:
        return urllib3.request("GET", url, retries=False, timeout=2).status == 200
    except urllib3.exceptions.HTTPError:
        return False


def _end_of(log: Path) -> str:
    return "\n".join(log.read_text("utf-8", errors="replace").splitlines()[-LOG_LINES:])


def _stop(children: Sequence[subprocess.Popen[bytes]]) -> None:
    for child in children:
        _signal(child, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    for child in children:
        try:
            child.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            pass
        finally:
            _signal(child, signal.SIGKILL)
            child.wait()


def _signal(child: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Signal the whole group, so that what a child started ends too."""
    try:
        os.killpg(child.pid, number)
    except (ProcessLookupError, PermissionError):
        return
