"""Breaking off what takes too long. The time limits of sockets count from one byte to the next, so a server that sends
byte by byte could keep us waiting for ever.
"""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress


@contextmanager
def no_longer(seconds: float, connected: Callable[[], socket.socket | None]) -> Iterator[None]:
    """Break off the connection that the block uses, if it has one, after so many seconds."""
    timer = threading.Timer(seconds, lambda: _break_off(connected()))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _break_off(connected: socket.socket | None) -> None:
    if connected is not None:
        with suppress(OSError):  # it has ended in this very moment
            socket.socket.shutdown(connected, socket.SHUT_RDWR)
