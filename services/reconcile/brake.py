"""The brake against mass change: how much is too much for one tick to do unasked.

A careless bulk act on one side, or a fault of Xero's, would otherwise reach every contact on the other.
"""

from collections.abc import Callable

ALWAYS_ALLOWED = 20
ONE_IN = 10


def too_many(changes: int, links: int) -> bool:
    """Whether ending or overwriting `changes` of `links` syncing links waits for a person: over 20 and over 10 %."""
    return changes > ALWAYS_ALLOWED and changes * ONE_IN > links


def reason(
    ending: int, to_practice: int, to_xero: int, links: int, number: Callable[[int], str] = "{:,}".format
) -> str:
    """What a tick would do to how many of `links` syncing links, as a sentence; `number` writes a number."""
    parts = (
        (ending, "end, because their contacts are gone in Xero"),
        (to_practice, "overwrite the contact here"),
        (to_xero, "overwrite the contact in Xero"),
    )
    told = ", ".join(f"{number(count)} would {what}" for count, what in parts if count)
    if not told:
        return "Nothing would be ended or overwritten any more."
    return f"Of {number(links)} syncing contacts, {told}."
