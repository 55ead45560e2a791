"""Two bags of words compared: in whatever order they stand, each word is paired with one on the other side at most."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from rapidfuzz.distance import JaroWinkler

from services.reconcile.scoring.wording import SHORTEST_ALIKE, slips

Bits = Callable[[str], float]
Kin = Callable[[str, str], float | None]
"""What it costs, in bits, to take two different words for the same, such as a nickname; None if they are not."""

ONE_SLIP = 4.0
TWO_SLIPS = 6.5
DISTANT = 8.0
NEAR = 0.85
"""Words further apart than two slips, but much alike (Jaro and Winkler), say little for a pair and nothing against."""

LEFT_ON_BOTH = 3.5
LEFT_ON_ONE = 0.8
MOST_LEFT = 3
MOST_SHARED = 13.0
SHARED_AGAIN = 0.5
"""Where words contradict, what is shared beyond one word's worth is often one phrase, such as Golden Gate."""

RUN_TOGETHER = 0.5
LEAST_ALIKE = 0.5
INITIAL_MOST = 2.5
"""The most bits for an initial that fits, however rare the name it stands for: one in twenty fits by chance."""


@dataclass(slots=True)
class Overlap:
    """What two bags share, in bits; the pairs that are alike but not equal; and what found no partner."""

    bits: float
    alike: list[tuple[str, str]] = field(default_factory=list)
    left_a: list[str] = field(default_factory=list)
    left_b: list[str] = field(default_factory=list)

    @property
    def exact(self) -> bool:
        """Whether the bags hold the same words."""
        return not self.alike and not self.left_a and not self.left_b


def overlap(a: Sequence[str], b: Sequence[str], bits: Bits, kin: Kin | None = None) -> Overlap:
    """Compare two bags of words; neither is empty."""
    if a == b:
        return Overlap(sum(map(bits, a)))
    found = Overlap(0.0, left_b=list(b))
    for word in a:
        if word in found.left_b:
            found.left_b.remove(word)
            found.bits += bits(word)
        else:
            found.left_a.append(word)
    if found.left_a and found.left_b:
        _pair_up(found, bits, kin)
    if (found.left_a or found.left_b) and (together := _run_together(a, b, bits)):
        return together
    _charge(found)
    return found


def _pair_up(found: Overlap, bits: Bits, kin: Kin | None) -> None:
    """Match words that are alike, best pairs first."""
    options = sorted(
        (cost, x, y)
        for x in set(found.left_a)
        for y in set(found.left_b)
        if (cost := _cost(x, y, kin)) is not None
    )  # fmt: skip
    for cost, x, y in options:
        if x in found.left_a and y in found.left_b:
            found.left_a.remove(x)
            found.left_b.remove(y)
            found.alike.append((x, y))
            most = INITIAL_MOST if len(x) == 1 or len(y) == 1 else min(bits(x), bits(y)) - cost
            found.bits += max(LEAST_ALIKE, most)


def _cost(x: str, y: str, kin: Kin | None) -> float | None:
    if kin is not None and (cost := kin(x, y)) is not None:
        return cost
    distance = slips(x, y)
    if distance is None:
        return _loosely_alike(x, y)
    return ONE_SLIP if distance == 1 else TWO_SLIPS


def _loosely_alike(x: str, y: str) -> float | None:
    """What it costs to take words for the same that are more than slips apart: with letters in another order, or much
    alike; None if they are neither.
    """
    if min(len(x), len(y)) < SHORTEST_ALIKE:
        return None
    if len(x) == len(y) and sorted(x) == sorted(y):
        return TWO_SLIPS
    return DISTANT if JaroWinkler.similarity(x, y) >= NEAR else None


def _run_together(a: Sequence[str], b: Sequence[str], bits: Bits) -> Overlap | None:
    """The same letters with other gaps between words: "mc donald" and "mcdonald"."""
    if len(a) == len(b) == 1:
        return None
    joined_a, joined_b = "".join(a), "".join(b)
    if joined_a != joined_b:
        distance = slips(joined_a, joined_b) if len(a) != len(b) else None
        if distance is None:
            return None
        cost = RUN_TOGETHER + (ONE_SLIP if distance == 1 else TWO_SLIPS)
    else:
        cost = RUN_TOGETHER
    worth = min(sum(map(bits, a)), sum(map(bits, b)))
    return Overlap(max(LEAST_ALIKE, worth - cost), alike=[(joined_a, joined_b)])


def _charge(found: Overlap) -> None:
    """Words without a partner speak against the pair, most where both sides have some."""
    both = min(len(found.left_a), len(found.left_b), MOST_LEFT)
    extra = min(abs(len(found.left_a) - len(found.left_b)), MOST_LEFT)
    if both:
        found.bits = min(found.bits, MOST_SHARED) + SHARED_AGAIN * max(0.0, found.bits - MOST_SHARED)
    found.bits -= LEFT_ON_BOTH * both + LEFT_ON_ONE * extra
