"""The worker itself: its turns, whatever becomes of them."""

import threading

import pytest
from sqlalchemy import event

from services import worker
from services.db import Database
from services.worker import Worker
from tests.support.practice import delta_is_due, run_import
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
