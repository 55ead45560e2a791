"""Working hours: whether changes that nobody asked for may be sent at a moment, and from when on they may."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

EVERY_DAY = (0, 1, 2, 3, 4, 5, 6)


def open_now(hours: Mapping[str, Any], local_time: datetime) -> bool:
    """Whether `local_time`, on the practice's clock, is within the hours.

    `hours` is {"from": "08:00", "to": "18:00", "days": [0, 1, 2, 3, 4]}, where Monday is 0; {} is always open, and
    without "days" the hours hold every day. "from" is included, "to" is not. Hours that end before they begin, such as
    22:00 to 06:00, run past midnight and belong to the day on which they began. If "from" and "to" are equal, they run
    for 24 hours.
    Raises: ValueError for a time that is not HH:MM.
    """
    if not hours:
        return True
    opens, closes = time.fromisoformat(hours["from"]), time.fromisoformat(hours["to"])
    days = hours.get("days", EVERY_DAY)
    clock = local_time.time()
    today, yesterday = local_time.weekday(), (local_time - timedelta(days=1)).weekday()
    if opens < closes:
        return today in days and opens <= clock < closes
    return (today in days and clock >= opens) or (yesterday in days and clock < closes)


def opens_next(hours: Mapping[str, Any], local_time: datetime) -> datetime | None:
    """When the hours next begin after `local_time`, on the same clock; None if they never do."""
    opens, days = time.fromisoformat(hours["from"]), hours.get("days", EVERY_DAY)
    dates = (local_time.date() + timedelta(days=number) for number in range(8))
    begins = (datetime.combine(one, opens, local_time.tzinfo) for one in dates if one.weekday() in days)
    return next((one for one in begins if one > local_time), None)
