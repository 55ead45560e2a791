"""Billing addresses: house number, street, town, postal code, region. A country hardly tells contacts apart."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from services.reconcile.contact import Address
from services.reconcile.scoring.tokens import Overlap, overlap
from services.reconcile.scoring.weights import Frequencies
from services.reconcile.scoring.wording import slips, words

SHORT = {
    "street": "st", "road": "rd", "avenue": "ave", "av": "ave", "drive": "dr", "place": "pl", "court": "ct",
    "crescent": "cres", "cr": "cres", "lane": "ln", "close": "cl", "parade": "pde", "terrace": "tce", "highway": "hwy",
    "circuit": "cct", "boulevard": "blvd", "square": "sq", "mount": "mt", "saint": "st", "north": "n", "south": "s",
    "east": "e", "west": "w", "strasse": "str",
}  # fmt: skip
SAME_HOUSE = 4.5
OTHER_HOUSE = -2.0
HOUSE_SLIP = 1.0
OTHER_POSTCODE = -2.5
POSTCODE_SLIP = 4.0
OTHER_REGION = -1.5
MOST_BITS, LEAST_BITS = 26.0, -4.0
"""An address alone is never certain: others live and work there. Another address says little: many have two."""

SHARED_MOST, NEIGHBOURS_MOST = 12.0, 8.0
"""The most bits for an address, and for a street with another house number, that several contacts of the book have: it
says where they are, not who.
"""

ZIP, LONG_ZIP = 5, 9
SHORTEST_POSTCODE = 4
COMMA = re.compile(r"[,\n]")
LOOKED_UP = 2
PLACE_AGAIN = 0.6
"""A postal code, a town and a region say much of the same thing: all but the best count by this share."""


@dataclass(frozen=True, slots=True)
class Place:
    """What is compared of an address. `streets` and `town` are words; `region` is folded, its `initials` beside it."""

    houses: frozenset[str]
    streets: tuple[str, ...]
    town: tuple[str, ...]
    postcode: str
    region: str
    initials: str

    def __bool__(self) -> bool:
        return bool(self.houses or self.streets or self.town or self.postcode or self.region)


def parse(address: Address) -> Place:
    """What is compared of an address."""
    houses, streets = [], []
    street, town, postcode = _parts(address)
    for word in street:
        if word[0].isdigit() and (word.isdigit() or word[:-1].isdigit()):
            houses.append(word.lstrip("0") or "0")
        else:
            streets.append(SHORT.get(word, word))
    region = _words_of(address.region)
    return Place(
        houses=frozenset(houses),
        streets=tuple(streets),
        town=tuple([SHORT.get(word, word) for word in town]),
        postcode=_short_zip(postcode),
        region="".join(region),
        initials="".join([word[0] for word in region]) if len(region) > 1 else "",
    )


def _parts(address: Address) -> tuple[Sequence[str], Sequence[str], str]:
    """The words of street and town, and the postal code, also of an address that is written in one line."""
    postcode = "".join(_words_of(address.postal_code))
    if address.city or postcode or address.region:
        return words(address.street), _words_of(address.city), postcode
    parts = [found for part in COMMA.split(address.street) if (found := words(part))]
    with_house = next((place for place, part in enumerate(parts) if any(word[0].isdigit() for word in part)), 0)
    street, town = list(chain(*parts[: with_house + 1])), list(chain(*parts[with_house + 1 :]))
    last = (town or street[2:])[-1:]
    if last and last[0].isdigit() and len(last[0]) >= SHORTEST_POSTCODE:
        postcode = (town or street).pop()
    return street, town, postcode


def _short_zip(postcode: str) -> str:
    """An American ZIP code without its four further digits; any code without leading zeros, which spreadsheets drop."""
    return (postcode[:ZIP] if len(postcode) == LONG_ZIP and postcode.isdigit() else postcode).lstrip("0")


def compare(a: Place, b: Place, frequencies: Frequencies) -> tuple[float, str] | None:
    """Bits for and against, and the reason in words; None when one has no address."""
    if not a or not b:
        return None
    street = _words(a.streets, b.streets, frequencies)
    town = _words(a.town, b.town, frequencies)
    if street is not None and _moved(a, b):
        street, town = _elsewhere(a, b, street, town, frequencies)
    house, postcode = _houses(a, b), _postcodes(a.postcode, b.postcode, frequencies)
    region = _regions(a, b, frequencies)
    area = _together([_town(a, b, town, frequencies), postcode, region])
    bits = (street.bits if street else 0.0) + house + area
    if bits > NEIGHBOURS_MOST:
        bits = min(bits, _most(a, b, house, frequencies))
    return max(LEAST_BITS, bits), _reason(street, town, house, postcode, bits)


def keys(place: Place) -> Iterator[str]:
    """What to look an address up by: any two of house, street and town or postal code."""
    streets = [word for word in sorted(place.streets, key=len)[-LOOKED_UP:] if len(word) > 2]
    areas = [part for part in (place.postcode, max(place.town, key=len, default="")) if part]
    for house in sorted(place.houses)[:LOOKED_UP]:
        yield from (f"h:{house} {part}" for part in (*streets, place.postcode) if part)
    yield from (f"a:{word} {area}" for word in streets for area in areas)


def values(place: Place) -> Iterator[str]:
    """The values whose frequency weighs; too common to look anything up by."""
    yield from (f"w:{word}" for word in {*place.streets, *place.town})
    if place.postcode:
        yield f"z:{place.postcode}"
    if place.region:
        yield f"r:{place.region}"


def _words(a: tuple[str, ...], b: tuple[str, ...], frequencies: Frequencies) -> Overlap | None:
    return overlap(a, b, frequencies.of("w")) if a and b else None


@lru_cache(maxsize=20_000)
def _words_of(name: str) -> tuple[str, ...]:
    """`words`, remembered: the same towns, regions and postal codes come again and again."""
    return tuple(words(name))


def _moved(a: Place, b: Place) -> bool:
    """Whether a word of one's street is a word of the other's town."""
    only_a, only_b = {*a.streets} - {*b.streets}, {*b.streets} - {*a.streets}
    return not only_a.isdisjoint(b.town) or not only_b.isdisjoint(a.town)


def _elsewhere(
    a: Place, b: Place, street: Overlap, town: Overlap | None, frequencies: Frequencies
) -> tuple[Overlap, Overlap | None]:
    """Street and town taken as one, if that agrees better: many systems keep the town among the street's lines."""
    whole = _words(a.streets + a.town, b.streets + b.town, frequencies)
    apart = street.bits + (town.bits if town else 0.0)
    return (whole, None) if whole is not None and whole.bits > apart else (street, town)


