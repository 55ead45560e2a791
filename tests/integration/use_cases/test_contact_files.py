"""The contact book as a CSV file: checked before anything is written, and reported by row, field and rule."""

from contextlib import AbstractContextManager
from dataclasses import replace

import pytest
from sqlmodel import Session

from services import archive, clients, contact_files, contacts, links, previous, sync
from services.access import SYSTEM
from services.activity import ActivityFilter, list_activity
from services.clients import ClientFilter
from services.contact_files import COLUMNS, check_file, export_csv, import_file
from services.contacts import ContactDetail, ContactFilter
from services.db import write
from services.errors import BadInput
from services.previous import PreviousFilter
from services.reconcile.contact import Field
from tests.support.practice import add, contact, edit, run_import, synced
from tests.support.xero import Xero

pytestmark = pytest.mark.usefixtures("database")

GOOD = "id,name,billing_email\n1,Ada Archer,ada@example.com\n2,Bert Bean,\n"


def total() -> int:
    return contacts.list_contacts(ContactFilter()).total


def only() -> ContactDetail:
    [row] = contacts.list_contacts(ContactFilter()).rows
    return contacts.get_contact(row.id)


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
        ("1,Cara Cole,", "id", "row 2"),
        (f"{'9' * 101},Cara Cole,", "id", "100"),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_written(row: str, field: str, rule: str) -> None:
    with pytest.raises(BadInput) as refused:
        import_file(SYSTEM, (GOOD + row + "\n").encode())
    [problem] = refused.value.problems
    assert (problem.row, problem.field) == (4, field)
    assert rule in problem.rule
    assert total() == 0


def test_the_good_rows_can_be_imported_with_a_report_of_the_others() -> None:
    report = import_file(SYSTEM, (GOOD + "3,A > B,\n").encode(), skip_bad=True)
    assert (report.added, report.rejected, len(report.problems), total()) == (2, 1, 1, 2)


def test_a_row_without_an_id_adds_a_contact() -> None:
    report = import_file(SYSTEM, b"id,name\n,Ada Archer\n,Bert Bean\n1,Cara Cole\n")
    assert (report.added, report.problems, total()) == (3, (), 3)
    again = check_file(export_csv(ContactFilter()))
    assert (again.new, again.changed, again.unchanged) == (0, 0, 3)


def test_an_export_can_be_imported_again_and_changes_nothing() -> None:
    import_file(SYSTEM, b'id,name,primary_phone,street\n1,=cmd(),+61 2 9999 1111,"Level 1\nHigh St"\n')
    add("'-40 Degrees")
    exported = export_csv(ContactFilter())
    assert b"'=cmd()" in exported
    assert exported.decode("utf-8-sig").splitlines()[0] == ",".join(COLUMNS)
    report = import_file(SYSTEM, exported)
    assert (report.added, report.changed, report.unchanged) == (0, 0, 2)
    assert {row.name for row in contacts.list_contacts(ContactFilter()).rows} == {"=cmd()", "'-40 Degrees"}


def test_what_a_file_has_no_column_for_stays_as_it_is() -> None:
    whole = b"id,name,billing_email,city,kind,contact_type,registration,notes\n"
    import_file(SYSTEM, whole + b"1,Ada Archer,ada@example.com,Leeds,person,Partner,NZBN 1,a note\n")
    before = only()
    report = check_file(b"name,id,primary_phone\nAda Archer,1,+64 9 300 9001\n")
    assert (report.changed, report.cleared, report.columns) == (1, 0, ("name", "id", "primary_phone"))
    assert report.left_alone == tuple(name for name in COLUMNS if name not in report.columns)
    import_file(SYSTEM, b"name,id,primary_phone\nAda Archer,1,+64 9 300 9001\n")
    phone = before.contact.with_values({Field.PHONE: "+64 9 300 9001"})
    assert only() == replace(before, contact=phone, rev=only().rev, updated_at=only().updated_at)


def test_a_blank_cell_clears_its_value_and_is_counted_before() -> None:
    columns = b"id,name,billing_email,contact_type,notes\n"
    import_file(SYSTEM, columns + b"1,Ada Archer,ada@example.com,Partner,a note\n2,Bert Bean,,,\n")
    blank = columns + b"1,Ada Archer,,,\n2,Bert Bean,,,\n3,Cara Cole,,,\n"
    checked = check_file(blank)
    assert (checked.new, checked.changed, checked.unchanged, checked.cleared) == (1, 1, 1, 2)
    assert import_file(SYSTEM, blank).cleared == 2
    assert b"1,Ada Archer,,,,,,,,organisation,Partner,," in export_csv(ContactFilter())


def test_values_can_be_left_as_they_are_where_a_cell_is_blank() -> None:
    import_file(SYSTEM, b"id,name,billing_email,notes\n1,Ada Archer,ada@example.com,a note\n")
    file = b"id,name,billing_email,notes\n1,Ada Ash,,\n"
    checked, done = check_file(file, clear=False), import_file(SYSTEM, file, clear=False)
    assert (checked.changed, checked.cleared, done.cleared) == (1, 0, 0)
    assert (only().contact.name, only().contact.email, only().notes) == ("Ada Ash", "ada@example.com", "a note")


def test_what_a_file_changes_is_listed_value_by_value() -> None:
    import_file(SYSTEM, b"id,name,street,kind\n1,Ada Archer,High St,person\n")
    report = check_file(b"id,name,street,city,kind\n1,Ada Ash,,Leeds,organisation\n2,Bert Bean,,,\n")
    assert report.values == 3
    assert [(one.name, one.field, one.now, one.becomes) for one in report.first] == [
        ("Ada Archer", "Contact name", "Ada Archer", "Ada Ash"),
        ("Ada Archer", "Billing address", "High St", "Leeds"),
        ("Ada Archer", "A person", "yes", "no"),
    ]


