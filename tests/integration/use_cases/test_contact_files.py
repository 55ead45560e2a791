"""The contact book as a CSV file: checked before anything is written, and reported by row, field and rule."""

import pytest

from services import contact_files, contacts
from services.access import SYSTEM
from services.contact_files import COLUMNS, check_file, export_csv, import_file
from services.contacts import ContactFilter
from services.errors import BadInput

pytestmark = pytest.mark.usefixtures("database")

GOOD = "id,name,billing_email\n1,Ada Archer,ada@example.com\n2,Bert Bean,\n"


def total() -> int:
    return contacts.list_contacts(ContactFilter()).total


def test_a_good_file_is_imported_whole() -> None:
    report = import_file(SYSTEM, GOOD.encode())
    assert (report.added, report.changed, report.rejected, total()) == (2, 0, 0, 2)


def test_importing_a_file_again_changes_only_what_differs() -> None:
    import_file(SYSTEM, GOOD.encode())
    report = import_file(SYSTEM, GOOD.replace("Bert Bean,", "Bert Bean,bert@example.com").encode())
    assert (report.added, report.changed, report.unchanged, total()) == (0, 1, 1, 2)


def test_checking_a_file_writes_nothing() -> None:
    report = check_file(GOOD.encode())
    assert (report.rows, report.new, report.problems, total()) == (2, 2, (), 0)


@pytest.mark.parametrize(
    ("row", "field", "rule"),
    [
        ("3,A <b> C,", "Contact name", "<"),
        ("3,Two  Spaces,", "Contact name", "space"),
        (f"3,{'x' * 256},", "Contact name", "255"),
        ("3,Cara Cole,cara@", "Billing email", "email"),
        ("1,Cara Cole,", "id", "row 1"),
        (",Cara Cole,", "id", "1 to"),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_written(row: str, field: str, rule: str) -> None:
    with pytest.raises(BadInput) as refused:
        import_file(SYSTEM, (GOOD + row + "\n").encode())
    [problem] = refused.value.problems
    assert (problem.row, problem.field) == (3, field)
    assert rule in problem.rule
    assert total() == 0


def test_the_good_rows_can_be_imported_with_a_report_of_the_others() -> None:
    report = import_file(SYSTEM, (GOOD + "3,A > B,\n").encode(), skip_bad=True)
    assert (report.added, report.rejected, len(report.problems), total()) == (2, 1, 1, 2)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_the_encodings_of_spreadsheets_are_read(encoding: str) -> None:
    import_file(SYSTEM, "id,name\n1,Zoë Söhne 🦊\n".encode(encoding))
    assert contacts.list_contacts(ContactFilter()).rows[0].name == "Zoë Söhne 🦊"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"id,name\n1,Zo\xeb\n", "UTF-8"),
        (b"id,surname\n1,Archer\n", "Column surname: is not known"),
        (b"name\nAda\n", "Column id: is missing"),
        (b"id,name,name\n1,Ada,Ada\n", "Column name: is there twice"),
        (b"id,name\n1,Ada,Archer\n", "3 cells for 2 columns"),
        (b"", "Column id: is missing"),
        (b"PK\x03\x04\x00\xff\xfe", "UTF-8"),
    ],
)
def test_a_file_that_is_no_table_of_ours_is_refused_with_the_reason(data: bytes, says: str) -> None:
    with pytest.raises(BadInput) as refused:
        check_file(data)
    assert any(says in str(problem) for problem in refused.value.problems)


def test_an_export_can_be_imported_again_and_changes_nothing() -> None:
    import_file(SYSTEM, b'id,name,primary_phone,street\n1,=cmd(),+61 2 9999 1111,"Level 1\nHigh St"\n')
    exported = export_csv(ContactFilter())
    assert b"'=cmd()" in exported
    assert exported.decode("utf-8-sig").splitlines()[0] == ",".join(COLUMNS)
    report = import_file(SYSTEM, exported)
    assert (report.added, report.changed, report.unchanged) == (0, 0, 1)


def test_a_registration_number_comes_and_goes_with_the_file() -> None:
    import_file(SYSTEM, b"id,name,registration\n1,Ada Archer, ABN 51 824 753 556 \n")
    assert b"ABN 51 824 753 556" in export_csv(ContactFilter())
    report = import_file(SYSTEM, b"id,name,registration\n1,Ada Archer,NZBN 9429\n")
    assert report.changed == 1
    [row] = contacts.list_contacts(ContactFilter()).rows
    assert contacts.get_contact(row.id).registration == "NZBN 9429"
    with pytest.raises(BadInput) as refused:
        import_file(SYSTEM, f"id,name,registration\n1,Ada Archer,{'9' * 101}\n".encode())
    assert refused.value.problems[0].field == "Registration number"


@pytest.mark.soak
def test_a_hundred_thousand_rows_are_one_import() -> None:
    lines = "".join(f"{n},Contact {n},c{n}@example.com\n" for n in range(100_000))
    report = contact_files.import_file(SYSTEM, ("id,name,billing_email\n" + lines).encode())
    assert (report.added, total()) == (100_000, 100_000)
