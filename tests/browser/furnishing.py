"""An office at work: connected and imported, with names that no screen is made for, and one of every state."""

import time
from dataclasses import dataclass

from services import clients, imports, jobs, links
from services.access import SYSTEM
from services.clients import ClientFilter
from tests.support.practice import add
from tests.support.xero import Xero, connect

PATIENCE_SECONDS = 60
HEBREW, ARABIC = "שלום כהן ובניו בע״מ", "شركة النور للمحاسبة"
LONG = ("Great Northern Consolidated Agricultural Holdings and Partners " * 4)[:250].strip()
MARKUP = "**Bold** & _it_ [link](https://example.com) :red[x] $a$ `c`"
UNBROKEN = "W" * 120
STOPPED, DIFFERING, ALONE = "Stan Stopped", "Dee Differs", "Not In Xero"
ODD = (HEBREW, ARABIC, LONG, MARKUP, UNBROKEN)


@dataclass(frozen=True, slots=True)
class Furnished:
    """The connection, and the id of a contact by its name."""

    connection_id: str
    ids: dict[str, str]


def furnish(xero: Xero) -> Furnished:
    """Fill both sides, connect, import, and stop one link."""
    ids = {name: _both(xero, name, f"odd{number}@example.com") for number, name in enumerate((*ODD, STOPPED))}
    ids[ALONE] = add(ALONE, "alone@example.com")
    ids[DIFFERING] = add(DIFFERING, "dee@example.com", "+64 9 555 0102")
    xero.create(DIFFERING, "dee@example.com", Phones=[{"PhoneType": "DEFAULT", "PhoneNumber": "5550103"}])
    xero.create(f"{LONG} Ltd", "odd2@example.org")
    connection_id = connect()
    _wait_for(imports.start_preview(SYSTEM, connection_id))
    _wait_for(imports.start_import(SYSTEM, connection_id))
    [stopped] = clients.list_clients(ClientFilter(search=STOPPED)).rows
    links.stop(SYSTEM, [stopped.link_id])
    return Furnished(connection_id, ids)


def _both(xero: Xero, name: str, email: str) -> str:
    xero.create(name, email)
    return add(name, email)


def _wait_for(job_id: str) -> None:
    """Until the app's worker has done a job."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while jobs.get_job(job_id).ended_at is None:
        assert time.monotonic() < deadline, "The job did not end."
        time.sleep(0.1)
