"""The clean-up list: contacts of one side that share what should be theirs alone."""

import csv
import io

import pytest
from sqlalchemy import update
from sqlmodel import col

from models.contact import ContactRow
from services import sync
from services.db import write
from services.duplicates import DuplicateGroup, export_csv, list_duplicates
from tests.support.practice import add
from tests.support.xero import Xero

pytestmark = pytest.mark.usefixtures("database")


def shown(groups: tuple[DuplicateGroup, ...]) -> list[tuple[str, list[str]]]:
    return sorted((group.words, sorted(one.name for one in group.members)) for group in groups)


def test_contacts_that_share_an_email_a_name_or_a_phone_are_a_group() -> None:
    add("Ann Lee", "ann@lee.example", "+44 20 7946 0958")
    add("ANN LEE", "a.lee@lee.example")
    add("Lee & Co", "Ann@Lee.example")
    add("Quux", phone="020 7946 0958")
    add("Nobody Else", "else@lee.example", "")
    found = list_duplicates("practice")
    assert shown(found.rows) == [
        ("Same billing email", ["Ann Lee", "Lee & Co"]),
        ("Same name", ["ANN LEE", "Ann Lee"]),
        ("Same phone", ["Ann Lee", "Quux"]),
    ]
    assert found.total == 3
    assert list_duplicates("practice", reason="phone").total == 1


def test_the_same_contacts_are_listed_once_with_all_reasons() -> None:
    for _ in range(3):
        add("Twin Ltd", "twin@example.com")
    [group] = list_duplicates("practice").rows
    assert (group.words, len(group.members)) == ("Same billing email, Same name", 3)


def test_groups_of_a_size_are_listed_by_name() -> None:
    for name in ("Zed", "Mid", "Art"):
        add(name, f"{name}@example.com")
        add(f"{name} Ltd", f"{name}@example.com")
    assert [group.members[0].name[:3] for group in list_duplicates("practice").rows] == ["Art", "Mid", "Zed"]


def test_registration_numbers_count_however_they_are_written_and_once_a_group() -> None:
    add("Alpha")
    add("Omega")
    with write() as session:
        for name, number in (("alpha", "ABN 51 824 753 556; 9429041234567"), ("omega", "51824753556, 9429041234567")):
            session.execute(update(ContactRow).where(col(ContactRow.name_key) == name).values(registration=number))
    assert shown(list_duplicates("practice").rows) == [("Same registration number", ["Alpha", "Omega"])]


def test_blanks_and_archived_contacts_are_nobodys_duplicates(xero: Xero, connection_id: str) -> None:
    one = xero.create("Solo", "solo@example.com", TaxNumber="51824753556")
    xero.create("Soli", "solo@example.com", TaxNumber="51824753556")
    xero.create("Nobody")
    xero.create("No One")
    sync.tick(connection_id)
    assert shown(list_duplicates("xero", connection_id).rows) == [
        ("Same billing email, Same registration number", ["Soli", "Solo"])
    ]
    xero.archive(one)
    sync.tick(connection_id)
    assert list_duplicates("xero", connection_id).total == 0
    assert list_duplicates("xero", "another organisation").total == 0


def test_the_list_can_be_exported() -> None:
    add("Twin Ltd", "twin@example.com")
    add("=Twin()", "twin@example.com")
    lines = list(csv.DictReader(io.StringIO(export_csv("practice").decode("utf-8-sig"))))
    assert [(line["group"], line["reason"], line["contacts_in_group"]) for line in lines] == [
        ("1", "Same billing email", "2")
    ] * 2
    assert sorted(line["name"] for line in lines) == ["'=Twin()", "Twin Ltd"]
