"""What a contact must satisfy: in our own book, and to be accepted by Xero."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reconcile.contact import Address, Contact
from services.reconcile.rules import check_contact, check_for_xero

GOOD = Contact(
    "Smith & Sons (Leeds) Ltd",
    "accounts+bills@smith-sons.co.uk",
    "+44 (0)113 496 0000 ext 12",
    Address("Unit 2\n1 High St", "Leeds", "West Yorkshire", "LS1 1AA", "United Kingdom"),
)


def test_an_ordinary_contact_breaks_no_rule() -> None:
    assert check_contact(GOOD) == ()
    assert check_for_xero(GOOD) == ()


def test_a_name_alone_is_enough() -> None:
    assert check_contact(Contact("Zoë Ünal-O’Neill")) == ()


def broken(contact: Contact) -> list[str]:
    return [str(problem) for problem in check_for_xero(contact)]


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("", "must not be blank"),
        ("\u200b", "must not be blank"),
        ("Acme <Leeds>", "must not contain < or >"),
        ("Acme ", "must not start or end with a space"),
        ("Acme  Ltd", "must not contain two spaces in a row"),
        ("Acme\nLtd", "must be on one line"),
        ("Acme\x00", "must not contain control characters"),
        ("Acme\ud800", "must not contain control characters"),
        ("A" * 256, "must not be longer than 255 characters"),
    ],
)
def test_a_name_xero_refuses_is_named_in_words(name: str, problem: str) -> None:
    assert f"Contact name: {problem}" in broken(Contact(name))


@pytest.mark.parametrize(
    "email",
    [
        "acme.com",
        "a@b",
        "a b@acme.com",
        "bill@acme..com",
        ".bill@acme.com",
        "bill.@acme.com",
        "bill@-acme.com",
        "bill@acme.123",
        "müller@acme.com",
        "a@x.com; b@x.com",
        "bill@acme.com\n",
        " bill@acme.com",
    ],
)
def test_an_email_that_is_not_one_is_refused(email: str) -> None:
    assert "Billing email: must be a valid email address" in broken(Contact("Acme", email))


@pytest.mark.parametrize(
    "email", ["b@acme.co", "o'neill@acme.com", "a_b.c+d@mail.acme.co.uk", "x@xn--bcher-kva.example"]
)
def test_an_unusual_email_that_is_one_is_accepted(email: str) -> None:
    assert broken(Contact("Acme", email)) == []


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        (Address("1\n2\n3\n4\n5"), "Street: must not have more than 4 lines"),
        (Address("a" * 501), "Street: must not have lines of more than 500 characters"),
        (Address("tab\there"), "Street: must not contain control characters"),
        (Address(city="a" * 256), "City: must not be longer than 255 characters"),
        (Address(region="a\nb"), "Region: must be on one line"),
        (Address(postal_code="1" * 51), "Postal code: must not be longer than 50 characters"),
        (Address(country="U.K."), "Country: must contain only the letters A to Z and spaces"),
    ],
)
def test_an_address_xero_refuses_is_named_by_its_part(address: Address, problem: str) -> None:
    assert broken(Contact("Acme", address=address)) == [problem]


@pytest.mark.parametrize("phone", ["see notes", "1234", "01234 or 56789", "+"])
def test_our_book_wants_a_phone_to_be_one_though_xero_takes_anything(phone: str) -> None:
    assert check_contact(Contact("Acme", phone=phone)) != ()
    assert check_for_xero(Contact("Acme", phone=phone)) == ()


@pytest.mark.parametrize("phone", ["+44 20 7946 0958", "(09) 555/12.34", "0113-4960000 x12", "0113 4960000 Ext. 7"])
def test_the_usual_ways_of_writing_a_phone_are_accepted(phone: str) -> None:
    assert check_contact(Contact("Acme", phone=phone)) == ()


texts = st.text(alphabet="aZ1 <>@.\n\t\x00é+x", max_size=60)


@given(
    st.builds(Contact, name=texts, email=texts, phone=texts, address=st.builds(Address, texts, texts, country=texts))
)
def test_whatever_our_book_accepts_can_be_sent_to_xero(contact: Contact) -> None:
    if not check_contact(contact):
        assert check_for_xero(contact) == ()
