"""The brake against mass change: how much is too much for one tick to do unasked.

A careless bulk act on one side, or a fault of Xero's, would otherwise reach every contact on the other.
"""

ALWAYS_ALLOWED = 20
ONE_IN = 10


def too_many(changes: int, links: int) -> bool:
    """Whether ending or overwriting `changes` of `links` syncing links waits for a person: over 20 and over 10 %."""
    return changes > ALWAYS_ALLOWED and changes * ONE_IN > links


def reason(ending: int, to_practice: int, to_xero: int, links: int) -> str:
    """What a tick would do to how many of `links` syncing links, as a sentence."""
    parts = (
        (ending, "end, because their contacts are gone in Xero"),
        (to_practice, "overwrite the contact here"),
        (to_xero, "overwrite the contact in Xero"),
    )
    told = ", ".join(f"{count:,} would {what}" for count, what in parts if count)
    return f"Of {links:,} syncing contacts, {told}." if told else "Nothing would be ended or overwritten any more."
