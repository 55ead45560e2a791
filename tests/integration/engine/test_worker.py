"""The worker itself: its turns, whatever becomes of them."""

import threading
from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from sqlalchemy import event
from sqlmodel import select

from models.connection import ConnectionRow
from models.intent import IntentRow
from services import practice_settings, worker
from services.access import SYSTEM
from services.db import Database, read, write
from services.practice_settings import Schedule
from services.worker import Worker
from tests.support.practice import delta_is_due, edit, run_import, tick
from tests.support.xero import Xero


class Patience(threading.Event):
    """Does not wait, notes how long it was to, and says stop after ten times."""

    def __init__(self) -> None:
        super().__init__()
        self.waited: list[float] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.waited.append(timeout or 0.0)
        if len(self.waited) == 10:
            self.set()
        return self.is_set()


def test_a_turn_that_fails_again_and_again_is_tried_ever_more_rarely_until_one_gets_through(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    turns = iter([True] * 8 + [False, True])

    def turn() -> bool:
        if next(turns):
            raise OSError("No space left on device")
        return True

    monkeypatch.setattr(worker, "take_turn", turn)
    sleeper, patience = Worker(), Patience()
    monkeypatch.setattr(sleeper, "_stop", patience)
    sleeper._run()
    assert patience.waited == [1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0, 0.5, 1.0]


def test_a_full_disk_is_not_filled_with_what_is_said_of_it(
    xero: Xero, connection_id: str, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_import(connection_id)
    delta_is_due()

    def full(*_: object) -> None:
        raise OSError("No space left on device")

    event.listen(database.writer, "begin", full)
    sleeper, patience = Worker(), Patience()
    monkeypatch.setattr(sleeper, "_stop", patience)
    sleeper._run()
    assert patience.waited[:3] == [1.0, 2.0, 4.0]


def test_a_write_put_off_alone_goes_at_its_own_time_and_not_with_the_next_look(
    xero: Xero, connection_id: str, pair: tuple[str, str]
) -> None:
    """Xero refused it, and could not be asked why."""
    xero.create("Taken")
    tick(connection_id)
    edit(pair[0], name="Taken")
    delta_is_due()
    xero.fault(method="GET", path="/Contacts", action="status", status=503, times=9, skip=2)
    worker.take_turn()
    with write() as session:
        connection, intent = session.exec(select(ConnectionRow)).one(), session.exec(select(IntentRow)).one()
        assert connection.next_tick_at == intent.not_before
        assert intent.not_before
        assert connection.next_delta_at
        assert intent.not_before < connection.next_delta_at
        intent.not_before = connection.next_tick_at = intent.created_at
    xero.forget_faults()
    xero.forget_calls()
    worker.take_turn()
    with read() as session:
        assert session.exec(select(IntentRow.state)).one() == "held"
    assert [call["method"] for call in xero.calls()][:2] == ["GET", "POST"]  # a look would be one more before these


def test_what_waits_for_working_hours_is_sent_as_they_begin_however_rarely_xero_is_looked_at(
    xero: Xero, connection_id: str, pair: tuple[str, str]
) -> None:
    """Looking every four hours from half past ten on, the worker would never find the practice open."""
    practice_settings.save_schedule(SYSTEM, connection_id, Schedule(4 * 3600, time(8), time(10), (0, 1, 2, 3, 4)))
    with time_machine.travel(datetime(2027, 1, 5, 10, 30, tzinfo=UTC), tick=False) as clock:
        edit(pair[0], email="new@example.com")
        worker.take_turn()
        clock.move_to(datetime(2027, 1, 6, 7, 59, tzinfo=UTC))
        worker.take_turn()
        assert xero.contact(pair[1])["EmailAddress"] == "ada@example.com"
        clock.shift(timedelta(minutes=1))
        worker.take_turn()
    assert xero.contact(pair[1])["EmailAddress"] == "new@example.com"
