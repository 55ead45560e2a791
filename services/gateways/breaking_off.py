"""Breaking off calls that take too long. A socket's time limit starts again with each byte, so a server that sends byte
by byte could keep us waiting for ever.
"""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress


@contextmanager
def no_longer(seconds: float, connected: Callable[[], socket.socket | None]) -> Iterator[None]:
    """Shut down the connection that the block uses if the block takes longer; `connected` gives it, None if there is
    none.
    """
    timer = threading.Timer(seconds, lambda: _break_off(connected()))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _break_off(connected: socket.socket | None) -> None:
    if connected is not None:
        with suppress(OSError):  # it may have ended at this very moment
            socket.socket.shutdown(connected, socket.SHUT_RDWR)
