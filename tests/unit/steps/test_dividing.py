"""Calls refused as a whole: the bad item is found, the others are sent, and few calls are made in vain."""

from collections.abc import Sequence
from contextlib import suppress

import pytest

from services.errors import Gone, Invalid, Rejected, Unavailable, Unexplained
from services.steps.dividing import Divided

NUMBERS = range(50)


class Line:
    """A line to Xero that refuses each call with a `bad` number in it, with or without a reason."""

    def __init__(self, bad: set[int], refused: Rejected) -> None:
        self.bad, self.refused = bad, refused
        self.calls = 0
        self.sent: list[int] = []
        self.told: list[int] = []
        self.later: list[int] = []

    def send(self, numbers: Sequence[int]) -> bool:
        self.calls += 1
        refused = self.bad.intersection(numbers)
        if refused and len(numbers) > 1:
            raise self.refused
        if not refused:
            self.sent.extend(numbers)
            return True
        later = isinstance(self.refused, Unexplained | Gone)
        (self.later if later else self.told).extend(numbers)
        return not later

    def divide(self, numbers: Sequence[int]) -> None:
        Divided(self.send, self.later.extend).begin(numbers, lambda: self.send(numbers))


@pytest.mark.parametrize("refused", [Invalid("Bad."), Unexplained(), Gone("Not found.")])
@pytest.mark.parametrize("bad", [*({number} for number in NUMBERS), {0, 1}, {0, 49}, {0, 1, 2}])
def test_who_is_not_refused_is_sent_once_whoever_else_is(bad: set[int], refused: Rejected) -> None:
    line = Line(bad, refused)
    line.divide(NUMBERS)
    assert sorted(line.sent) == sorted(set(NUMBERS) - bad)
    assert sorted(line.told + line.later) == sorted(bad)
    assert line.calls <= 2 * len(bad) * 6 + 1


def test_refusals_for_a_reason_are_all_told() -> None:
    line = Line(set(NUMBERS), Invalid("Bad."))
    line.divide(NUMBERS)
    assert sorted(line.told) == list(NUMBERS)


def test_refusals_without_a_reason_are_not_looked_into_one_by_one() -> None:
    line = Line(set(NUMBERS), Unexplained())
    with pytest.raises(Unavailable):
        line.divide(NUMBERS)
    assert (line.calls, sorted(line.later)) == (13, list(NUMBERS))


def test_one_that_is_refused_without_a_reason_is_no_failure_of_the_whole_call() -> None:
    line = Line({0}, Unexplained())
    line.divide([0])
    assert line.later == [0]


def test_few_bad_items_that_are_left_do_not_keep_a_good_one_from_being_sent() -> None:
    line = Line({0, 1, 2}, Unexplained())
    line.divide(range(4))
    assert line.sent == [3]


def test_good_items_get_through_whoever_is_refused_without_a_reason_each_time() -> None:
    bad, waiting = {0, 1, 2, 3}, list(range(12))
    for _ in range(50):
        line = Line(bad, Unexplained())
        with suppress(Unavailable):
            line.divide(waiting)
        waiting = line.later
    assert set(waiting) == bad


def test_a_failure_while_dividing_leaves_what_was_sent_before_as_it_is() -> None:
    line = Line({0}, Invalid("Bad."))

    def send(numbers: Sequence[int]) -> bool:
        if 49 in numbers and len(numbers) < len(NUMBERS):
            raise Unavailable("Away.")
        return line.send(numbers)

    with pytest.raises(Unavailable, match="Away"):
        Divided(send, line.later.extend).begin(NUMBERS, lambda: send(NUMBERS))
    assert (sorted(line.sent), line.told) == (list(range(1, 25)), [0])
