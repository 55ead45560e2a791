"""Calls to Xero whose answer is lost, and the time until all has settled after them."""

import pytest
from sqlalchemy import update

from models.base import now
from models.intent import IntentRow
from services import create_one, sync
from services.access import SYSTEM
from services.db import write
from services.errors import SyncError
from services.steps.sending import PATIENCE
from tests.support.practice import add, delta_is_due, retry_now, run_import
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


def never_sent_for_an_hour(xero: Xero, connection_id: str) -> str:
    """A contact whose creation Xero has never heard of, as nobody knows, since Xero was out of reach for an hour. No
    list shows what is created from now on. Returns our contact's id.
    """
    xero.create("Somebody Else", "else@example.com")
    run_import(connection_id)
    ours = add("Lost One", "lost@example.com")
    create_one.create_in_xero(SYSTEM, ours, connection_id)
    lose_the_answer(xero, connection_id, "PUT", effect="before")
    with write() as session:
        session.execute(update(IntentRow).values(sent_at=now() - PATIENCE))
    xero.control("lists", behind="all")
    xero.control("clock", advance=400)
    retry_now()
    return ours
