"""When two values are equal: the match key, and what counts as a change."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.reconcile.contact import Address, Field, Value
from services.reconcile.normalise import agree, is_blank, key, phone_digits, same
from tests.unit.reconcile.strategies import field_and_values


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  Smith &  Sons\tLtd ", "smith & sons ltd"),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
        ("Ｆｕｌｌ Ｗｉｄｔｈ", "full width"),
        ("Zoe\u0308", "zoë"),
        ("non\u00a0breaking", "non breaking"),
        ("\ufeffpasted\u200b from a sheet", "pasted from a sheet"),
        ("soft\u00adhyphen", "softhyphen"),
        (" \u200b\u00a0", ""),
        ("", ""),
    ],
)
def test_a_key_drops_what_the_eye_does_not_see(text: str, expected: str) -> None:
    assert key(text) == expected


@given(st.text())
@example("\u1fa7\u0306")
@example("\u00a8\u0130")
def test_the_key_of_a_key_is_itself(text: str) -> None:
    assert key(key(text)) == key(text)


@given(st.text(alphabet=st.characters(codec="ascii")))
def test_the_quick_way_for_plain_text_gives_the_same_key(text: str) -> None:
    assert key(text + "é") == key(text + "É")
    assert key(text) == key(text + "\u200b")


@given(st.text(alphabet="0+() -x.#a9/"))
def test_the_digits_of_digits_are_themselves(phone: str) -> None:
    assert phone_digits(phone_digits(phone)) == phone_digits(phone)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("+44 20 7946 0958", "0044 (20) 7946-0958"),
        ("+44 (0)20 7946 0958", "+44 20 7946 0958"),
        ("020 7946 0958", "(020) 7946.0958"),
        ("020 7946 0958 ext. 12", "02079460958 x12"),
        ("1800 FLOWERS", "1-800-flowers"),
        ("030/1234567", "030 1234567"),
        ("01/23/45/67/89", "01 23 45 67 89"),
        ("555 1234/5", "555-1234 / 5"),
    ],
)
def test_two_ways_of_writing_one_phone_are_the_same(a: str, b: str) -> None:
    assert same(Field.PHONE, a, b)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("020 7946 0958", "020 7946 0959"),
        ("020 7946 0958", ""),
        ("020 7946 0958 x12", "020 7946 095812"),
        ("1800 FLOWERS", "1800 PLANTS"),
        ("call Mary", "call Bob"),
        ("0800 123 456*1", "0800 123 4561"),
        ("(0)20 7946 0958", "20 7946 0958"),
        ("555 1234/5", "555 12345"),
        ("+49 30 1234567/68", "+49 30 123456768"),
    ],
)
def test_phones_that_reach_different_people_are_not_the_same(a: str, b: str) -> None:
    assert not same(Field.PHONE, a, b)


LEEDS = Address("1 High St", "Leeds", "", "LS1 1AA", "England")

SAME: list[tuple[Field, Value, Value]] = [
    (Field.NAME, "Acme  Ltd ", "Acme Ltd"),
    (Field.NAME, "Zoe\u0308", "Zoë"),
    (Field.EMAIL, " Bill@Acme.com", "bill@acme.com"),
    (Field.ADDRESS, LEEDS, Address("1 HIGH ST,", " leeds", "", "ls1  1aa", "England")),
    (Field.ADDRESS, Address("Unit 2\n1 High St"), Address("Unit 2, 1 High St\n")),
    (Field.ADDRESS, Address(","), Address()),
]
TRAVELS: list[tuple[Field, Value, Value]] = [
    (Field.NAME, "acme ltd", "Acme Ltd"),
    (Field.NAME, "Acme Ltd", "Acme Limited"),
    (Field.EMAIL, "bill@acme.com", "bills@acme.com"),
    (Field.ADDRESS, LEEDS, Address("2 High St", "Leeds", "", "LS1 1AA", "England")),
    (Field.ADDRESS, Address("1 High St\nLeeds"), Address("1 High St", "Leeds")),
]


@pytest.mark.parametrize(("field", "a", "b"), SAME)
def test_a_change_of_formatting_alone_does_not_travel(field: Field, a: Value, b: Value) -> None:
    assert same(field, a, b)


@pytest.mark.parametrize(("field", "a", "b"), TRAVELS)
def test_a_change_of_what_is_said_travels(field: Field, a: Value, b: Value) -> None:
    assert not same(field, a, b)


def test_names_in_other_capitals_agree_though_the_change_travels() -> None:
    assert agree(Field.NAME, "ACME LTD", "Acme Ltd")
    assert not same(Field.NAME, "ACME LTD", "Acme Ltd")


@pytest.mark.parametrize(
    ("home", "abroad"),
    [
        ("02 9999 1111", "+61 2 9999 1111"),
        ("(0312) 555-0140", "+1 312 555-0140"),
        ("05 56 77 28 56", "0033 5 56 77 28 56"),
    ],
)
def test_a_phone_agrees_written_for_home_or_abroad_though_the_change_travels(home: str, abroad: str) -> None:
    assert agree(Field.PHONE, home, abroad)
    assert not same(Field.PHONE, home, abroad)


def test_phones_of_two_countries_do_not_agree() -> None:
    assert not agree(Field.PHONE, "+61 2 9999 1111", "+64 2 9999 1111")
    assert not agree(Field.PHONE, "0061 (0)2 9999 1111", "+64 2 9999 1111")


def test_phones_of_two_towns_do_not_agree() -> None:
    assert not agree(Field.PHONE, "02 9999 1111", "+61 3 9999 1111")


def test_an_address_agrees_wherever_the_town_is_written() -> None:
    assert agree(Field.ADDRESS, Address("1 High St\nLeeds"), Address("1 High St", "LEEDS"))
    assert not agree(Field.ADDRESS, Address("1 High St"), Address("1 High St", "Leeds"))


@given(field_and_values)
def test_same_is_an_equivalence_and_the_stricter_of_the_two(case: tuple[Field, Value, Value, Value]) -> None:
    field, a, b, c = case
    for equal in (same, agree):
        assert equal(field, a, a)
        assert equal(field, a, b) == equal(field, b, a)
    assert same(field, a, c) or not (same(field, a, b) and same(field, b, c))
    assert agree(field, a, b) or not same(field, a, b)


@pytest.mark.parametrize("value", ["", "  ", "\u200b", "\u00a0", Address(), Address(street=" \n ", city=" ")])
def test_white_space_says_nothing(value: Value) -> None:
    assert is_blank(value)


@pytest.mark.parametrize("value", ["x", "-", Address(country="Spain")])
def test_anything_visible_says_something(value: Value) -> None:
    assert not is_blank(value)
