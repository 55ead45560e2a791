"""How often Xero may be asked, and for how long it is left alone: arithmetic without a clock.

Calls are counted over the last 24 hours, so each is free again a day after it was made. A tenth of the day's calls is
kept for what people ask for; what runs by itself makes do with the rest, and slows down before they run out.
"""

DAY = 86_400.0
KEPT_ONE_IN = 10
SHORTEST_CLOSING = 1.0
CLOSINGS = {"minute": 60.0, "day": 3_600.0, "concurrent": 5.0}
"""Seconds to leave Xero alone when it does not say how long."""


def share(per_day: int, for_person: bool) -> int:
    """How many of the day's calls a piece of work may use: all if a person asked for it, else nine tenths."""
    return per_day if for_person else per_day - -(-per_day // KEPT_ONE_IN)


def pause(every_seconds: float, used_today: int, budget: int, freed_in: float = DAY) -> float:
    """Seconds until the next look at Xero, which takes one call; `every_seconds` unless the day's budget runs short.

    Then the calls that are left are spread over a whole day, or the look waits until the oldest call of the last day
    is free again, in `freed_in` seconds, if that is sooner. So looking alone never uses the budget up.
    """
    left = budget - used_today
    spread = DAY / left if left > 0 else DAY
    return max(every_seconds, min(spread, freed_in))


def closed_for(limit: str, retry_after: float | None) -> float:
    """Seconds to leave Xero alone after a limit made it refuse a call: what it asks for, within a second and a day."""
    asked = CLOSINGS.get(limit, CLOSINGS["minute"]) if retry_after is None else retry_after
    return min(max(asked, SHORTEST_CLOSING), DAY)
