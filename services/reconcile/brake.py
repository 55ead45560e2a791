"""The brake against mass change: how much is too much to do unasked, in one tick and within a day.

A careless bulk act on one side, or a fault of Xero's, would otherwise reach every contact on the other; and one that
comes in slices would reach them just as well, each slice too small to be noticed.
"""

from collections.abc import Callable

ALWAYS_ALLOWED = 20
ONE_IN = 10
ONE_IN_A_DAY = 4


def too_many(changes: int, links: int) -> bool:
    """Whether ending or overwriting `changes` of `links` syncing links waits for a person: over 20 and over 10 %."""
    return changes > ALWAYS_ALLOWED and changes * ONE_IN > links


def too_many_a_day(changes: int, links: int) -> bool:
    """Whether Xero's changes have met too many of `links` links within a day, unasked: over 20 and over a quarter."""
    return changes > ALWAYS_ALLOWED and changes * ONE_IN_A_DAY > links


def reason(
    ending: int, to_practice: int, to_xero: int, links: int, within_a_day: int = 0,
    number: Callable[[int], str] = "{:,}".format,
) -> str:  # fmt: skip
    """What a tick would do to how many of `links` syncing links, as a sentence; `number` writes a number.

    With `within_a_day` another says to how many Xero's changes would have come within a day.
    """
    parts = (
        (ending, "stop syncing, because they were archived, merged or removed in Xero"),
        (to_practice, "overwrite the contact here"),
        (to_xero, "overwrite the contact in Xero"),
    )
    told = ", ".join(f"{number(count)} would {what}" for count, what in parts if count)
    day = f" With these, Xero's changes would have ended or overwritten {number(within_a_day)} within a day."
    return f"Of {number(links)} syncing contacts, {told}." + (day if too_many_a_day(within_a_day, links) else "")
