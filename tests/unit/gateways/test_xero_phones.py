"""Phones travel to Xero in parts and come back as the same number."""

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.gateways.xero.phones import PhoneParts, join, split


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("+61 2 9999 9999", PhoneParts("61", "2", "9999 9999")),
        ("+61412345678", PhoneParts("61", "", "412 345 678")),
        ("+1 212-555-1234", PhoneParts("1", "212", "555-1234")),
        ("+39 06 1234 5678", PhoneParts("39", "06", "1234 5678")),
        ("02 9999 9999", PhoneParts("", "", "02 9999 9999")),
        ("+61 (0)2 9999 9999", PhoneParts("", "", "+61 (0)2 9999 9999")),
        ("+64 9 123 4567 ext 3", PhoneParts("", "", "+64 9 123 4567 ext 3")),
        ("+49 30/1234567", PhoneParts("49", "30", "1234567")),
        ("+49 30 1234567/68", PhoneParts("", "", "+49 30 1234567/68")),
        ("+61 2 9999 1234 / 9999 5678", PhoneParts("", "", "+61 2 9999 1234 / 9999 5678")),
        ("+ask for Jane", PhoneParts("", "", "+ask for Jane")),
        ("  ", PhoneParts()),
    ],
)
def test_a_number_is_split_only_where_nothing_is_lost(text: str, parts: PhoneParts) -> None:
    assert split(text) == parts


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        (PhoneParts("61", "2", "9999 9999"), "+61 2 9999 9999"),
        (PhoneParts("+61", "02", "9999 9999"), "+61 02 9999 9999"),
        (PhoneParts("0064", "", "9 123 4567"), "0064 9 123 4567"),
        (PhoneParts("", "02", " 9999 9999 "), "02 9999 9999"),
        (PhoneParts(), ""),
    ],
)
def test_parts_are_joined_as_a_person_would_write_them(parts: PhoneParts, text: str) -> None:
    assert join(parts) == text


@pytest.mark.parametrize("region", sorted(phonenumbers.SUPPORTED_REGIONS))
def test_an_example_number_of_every_region_survives_the_way_to_xero_and_back(region: str) -> None:
    example = phonenumbers.example_number(region)
    assert example is not None
    text = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    assert phonenumbers.parse(join(split(text))) == phonenumbers.parse(text)


@settings(deadline=None)
@given(st.text(alphabet="+0123456789 ()-./ext", max_size=40))
def test_no_digit_is_ever_lost_or_added(text: str) -> None:
    assert [c for c in join(split(text)) if c.isdigit()] == [c for c in text if c.isdigit()]


@settings(deadline=None)
@given(st.text(max_size=60))
def test_what_came_back_once_is_split_the_same_way_again(text: str) -> None:
    once = join(split(text))
    assert join(split(once)) == once
