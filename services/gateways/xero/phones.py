"""Phones: Xero keeps a number in three parts, we keep it as one text.

A text with a plus sign is split so that joining the parts gives the same digits back. Any other text
cannot be split without guessing the country, so it travels whole in the last part, as do two phones in one text.
"""

from dataclasses import dataclass

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat

from services.reconcile.normalise import phone_digits


@dataclass(frozen=True, slots=True)
class PhoneParts:
    """Country code without plus, area code and number, as Xero's screens show them."""

    country: str = ""
    area: str = ""
    number: str = ""


def join(parts: PhoneParts) -> str:
    """One text such as "+61 2 9999 9999"; a country code of digits gets its plus sign."""
    country = parts.country.strip()
    if country.isdigit() and not country.startswith("0"):
        country = f"+{country}"
    return " ".join(part for part in (country, parts.area.strip(), parts.number.strip()) if part)


def split(text: str) -> PhoneParts:
    """The parts of a text, such that `join` gives back the same digits."""
    parts = _international(text.strip())
    whole = PhoneParts(number=text.strip())
    return parts if parts is not None and _is_same(join(parts), text) else whole


def _international(text: str) -> PhoneParts | None:
    try:
        number = phonenumbers.parse(text) if text.startswith("+") else None
    except NumberParseException:
        return None
    if number is None or number.extension or not phonenumbers.is_possible_number(number):
        return None
    return _parts(number)


def _parts(number: PhoneNumber) -> PhoneParts:
    country = str(number.country_code)
    shown = phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
    rest = shown.removeprefix(f"+{country}").strip()
    digits = phonenumbers.length_of_geographical_area_code(number)
    area = phonenumbers.national_significant_number(number)[:digits]
    if area and rest.startswith(area):
        return PhoneParts(country, area, rest.removeprefix(area).strip(" -"))
    return PhoneParts(country, "", rest)


def _is_same(a: str, b: str) -> bool:
    return _digits(a) == _digits(b) and phone_digits(a) == phone_digits(b)


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdigit())
