"""A score says the same to a practice of five contacts as to one of ten thousand."""

from dataclasses import replace
from functools import cache
from random import Random

import pytest

from benchmarks import made_up
from services.reconcile.contact import Address, Contact
from services.reconcile.lookalike import LIKELY
from services.reconcile.score import PLAUSIBLE, Ranked, frequencies_of, plausible, score, traits_of
from services.reconcile.scoring.weights import Frequencies

SMALL, LARGE = 5, 10_000
HOME = Address("12 Market Street", "Leeds", "", "LS1 1AA")
ANNA = Contact("Anna Harwell", "anna@harwell.example")


@cache
def book(size: int) -> Frequencies:
    """How common values are among so many contacts, one of whom is Anna."""
    others = (made.contact for made in made_up.unrelated(Random(6), size - 1))
    return frequencies_of(map(traits_of, (ANNA, *others)))


def scored(size: int, ours: Contact, theirs: Contact) -> Ranked:
    return score("p", traits_of(ours), traits_of(theirs), book(size))


@pytest.mark.parametrize("size", [SMALL, 50, 1_000, LARGE])
def test_an_equal_name_and_email_score_high_in_a_book_of_any_size(size: int) -> None:
    found = scored(size, ANNA, ANNA)
    assert 80 <= found.score <= 100
    assert abs(found.score - scored(SMALL, ANNA, ANNA).score) <= 15
    assert plausible(found.score, found.parts, same_name=False, same_email=False)


@pytest.mark.parametrize("size", [SMALL, LARGE])
@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (ANNA, Contact("Anna Quux")),
        (ANNA, Contact("Zoltan Harwell")),
        (Contact("Anna"), Contact("Anna Harwell")),
        (ANNA, Contact("Zoltan Quux", ANNA.email)),
        (Contact("", phone="020 7946 0958"), Contact("", phone="020 7946 0958")),
    ],
)
def test_one_thing_in_common_scores_low_in_a_book_of_any_size(size: int, ours: Contact, theirs: Contact) -> None:
    found = scored(size, ours, theirs)
    assert 0 < found.score < PLAUSIBLE
    assert found.points == pytest.approx(sum(part.points for part in found.parts))


@pytest.mark.parametrize("size", [SMALL, LARGE])
def test_somebody_of_another_name_at_the_same_address_is_not_likely(size: int) -> None:
    found = scored(size, Contact("Anna Harwell", address=HOME), Contact("Zoltan Quux", address=HOME))
    assert found.score < LIKELY
    assert not plausible(found.score, found.parts, same_name=False, same_email=False)


@pytest.mark.parametrize("size", [SMALL, LARGE])
def test_what_contradicts_is_seen_in_a_book_of_any_size(size: int) -> None:
    plain = scored(size, Contact("Anna Harwell"), Contact("Anna Harwell"))
    contradicted = scored(size, ANNA, Contact("Anna Harwell", "zoltan@other.example"))
    [against] = [part for part in contradicted.parts if part.points < 0]
    assert (against.about, against.label) == ("email", "different billing email")
    assert contradicted.score == pytest.approx(plain.score + against.points, abs=0.06)
    assert against.points <= -5


def test_the_scale_is_full_only_where_the_names_are_the_same_and_nothing_contradicts() -> None:
    ours = Contact("Anna Harwell", "anna@harwell.example", "020 7946 0958", HOME)
    assert scored(SMALL, ours, ours).score == 100
    for changed in ({"name": "Anna Harwel"}, {"email": "zoltan@other.example"}, {"phone": "0161 496 0123"}):
        found = scored(SMALL, ours, replace(ours, **changed))
        assert (found.points > 100, found.score) == (True, 99.0)
