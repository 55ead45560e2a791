"""Contacts from a file in the columns of Xero's own export."""

from pathlib import Path

import pytest

from simulator import contacts_file
from simulator.contact import Address, Contact, Person, Phone
from simulator.contacts_file import BadFile

pytestmark = pytest.mark.simulated("about the simulator itself")
NOW = 1_800_000_000_000
HEADER = (
    "*ContactName,AccountNumber,EmailAddress,FirstName,LastName,POAttentionTo,POAddressLine1,POAddressLine2,"
    "POAddressLine3,POAddressLine4,POCity,PORegion,POPostalCode,POCountry,SAAttentionTo,SAAddressLine1,"
    "SAAddressLine2,SAAddressLine3,SAAddressLine4,SACity,SARegion,SAPostalCode,SACountry,PhoneNumber,FaxNumber,"
    "MobileNumber,DDINumber,SkypeName,BankAccountName,BankAccountNumber,BankAccountParticulars,TaxNumber,Website,"
    "LegalName,Discount,CompanyNumber,Person1FirstName,Person1LastName,Person1Email,Person1IncludeInEmail"
)
ROW = (
    'Marlow & Sons,MAR001,gavin@marlow.example,Gavin,Marlow,Accounts,12 Builder St,Level 2,,,Parramatta,NSW,2150,'
    'Australia,,Yard 4,,,,Ryde,NSW,2112,Australia,61 2 9000 1111,,0401 220556,,,,01-0123,,48 902,,,,902337,'
    'Pat,Bee,pat@marlow.example,TRUE'
)  # fmt: skip


def loaded(folder: Path, *lines: str, role: str = "customer") -> tuple[Contact, ...]:
    path = folder / "contacts.csv"
    path.write_bytes("\r\n".join(lines).encode("utf-8-sig"))
    return contacts_file.read(path, role, NOW)


def refusal(folder: Path, *lines: str) -> str:
    with pytest.raises(BadFile) as refused:
        loaded(folder, *lines)
    return str(refused.value)


def test_the_columns_of_the_export_become_the_fields_of_a_contact(tmp_path: Path) -> None:
    """[DOC] Xero's help: spaces separate country code, area code and number"""
    (contact,) = loaded(tmp_path, HEADER, ROW)
    assert (contact.name, contact.account_number, contact.email) == ("Marlow & Sons", "MAR001", "gavin@marlow.example")
    assert (contact.first_name, contact.tax_number, contact.company_number) == ("Gavin", "48 902", "902337")
    assert contact.phones == (Phone("9000 1111", "2", "61"), Phone(), Phone(), Phone("220556", "0401"))
    po_box = Address("12 Builder St", "Level 2", "", "", "Parramatta", "NSW", "2150", "Australia", "Accounts")
    assert contact.addresses == (Address("Yard 4", "", "", "", "Ryde", "NSW", "2112", "Australia"), po_box)
    assert contact.persons == (Person("Pat", "Bee", "pat@marlow.example", True),)
    assert contact.bank_details == "01-0123"


def test_a_contact_without_details_looks_like_one_of_a_bulk_import(tmp_path: Path) -> None:
    """[WIRE] its addresses have only a type"""
    (contact,) = loaded(tmp_path, "ContactName,Mood", "Plain,fine")
    assert contact.bare


def test_the_same_file_gives_the_same_ids(tmp_path: Path) -> None:
    lines = ("*ContactName", "A", "", "B", "A")
    first, second = loaded(tmp_path, *lines), loaded(tmp_path, *lines)
    assert [contact.id for contact in first] == [contact.id for contact in second]
    assert len({contact.id for contact in first}) == 3
    assert [contact.updated for contact in first] == sorted(contact.updated for contact in first)


@pytest.mark.parametrize(
    ("role", "flags"), [("customer", (True, False)), ("both", (True, True)), ("neither", (False, False))]
)
def test_the_role_says_what_the_contacts_are(tmp_path: Path, role: str, flags: tuple[bool, bool]) -> None:
    (contact,) = loaded(tmp_path, "*ContactName", "A", role=role)
    assert (contact.is_customer, contact.is_supplier) == flags


def test_what_xero_would_not_have_is_refused_with_row_column_and_rule(tmp_path: Path) -> None:
    said = refusal(tmp_path, "*ContactName,EmailAddress,POCountry", "A,bad,x", f"B<,,{'c' * 51}", ",x@y.example,")
    assert said.splitlines()[1:] == [
        "Row 2, EmailAddress: Email address must be valid.",
        "Row 3, *ContactName: The contact name contains invalid characters.",
        "Row 3, POCountry: The field Country must be a string with a maximum length of 50.",
        "Row 4, *ContactName: Contact name cannot be empty.",
    ]


def test_a_long_list_of_reasons_is_cut(tmp_path: Path) -> None:
    said = refusal(tmp_path, "*ContactName,EmailAddress", *[f"A{n},bad" for n in range(30)])
    assert said.splitlines()[-1] == "… and 10 more."


def test_a_phone_that_is_no_number_stays_as_it_is_written(tmp_path: Path) -> None:
    (contact,) = loaded(tmp_path, "*ContactName,PhoneNumber", "A,reception-after-hours please-ring-twice 555")
    assert contact.phones[0] == Phone("reception-after-hours please-ring-twice 555")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "has no column *ContactName"),
        (b"Name,Email\nA,b\n", "has no column *ContactName"),
        (b"*ContactName,EmailAddress\nA\n", "Row 2: has 1 columns instead of 2."),
        ("*ContactName\nMüller\n".encode("latin-1"), "is not UTF-8"),
        (b'*ContactName\n"A"b\n', "is no CSV file"),
    ],
)
def test_a_file_that_is_no_export_is_refused_in_a_sentence(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "contacts.csv"
    path.write_bytes(content)
    with pytest.raises(BadFile, match=said.replace("*", r"\*")):
        contacts_file.read(path, "customer", NOW)
    with pytest.raises(BadFile, match="cannot be read"):
        contacts_file.read(tmp_path / "nowhere.csv", "customer", NOW)
