"""Calls to Xero whose answer is lost, and the time until all has settled after them."""

import pytest

from services import sync
from services.errors import SyncError
from tests.support.practice import delta_is_due, retry_now
from tests.support.xero import Xero


def lose_the_answer(xero: Xero, connection_id: str, method: str = "POST", effect: str = "after") -> None:
    """The next tick's write lands, or does not with "before", and nobody hears of it."""
    xero.fault(method=method, path="/Contacts", action="drop", effect=effect)
    with pytest.raises(SyncError):
        sync.tick(connection_id)


def sync_on(xero: Xero, connection_id: str) -> None:
    """Time passes until all has settled."""
    for _ in range(3):
        xero.control("clock", advance=400)
        retry_now()
        delta_is_due()
        sync.tick(connection_id)


def later(xero: Xero, connection_id: str, seconds: int = 60) -> None:
    """Some time passes, and whatever waits is looked at again once."""
    xero.control("clock", advance=seconds)
    retry_now()
    delta_is_due()
    sync.tick(connection_id)
