"""A delta that was broken off for hours: what its first pages said may no longer be so."""

from datetime import timedelta

import pytest
import time_machine

from models.base import now
from services import worker
from services.errors import SyncError
from services.gateways.xero import store
from tests.support.practice import add, run_import, synced, tick
from tests.support.xero import Xero

CONTACTS = "/Contacts"


def test_nobody_is_matched_by_a_page_that_was_read_before_a_sync_was_broken_off(
    xero: Xero, connection_id: str, settings: pytest.MonkeyPatch
) -> None:
    settings.setattr(store, "PAGE_SIZE", 2)
    run_import(connection_id)
    with time_machine.travel(now()) as time:
        time.shift(timedelta(hours=1))
        xero.control("clock", advance=3600)
        for number in range(6):
            xero.create(f"Person {number}", f"person{number}@example.com")
        first = min(one["ContactID"] for one in xero.contacts())
        ours = add(xero.contact(first)["Name"], xero.contact(first)["EmailAddress"])
        headers = {"X-Rate-Limit-Problem": "day", "Retry-After": "7200"}
        xero.fault(action="status", status=429, headers=headers, method="GET", path=CONTACTS, skip=1, times=1)
        with pytest.raises(SyncError):
            tick(connection_id)
        xero.control("clock", advance=7200)
        time.shift(timedelta(hours=2, minutes=1))
        xero.change(first, Name="Somebody Else", EmailAddress="somebody@example.com")
        worker.take_turn()
    assert len(synced()) >= 5
    assert [row.xero_id for row in synced() if row.contact_id == ours] == []
