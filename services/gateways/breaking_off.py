"""Breaking off what takes too long: time limits of sockets count from one byte to the next, so that who goes on byte by
byte would be waited for without end.
"""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress


@contextmanager
def no_longer(seconds: float, connected: Callable[[], socket.socket | None]) -> Iterator[None]:
    """Break off the connection of the block, if there is one by then, once it has taken so many seconds."""
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
