"""Once a clock that was ahead is set back, nothing is put off until it would have caught up, and nothing hides behind
what it dated.
"""

from datetime import timedelta

import time_machine
from sqlalchemy import update

from models.base import now
from models.connection import ConnectionRow
from models.intent import IntentRow
from services import create_one, sync
from services.access import SYSTEM
from services.db import write
from services.records import clock
from tests.support.lost_answers import lose_the_answer
from tests.support.practice import add, retry_now, run_import, tick, xero_client
from tests.support.xero import REFUSED, Xero


def test_a_refused_creation_whose_first_answer_was_lost_while_the_clock_was_ahead_is_told_within_two_hours(
    xero: Xero, connection_id: str
) -> None:
    run_import(connection_id)
    ours, ahead = add("Lost One", "lost@example.com"), now() + timedelta(days=30)
    create_one.create_in_xero(SYSTEM, ours, connection_id)
    lose_the_answer(xero, connection_id, "PUT", effect="before")
    with write() as session:
        session.execute(update(IntentRow).values(sent_at=ahead, not_before=ahead))
        session.execute(update(ConnectionRow).values(last_sync_at=ahead))
    clock.correct()
    with time_machine.travel(now() + timedelta(hours=2)):
        xero.control("clock", advance=2 * 3600)
        xero.fault(method="PUT", path="/Contacts", action="status", status=400, body=REFUSED, times=1)
        retry_now()
        tick(connection_id)
    assert xero_client(ours).state == "held"


def test_a_creation_under_way_is_shown_although_the_clock_was_put_back(xero: Xero, connection_id: str) -> None:
    run_import(connection_id)
    ours, other = add("New Person", "new@example.com"), xero.create("New Person", "else@example.com")
    with time_machine.travel(now() + timedelta(hours=1)):
        create_one.create_in_xero(SYSTEM, ours, connection_id, anyway=True)
        sync.tick(connection_id, delta=False)
        held = xero_client(ours)
        assert (held.state, bool(held.intent_id)) == ("held", True)
        create_one.drop_create(SYSTEM, held.intent_id or "")
    xero.change(other, Name="New Person Old")
    tick(connection_id)
    create_one.create_in_xero(SYSTEM, ours, connection_id, anyway=True)
    assert xero_client(ours).state == "sending"
