"""Names written in other ways are still found; and how two contacts differ is said exactly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reconcile.contact import Contact
from services.reconcile.pairing import Book, even_odds, one_to_one
from services.reconcile.resemblance import SAFE_KEYS, in_words, letters, resemblance_between, resemblance_of
from services.reconcile.score import frequencies_of, score, traits_of
from services.reconcile.scoring import names
from services.reconcile.scoring.weights import UNKNOWN


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        ("Acme", "ACME", "equal"),
        ("Acme Pty Ltd", "Acme Proprietary Limited", "form"),
        ("Müller G.m.b.H.", "Müller GmbH & Co. KG", "form"),
        ("Coffee & Cake Co", "The Coffee and Cake Company", "form"),
        ("José Núñez", "Jose Nunez", "accents"),
        ("Łukasz Sørensen", "Lukasz Sorensen", "accents"),
        ("Dr. Anna O’Brien", "Anna O'Brien", "accents"),
        ("John Smith", "Smith, John", "order"),
        ("Mc Donald", "McDonald", "spaces"),
        ("J. Smith t/a Northern Plumbing", "Northern Plumbing Ltd", "trading"),
        ("Blue Sky Pty Ltd as trustee for Lee Family Trust", "Lee Family Trust", "trading"),
        ("Bob Brown", "Robert Brown", "nickname"),
        ("Brown, Liz", "Elizabeth Brown", "nickname"),
        ("J. Brown", "James Brown", "initial"),
        ("Micheal Brown", "Michael Brown", "letter"),
        ("Alpha Beta", "Gamma Delta", "other"),
        ("Smith Family Trust", "Smith Family", "part"),
        ("John Smith", "Jane Smith", "part_other"),
        ("Smith Family Trust", "Smith Partners", "part_other"),
    ],
)
def test_how_two_names_differ_is_told_apart(one: str, other: str, kind: str) -> None:
    found = names.compare(names.parse(one), names.parse(other), UNKNOWN)
    assert found
    assert found[1] == kind
    assert (found[0] > 0) == (kind != "other")


def bits(one: str, other: str) -> float:
    found = names.compare(names.parse(one), names.parse(other), UNKNOWN)
    assert found
    return found[0]


def test_a_phrase_in_common_says_less_than_its_words_where_the_names_contradict() -> None:
    contradicting = bits("Aintree NHS Foundation Trust", "Salisbury NHS Foundation Trust")
    assert contradicting < 0.65 * bits("Aintree NHS Foundation Trust", "NHS Foundation Trust")
    assert contradicting > bits("Aintree Trust", "Salisbury Trust")


@pytest.mark.parametrize("garbled", ["Tohmsa Kowalski", "Thomas Kwloaskii", "Thomas Kowalczuk"])
def test_a_word_with_more_than_two_slips_does_not_speak_against_a_name(garbled: str) -> None:
    assert bits("Thomas Kowalski", garbled) > bits("Thomas Kowalski", "Thomas Underwood")


def test_people_are_looked_up_by_first_and_last_name_whatever_stands_between() -> None:
    pair = "p:john smith"
    for name in ("John Smith", "John Q. Smith", "John Peter Smith", "Smith, John", "John Peter Paul George Smith"):
        assert pair in set(names.keys(names.parse(name)))


@pytest.mark.parametrize("name", ["Ltd", "The", "Mr", "& Co", "t/a", "Inc Ltd", "GmbH & Co. KG"])
def test_a_name_of_nothing_but_trimmings_keeps_them(name: str) -> None:
    assert names.parse(name).main


@pytest.mark.parametrize("name", ["", "  ", "!!!", "’"])
def test_a_name_without_letters_is_no_name(name: str) -> None:
    assert names.parse(name).main == ()


def test_a_resemblance_is_said_in_words_and_as_a_class() -> None:
    found = resemblance_between(Contact("Acme Pty Ltd", "a@b.co"), Contact("Acme", "A@b.co"))
    assert found.key == "email_equal_name_form"
    assert found.text == "Same billing email; name differs only by company suffix"
    assert found.safe
    assert in_words(found.key) == found.text
    assert in_words("unheard of") == ""


TEXTS = st.builds(
    "{}{}{}{}{}".format,
    st.sampled_from(["Mc", "Núñez", "Nunez", "Dr. ", "The "]),
    st.sampled_from(["", " ", ", ", " & "]),
    st.sampled_from(["Donald", "donald", "O’Brien", "Nunez", "Mc"]),
    st.sampled_from(["", " ", " t/a ", " as trustee for "]),
    st.sampled_from(["Pty Ltd", "Co", "Limited", "Mc Donald", "Ltd t/a Mc", ""]),
)


@given(TEXTS, TEXTS)
def test_names_of_the_safest_class_have_the_same_letters(one: str, other: str) -> None:
    if resemblance_between(Contact(one, "a@b.co"), Contact(other, "a@b.co")).safe:
        assert letters(one) == letters(other)


@pytest.mark.parametrize(
    ("email", "key"),
    [
        ("", "email_blank_name_equal"),
        ("bil@acme.com", "email_letter_name_equal"),
        ("zoe.quick@acme.com", "email_domain_name_equal"),
        ("zoe@other.com", "email_other_name_equal"),
    ],
)
def test_another_email_is_never_of_the_safest_class(email: str, key: str) -> None:
    found = resemblance_between(Contact("Acme", "bill@acme.com"), Contact("Acme", email))
    assert (found.key, found.safe, found.key in SAFE_KEYS) == (key, False, False)
    a, b = traits_of(Contact("Acme", "bill@acme.com")), traits_of(Contact("Acme", email))
    assert resemblance_of(a, b, score("p", a, b, frequencies_of([])).parts).key == key


def test_two_books_are_paired_one_to_one_and_the_unknown_stay_alone() -> None:
    ours = {"a": "Anna Kowalski", "b": "Bertram Oakwood", "c": "Acme Bakery Pty Ltd"}
    theirs = {"1": "Kowalski, Anna", "2": "Ana Kowalski", "3": "ACME BAKERY", "4": "Zoltan Quux"}
    book = Book({contact_id: traits_of(Contact(name)) for contact_id, name in ours.items()})
    ranked = {xero_id: book.candidates(traits_of(Contact(name))) for xero_id, name in theirs.items()}
    assert one_to_one(ranked, even_odds(len(ours))) == {"1": "a", "3": "c"}
