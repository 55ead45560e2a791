"""Contacts in Xero with our marker: the answer to their creation was lost, or our books do not know of it."""

import pytest

from services import connection, create_one, sync
from services.access import SYSTEM
from services.db import read
from services.errors import SyncError
from services.records.markers import next_number
from tests.support import practice
from tests.support.practice import add, retry_now, synced
from tests.support.xero import Xero


def tick(connection_id: str, times: int = 1) -> None:
    """`practice.tick`, which each time also does what was to be tried again later."""
    for _ in range(times):
        retry_now()
        practice.tick(connection_id)


def lost(xero: Xero, connection_id: str, name: str = "Lost One") -> tuple[str, str]:
    """A contact created in Xero whose answer was lost, its organisation disconnected: the practice's id and Xero's."""
    contact_id = add(name, f"{name.split()[0].lower()}@example.com")
    create_one.create_in_xero(SYSTEM, contact_id, connection_id)
    xero.fault(method="PUT", path="/Contacts", action="drop", effect="after", times=1)
    with pytest.raises(SyncError):
        sync.tick(connection_id)
    connection.disconnect(SYSTEM, connection_id)
    return contact_id, str(xero.contacts(name=name)[0]["ContactID"])


def marked(connection_id: str, contact_id: str, name: str, xero: Xero, suffix: str = "") -> str:
    """A contact in Xero with the marker of one of ours, of whose creation our books do not know; its id there."""
    with read() as session:
        number = next_number(session, connection_id, contact_id)
    return xero.create(name, f"{name.split()[0].lower()}@there.com", ContactNumber=number + suffix)


def pairs() -> set[tuple[str, str]]:
    """The linked pairs that sync: the practice's ids and Xero's."""
    return {(one.contact_id, one.xero_id) for one in synced()}
