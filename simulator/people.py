"""Made-up people and organisations, the same for the same seed: the raw material of contacts and books."""

import random
import re
import unicodedata
from collections.abc import Iterator
from itertools import islice
from typing import TypedDict

from simulator.names import AWKWARD, COUNTRIES, MAIL_HOSTS, OFFICES, TRADES, WORDS, Country

AWKWARD_EVERY = 14
WEIGHTS = [country.weight for country in COUNTRIES]


class Made(TypedDict):
    """One made-up person or organisation; `phone` is international, its parts are given beside it."""

    name: str
    email: str
    phone: str
    phone_country: str
    phone_area: str
    phone_number: str
    street: str
    city: str
    region: str
    postal_code: str
    country: str
    is_person: bool


def people(count: int, seed: int) -> list[Made]:
    """`count` of them, each with a different name."""
    return list(islice(endless(seed), count))


def endless(seed: int) -> Iterator[Made]:
    """As many as are wanted. With the same seed, a longer list begins like a shorter one."""
    rng = random.Random(f"people {seed}")
    seen: dict[str, int] = {}
    awkward = iter(AWKWARD)
    at = 0
    while True:
        odd = next(awkward, "") if at % AWKWARD_EVERY == 3 else ""
        made = _one(rng, odd)
        made["name"] = _unseen(made["name"], seen)
        yield made
        at += 1


def _one(rng: random.Random, odd_name: str) -> Made:
    country = rng.choices(COUNTRIES, WEIGHTS)[0]
    is_person = not odd_name and rng.random() < 0.45
    name = odd_name or (_person(rng, country) if is_person else _organisation(rng, country))
    area, number = _phone(rng, country)
    city, region, postal_code = rng.choice(country.places)
    return {
        "name": name,
        "email": _email(rng, name, is_person),
        "phone": " ".join(part for part in (f"+{country.dial}", area, number) if part),
        "phone_country": country.dial,
        "phone_area": area,
        "phone_number": number,
        "street": _street(rng, country),
        "city": city,
        "region": region,
        "postal_code": postal_code,
        "country": country.name,
        "is_person": is_person,
    }


def _person(rng: random.Random, country: Country) -> str:
    middle = f" {rng.choice('ABCDEFGHJKLMNPRSTW')}" if rng.random() < 0.3 else ""
    return f"{rng.choice(country.given)}{middle} {rng.choice(country.family)}"


def _organisation(rng: random.Random, country: Country) -> str:
    first = rng.choice(WORDS) if rng.random() < 0.75 else rng.choice(country.family)
    return f"{first} {rng.choice(TRADES)} {rng.choice(country.suffixes)}"


def _unseen(name: str, seen: dict[str, int]) -> str:
    key = name.casefold()
    seen[key] = seen.get(key, 0) + 1
    if seen[key] == 1:
        return name
    return _unseen(f"{name} {seen[key]}", seen)


def _email(rng: random.Random, name: str, is_person: bool) -> str:
    slug = slug_of(name) or f"contact{rng.randrange(10_000)}"
    if is_person:
        return f"{slug.replace('-', '.')}@{rng.choice(MAIL_HOSTS)}"
    return f"{rng.choice(OFFICES)}@{slug[:60]}.example"


def slug_of(name: str) -> str:
    """A name as an address may hold it: plain letters and digits, joined by hyphens."""
    plain = unicodedata.normalize("NFKD", name.replace("ß", "ss")).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "")).strip("-")


def _phone(rng: random.Random, country: Country) -> tuple[str, str]:
    area, pattern = rng.choice(country.phones)
    digits = f"{rng.randrange(10**8):08d}"
    filled = iter(digits)
    return area, "".join(next(filled) if sign == "#" else sign for sign in pattern)


def _street(rng: random.Random, country: Country) -> str:
    street, number = rng.choice(country.streets), rng.randint(1, 399)
    line = f"{number} {street}" if country.number_first else f"{street} {number}"
    kind = rng.random()
    if kind < 0.12:
        return f"Level {rng.randint(2, 40)}\n{line}"
    if kind < 0.14:
        return f"Suite {rng.randint(1, 99)}, The Old Exchange\nStation Approach\n{line}\nRear entrance"
    return line
