"""Working hours: which moments are within, at both ends, on days off and past midnight."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from services.reconcile.hours import open_now, opens_next

OFFICE = {"from": "08:00", "to": "18:00", "days": [0, 1, 2, 3, 4]}
NIGHT = {"from": "22:00", "to": "06:00", "days": [4]}
MONDAY, FRIDAY, SATURDAY, SUNDAY = 5, 9, 10, 11  # of January 2026


def moment(day: int, clock: str) -> datetime:
    return datetime.fromisoformat(f"2026-01-{day:02}T{clock}").replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "day", "clock", "expected"),
    [
        ({}, SUNDAY, "03:00", True),
        (OFFICE, MONDAY, "07:59:59", False),
        (OFFICE, MONDAY, "08:00", True),
        (OFFICE, MONDAY, "17:59:59", True),
        (OFFICE, MONDAY, "18:00", False),
        (OFFICE, SATURDAY, "12:00", False),
        ({"from": "08:00", "to": "18:00"}, SATURDAY, "12:00", True),
        ({**OFFICE, "days": []}, MONDAY, "12:00", False),
        (NIGHT, FRIDAY, "21:59", False),
        (NIGHT, FRIDAY, "22:00", True),
        (NIGHT, FRIDAY, "03:00", False),
        (NIGHT, SATURDAY, "05:59", True),
        (NIGHT, SATURDAY, "06:00", False),
        (NIGHT, SATURDAY, "22:00", False),
        ({"from": "00:00", "to": "00:00", "days": [0]}, MONDAY, "00:00", True),
        ({"from": "00:00", "to": "00:00", "days": [0]}, MONDAY, "23:59", True),
        ({"from": "00:00", "to": "00:00", "days": [4]}, SATURDAY, "00:00", False),
    ],
)
def test_a_moment_is_within_the_hours_or_not(hours: dict[str, Any], day: int, clock: str, expected: bool) -> None:
    assert open_now(hours, moment(day, clock)) is expected


@pytest.mark.parametrize(
    ("hours", "now", "begins"),
    [
        (OFFICE, (MONDAY, "07:59"), (MONDAY, "08:00")),
        (OFFICE, (MONDAY, "18:00"), (MONDAY + 1, "08:00")),
        (OFFICE, (FRIDAY, "18:00"), (MONDAY + 7, "08:00")),
        ({"from": "08:00", "to": "18:00"}, (SATURDAY, "18:00"), (SUNDAY, "08:00")),
        (NIGHT, (SATURDAY, "06:00"), (FRIDAY + 7, "22:00")),
        ({**OFFICE, "days": [0]}, (MONDAY, "18:00"), (MONDAY + 7, "08:00")),
    ],
)
def test_what_waits_for_the_hours_waits_until_they_begin(
    hours: dict[str, Any], now: tuple[int, str], begins: tuple[int, str]
) -> None:
    assert opens_next(hours, moment(*now)) == moment(*begins)


def test_hours_on_no_day_never_begin() -> None:
    assert opens_next({**OFFICE, "days": []}, moment(MONDAY, "12:00")) is None


@pytest.mark.parametrize("now", ["2026-03-28T18:00", "2026-10-24T18:00"])
def test_hours_begin_also_on_nights_when_the_clock_is_changed(now: str) -> None:
    """In London 01:30 does not exist in March, and comes twice in October."""
    london, hours = ZoneInfo("Europe/London"), {"from": "01:30", "to": "05:00"}
    opening = opens_next(hours, datetime.fromisoformat(now).replace(tzinfo=london))
    assert opening is not None
    assert open_now(hours, opening.astimezone(UTC).astimezone(london))


def test_a_time_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="hour"):
        open_now({"from": "25:00", "to": "18:00"}, moment(MONDAY, "12:00"))
