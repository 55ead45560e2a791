"""The tenth of the day's calls that is kept for what people ask for: who gets it, and when."""

from datetime import timedelta

import pytest
import time_machine

from models.api_call import ApiCallRow
from models.base import now
from services import archive, brake, connection, create_one, worker
from services.access import SYSTEM
from services.db import write
from services.reconcile import brake as rules
from services.settings import get_settings
from services.steps import brake as steps
from tests.support.lost_answers import lose_the_answer
from tests.support.practice import add, delta_is_due, edit, retry_now, run_import, synced, tick
from tests.support.xero import Xero

Pair = tuple[str, str]
NEW = "ada@new.example"


def used(connection_id: str, number: int, settings: pytest.MonkeyPatch) -> None:
    """A day of 100 calls, so many of which were made an hour ago."""
    settings.setenv("XERO_CALLS_PER_DAY", "100")
    get_settings.cache_clear()
    number -= connection.get_connection(connection_id).calls_used_today
    with write() as session:
        times = (now() - timedelta(hours=1, milliseconds=one) for one in range(number))
        session.add_all(ApiCallRow(connection_id=connection_id, at=at) for at in times)


@pytest.mark.parametrize("trouble", [{"action": "drop"}, {"action": "status", "status": 503}])
def test_a_wish_that_failed_once_is_sent_again_although_the_syncs_share_is_used(
    xero: Xero, connection_id: str, pair: Pair, settings: pytest.MonkeyPatch, trouble: dict[str, object]
) -> None:
    used(connection_id, 90, settings)
    create_one.create_in_xero(SYSTEM, add("New Person", "new@example.com"), connection_id)
    delta_is_due()
    xero.fault(path="/Contacts", method="PUT", times=1, **trouble)
    worker.take_turn()
    with time_machine.travel(now() + timedelta(minutes=2)):
        worker.take_turn()
    assert xero.contacts(name="New Person")


def test_a_wish_that_waits_for_a_lost_write_is_sent_although_the_syncs_share_is_used(
    xero: Xero, connection_id: str, pair: Pair, settings: pytest.MonkeyPatch
) -> None:
    edit(pair[0], email=NEW)
    lose_the_answer(xero, connection_id, effect="before")
    used(connection_id, 90, settings)
    archive.archive_contact(SYSTEM, pair[0], in_xero=True)
    retry_now()
    worker.take_turn()
    assert xero.contact(pair[1])["ContactStatus"] == "ARCHIVED"


def test_a_change_that_has_to_wait_for_the_syncs_share_does_not_keep_the_worker_turning(
    connection_id: str, pair: Pair, settings: pytest.MonkeyPatch
) -> None:
    edit(pair[0], email=NEW)
    used(connection_id, 90, settings)
    delta_is_due()
    worker.take_turn()
    next_tick_at = connection.get_connection(connection_id).next_tick_at
    assert next_tick_at is not None
    assert next_tick_at > now() + timedelta(hours=22)


def test_what_an_admin_releases_is_done_although_the_syncs_share_is_used(
    xero: Xero, connection_id: str, settings: pytest.MonkeyPatch
) -> None:
    for module in (rules, steps):
        settings.setattr(module, "ALWAYS_ALLOWED", 4)
    ids = [xero.create(f"Person {number:03}", f"p{number}@example.com") for number in range(12)]
    run_import(connection_id)
    for one in ids:
        xero.change(one, EmailAddress=NEW)
    tick(connection_id)
    used(connection_id, 90, settings)
    brake.release(SYSTEM, connection_id, brake.get_brake(connection_id))
    delta_is_due()
    worker.take_turn()
    assert {row.email for row in synced()} == {NEW}
