"""Working hours: which moments are within, at both ends, on days off and past midnight."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.reconcile.hours import open_now

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


def test_a_time_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="hour"):
        open_now({"from": "25:00", "to": "18:00"}, moment(MONDAY, "12:00"))
