"""What a contact must satisfy, as data: Xero's documented limits, and the rules of our own book.

Our book's rules are Xero's and some more about phones, so whatever the book holds can be sent to Xero.
Source of the limits: Xero's Accounting API specification and its Contacts page.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter

from services.errors import Problem
from services.reconcile.contact import Contact, Field
from services.reconcile.normalise import is_blank

EMAIL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9-]*[A-Za-z][A-Za-z0-9-]*"
)
PHONE = re.compile(r"([0-9 +\-()./]|ext\.?|x)*", re.IGNORECASE)
COUNTRY = re.compile(r"[A-Za-z ]*")
STREET_LINES, STREET_LINE_LENGTH, PHONE_DIGITS = 4, 500, 5


@dataclass(frozen=True, slots=True)
class FieldRule:
    """One rule: the label and text it is about, the test, and the sentence when it is broken."""

    label: str
    text: Callable[[Contact], str]
    holds: Callable[[str], bool]
    sentence: str


_name, _email, _phone = attrgetter("name"), attrgetter("email"), attrgetter("phone")
_street, _country = attrgetter("address.street"), attrgetter("address.country")

TEXTS: tuple[tuple[str, Callable[[Contact], str], int | None], ...] = (
    (Field.NAME.label, _name, 255),
    (Field.EMAIL.label, _email, 255),
    (Field.PHONE.label, _phone, 50),
    ("Street", _street, None),
    ("City", attrgetter("address.city"), 255),
    ("Region", attrgetter("address.region"), 255),
    ("Postal code", attrgetter("address.postal_code"), 50),
    ("Country", _country, 50),
)
"""Every text of a contact: the label problems name it by, how to read it, its greatest length."""


def _is_printable(value: str) -> bool:
    """Whether there is no control character, stray surrogate or odd line break; databases refuse some."""
    if value.isascii() and value.isprintable():
        return True
    unfolded = value.replace("\r\n", " ").replace("\n", " ")
    return not any(unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") for char in unfolded)


def _has_short_lines(value: str) -> bool:
    return all(len(line) <= STREET_LINE_LENGTH for line in value.splitlines())


def _has_few_lines(value: str) -> bool:
    return len(value.splitlines()) <= STREET_LINES


def is_short_line(value: str, longest: int) -> bool:
    """Whether a text is at most `longest` characters long, on one line and printable."""
    return len(value) <= longest and len(value.splitlines()) <= 1 and _is_printable(value)


def is_email(value: str) -> bool:
    """Whether this is blank or may be an email address."""
    return not value or bool(EMAIL.fullmatch(value))


def _has_enough_digits(value: str) -> bool:
    return not value or sum(char.isdigit() for char in value) >= PHONE_DIGITS


def _fits(longest: int) -> Callable[[str], bool]:
    return lambda value: len(value) <= longest


def _avoids(pattern: str) -> Callable[[str], bool]:
    return lambda value: not re.search(pattern, value)


def _is_only(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda value: bool(pattern.fullmatch(value))


NAME, TEL = Field.NAME.label, Field.PHONE.label

XERO_RULES = (
    FieldRule(NAME, _name, lambda name: not is_blank(name), "must not be blank"),
    FieldRule(NAME, _name, _avoids("[<>]"), "must not contain < or >"),
    FieldRule(NAME, _name, lambda name: name == name.strip(), "must not start or end with a space"),
    FieldRule(NAME, _name, _avoids(r"\s\s"), "must not contain two spaces in a row"),
    FieldRule(Field.EMAIL.label, _email, is_email, "must be a valid email address"),
    FieldRule("Street", _street, _has_few_lines, f"must not have more than {STREET_LINES} lines"),
    FieldRule(
        "Street",
        _street,
        _has_short_lines,
        f"must not have lines of more than {STREET_LINE_LENGTH} characters",
    ),
    FieldRule("Country", _country, _is_only(COUNTRY), "must contain only the letters A to Z and spaces"),
    *(
        FieldRule(label, text, _fits(longest), f"must not be longer than {longest} characters")
        for label, text, longest in TEXTS
        if longest
    ),
    *(
        FieldRule(label, text, _avoids(r"[\r\n]"), "must be on one line")
        for label, text, _ in TEXTS
        if label != "Street"
    ),
    *(FieldRule(label, text, _is_printable, "must not contain control characters") for label, text, _ in TEXTS),
)
"""What Xero accepts."""

BOOK_ONLY_RULES = (
    FieldRule(TEL, _phone, _is_only(PHONE), "must contain only digits, spaces and + - ( ) . / x ext"),
    FieldRule(TEL, _phone, _has_enough_digits, f"must have at least {PHONE_DIGITS} digits"),
)
"""What our own book demands beyond that, so that what is entered as a phone is one."""


def check_contact(contact: Contact) -> tuple[Problem, ...]:
    """The rules of our own book that the contact breaks; none means it can also be sent to Xero."""
    return _broken(XERO_RULES + BOOK_ONLY_RULES, contact)


def check_for_xero(contact: Contact) -> tuple[Problem, ...]:
    """The rules of Xero that the contact breaks."""
    return _broken(XERO_RULES, contact)


def _broken(rules: tuple[FieldRule, ...], contact: Contact) -> tuple[Problem, ...]:
    return tuple(Problem(rule.label, rule.sentence) for rule in rules if not rule.holds(rule.text(contact)))
