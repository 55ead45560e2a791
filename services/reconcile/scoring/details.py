"""Email, phone and registration numbers: equal, a slip apart, or contradicting each other."""

import re
from collections.abc import Iterator

from rapidfuzz.distance import OSA

from services.reconcile.normalise import phone_digits
from services.reconcile.scoring.weights import MOST_BITS, Frequencies
from services.reconcile.scoring.wording import slips, solid

Found = tuple[float, str]
"""Bits for or against, and the reason in words."""

SUBSCRIBER_DIGITS = 7
"""Two phones with at least these last digits in common are one, written with and without country and area."""

WORLD = 3.0
OTHER_EMAIL = -3.0
OTHER_PHONE = -1.0
SAME_REGISTRATION, OTHER_REGISTRATION = 18.0, -8.0
SLIP = 4.0
DOMAIN_MOST = 6.0
MOST_GARBLED, GARBLED_EACH = 4, 5
"""At most four letters of an email may be wrong, and one in five."""

SHORTEST_REGISTRATION = 5
NONE = frozenset[str]()

_FREE_MAIL = """
    aol.com bigpond.com bigpond.net.au btinternet.com comcast.net fastmail.com free.fr gmail.com gmx.at gmx.ch gmx.com
    gmx.de gmx.net googlemail.com hotmail.co.uk hotmail.com hotmail.de hotmail.fr hotmail.it icloud.com iinet.net.au
    laposte.net libero.it live.co.uk live.com live.com.au mac.com mail.com me.com msn.com optusnet.com.au orange.fr
    outlook.com outlook.com.au outlook.de pm.me proton.me protonmail.com rocketmail.com sbcglobal.net sky.com
    t-online.de talktalk.net telstra.com tpg.com.au verizon.net virginmedia.com web.de xtra.co.nz yahoo.ca yahoo.co.in
    yahoo.co.nz yahoo.co.uk yahoo.com yahoo.com.au yahoo.de yahoo.fr ymail.com
"""
FREE_MAIL = frozenset(_FREE_MAIL.split())
NOT_ONLY_DIGITS = re.compile(r"[^0-9+ -]")
DIGITS = re.compile(r"[^0-9]+")
EXTENSION = re.compile(r"(?<=\d)x\d+$")
SEVERAL = re.compile(r"[,;/|]")


def domain_of(email: str) -> str:
    """The part after the @, unless it is a public provider's, which says nothing about whose it is."""
    domain = email.rpartition("@")[2] if "@" in email else ""
    return "" if domain in FREE_MAIL else domain


def subscriber(phone: str) -> str:
    """The digits of a phone without leading zeros, which depend on where one calls from; letters and extension stay."""
    if NOT_ONLY_DIGITS.search(phone):
        return phone_digits(phone).lstrip("0")
    return DIGITS.sub("", phone).lstrip("0")


def registrations(text: str) -> frozenset[str]:
    """The numbers in a text that may hold several; letters before digits, such as a country's or ABN, are dropped."""
    if not text:
        return NONE
    return frozenset(number for part in SEVERAL.split(text) if (number := _number(solid(part))))


def compare_emails(a: str, b: str, frequencies: Frequencies) -> Found | None:
    """Both are match keys; None when one is blank."""
    if not a or not b:
        return None
    if a == b:
        return _identifier(frequencies.bits(f"e:{a}")), "same billing email"
    if a_letter_apart(a, b):
        return min(frequencies.bits(f"e:{a}"), frequencies.bits(f"e:{b}")) - SLIP, "email differs by one letter"
    if _garbled(a, b):
        return 0.0, "similar email"
    domain = domain_of(a)
    if domain and domain == domain_of(b):
        return min(DOMAIN_MOST, frequencies.bits(f"d:{domain}") / 2), "same email domain"
    return OTHER_EMAIL, "different billing email"


def a_letter_apart(a: str, b: str) -> bool:
    """Whether two emails differ by one slip of the pen. Another digit is no slip: digits tell namesakes apart."""
    return slips(a, b) == 1 and _number_in(a) == _number_in(b)


def compare_phones(a: str, b: str, frequencies: Frequencies) -> Found | None:
    """Both are `subscriber` digits; None when one is blank."""
    if not a or not b:
        return None
    if same_subscriber(a, b):
        return _identifier(frequencies.bits(phone_key(a))), "same phone"
    if min(len(a), len(b)) >= SUBSCRIBER_DIGITS and 1 in (slips(a, b), slips(a[-9:], b[-9:])):
        return min(frequencies.bits(phone_key(a)), frequencies.bits(phone_key(b))) - SLIP, "phone differs by one digit"
    return OTHER_PHONE, "different phone"


def same_subscriber(a: str, b: str) -> bool:
    """Whether two phones are one, written with and without country or area code."""
    if ("x" in a) != ("x" in b):
        a, b = _line(a), _line(b)
    shorter, longer = sorted((a, b), key=len)
    if shorter == longer:
        return True
    tail = min(len(shorter), 9)
    return tail >= SUBSCRIBER_DIGITS and longer.endswith(shorter[-tail:])


def compare_registrations(a: frozenset[str], b: frozenset[str]) -> Found | None:
    """Numbers that are unique by law: one in common says much for the pair, none in common much against it."""
    if not a or not b:
        return None
    if any(_same_number(x, y) for x in a for y in b):
        return SAME_REGISTRATION, "same registration number"
    if any(slips(x, y) == 1 for x in a for y in b):
        return MOST_BITS - SLIP, "registration number differs by one digit"
    return OTHER_REGISTRATION, "different registration number"


def keys(email: str, phone: str, numbers: frozenset[str]) -> Iterator[str]:
    """What to look these up by."""
    if email:
        yield f"e:{email}"
    if domain := domain_of(email):
        yield f"d:{domain}"
    if phone:
        yield phone_key(phone)
        if "x" in phone:
            yield phone_key(_line(phone))
    yield from (f"g:{number[-9:]}" for number in numbers)


def phone_key(phone: str) -> str:
    """The key of a phone: its last digits."""
    return f"t:{phone[-SUBSCRIBER_DIGITS:]}"


def _line(phone: str) -> str:
    """A phone without its extension."""
    return EXTENSION.sub("", phone)


def _garbled(a: str, b: str) -> bool:
    """Whether two emails are so alike that the difference says nothing against the pair."""
    most = min(MOST_GARBLED, min(len(a), len(b)) // GARBLED_EACH)
    return _number_in(a) == _number_in(b) and OSA.distance(a, b, score_cutoff=most) <= most


def _number_in(email: str) -> str:
    return DIGITS.sub("", email)


def _identifier(bits: float) -> float:
    """Bits for an equal email or phone. Even in a small book it is nearly unique in the world, unless several contacts
    of the book share it; so it gets some bits more.
    """
    return min(MOST_BITS, bits + WORLD)


def _number(solid_text: str) -> str:
    digits = solid_text.lstrip("abcdefghijklmnopqrstuvwxyz")
    return digits if len(digits) >= SHORTEST_REGISTRATION else solid_text


def _same_number(x: str, y: str) -> bool:
    """An Australian business number ends with the company number of the same company (ABR, "Format of the ABN")."""
    return x == y or (len(x) != len(y) and {len(x), len(y)} == {9, 11} and (x.endswith(y) or y.endswith(x)))
