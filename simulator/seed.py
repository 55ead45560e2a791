"""The contacts an organisation starts with: made-up, the same for the same seed, and as untidy as life.

About three in five are customers, one in five suppliers, a few both, the rest neither. Some are archived,
some have no email, some share one, two share a name and a number, and phones and addresses are written in
several ways.
"""

import random
import uuid
from collections.abc import Iterator
from dataclasses import replace

from simulator.contact import (
    ACTIVE,
    ARCHIVED,
    NO_ADDRESS,
    NO_ADDRESSES,
    NO_PHONE,
    NO_PHONES,
    Address,
    Contact,
    Membership,
    Person,
    Phone,
)
from simulator.groups import MADE_UP, made_up_id
from simulator.people import Made, people

TWO_YEARS_MS = 2 * 365 * 86400 * 1000
DOUBLE_AT = 150
MARKUP = "<script>alert('Xero')</script>"
LONG_LINE = "The third door on the left after the old fig tree, " * 6


def contacts(count: int, seed: int, now: int) -> list[Contact]:
    """`count` contacts of an organisation, changed at some time in the two years before `now` (ms)."""
    rng = random.Random(f"contacts {seed}")
    made = people(count, seed)
    groups = tuple(Membership(made_up_id(seed, name), name) for name in MADE_UP)
    found = [_contact(rng, at, person, now, groups) for at, person in enumerate(made)]
    return list(_share(rng, found))


def _contact(rng: random.Random, at: int, made: Made, now: int, groups: tuple[Membership, ...]) -> Contact:
    is_customer, is_supplier = _roles(rng)
    first, _, last = made["name"].partition(" ") if made["is_person"] else ("", "", "")
    bare = rng.random() < 0.03
    return Contact(
        id=str(uuid.UUID(int=rng.getrandbits(128), version=4)),
        name=made["name"],
        updated=now - rng.randrange(TWO_YEARS_MS),
        status=ARCHIVED if rng.random() < 0.06 else ACTIVE,
        account_number=f"C-{at:05d}" if rng.random() < 0.25 else "",
        first_name=MARKUP if at % 97 == 11 else first,
        last_name=last,
        email="" if bare or rng.random() < 0.08 else made["email"],
        phones=NO_PHONES if bare else _phones(rng, made),
        addresses=NO_ADDRESSES if bare else _addresses(rng, at, made),
        persons=_persons(rng, made),
        is_supplier=is_supplier,
        is_customer=is_customer,
        groups=_groups(at, is_customer, is_supplier, groups),
        bare=bare,
    )


def _groups(at: int, is_customer: bool, is_supplier: bool, groups: tuple[Membership, ...]) -> tuple[Membership, ...]:
    """A few customers are in the first group, a few suppliers in the second."""
    inside = (is_customer and at % 10 == 4, is_supplier and at % 10 == 6)
    return tuple(group for group, belongs in zip(groups, inside, strict=True) if belongs)


def _roles(rng: random.Random) -> tuple[bool, bool]:
    share = rng.random()
    return share < 0.65, 0.60 <= share < 0.85


def _phones(rng: random.Random, made: Made) -> tuple[Phone, ...]:
    kind = rng.random()
    if kind < 0.10:
        return NO_PHONES
    phone = _written(kind, made)
    mobile = Phone(f"0400 {rng.randrange(10**6):06d}") if rng.random() < 0.2 else NO_PHONE
    if rng.random() < 0.05:
        return (NO_PHONE, NO_PHONE, NO_PHONE, phone)
    return (phone, NO_PHONE, NO_PHONE, mobile)


def _written(kind: float, made: Made) -> Phone:
    """One number in one of the ways people type it: in three parts, in two, or all in one."""
    area, number = made["phone_area"], made["phone_number"]
    if kind < 0.70:
        return Phone(number, area, made["phone_country"])
    if kind < 0.80:
        return Phone(number, f"0{area}" if area else "")
    if kind < 0.95:
        return Phone(made["phone"])
    return Phone(f"(0{area}) {number.replace(' ', '')}" if area else number)


def _addresses(rng: random.Random, at: int, made: Made) -> tuple[Address, ...]:
    kind = rng.random()
    if kind < 0.08:
        return NO_ADDRESSES
    lines = [*made["street"].split("\n"), "", "", ""][:4]
    if at % 89 == 7:
        lines = [lines[0], MARKUP, LONG_LINE.strip(), "a & b \"c\" 'd'"]
    attention = "Accounts <Payable>" if at % 53 == 5 else ""
    place = (made["city"], made["region"], made["postal_code"], made["country"], attention)
    address = Address(lines[0], lines[1], lines[2], lines[3], *place)
    if kind < 0.16:
        return (address, NO_ADDRESS)
    if kind < 0.26:
        return (address._replace(line1=f"Unit {rng.randint(1, 20)}, {lines[0]}"), address)
    return (NO_ADDRESS, address)


def _persons(rng: random.Random, made: Made) -> tuple[Person, ...]:
    if made["is_person"] or rng.random() > 0.08:
        return ()
    return (Person("Alex", "Bookkeeper", made["email"], rng.random() < 0.5),)


def _share(rng: random.Random, found: list[Contact]) -> Iterator[Contact]:
    """Give some contacts the email of the one before; in a larger organisation also make a duplicate."""
    before = ""
    for at, contact in enumerate(found):
        if before and contact.email and rng.random() < 0.03:
            contact = replace(contact, email=before)
        before = contact.email
        if at == DOUBLE_AT + 1:
            twin = replace(found[DOUBLE_AT], status=ACTIVE, number="DOUBLE-1")
            contact = replace(twin, id=contact.id, updated=contact.updated)
        elif at == DOUBLE_AT:
            contact = replace(contact, status=ACTIVE, number="DOUBLE-1")
        yield contact