def test_an_odd_value_that_a_file_does_not_change_is_no_problem(xero: Xero, connection_id: str) -> None:
    xero.create("Ada Archer", "ada@example.com", Phones=[{"PhoneType": "DEFAULT", "PhoneNumber": "ring reception"}])
    run_import(connection_id)
    exported = export_csv(ContactFilter())
    assert import_file(SYSTEM, exported).unchanged == 1
    assert import_file(SYSTEM, exported.replace(b"ada@", b"a.archer@")).changed == 1
    with pytest.raises(BadInput):
        import_file(SYSTEM, exported.replace(b"ring reception", b"ring the bell"))


def test_what_a_file_has_no_column_for_stays_in_xero_too(xero: Xero, connection_id: str) -> None:
    contact_id = add("Ada Archer", "ada@example.com")
    xero_id = xero.create("Ada Archer", "ada@example.com")
    run_import(connection_id)
    import_file(SYSTEM, f"id,name,primary_phone\n{contact_id},Ada Archer,+64 9 300 9001\n".encode())
    sync.tick(connection_id)
    assert xero.contact(xero_id)["EmailAddress"] == "ada@example.com"


def test_what_a_file_changes_of_a_stopped_contact_counts_as_drift(xero: Xero, connection_id: str) -> None:
    contact_id = add("Ada Archer", "ada@example.com")
    xero.create("Ada Archer", "ada@example.com")
    run_import(connection_id)
    links.stop(SYSTEM, [synced()[0].link_id])
    import_file(SYSTEM, f"id,name,billing_email\n{contact_id},Ada Archer,new@example.com\n".encode())
    [row] = previous.list_previous(PreviousFilter(drift="drifted")).rows
    assert row.drift == (Field.EMAIL,)


def test_two_rows_that_mean_one_contact_by_different_ids_are_a_problem() -> None:
    import_file(SYSTEM, b"id,name\nK1,Ada Archer\n")
    report = check_file(f"id,name\nK1,Ada Byron\n{only().id},Ada Lovelace\n".encode())
    assert [(one.row, one.field, one.rule) for one in report.problems] == [
        (3, "id", "means the same contact as in row 2")
    ]


def test_an_archived_contact_stays_as_it_is_and_that_is_said() -> None:
    contact_id = add("Ada Archer")
    archive.archive_contact(SYSTEM, contact_id)
    for data, archived, unchanged in ((b"Ada Byron", 1, 0), (b"Ada Archer", 0, 1)):
        rows = b"id,name\n" + contact_id.encode() + b"," + data + b"\n"
        checked, done = check_file(rows), import_file(SYSTEM, rows)
        assert (checked.archived, checked.unchanged) == (done.archived, done.unchanged) == (archived, unchanged)
        assert (checked.changed, done.changed) == (0, 0)
    assert contact(contact_id).name == "Ada Archer"


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


def test_lists_of_links_follow_what_a_file_changes(xero: Xero, connection_id: str) -> None:
    for name in ("Ada Archer", "Bert Bean"):
        add(name, f"{name[:3].lower()}@example.com")
        xero.create(name, f"{name[:3].lower()}@example.com")
    run_import(connection_id)
    [ada, bert] = synced()
    links.stop(SYSTEM, [bert.link_id])
    file = (
        f"id,name,contact_type,kind\n{ada.contact_id},Zoë Zimmer,VIP,person\n{bert.contact_id},Yan Young,VIP,person\n"
    )
    assert import_file(SYSTEM, file.encode()).changed == 2
    found = clients.list_clients(ClientFilter(search="ZOË", contact_type="VIP", kind="person"))
    assert [row.name for row in found.rows] == ["Zoë Zimmer"]
    assert previous.list_previous(PreviousFilter(search="yan")).total == 1


def test_the_log_says_of_each_contact_what_a_file_changed(xero: Xero, connection_id: str) -> None:
    import_file(SYSTEM, GOOD.encode())
    import_file(SYSTEM, b"id,name,billing_email,notes\n1,Ada Ash,ada@example.org,\n2,Bert Bean,,Only a note\n")
    [bert, ada] = list_activity(ActivityFilter(action="contact.edited")).rows
    assert ada.summary == "Changed Ada Archer by importing a file"
    assert ada.before == {"name": "Ada Archer", "email": "ada@example.com"}
    assert ada.after == {"name": "Ada Ash", "email": "ada@example.org"}
    assert (bert.before, bert.after) == ({"notes": ""}, {"notes": "Only a note"})


def test_what_others_do_while_a_file_is_read_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    import_file(SYSTEM, GOOD.encode())
    ada, bert = (row.id for row in contacts.list_contacts(ContactFilter()).rows)

    def write_late() -> AbstractContextManager[Session]:
        archive.archive_contact(SYSTEM, ada)
        edit(bert, email="bert@example.com", phone="+64 9 555 0101")
        return write()

    monkeypatch.setattr(contact_files, "write", write_late)
    file = b"id,name,billing_email\n1,Ada Ash,\n2,Bert Bean,bert@example.com\n"
    report = import_file(SYSTEM, file)
    assert (report.changed, report.archived, report.unchanged) == (0, 1, 1)
    assert (contact(ada).name, contact(bert).phone) == ("Ada Archer", "+64 9 555 0101")
