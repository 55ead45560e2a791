"""Who belongs to whom: first whom to compare at all, and, for two whole books side by side, one partner for each.

Comparing everybody with everybody grows with the square. Whoever may be the same shares at least one value that is
not common: these are looked up, and those that share the rarest are compared closely.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from math import log2
from typing import TypeVar

from services.reconcile.score import POINTS_A_BIT, Ranked, Traits, best, blocking_keys, frequencies_of

COMMON = 150
"""A value that more contacts have finds nobody: it would find everybody."""

POOL = 30
ENOUGH = 6
WORTH_A_LOOK = 0.25
"""Beyond the first six, only who shares a quarter of what the closest shares is compared."""

Holder = TypeVar("Holder", bound=Hashable)


def closest(
    values: Iterable[str], holders: Callable[[str], Iterable[Holder]], bits: Callable[[str], float]
) -> list[Holder]:
    """Those who share values, the ones with the rarest in common first; at most `POOL`."""
    shared: dict[Holder, float] = defaultdict(float)
    for value in values:
        worth = bits(value)
        for holder in holders(value):
            shared[holder] += worth
    found = Counter(shared).most_common(POOL)
    least = found[0][1] * WORTH_A_LOOK if found else 0.0
    return [holder for place, (holder, sum_) in enumerate(found) if place < ENOUGH or sum_ >= least]


class Book:
    """Contacts in memory, ready to be asked who of them another contact may be."""

    def __init__(self, contacts: Mapping[str, Traits]) -> None:
        self.contacts = contacts
        self.frequencies = frequencies_of(contacts.values())
        self._holders: dict[str, list[str]] = defaultdict(list)
        for contact_id, traits in contacts.items():
            for value in blocking_keys(traits):
                self._holders[value].append(contact_id)

    def candidates(self, wanted: Traits, limit: int = 5) -> list[Ranked]:
        """The best candidates, best first."""
        pool = closest(blocking_keys(wanted), self._rare, self.frequencies.bits)
        return best(wanted, [(one, self.contacts[one]) for one in pool], self.frequencies, limit)

    def _rare(self, value: str) -> list[str]:
        found = self._holders.get(value, [])
        return found if len(found) <= COMMON else []


def even_odds(contacts: int) -> float:
    """The points from which a pair out of so many contacts is more likely one than two: prior odds are 1 to that."""
    return POINTS_A_BIT * log2(max(2, contacts))


def one_to_one(ranked: Mapping[str, Iterable[Ranked]], least: float) -> dict[str, str]:
    """Who belongs to whom when nobody may have two partners: id → contact id, best pairs first.

    `ranked` holds each one's candidates; pairs below `least` points stay apart.
    """
    pairs = sorted((-one.points, left, one.contact_id) for left, several in ranked.items() for one in several)
    chosen: dict[str, str] = {}
    taken: set[str] = set()
    for points, left, right in pairs:
        if -points >= least and left not in chosen and right not in taken:
            chosen[left] = right
            taken.add(right)
    return chosen
