"""A server that answers byte by byte, without end."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

ENOUGH = 15.0
"""Seconds after which it hangs up, so that no test hangs."""


@contextmanager
def dripping(begin: bytes = b"", drop: bytes = b"2") -> Iterator[int]:
    """The port of a server that answers every caller with this beginning, and then one letter ten times a second."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_serve, args=[server, begin, drop], daemon=True).start()
        yield server.getsockname()[1]


def _serve(server: socket.socket, begin: bytes, drop: bytes) -> None:
    with suppress(OSError):
        while True:
            caller, _ = server.accept()
            threading.Thread(target=_drip, args=[caller, begin, drop], daemon=True).start()


def _drip(caller: socket.socket, begin: bytes, drop: bytes) -> None:
    with suppress(OSError), caller:
        caller.sendall(begin)
        for _ in range(int(ENOUGH * 10)):
            caller.sendall(drop)
            time.sleep(0.1)
