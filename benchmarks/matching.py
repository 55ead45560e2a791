"""`python -m benchmarks.matching`: how well and how fast candidates are found, on labelled books.

The right partner of each contact is known. Precision, recall and F1 count the pairs of a one-to-one assignment above
even odds. P@1 is how often the best candidate is the right one, R@5 how often the right one is among the best five.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random

from benchmarks import febrl, made_up, matching_speed
from benchmarks.made_up import Made
from services.reconcile.contact import Contact
from services.reconcile.pairing import Book, even_odds, one_to_one
from services.reconcile.score import Ranked, traits_of

HEADER = f"  {'':<34}{'P':>8}{'R':>8}{'F1':>8}{'P@1':>8}{'R@5':>8}{'seconds':>9}"
PAIRS, ONLY_OURS, ONLY_THEIRS = 4_000, 4_000, 1_000

Side = Mapping[str, tuple[Contact, str]]
"""Contact and registration number by id."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """Two books, and the partner in the first of each contact in the second, if it has one. `alone`: nobody has two
    partners.
    """

    ours: Side
    theirs: Side
    partner: Mapping[str, str]
    alone: bool = True


def main() -> None:
    """Measure quality on each set with and without registration numbers, then speed."""
    print("Matching labelled books")
    print(HEADER)
    for number in febrl.FILES:
        labelled = of_febrl(number)
        show(f"FEBRL {number}", without_numbers(labelled))
        show(f"FEBRL {number} with soc_sec_id", labelled)
    labelled = of_made_up(Random(11))
    show("People and companies", without_numbers(labelled))
    show("People and companies with numbers", labelled)
    matching_speed.main()


def show(name: str, labelled: Labelled) -> None:
    """Print one line of figures."""
    began = time.perf_counter()
    book = Book({one: traits_of(*ours) for one, ours in labelled.ours.items()})
    ranked = {one: book.candidates(traits_of(*theirs)) for one, theirs in labelled.theirs.items()}
    chosen = joined(ranked, even_odds(len(labelled.ours)), labelled.alone)
    seconds = time.perf_counter() - began
    right = sum(labelled.partner.get(one) == ours for one, ours in chosen.items())
    precision, recall = right / max(1, len(chosen)), right / len(labelled.partner)
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    first = _share(labelled, ranked, lambda candidates: candidates[:1])
    among = _share(labelled, ranked, lambda candidates: candidates[:5])
    print(f"  {name:<34}{precision:8.4f}{recall:8.4f}{f1:8.4f}{first:8.4f}{among:8.4f}{seconds:9.1f}")


def joined(ranked: Mapping[str, list[Ranked]], least: float, alone: bool) -> dict[str, str]:
    """The pairs that are joined; without `alone` several contacts may have the same partner."""
    if alone:
        return one_to_one(ranked, least)
    return {one: found[0].contact_id for one, found in ranked.items() if found and found[0].points >= least}


def of_febrl(number: int) -> Labelled:
    """A FEBRL set; in 2 and 3 a person has several copies, in 1 and 4 one."""
    originals, copies = febrl.people(number)
    by_person = {person.who: person.record_id for person in originals}
    return Labelled(
        ours={person.record_id: (person.contact, person.number) for person in originals},
        theirs={person.record_id: (person.contact, person.number) for person in copies},
        partner={person.record_id: by_person[person.who] for person in copies if person.who in by_person},
        alone=number in (1, 4),
    )


def of_made_up(random: Random, pairs: int = PAIRS, ours: int = ONLY_OURS, theirs: int = ONLY_THEIRS) -> Labelled:
    """People and companies of several countries, some of whom only one side has."""
    both = list(made_up.pairs(random, pairs))
    left = {f"pair {number}": one for number, (one, _) in enumerate(both)}
    right = {f"pair {number}": other for number, (_, other) in enumerate(both)}
    left |= {f"ours {number}": one for number, one in enumerate(made_up.unrelated(random, ours))}
    right |= {f"theirs {number}": one for number, one in enumerate(made_up.unrelated(random, theirs))}
    return Labelled(_side(left), _side(right), {one: one for one in right if one in left})


def without_numbers(labelled: Labelled) -> Labelled:
    """The same books with registration numbers left out."""
    ours, theirs = (
        {one: (contact, "") for one, (contact, _) in side.items()} for side in (labelled.ours, labelled.theirs)
    )
    return Labelled(ours, theirs, labelled.partner, labelled.alone)


def _side(made: Mapping[str, Made]) -> Side:
    return {one: (it.contact, it.registration) for one, it in made.items()}


def _share(
    labelled: Labelled, ranked: Mapping[str, list[Ranked]], chosen: Callable[[list[Ranked]], list[Ranked]]
) -> float:
    """How many of the contacts with a partner have it among the chosen candidates."""
    found = (
        any(one.contact_id == partner for one in chosen(ranked[theirs])) for theirs, partner in labelled.partner.items()
    )
    return sum(found) / len(labelled.partner)


if __name__ == "__main__":
    main()
