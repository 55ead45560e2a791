"""Emails and phones that are written in another way, and those that only look alike."""

import pytest

from services.reconcile.contact import Contact
from services.reconcile.resemblance import resemblance_between
from services.reconcile.score import blocking_keys, traits_of
from services.reconcile.scoring import details
from services.reconcile.scoring.weights import UNKNOWN


@pytest.mark.parametrize(
    ("other", "label"),
    [
        ("bill.smith45@gmail.con", "email differs by one letter"),
        ("bil.smit45@gmial.com", "similar email"),
        ("bill.smith46@gmail.com", "different billing email"),
        ("bill.smith4@gmail.com", "different billing email"),
        ("ann.brown45@gmail.com", "different billing email"),
    ],
)
def test_wrong_letters_are_slips_but_other_digits_tell_two_apart(other: str, label: str) -> None:
    found = details.compare_emails("bill.smith45@gmail.com", other, UNKNOWN)
    assert found
    assert found[1] == label
    assert (found[0] < 0) == (label == "different billing email")


def test_other_digits_in_an_email_are_said_to_be_another_email() -> None:
    found = resemblance_between(Contact("Bill Smith", "bill45@gmail.com"), Contact("Bill Smith", "bill46@gmail.com"))
    assert found.key == "email_other_name_equal"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("+44 20 7946 0958 ext. 12", "020 7946 0958", True),
        ("020 7946 0958 x12", "020 7946 0958 ext 12", True),
        ("020 7946 0958 x12", "020 7946 0958 x77", False),
    ],
)
def test_a_phone_is_the_same_with_and_without_its_extension(one: str, other: str, same: bool) -> None:
    assert details.same_subscriber(details.subscriber(one), details.subscriber(other)) is same


def test_a_phone_with_an_extension_is_looked_up_by_its_line_too() -> None:
    ours, theirs = (blocking_keys(traits_of(Contact("", phone=phone))) for phone in ("020 7946 0958 x12", "2079460958"))
    assert ours & theirs
