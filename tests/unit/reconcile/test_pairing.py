"""Whole books side by side: the right partner is nearly always the best candidate, whatever the book."""

from random import Random

import pytest

from benchmarks import matching
from benchmarks.made_up import pairs, unrelated
from services.reconcile.pairing import POOL, Book, closest, even_odds, one_to_one
from services.reconcile.score import traits_of


@pytest.mark.parametrize("seed", [1, 2])
def test_people_and_companies_find_their_partner(seed: int) -> None:
    random = Random(seed)
    made = list(pairs(random, 200))
    book = Book({str(n): traits_of(one.contact) for n, (one, _) in enumerate(made)})
    ranked = {str(n): book.candidates(traits_of(other.contact)) for n, (_, other) in enumerate(made)}
    chosen = one_to_one(ranked, even_odds(len(made)))
    right = sum(one == other for one, other in chosen.items())
    assert right >= 0.96 * len(made)
    assert right >= 0.98 * len(chosen)
    assert sum(any(one.contact_id == n for one in found) for n, found in ranked.items()) >= 0.98 * len(made)


def test_strangers_are_seldom_joined() -> None:
    random = Random(3)
    book = Book({str(n): traits_of(one.contact) for n, one in enumerate(unrelated(random, 200))})
    ranked = {str(n): book.candidates(traits_of(one.contact)) for n, one in enumerate(unrelated(random, 200))}
    assert len(one_to_one(ranked, even_odds(200))) <= 10


def test_those_who_share_the_rarest_are_looked_at_first() -> None:
    holders = {"rare": ["a"], "common": [f"p{n}" for n in range(100)] + ["a"], "other": ["b"]}
    worth = {"rare": 12.0, "common": 1.0, "other": 6.0}
    found = closest(holders, holders.__getitem__, worth.__getitem__)
    assert found[:2] == ["a", "b"]
    assert len(found) <= POOL


def test_nobody_is_joined_twice_and_the_measures_know_it() -> None:
    labelled = matching.of_made_up(Random(4), pairs=60, ours=20, theirs=20)
    book = Book({one: traits_of(*ours) for one, ours in labelled.ours.items()})
    ranked = {one: book.candidates(traits_of(*theirs)) for one, theirs in labelled.theirs.items()}
    chosen = matching.joined(ranked, even_odds(len(labelled.ours)), alone=True)
    assert len(set(chosen.values())) == len(chosen)
    assert len(labelled.partner) == 60
