"""Pairing: which contacts to compare at all, and, for two whole books side by side, one partner for each contact.

Comparing every contact with every other would take time that grows with the square of their number. Two that may be
the same share at least one value that is not common, so contacts are looked up by such values, and only those that
share the rarest are compared closely.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from math import log2
from typing import TypeVar

from services.reconcile.score import POINTS_A_BIT, Ranked, Traits, best, blocking_keys, frequencies_of

COMMON = 150
"""A value that more contacts have than this is not looked up: it would find nearly everybody."""

POOL = 30
ENOUGH = 6
WORTH_A_LOOK = 0.25
"""Beyond the first ENOUGH, a contact is compared only if it shares at least this part of what the closest shares."""

Holder = TypeVar("Holder", bound=Hashable)


def closest(
    values: Iterable[str], holders: Callable[[str], Iterable[Holder]], bits: Callable[[str], float]
) -> list[Holder]:
    """The holders that share some of `values`, those that share the rarest first; at most `POOL`.

    `holders` gives the holders of a value, `bits` what it is worth to share it: more for a rarer one.
    """
    shared: dict[Holder, float] = defaultdict(float)
    for value in values:
        worth = bits(value)
        for holder in holders(value):
            shared[holder] += worth
    found = Counter(shared).most_common(POOL)
    least = found[0][1] * WORTH_A_LOOK if found else 0.0
    return [holder for place, (holder, sum_) in enumerate(found) if place < ENOUGH or sum_ >= least]


class Book:
    """Contacts in memory, ready to be asked which of them another contact may be."""

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
    """The points from which two contacts are more likely the same than not, in a book of so many contacts: before they
    are compared, the odds are 1 to that number.
    """
    return POINTS_A_BIT * log2(max(2, contacts))


def one_to_one(ranked: Mapping[str, Iterable[Ranked]], least: float) -> dict[str, str]:
    """One partner at most for each: id → contact id, chosen from the best pair down.

    `ranked` maps each id to its candidates; pairs below `least` points stay apart.
    """
    pairs = sorted((-one.points, left, one.contact_id) for left, several in ranked.items() for one in several)
    chosen: dict[str, str] = {}
    taken: set[str] = set()
    for points, left, right in pairs:
        if -points >= least and left not in chosen and right not in taken:
            chosen[left] = right
            taken.add(right)
    return chosen
