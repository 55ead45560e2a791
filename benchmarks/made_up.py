"""A labelled set of made-up contacts, to check that the weights do not fit FEBRL only. It has people and companies of
several countries, each with a second version as somebody else would write it.

How the versions differ is defined here and shares nothing with the scoring.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from random import Random

from services.reconcile.contact import Address, Contact


def words(text: str) -> list[str]:
    """The words of a text."""
    return text.split()


GIVEN = words(
    """
    Robert:Bob William:Bill Elizabeth:Liz Margaret:Peggy Katherine:Kate Michael:Mike James:Jim Thomas:Tom
    Edward:Ted Richard:Dick Christopher:Chris Jennifer:Jenny Susan:Sue Patricia:Pat Anthony:Tony Daniel:Dan
    Matthew:Matt Andrew:Andy Joseph:Joe Samuel:Sam Benjamin:Ben Alexander:Alex Nicholas:Nick Steven:Steve
    Rebecca:Becky Victoria:Vicky Anna Sofía José Zoë Mei Ling Fatima Ahmed Priya Arjun Olga Piotr Jürgen Søren
    Noël Chloé Hiroshi Yuki Kwame Aroha Laura Paul Mark Helen Emma Oliver Grace Hannah Lucy Peter Simon Karen
    Linda Sandra Ruth Alice Frank George Henry
    """
)
STARTS = words(
    """
    Har Wil Ash Bar Cal Den Ed El Fair Gar Hol Ken Lang Mor New Ol Pem Rad Sand Thor Wal Whit Brad Clay Kings
    """
)
ENDS = words(
    """
    son ton ley man ford well wood field ham by worth mere
    """
)
FOREIGN = words(
    """
    Müller Núñez Gonçalves Kowalski Łukasz Sørensen Björk Nguyen Patel Singh Wang O'Brien O'Neill d'Souza Çelik
    """
)
COMMON = words(
    """
    Smith Smith Smith Jones Jones Brown Brown Taylor Wilson Lee Lee Nguyen
    """
)
FIRST = words(
    """
    Acme Apex Blue Bright Cedar Coastal Delta Eagle Ember Falcon Global Golden Green Harbour Highland Horizon
    Icon Jade Kestrel Lakeside Lotus Maple Meridian Metro Northern Oak Onyx Orchid Pacific Phoenix Pioneer
    Quartz Redwood River Royal Sapphire Silver Southern Sterling Summit Sunrise Tasman Titan Union Urban Valley
    Vector Vista Western Zenith
    """
)
TRADES = words(
    """
    Plumbing Electrical Bakery Consulting Builders Landscaping Dental Motors Catering Cleaning Engineering
    Logistics Accounting Design Farms Fisheries Florists Foods Furniture Joinery Legal Marketing Media Music
    Optical Painting Pharmacy Photography Printing Roofing Security Software Studios Textiles Travel Veterinary
    Wines Holdings Partners
    """
)
FORMS = {
    "Pty Ltd": ("Pty. Ltd.", "Proprietary Limited", ""), "Ltd": ("Limited", "Ltd.", ""), "LLC": ("L.L.C.", ""),
    "Inc": ("Inc.", "Incorporated", ""), "GmbH": ("G.m.b.H.", ""), "plc": ("PLC", ""), "B.V.": ("BV", ""),
    "S.A.": ("SA", ""), "Pte Ltd": ("Pte. Ltd.", ""), "AB": ("", ), "Co": ("Company", "& Co."), "": ("",),
}  # fmt: skip
ROADS = {"Street": "St", "Road": "Rd", "Avenue": "Ave", "Drive": "Dr", "Lane": "Ln", "Crescent": "Cres"}
TOWNS = (
    ("Leeds", "West Yorkshire", "LS{n} {d}AB"), ("Bristol", "", "BS{n} {d}QT"), ("Sydney", "NSW", "20{nn}"),
    ("Melbourne", "Victoria", "30{nn}"), ("Auckland", "", "10{nn}"), ("Austin", "TX", "787{nn}"),
    ("Dublin", "", "D{nn} X{d}Y2"), ("Toronto", "ON", "M{d}V 2T{d}"), ("Brisbane", "QLD", "40{nn}"),
    ("München", "Bayern", "803{nn}"),
)  # fmt: skip
FREE = ("gmail.com", "outlook.com", "yahoo.com")


@dataclass(frozen=True, slots=True)
class Made:
    """One contact as one side has it."""

    contact: Contact
    registration: str
    is_person: bool


def pairs(random: Random, count: int) -> Iterator[tuple[Made, Made]]:
    """`count` different contacts, each as the practice has it and as somebody typed it in Xero."""
    for number in range(count):
        original = _person(random, number) if random.random() < 0.5 else _company(random)
        yield original, rewritten(random, original)


def rewritten(random: Random, made: Made) -> Made:
    """The same contact as somebody else would write it: one to three things differ, and some are left out."""
    contact, registration = made.contact, made.registration
    for change in random.sample(PERSON_WAYS if made.is_person else COMPANY_WAYS, random.randint(1, 2)):
        contact = replace(contact, name=change(random, contact.name))
    for field, chance in (("email", 0.45), ("phone", 0.4), ("address", 0.4)):
        if random.random() < chance:
            contact = replace(contact, **{field: Address() if field == "address" else ""})
    contact = _details(random, contact)
    return Made(contact, registration if random.random() < 0.3 else "", made.is_person)


def _details(random: Random, contact: Contact) -> Contact:
    if contact.email and random.random() < 0.25:
        domain = contact.email.rpartition("@")[2]
        contact = replace(contact, email=f"accounts@{domain}" if domain not in FREE else _typo(random, contact.email))
    if contact.phone and random.random() < 0.3:
        contact = replace(contact, phone=_typo(random, contact.phone.replace(" ", "")))
    elif contact.phone:
        contact = replace(contact, phone="0" + contact.phone.split(" ", 1)[1])
    if contact.address and random.random() < 0.6:
        street = contact.address.street
        for long, short in ROADS.items():
            street = street.replace(long, short)
        contact = replace(contact, address=replace(contact.address, street=_typo(random, street), region=""))
    return contact


def _person(random: Random, number: int) -> Made:
    given = random.choice(GIVEN).partition(":")[0]
    family = _family(random)
    name = (
        f"{given} {family}" if random.random() < 0.7 else f"{given} {random.choice(GIVEN).partition(':')[0]} {family}"
    )
    email = f"{given}.{family}{number % 97}@{random.choice(FREE)}".lower().replace("'", "")
    return Made(Contact(name, email, _phone(random), _address(random)), "", True)


def _company(random: Random) -> Made:
    form = random.choice(list(FORMS))
    kind = random.random()
    if kind < 0.6:
        core = f"{random.choice(FIRST)} {random.choice(FIRST)} {random.choice(TRADES)}"
    elif kind < 0.85:
        core = f"{_family(random)} & {random.choice((_family(random), 'Sons', 'Daughters'))} {random.choice(TRADES)}"
    else:
        core = f"The {_family(random)} {random.choice(TRADES)}"
    domain = "".join(char for char in core.lower() if char.isascii() and char.isalpha()) + random.choice(
        (".com", ".co")
    )
    registration = f"{random.randrange(10**10, 10**11)}"
    return Made(
        Contact(f"{core} {form}".strip(), f"info@{domain}", _phone(random), _address(random)), registration, False
    )


def _family(random: Random) -> str:
    kind = random.random()
    if kind < 0.25:
        return random.choice(COMMON)
    return random.choice(FOREIGN) if kind < 0.4 else random.choice(STARTS) + random.choice(ENDS)


def _phone(random: Random) -> str:
    return f"+{random.choice(('44', '61', '64', '1'))} {random.randrange(2, 10)} {random.randrange(10**7, 10**8)}"


def _address(random: Random) -> Address:
    town, region, code = random.choice(TOWNS)
    road = f"{random.randrange(1, 220)} {random.choice(STARTS)}{random.choice(ENDS)} {random.choice(list(ROADS))}"
    filled = code.format(n=random.randrange(1, 20), d=random.randrange(1, 9), nn=f"{random.randrange(100):02}")
    return Address(road, town, region, filled)


def _typo(random: Random, text: str) -> str:
    """Two letters swapped, or one left out or doubled, somewhere after the first."""
    at = random.randrange(1, max(2, len(text) - 1))
    kind = random.randrange(3)
    if kind == 0:
        return text[:at] + text[at + 1 : at + 2] + text[at : at + 1] + text[at + 2 :]
    return text[:at] + (text[at + 1 :] if kind == 1 else text[at : at + 1] + text[at:])


def _nickname(_random: Random, name: str) -> str:
    short = dict(pair.split(":") for pair in GIVEN if ":" in pair)
    first, _, rest = name.partition(" ")
    return f"{short.get(first, first)} {rest}"


def _swapped(_random: Random, name: str) -> str:
    first, _, last = name.rpartition(" ")
    return f"{last}, {first}"


def _initial(_random: Random, name: str) -> str:
    first, _, rest = name.partition(" ")
    return f"{first[:1]}. {rest}" if rest else name


def _plain(_random: Random, name: str) -> str:
    return name.translate(str.maketrans("üúñçŁłøöóéëíÇ", "uuncLloooeeiC")).replace("'", "")


def _without_middle(_random: Random, name: str) -> str:
    words = name.split()
    return f"{words[0]} {words[-1]}"


def _titled(random: Random, name: str) -> str:
    return f"{random.choice(('Mr', 'Ms', 'Dr', 'Mrs'))} {name}"


def _other_form(random: Random, name: str) -> str:
    form = next((one for one in FORMS if one and name.endswith(f" {one}")), "")
    return f"{name.removesuffix(form).strip()} {random.choice(FORMS[form])}".strip()


def _and(_random: Random, name: str) -> str:
    return name.replace("&", "and") if "&" in name else name.removeprefix("The ")


def _trading_as(random: Random, name: str) -> str:
    legal = f"{_family(random)} {random.choice(('Holdings', 'Group', 'Investments'))} Pty Ltd"
    return f"{legal} {random.choice(('t/a', 'trading as', 'T/As', 'dba'))} {name}"


def _shouted(_random: Random, name: str) -> str:
    return name.upper()


Way = Callable[[Random, str], str]
PERSON_WAYS: tuple[Way, ...] = (_nickname, _swapped, _initial, _plain, _without_middle, _titled, _typo, _shouted)
COMPANY_WAYS: tuple[Way, ...] = (_other_form, _other_form, _and, _trading_as, _plain, _typo, _shouted)


def unrelated(random: Random, count: int) -> Iterator[Made]:
    """Contacts that only one side has."""
    for number in range(count):
        yield _person(random, number) if random.random() < 0.5 else _company(random)
