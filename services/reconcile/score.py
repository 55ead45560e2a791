"""Candidates worth a person's look, best first, each with a score made of labelled parts that add up.

The score only orders suggestions and never links anything: measured on noisy copies, likeness alone is wrong
too often. Each part weighs one field by `services.reconcile.scoring`: bits for and against, by how rare the value
is among the practice's contacts. Contradictions take points away. Since a small book is judged as if more contacts were
in it (`weights.BACKGROUND`), the same bits mean about the same in a book of any size, and one scale serves all.
`benchmarks.matching` measures it on labelled books.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import nsmallest

from services.reconcile.contact import Contact
from services.reconcile.normalise import key
from services.reconcile.scoring import addresses, details, names
from services.reconcile.scoring.addresses import Place
from services.reconcile.scoring.names import Name
from services.reconcile.scoring.weights import Frequencies

POINTS_A_BIT = 3.2
"""31 bits fill the scale: an equal name of two words and billing email, in a book of 5 as in one of 100,000."""

CUTOFF = 19.0
"""Least score worth showing: 6 bits, such as one surname that not everybody has, or the same phone."""

PLAUSIBLE = 50.0
"""The score from which on a candidate speaks for itself: 16 bits, even odds in a book of about 50,000."""

FULL, ALMOST_FULL = 100.0, 99.0
OTHER_IN_PART = names.LABELS["part_other"]


@dataclass(frozen=True, slots=True)
class Part:
    """What one field adds to a score or takes away. `about` is name, email, phone, address or registration."""

    about: str
    label: str
    points: float


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate with its score, 0 to 100, and the parts of it, strongest first.

    `points` is the sum of the parts; the score is that within its bounds.
    """

    contact_id: str
    score: float
    parts: tuple[Part, ...]
    points: float

    @property
    def why(self) -> tuple[str, ...]:
        """The parts in words, those against it last."""
        return tuple(part.label for part in self.parts)


@dataclass(frozen=True, slots=True)
class Traits:
    """What is compared of a contact."""

    name: Name
    email: str
    phone: str
    place: Place
    registrations: frozenset[str]


def traits_of(contact: Contact, registration: str = "") -> Traits:
    """What is compared of a contact. `registration` is its company or tax number, or several separated by commas."""
    return Traits(
        name=names.parse(contact.name),
        email=key(contact.email),
        phone=details.subscriber(contact.phone),
        place=addresses.parse(contact.address),
        registrations=details.registrations(registration),
    )


def blocking_keys(traits: Traits) -> set[str]:
    """Values two contacts must share at least one of to be compared at all."""
    found = {*names.keys(traits.name), *addresses.keys(traits.place)}
    return found.union(details.keys(traits.email, traits.phone, traits.registrations))


def weighing_values(traits: Traits) -> set[str]:
    """Further values of which `Frequencies` must know how common they are."""
    return set(addresses.values(traits.place))


def frequencies_of(practice: Iterable[Traits]) -> Frequencies:
    """How common each value is among these contacts."""
    counts: Counter[str] = Counter()
    total = 0
    for traits in practice:
        total += 1
        counts.update(blocking_keys(traits) | weighing_values(traits))
    return Frequencies(lambda value: counts[value], total)


def best(
    wanted: Traits,
    pool: Iterable[tuple[str, Traits]],
    frequencies: Frequencies,
    limit: int = 5,
    least: float = CUTOFF,
) -> list[Ranked]:
    """The best candidates in a pool of (id, traits), best first, equals by id; those below `least` are left out."""
    scored = (score(contact_id, wanted, traits, frequencies) for contact_id, traits in pool)
    worthy = (ranked for ranked in scored if ranked.score >= least)
    return nsmallest(limit, worthy, key=lambda ranked: (-ranked.points, ranked.contact_id))


def score(contact_id: str, a: Traits, b: Traits, frequencies: Frequencies) -> Ranked:
    """How alike two contacts are; blanks say nothing."""
    parts = sorted(_parts(a, b, frequencies), key=lambda part: -part.points)
    points = sum(part.points for part in parts)
    return Ranked(contact_id, round(min(_most(parts), max(0.0, points)), 1), tuple(parts), points)


def _most(parts: Sequence[Part]) -> float:
    """The highest score that these parts may reach: 100 only if the names are the same and nothing contradicts."""
    same_name = any(part.label == names.LABELS["equal"] for part in parts)
    return FULL if same_name and all(part.points >= 0 for part in parts) else ALMOST_FULL


def plausible(score: float, parts: Iterable[Part], *, same_name: bool, same_email: bool) -> bool:
    """Whether so much speaks for a candidate that nobody need be asked to confirm choosing it.

    An equal name of common words scores low, but is enough by itself. People with another first name, or quite another
    name, may share a billing email, a phone and an address, in a family or at a bookkeeper's: they are never plausible.
    """
    another = any(part.about == "name" and (part.points < 0 or part.label == OTHER_IN_PART) for part in parts)
    return not another and (same_name or same_email or score >= PLAUSIBLE)


def _parts(a: Traits, b: Traits, frequencies: Frequencies) -> Iterator[Part]:
    if name := names.compare(a.name, b.name, frequencies):
        yield _part("name", name[0], names.LABELS[name[1]])
    found = {
        "email": details.compare_emails(a.email, b.email, frequencies),
        "phone": details.compare_phones(a.phone, b.phone, frequencies),
        "address": addresses.compare(a.place, b.place, frequencies),
        "registration": details.compare_registrations(a.registrations, b.registrations),
    }
    for about, part in found.items():
        if part is not None:
            yield _part(about, *part)


def _part(about: str, bits: float, label: str) -> Part:
    return Part(about, label, round(bits * POINTS_A_BIT, 1))
