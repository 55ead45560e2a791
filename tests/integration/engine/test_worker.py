"""The worker itself: its turns, whatever becomes of them."""

import threading

import pytest

from services import worker
from services.worker import Worker


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

    def turn() -> None:
        if next(turns):
            raise OSError("No space left on device")

    monkeypatch.setattr(worker, "take_turn", turn)
    sleeper, patience = Worker(), Patience()
    monkeypatch.setattr(sleeper, "_stop", patience)
    sleeper._run()
    assert patience.waited == [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0, 0.5, 1.0]
