"""What an agreement is worth, in bits: Fellegi and Sunter's weights, with the frequency of the value itself.

Agreement on a value is worth log2(m / u): how likely two records of one contact agree, over how likely two others
do. u is the share of contacts that have that very value, so a rare surname says more than a common one. The
shares come from the practice's own contacts; nothing is learned from any other book. m, and what a
disagreement takes away, are constants: they describe how people write, not who is in the book.
"""

from collections.abc import Callable
from math import log2, sqrt

MOST_BITS = 13.0
"""No single word proves more than this, however rare: it may be a slip of the pen of another."""

BACKGROUND = 1000
"""A small book is judged as if this many more contacts were in it, each with values of its own."""

SURE = 2.0
"""Standard deviations taken off the share of contacts that have a value. What is left counts as common even in a small
book, in spite of BACKGROUND: its town, for example.
"""


class Frequencies:
    """How many contacts of the practice have a value. Values are named as "kind:value", such as "n:smith"."""

    __slots__ = ("_count_of", "_kinds", "total")

    def __init__(self, count_of: Callable[[str], int], total: int) -> None:
        """`count_of` is asked once for each value that matters, out of `total` contacts."""
        self._count_of = count_of
        self._kinds: dict[str, _Worth] = {}
        self.total = total

    def of(self, kind: str) -> Callable[[str], float]:
        """What it is worth, in bits, to agree on a value of this kind; from 0 for one that everybody has."""
        known = self._kinds.get(kind)
        if known is None:
            known = self._kinds[kind] = _Worth(kind, self)
        return known.__getitem__

    def bits(self, value: str) -> float:
        """`of` for one value with its kind before it."""
        count = self._count_of(value)
        surely = (count - SURE * sqrt(count)) / max(1, self.total)
        share = max((count + 1) / (self.total + BACKGROUND), surely)
        return min(MOST_BITS, max(0.0, -log2(share)))

    def shared(self, value: str) -> bool:
        """Whether more than one contact has a value, given with its kind before it."""
        return self._count_of(value) > 1


UNKNOWN = Frequencies(lambda _value: 0, 0)
"""For comparing contacts of no book: every value counts as rare."""


class _Worth(dict[str, float]):
    """Bits by value, worked out once: scoring asks for the same few words again and again."""

    def __init__(self, kind: str, frequencies: Frequencies) -> None:
        self.kind = kind
        self.frequencies = frequencies

    def __missing__(self, value: str) -> float:
        bits = self[value] = self.frequencies.bits(f"{self.kind}:{value}")
        return bits
