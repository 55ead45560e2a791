"""The brake against mass change: how much is too much to do unasked, in one tick and within a day.

A careless bulk act on one side, or a fault of Xero's, would otherwise reach every contact on the other; and one that
comes in slices would reach them just as well, each slice too small to be noticed.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from services.reconcile.contact import Field

ALWAYS_ALLOWED = 20
ONE_IN = 10
ONE_IN_A_DAY = 4
HERE, IN_XERO = "here", "in Xero"


@dataclass(frozen=True, slots=True)
class Met:
    """A field that would be overwritten on one side, "here" or "in Xero"; `cleared` with a blank."""

    where: str
    field: Field
    cleared: bool

    @property
    def words(self) -> str:
        """What would happen to contacts, to be said after "would"."""
        what = self.field.label.lower()
        return f"lose their {what} {self.where}" if self.cleared else f"have their {what} changed {self.where}"


def too_many(changes: int, links: int) -> bool:
    """Whether ending or overwriting `changes` of `links` syncing links waits for a person: over 20 and over 10 %."""
    return changes > ALWAYS_ALLOWED and changes * ONE_IN > links


def too_many_a_day(changes: int, links: int) -> bool:
    """Whether Xero's changes have met too many of `links` links within a day, unasked: over 20 and over a quarter."""
    return changes > ALWAYS_ALLOWED and changes * ONE_IN_A_DAY > links


def told(ending: int, fields: Mapping[Met, int]) -> list[tuple[int, str]]:
    """How many links meet what, as (count, words to follow "would"); losses come before changes."""
    parts = [(ending, "stop syncing, because they were archived, merged or removed in Xero")] if ending else []
    met = sorted(fields.items(), key=lambda one: (not one[0].cleared, -one[1]))
    return parts + [(count, one.words) for one, count in met]


def reason(
    parts: Iterable[tuple[int, str]], links: int, within_a_day: int = 0, number: Callable[[int], str] = "{:,}".format
) -> str:
    """A sentence that says what a tick would do to how many of `links` syncing links; `parts` come from `told`.

    `within_a_day` is how many links Xero's changes would then have met within a day; if that is too many, another
    sentence says so. `number` formats a count.
    """
    each = [f"{number(count)} would {what}" for count, what in parts]
    listed = ", and ".join(filter(None, (", ".join(each[:-1]), *each[-1:])))
    day = f" With these, Xero's changes would have stopped or overwritten {number(within_a_day)} within a day."
    return f"Of {number(links)} syncing contacts, {listed}." + (day if too_many_a_day(within_a_day, links) else "")