def _town(a: Place, b: Place, town: Overlap | None, frequencies: Frequencies) -> float:
    """Bits for the town. The words of its name always come together, so all of them are worth what the rarest is."""
    if town is None or town.bits <= 0:
        return town.bits if town else 0.0
    bits = frequencies.of("w")
    return min(town.bits, max(map(bits, a.town)), max(map(bits, b.town)))


def _most(a: Place, b: Place, house: float, frequencies: Frequencies) -> float:
    """What an agreement may be worth, by whether others of the book are there too."""
    if house < 0 and _shared("a", a, b, frequencies):
        return NEIGHBOURS_MOST
    return SHARED_MOST if _shared("h", a, b, frequencies) else MOST_BITS


def _shared(kind: str, a: Place, b: Place, frequencies: Frequencies) -> bool:
    """Whether the two have keys of this kind in common, and other contacts of the book have each of those as well."""
    common = [key for key in {*keys(a)}.intersection(keys(b)) if key[0] == kind]
    return bool(common) and all(map(frequencies.shared, common))


def _houses(a: Place, b: Place) -> float:
    if not a.houses or not b.houses:
        return 0.0
    if a.houses & b.houses:
        return SAME_HOUSE
    near = any(_near(x, y) for x in a.houses for y in b.houses)
    return HOUSE_SLIP if near else OTHER_HOUSE


def _near(x: str, y: str) -> bool:
    """Whether a digit is missing or two are swapped. A digit exchanged for another is the neighbours' house."""
    return sorted(x) == sorted(y) or (min(len(x), len(y)) > 1 and abs(len(x) - len(y)) == 1 and (x in y or y in x))


def _postcodes(a: str, b: str, frequencies: Frequencies) -> float:
    if not a or not b:
        return 0.0
    codes = frequencies.of("z")
    if a == b:
        return codes(a)
    if sorted(a) == sorted(b) or slips(a, b) == 1:
        return max(0.0, min(codes(a), codes(b)) - POSTCODE_SLIP)
    return OTHER_POSTCODE


def _regions(a: Place, b: Place, frequencies: Frequencies) -> float:
    if not a.region or not b.region:
        return 0.0
    same = a.region == b.region or _short_for(a, b) or _short_for(b, a)
    return min(map(frequencies.of("r"), (a.region, b.region))) if same else OTHER_REGION


def _short_for(short: Place, long: Place) -> bool:
    """Whether one region is short for the other: NSW, New South Wales; Vic, Victoria; QLD, Queensland."""
    if long.initials:
        return short.region == long.initials
    if len(short.region) > 4 or short.region[0] != long.region[0]:
        return False
    rest = iter(long.region)
    return len(long.region) > len(short.region) and all(letter in rest for letter in short.region)


def _together(bits: list[float]) -> float:
    """The sum of bits about one area: the best in full, what says the same again in part, contradictions in full."""
    best = max(0.0, *bits)
    again = sum(one for one in bits if one > 0) - best
    return best + PLACE_AGAIN * again + sum(one for one in bits if one < 0)


def _reason(street: Overlap | None, town: Overlap | None, house: float, postcode: float, bits: float) -> str:
    same_street = street is not None and (street.exact or not (street.left_a and street.left_b)) and street.bits > 0
    if same_street and house >= 0 and postcode >= 0 and (town is None or town.bits > 0):
        return "same address" if street and street.exact and house >= 0 else "similar address"
    if bits <= 0:
        return "different address"
    if same_street:
        return "same street" if house >= 0 else "same street, different number"
    if postcode > 0:
        return "same postal code" if postcode > POSTCODE_SLIP else "similar postal code"
    return "same town" if town and town.bits > 0 else "address in part the same"
