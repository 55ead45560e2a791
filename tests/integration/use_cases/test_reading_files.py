"""Files as spreadsheets write them: encodings, separators, columns and rows."""

import csv
import io

import pytest

from services import contacts
from services.access import SYSTEM
from services.contact_files import check_file, export_csv, import_file
from services.contacts import ContactDetail, ContactFilter
from services.errors import UsageError
from services.records.csv_files import SEPARATORS, to_csv
from tests.support.practice import add, run_import
from tests.support.xero import Xero

pytestmark = pytest.mark.usefixtures("database")


def only() -> ContactDetail:
    [row] = contacts.list_contacts(ContactFilter()).rows
    return contacts.get_contact(row.id)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_the_encodings_of_spreadsheets_are_read(encoding: str) -> None:
    import_file(SYSTEM, "id,name\n1,Zoë Söhne 🦊\n".encode(encoding))
    assert contacts.list_contacts(ContactFilter()).rows[0].name == "Zoë Söhne 🦊"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"id,name\n1,Zo\xeb\n", "UTF-8"),
        (b"id,surname\n1,Archer\n", 'The file has no column "name". The columns it has: id, surname.'),
        (b"Name,E-Mail\nAda,\n", 'The file has no column "id". The columns it has: name, e-mail.'),
        (
            b"name\nAda\n",
            "name. The cells of",
        ),
        (b"id,name,name\n1,Ada,Ada\n", 'The file has the column "name" twice.'),
        (b"id,name\n1,Ada,Archer\n", "3 cells for 2 columns"),
        (b"", 'The file has no column "id" and no column "name".'),
        (b"PK\x03\x04\x00\xff\xfe", "UTF-8"),
    ],
)
def test_a_file_that_is_no_table_of_ours_is_refused_with_the_reason(data: bytes, says: str) -> None:
    with pytest.raises(UsageError) as refused:
        check_file(data)
    assert says in str(refused.value)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_file_is_read_with_the_separator_its_first_row_has(separator: str) -> None:
    rows = (("id", "name", "notes"), ("1", "Archer & Co", '"a, b; c, d; e, f"'))
    import_file(SYSTEM, "\r\n".join(separator.join(row) for row in rows).encode())
    assert (only().contact.name, only().notes) == ("Archer & Co", "a, b; c, d; e, f")


@pytest.mark.parametrize("notes", ["Ada;=1+1", "Ada\t@A1", 'Ada;"=1+1', "Ada;x\n-1", "Ada;'=1+1"])
def test_no_separator_that_spreadsheets_split_at_makes_a_formula_of_a_value(notes: str) -> None:
    contact_id = add("Ada")
    import_file(SYSTEM, to_csv(("id", "name", "notes"), [(contact_id, "Ada", notes)]))
    exported = export_csv(ContactFilter())
    text = exported.decode("utf-8-sig")
    rows = (row for mark in SEPARATORS for row in csv.reader(io.StringIO(text, newline=""), delimiter=mark))
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert (only().notes, check_file(exported).unchanged) == (notes, 1)


def test_columns_that_a_contact_does_not_have_are_not_used() -> None:
    file = b"Extra,id,name,,extra,Fax\nx,1,Ada Archer,y,z,\n"
    report = check_file(file)
    assert (report.columns, report.unused, report.new) == (("id", "name"), ("extra", "fax"), 1)
    import_file(SYSTEM, file)
    assert only().contact.name == "Ada Archer"


def test_problems_name_the_row_as_a_spreadsheet_counts_it() -> None:
    report = check_file(b"id,name\n1,Ada\n\n,\n3,<bad>\n")
    assert {problem.row for problem in report.problems} == {5}


def test_an_export_of_what_xero_pads_with_white_space_changes_nothing(xero: Xero, connection_id: str) -> None:
    address = {"AddressType": "POBOX", "AddressLine1": " High St", "City": "Leeds "}
    xero.create("Ada Archer", "ada@example.com", Addresses=[address])
    run_import(connection_id)
    checked = check_file(export_csv(ContactFilter()))
    assert (checked.changed, checked.cleared, checked.unchanged) == (0, 0, 1)
