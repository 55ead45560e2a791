"""The line to Xero: connections whose call can be broken off once it has taken too long.

urllib3's own limits start again with each byte, and it does not say which connection of its pool a call uses.
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from urllib3 import PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.response import HTTPResponse

from services.gateways.breaking_off import no_longer


class _Calling(threading.local):
    """The connections that this thread's call has used, in order; None while it makes no call."""

    used: list[socket.socket | None] | None = None

    def note(self, connected: socket.socket | None) -> None:
        if self.used is not None:
            self.used.append(connected)


_calling = _Calling()


class _Plain(HTTPConnection):
    def getresponse(self) -> HTTPResponse:  # type: ignore[override]  # as urllib3 itself has it
        _calling.note(self.sock)
        return super().getresponse()


class _Secure(HTTPSConnection):
    def getresponse(self) -> HTTPResponse:  # type: ignore[override]  # as urllib3 itself has it
        _calling.note(self.sock)
        return super().getresponse()


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _Secure


def tell(pools: PoolManager) -> PoolManager:
    """Have the connections that are made from now on report to `one_call`. Returns the same pools."""
    pools.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}
    return pools


@contextmanager
def one_call(seconds: float) -> Iterator[None]:
    """Break off the call in the block, including the reading of its answer, if it takes longer than `seconds`."""
    used: list[socket.socket | None] = []
    _calling.used = used
    try:
        with no_longer(seconds, lambda: used[-1] if used else None):
            yield
    finally:
        _calling.used = None
