"""The made-up contacts, and the practice's book that fits them."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from simulator import rules, sample_book, seed
from simulator.contact import Contact
from simulator.people import people
from simulator.shapes import listed

pytestmark = pytest.mark.simulated("about the simulator itself")

NOW = 1_800_000_000_000


def contacts() -> list[Contact]:
    return seed.contacts(500, 7, NOW)


def test_the_same_seed_makes_the_same_contacts() -> None:
    assert contacts() == contacts()
    assert contacts() != seed.contacts(500, 8, NOW)
    assert people(50, 7) == people(500, 7)[:50]


def test_every_made_up_contact_keeps_the_rules_of_xero() -> None:
    assert [contact.name for contact in contacts() if rules.problems(listed(contact))] == []


def test_the_mix_is_that_of_an_ordinary_organisation() -> None:
    made = contacts()
    kinds = Counter((contact.is_customer, contact.is_supplier) for contact in made)
    assert 250 <= kinds[True, False] <= 350
    assert 70 <= kinds[False, True] <= 130
    assert 10 <= kinds[True, True] <= 45
    assert 50 <= kinds[False, False] <= 110
    assert 10 <= sum(not contact.is_active for contact in made) <= 60
    assert 20 <= sum(not contact.email for contact in made) <= 80


def test_awkward_values_are_among_them() -> None:
    made = contacts()
    names = " | ".join(contact.name for contact in made)
    for part in ('"', "&", "'", "=cmd", "🍕", "שלום", "É", "."):
        assert part in names
    assert any("<script>" in contact.first_name for contact in made)
    assert any("<script>" in address.line2 for contact in made for address in contact.addresses)
    emails = Counter(contact.email for contact in made if contact.email)
    assert emails.most_common(1)[0][1] >= 2


def test_two_contacts_have_the_same_name_and_email_and_number() -> None:
    """[3P] Xero's own demo company has such a pair"""
    doubles = [contact for contact in contacts() if contact.number == "DOUBLE-1"]
    assert len(doubles) == 2
    assert len({(contact.name, contact.email) for contact in doubles}) == 1


def test_the_book_fits_the_contacts_of_the_same_seed() -> None:
    made = [contact for contact in contacts() if contact.is_active]
    pairs = {(c.name.casefold(), c.email.casefold()) for c in made if c.email}
    names, emails = {c.name.casefold() for c in made}, {c.email.casefold() for c in made if c.email}
    found: Counter[str] = Counter()
    for row in sample_book.rows(500, 7):
        name, email = row["name"].casefold(), row["billing_email"].casefold()
        kind = "full" if (name, email) in pairs else "name" if name in names else "email" if email in emails else "new"
        found[kind] += 1
    assert found == {"full": 315, "name": 36, "email": 40, "new": 59}


def test_every_row_of_the_book_is_valid_and_has_an_id_of_its_own() -> None:
    book = sample_book.rows(500, 7)
    assert len({row["id"] for row in book}) == len(book)
    for row in book:
        assert not rules.problems({"Name": row["name"], "EmailAddress": row["billing_email"]})
        assert len(row["primary_phone"]) <= 50
        assert row["kind"] in ("person", "organisation")


def test_the_command_writes_the_columns_of_the_book(tmp_path: Path) -> None:
    out = tmp_path / "book.csv"
    assert sample_book.main(["--contacts", "60", "--out", str(out)]) == 0
    with out.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        assert len(list(reader)) == 54
        assert tuple(reader.fieldnames or ()) == sample_book.COLUMNS
    assert sample_book.main(["--out", str(tmp_path / "nowhere" / "book.csv")]) == 2


def test_a_small_or_empty_book_can_be_made() -> None:
    assert [len(sample_book.rows(count, 7)) for count in (0, 1, 3, 10)] == [0, 1, 3, 9]
