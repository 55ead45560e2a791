"""The pace: as set while there are calls enough, slower when they run short, and never until none is left."""

from collections import deque

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reconcile.pace import DAY, closed_for, pause, share

EVERY = st.integers(5, 3600)
BUDGET = st.integers(20, 900)
ROUNDING = 1e-6


def test_a_tenth_of_the_day_is_kept_for_people() -> None:
    assert [share(1000, for_person) for for_person in (False, True)] == [900, 1000]
    assert [share(55, for_person) for for_person in (False, True)] == [49, 55]


@given(per_day=st.integers(1, 100_000))
def test_what_is_kept_for_people_is_a_tenth_or_the_next_whole_call(per_day: int) -> None:
    kept = per_day - share(per_day, for_person=False)
    assert per_day <= kept * 10 < per_day + 10


def test_the_pace_is_as_set_while_the_day_has_calls_enough() -> None:
    assert pause(300, 0, 900) == pause(300, 288, 900) == 300


def test_the_calls_that_are_left_are_spread_over_a_day() -> None:
    assert pause(300, 800, 900) == DAY / 100


def test_with_nothing_left_a_look_waits_for_the_first_call_to_come_back() -> None:
    assert pause(300, 900, 900, freed_in=4000) == 4000
    assert pause(300, 950, 900) == DAY


@given(every=EVERY, used=st.integers(0, 2000), budget=BUDGET, freed_in=st.floats(1, DAY))
def test_a_pause_is_never_shorter_than_set_and_never_longer_than_a_day(
    every: int, used: int, budget: int, freed_in: float
) -> None:
    assert every <= pause(every, used, budget, freed_in) <= max(every, DAY)


@given(every=EVERY, used=st.integers(0, 899), more=st.integers(0, 899), freed_in=st.floats(1, DAY))
def test_the_more_is_used_the_longer_the_pause(every: int, used: int, more: int, freed_in: float) -> None:
    assert pause(every, used, 900, freed_in) <= pause(every, used + more, 900, freed_in)


@given(every=st.integers(5, 600), budget=BUDGET, burst=st.integers(0, 900), spread=st.floats(1, DAY - 1))
def test_looking_alone_never_uses_the_day_up(every: int, budget: int, burst: int, spread: float) -> None:
    """Three days of looks, after a burst of other calls within the budget, over a rolling day."""
    number = min(burst, budget)
    calls = deque(-spread * (number - place) / number for place in range(number)) if number else deque[float]()
    at = 0.0
    while at < 3 * DAY:
        at += pause(every, len(calls), budget, calls[0] + DAY - at if calls else DAY)
        while calls and calls[0] <= at - DAY + ROUNDING:
            calls.popleft()
        assert len(calls) < budget
        calls.append(at)


@pytest.mark.parametrize(
    ("limit", "retry_after", "seconds"),
    [
        ("minute", 17, 17),
        ("day", 50_000, 50_000),
        ("minute", None, 60),
        ("day", None, 3600),
        ("concurrent", None, 5),
        ("something new", None, 60),
        ("minute", 0, 1),
        ("day", 9_999_999, DAY),
    ],
)
def test_after_a_refusal_xero_is_left_alone_as_long_as_it_says_within_reason(
    limit: str, retry_after: float | None, seconds: float
) -> None:
    assert closed_for(limit, retry_after) == seconds
