"""Calls refused as a whole: the bad item is found, the others are written, and few calls are made in vain."""

from collections.abc import Sequence
from contextlib import suppress

import pytest

from models.base import Json
from services.errors import Invalid, Rejected, Unavailable
from services.gateways.store import Outcome, Record
from services.gateways.xero.errors import Unexplained
from services.gateways.xero.settling import settled

NUMBERS = range(50)


class Line:
    """A line to Xero that refuses each call with a `bad` number in it, with or without a reason."""

    def __init__(self, bad: set[int], refused: Rejected) -> None:
        self.bad = bad
        self.refused = refused
        self.calls = 0

    def send(self, numbers: Sequence[int]) -> list[Json]:
        self.calls += 1
        if self.bad.intersection(numbers):
            raise self.refused
        return [{"ContactID": str(number)} for number in numbers]


def explain(_number: int, refused: Rejected) -> Outcome:
    return Unavailable("Later.") if isinstance(refused, Unexplained) else refused


def left(outcomes: Sequence[Outcome]) -> set[int]:
    return {number for number, outcome in enumerate(outcomes) if not isinstance(outcome, Record)}


@pytest.mark.parametrize("refused", [Invalid("Bad."), Unexplained("Refused.")])
@pytest.mark.parametrize("bad", [*({number} for number in NUMBERS), {0, 1}, {0, 49}, {0, 1, 2}])
def test_who_is_not_refused_is_written_whoever_else_is(bad: set[int], refused: Rejected) -> None:
    line = Line(bad, refused)
    assert left(settled(NUMBERS, line.send, explain)) == bad
    assert line.calls <= 2 * len(bad) * 6 + 1


def test_refusals_for_a_reason_are_all_told() -> None:
    outcomes = settled(NUMBERS, Line(set(NUMBERS), Invalid("Bad.")).send, explain)
    assert {type(outcome) for outcome in outcomes} == {Invalid}


def test_refusals_without_a_reason_are_not_looked_into_one_by_one() -> None:
    line = Line(set(NUMBERS), Unexplained("Refused."))
    with pytest.raises(Unavailable):
        settled(NUMBERS, line.send, explain)
    assert line.calls == 13


def test_few_bad_items_that_are_left_do_not_keep_a_good_one_from_being_written() -> None:
    assert left(settled(range(4), Line({0, 1, 2}, Unexplained("Refused.")).send, explain)) == {0, 1, 2}


def test_good_items_get_through_whoever_is_refused_without_a_reason_each_time() -> None:
    bad, waiting = {0, 1, 2, 3}, list(range(12))
    for _ in range(50):
        line = Line({place for place, number in enumerate(waiting) if number in bad}, Unexplained("Refused."))
        with suppress(Unavailable):
            waiting = [waiting[place] for place in left(settled(range(len(waiting)), line.send, explain))]
    assert set(waiting) == bad


def test_each_outcome_is_about_its_item_whichever_came_first() -> None:
    outcomes = settled(NUMBERS, Line({7}, Unexplained("Refused.")).send, explain)
    assert [one.id for one in outcomes if isinstance(one, Record)] == [str(one) for one in NUMBERS if one != 7]
