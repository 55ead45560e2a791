"""Write a practice's contact book that fits the simulator's contacts of the same seed, for a demonstration.

Most rows are clients that are in Xero with exactly the same values. Some differ in name or email, a few share an email
so that a match is doubtful, and the rest are not in Xero. Some of Xero's contacts are in no row.

python -m simulator.sample_book --contacts 500 --seed 7 --out book.csv
"""

import argparse
import csv
import random
import sys
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path

from simulator import seed
from simulator.contact import Contact
from simulator.people import Made, endless, people, slug_of

COLUMNS = (
    "id", "name", "billing_email", "primary_phone", "street", "city", "region", "postal_code", "country",
    "kind", "contact_type", "notes",
)  # fmt: skip
ROWS_PER_CONTACT = 0.9
DOUBTFUL = 4
FULL, NAME_ONLY, EMAIL_ONLY = 0.70, 0.08, 0.08
NOTES = ("", "", "", "Year end 31 March", "Call in the morning", "GST every quarter")
TYPES = ("Client", "Client-VIP", "Prospect", "Supplier", "Employee")
TYPE_WEIGHTS = (70, 8, 8, 11, 3)
NICKNAMES = {
    "William": "Bill", "Charlotte": "Charlie", "Oliver": "Ollie", "Matthias": "Matt", "Abigail": "Abby",
    "Sophie": "Soph", "Beatrice": "Bea", "Thomas": "Tom",
}  # fmt: skip
Row = dict[str, str]


def rows(contacts: int, seed_number: int) -> list[Row]:
    """The book's rows. About nine for each ten contacts in Xero."""
    rng = random.Random(f"book {seed_number}")
    made = people(contacts, seed_number)
    known = zip(seed.contacts(contacts, seed_number, 0), made, strict=True)
    active = [(contact, one) for contact, one in known if contact.is_active]
    rng.shuffle(active)
    total = round(contacts * ROWS_PER_CONTACT)
    full, name_only, email_only = (round(total * share) for share in (FULL, NAME_ONLY, EMAIL_ONLY))
    with_email = iter([pair for pair in active if pair[0].email])
    without = iter([pair for pair in active if not pair[0].email])
    taken = {contact.name.casefold() for contact, _ in active}
    book = [_known(rng, *pair) for pair in _first(with_email, full)]
    book += [_other_email(rng, *pair) for pair in _first(without, name_only // 2)]
    book += [_other_email(rng, *pair) for pair in _first(with_email, name_only - name_only // 2)]
    book += [_other_name(rng, *pair, taken) for pair in _first(with_email, email_only)]
    book += _new(rng, total - len(book), seed_number, taken, book[:DOUBTFUL])
    rng.shuffle(book)
    return book


def write(path: Path, book: list[Row]) -> None:
    """Write the rows as CSV in UTF-8."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(book)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m simulator.sample_book",
        description="Write a practice's contact book that fits the simulator's contacts of the same seed.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--contacts", type=int, default=500, help="as given to the simulator")
    add("--seed", type=int, default=7, help="as given to the simulator")
    add("--out", type=Path, default=Path("book.csv"), metavar="FILE.csv", help="where to write")
    asked = parser.parse_args(arguments)
    book = rows(asked.contacts, asked.seed)
    try:
        write(asked.out, book)
    except OSError as error:
        print(f"{asked.out} cannot be written: {error.strerror}.", file=sys.stderr)
        return 2
    print(f"{len(book)} contacts written to {asked.out}")
    return 0


def _first(pairs: Iterator[tuple[Contact, Made]], count: int) -> Iterator[tuple[Contact, Made]]:
    for _, pair in zip(range(count), pairs, strict=False):
        yield pair


def _known(rng: random.Random, contact: Contact, made: Made) -> Row:
    """A client that both sides know by the same name and email; phone and address usually agree as well."""
    row = _row(rng, made, contact.name, contact.email)
    doubt = rng.random()
    if doubt < 0.12:
        row["primary_phone"] = ""
    elif doubt < 0.15:
        row["primary_phone"] = f"{row['primary_phone'][:-2]}{rng.randrange(100):02d}"
    elif doubt < 0.22:
        row |= {"street": "", "city": "", "region": "", "postal_code": "", "country": ""}
    elif doubt < 0.25:
        row["street"] = f"{rng.randint(400, 900)} Old Post Road"
    return row


def _other_email(rng: random.Random, contact: Contact, made: Made) -> Row:
    slug = slug_of(contact.name)[:40] or "client"
    return _row(rng, made, contact.name, f"{slug}@another-host.example")


def _other_name(rng: random.Random, contact: Contact, made: Made, taken: set[str]) -> Row:
    """The same email with a name that a person would recognise: a nickname, a typo, another legal form."""
    first, _, rest = contact.name.partition(" ")
    last = contact.name.rpartition(" ")[2]
    choices = [
        f"{NICKNAMES[first]} {rest}" if first in NICKNAMES and rest else "",
        f"{rest}, {first}" if made["is_person"] and rest else "",
        contact.name.removesuffix(f" {last}") if rest and not made["is_person"] else "",
        f"{contact.name} & Associates" if not made["is_person"] else "",
        f"{first[:-2]}{first[-1]}{first[-2]} {rest}" if rest and len(first) > 3 else "",
        f"{contact.name} (Client)",
    ]
    name = rng.choice([name for name in choices if name and name.casefold() not in taken])
    taken.add(name.casefold())
    return _row(rng, made, name, contact.email)


def _new(rng: random.Random, count: int, seed_number: int, taken: set[str], shared: list[Row]) -> list[Row]:
    """Clients that are not in Xero; a few have the email of a client in `shared`."""
    strangers = (made for made in endless(seed_number + 1_000_003) if made["name"].casefold() not in taken)
    chosen = [made for _, made in zip(range(count), strangers, strict=False)]
    book = [_row(rng, made, made["name"], made["email"] if rng.random() < 0.9 else "") for made in chosen]
    for row, other in zip(book, shared, strict=False):
        row["billing_email"] = other["billing_email"]
    return book


def _row(rng: random.Random, made: Made, name: str, email: str) -> Row:
    return {
        "id": str(uuid.UUID(int=rng.getrandbits(128), version=4)),
        "name": name,
        "billing_email": email,
        "primary_phone": made["phone"],
        "street": made["street"],
        "city": made["city"],
        "region": made["region"],
        "postal_code": made["postal_code"],
        "country": made["country"],
        "kind": "person" if made["is_person"] else "organisation",
        "contact_type": rng.choices(TYPES, TYPE_WEIGHTS)[0],
        "notes": rng.choice(NOTES),
    }


if __name__ == "__main__":
    sys.exit(main())
