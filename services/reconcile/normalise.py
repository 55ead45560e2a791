"""When two values are equal: one key by which matches are found, one comparison per field by which changes are seen.

Two questions are kept apart. `same` asks whether a change is worth carrying to the other side, so it
sees a corrected capital in a name. `agree` asks whether two sides mean the same when they are first
linked, so it does not. `same` compares keys, so it is an equivalence relation: a value that is reworded
again and again can never creep away from the base unnoticed.
"""

import re
import unicodedata
from collections.abc import Callable

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

from services.reconcile.contact import Address, Field, Value

EXTENSION = re.compile(r"(?:extension|extn|ext|x)\.?:?(?=\s*\d+\s*$)")
TRUNK_ZERO = re.compile(r"^(\s*(?:\+|00)[^(]*)\(\s*0\s*\)")
SECOND_PHONE = re.compile(r"^([^/]*\d)\s*/(?=\s*\d{1,2}\s*$)")
INTERNATIONAL = re.compile(r"^(00)+")
COUNTRY_CODES = frozenset(map(str, COUNTRY_CODE_TO_REGION_CODE))
ADDRESS_FORMATTING = re.compile(r"[\s,]+")


def key(text: str) -> str:
    """The key names and emails are matched by: NFKC, case folded, white space collapsed; "" for a blank.

    Invisible characters (byte order marks, zero-width spaces, soft hyphens), which are pasted along
    from spreadsheets, are dropped too, as Unicode's own NFKC_Casefold does.
    """
    if text.isascii():
        return " ".join(text.lower().split())
    visible = "".join(char for char in text if unicodedata.category(char) != "Cf")
    folded = unicodedata.normalize("NFKC", visible).casefold()
    return " ".join(unicodedata.normalize("NFKC", folded).split())


def phone_digits(phone: str) -> str:
    """What is dialled: digits without formatting, a leading + or 00, or the (0) of "+44 (0)20 …".

    Letters, * and # stay, because "1800 FLOWERS" is not "1800"; an extension follows an "x". In "555 1234/5", which
    names a second phone by its last digits, an "or" stands for the stroke.
    """
    text = SECOND_PHONE.sub(r"\1or", TRUNK_ZERO.sub(r"\1", EXTENSION.sub("x", key(phone))))
    dialled = "".join(char for char in text if char.isalnum() or char in "*#")
    return INTERNATIONAL.sub("", dialled)


def is_blank(value: Value) -> bool:
    """Whether a value says nothing: no visible character, or an address without any part."""
    return not value if isinstance(value, Address) else not key(value)


def same(field: Field, a: Value, b: Value) -> bool:
    """Whether a change from `a` to `b` is too slight to travel to the other side."""
    return a == b or SAME_BY[field](a) == SAME_BY[field](b)


def agree(field: Field, a: Value, b: Value) -> bool:
    """Whether two sides mean the same, as judged when they are first linked or both changed.

    Wider than `same`: the case of a name, the placing of a town among an address's parts, and whether a
    phone is written for callers at home (020 …) or abroad (+44 20 …) do not count.
    """
    if same(field, a, b):
        return True
    return _is_one_phone(str(a), str(b)) if field is Field.PHONE else AGREE_BY[field](a) == AGREE_BY[field](b)


def _collapse(text: str) -> str:
    return " ".join(text.split())


def _name(value: Value) -> str:
    return _collapse(unicodedata.normalize("NFC", str(value)))


def _key(value: Value) -> str:
    return key(str(value))


def _phone(value: Value) -> str:
    return phone_digits(str(value))


def _is_one_phone(a: str, b: str) -> bool:
    """Whether two phones are dialled alike within their country; if both name one, it has to be the same."""
    (here, ours), (there, theirs) = _national(a), _national(b)
    return ours == theirs and (here == there or not (here and there))


def _national(phone: str) -> tuple[str, str]:
    """The country code of a phone, "" if it names none, and how it is dialled there, without the 0 before it;
    extension and letters kept.
    """
    dialled = phone_digits(phone)
    if not phone.strip().startswith(("+", "00")):
        return "", dialled.lstrip("0") or dialled
    country = next((dialled[:n] for n in (1, 2, 3) if dialled[:n] in COUNTRY_CODES), "")
    return country, dialled.removeprefix(country).lstrip("0")


def _address_parts(value: Value) -> tuple[str, ...]:
    """An address part by part, so that a town moved to its own line is a change that travels."""
    if not isinstance(value, Address):
        return (key(value),)
    parts = (value.street, value.city, value.region, value.postal_code, value.country)
    return tuple(_plain(part) for part in parts)


def _address_text(value: Value) -> str:
    """An address as one text, so that it does not matter which part holds the town."""
    return " ".join(part for part in _address_parts(value) if part)


def _plain(text: str) -> str:
    return ADDRESS_FORMATTING.sub(" ", key(text)).strip()


SAME_BY: dict[Field, Callable[[Value], object]] = {
    Field.NAME: _name,
    Field.EMAIL: _key,
    Field.PHONE: _phone,
    Field.ADDRESS: _address_parts,
}
AGREE_BY: dict[Field, Callable[[Value], object]] = SAME_BY | {
    Field.NAME: _key,
    Field.ADDRESS: _address_text,
}
