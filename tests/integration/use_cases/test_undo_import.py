"""Undo of an imported file: what it changed and added is put back at once, save contacts that have moved on since."""

import pytest

from services import (
    archive,
    brake,
    contact_files,
    contacts,
    create_many,
    practice_settings,
    sync,
    undo,
)
from services.access import SYSTEM
from services.activity import ActivityFilter, list_activity
from services.contacts import ContactFilter
from services.practice_settings import PracticeSettings
from tests.support.practice import add, contact, edit, run_import
from tests.support.xero import Xero

pytestmark = pytest.mark.usefixtures("database")

HEADER = "id,name,billing_email,contact_type,notes\n"
FIRST = HEADER + "1,Ada Archer,ada@example.com,Client,a note\n2,Bert Bean,bert@example.com,Client,\n"
SECOND = HEADER + "1,Ada Ash,,Partner,\n2,Bert Bean,bean@example.com,Client,\n"


def imported(text: str) -> str:
    return contact_files.import_file(SYSTEM, text.encode()).command


def book() -> str:
    return contact_files.export_csv(ContactFilter()).decode("utf-8-sig")


def id_of(name: str) -> str:
    [row] = contacts.list_contacts(ContactFilter(search=name)).rows
    return row.id


def test_all_that_a_file_changed_is_put_back_as_one() -> None:
    imported(FIRST)
    before = book()
    command = imported(SECOND)
    assert book() != before
    report = undo.undo_command(SYSTEM, command)
    assert (report.done, report.skipped) == (2, ())
    assert book() == before


def test_the_log_tells_what_was_put_back_and_that_it_was_undone() -> None:
    imported(FIRST)
    undo.undo_command(SYSTEM, imported(SECOND))
    [newest, *_] = list_activity(ActivityFilter(action="undone")).rows
    assert newest.summary == "Undid: Imported a file: 0 added, 2 changed, 0 left out"
    [bert, *_] = list_activity(ActivityFilter(action="contact.edited", contact_id=id_of("Bert Bean"))).rows
    assert bert.summary == "Changed Bert Bean by undoing the import of a file"
    assert (bert.before, bert.after) == ({"email": "bean@example.com"}, {"email": "bert@example.com"})
    assert [one.undo for one in list_activity(ActivityFilter(action="contact.imported")).rows] == ["done", "can"]


def test_the_log_counts_thousands_in_the_practices_way() -> None:
    imported(HEADER + "".join(f"{number},Contact {number},,Client,\n" for number in range(1234)))
    practice_settings.save_settings(SYSTEM, PracticeSettings("UTC", "en-DE"))
    imported(HEADER + "".join(f"{number},Renamed {number},,Client,\n" for number in range(1234)))
    summaries = [one.summary for one in list_activity(ActivityFilter(action="contact.imported")).rows]
    assert summaries == [
        "Imported a file: 0 added, 1.234 changed, 0 left out",
        "Imported a file: 1,234 added, 0 changed, 0 left out",
    ]


def test_it_is_undone_once() -> None:
    imported(FIRST)
    command = imported(SECOND)
    [entry] = undo.undoable(command)
    undo.undo(SYSTEM, [entry])
    assert undo.undoable(command) == []
    assert [one.reason for one in undo.undo(SYSTEM, [entry]).skipped] == ["It has already been undone."]


def test_contacts_that_have_moved_on_are_left_and_told() -> None:
    imported(FIRST + "3,Cara Cole,cara@example.com,Client,\n")
    command = imported(SECOND + "3,Cara Cole,cole@example.com,Client,\n")
    edit(id_of("Ada Ash"), email="another@example.com")
    archive.archive_contact(SYSTEM, id_of("Bert Bean"))
    report = undo.undo_command(SYSTEM, command)
    assert report.done == 1
    assert {one.name: one.reason for one in report.skipped} == {
        "Ada Ash": "It has been changed since, here or from Xero.",
        "Bert Bean": "It has been archived since.",
    }
    assert contact(id_of("Ada Ash")).email == "another@example.com"
    assert contact(id_of("Cara Cole")).email == "cara@example.com"


def test_what_was_edited_beside_the_values_of_the_file_stays() -> None:
    imported(FIRST)
    command = imported(HEADER + "2,Bert Bean,bean@example.com,Client,\n")
    edit(id_of("Bert Bean"), phone="+64 9 555 0101")
    assert undo.undo_command(SYSTEM, command).done == 1
    bert = contact(id_of("Bert Bean"))
    assert (bert.email, bert.phone) == ("bert@example.com", "+64 9 555 0101")


def test_nothing_is_undone_when_all_have_moved_on() -> None:
    imported(FIRST)
    command = imported(HEADER + "2,Bert Bean,bean@example.com,Client,\n")
    edit(id_of("Bert Bean"), email="another@example.com")
    report = undo.undo_command(SYSTEM, command)
    assert (report.done, len(report.skipped)) == (0, 1)
    assert undo.undoable(command)


def test_contacts_that_the_file_added_go_again_with_what_it_changed() -> None:
    imported(FIRST)
    before = book()
    report = undo.undo_command(SYSTEM, imported(SECOND + "3,Cara Cole,,Client,\n"))
    assert (report.done, report.skipped) == (3, ())
    assert book() == before


def test_a_file_that_only_added_contacts_is_undone_and_can_be_imported_again() -> None:
    add("Una Usher")
    before = book()
    report = undo.undo_command(SYSTEM, imported(FIRST))
    assert (report.done, report.skipped) == (2, ())
    assert book() == before
    imported(FIRST)
    assert contact(id_of("Ada Archer")).email == "ada@example.com"


def test_a_contact_that_the_file_added_stays_once_it_was_edited_archived_or_added_to_by_another_file() -> None:
    command = imported(FIRST + "3,Cara Cole,,Client,\n4,Dora Dean,,Client,\n")
    edit(id_of("Ada Archer"), phone="+64 9 555 0101")
    archive.archive_contact(SYSTEM, id_of("Bert Bean"))
    imported("id,name,notes\n3,Cara Cole,a note\n")
    report = undo.undo_command(SYSTEM, command)
    assert report.done == 1
    assert {one.name: one.reason for one in report.skipped} == {
        "Ada Archer": "It has been changed since, here or from Xero.",
        "Bert Bean": "It has been archived since.",
        "Cara Cole": "It has been changed since, here or from Xero.",
    }
    assert [item.name for item in contacts.list_contacts(ContactFilter()).rows] == ["Ada Archer", "Cara Cole"]


def test_a_contact_that_the_file_added_stays_once_it_is_linked_or_to_be_created_in_xero(
    xero: Xero, connection_id: str
) -> None:
    run_import(connection_id)
    command = imported(FIRST + "3,Cara Cole,cara@example.com,Client,\n")
    xero.create("Ada Archer", "ada@example.com")
    sync.tick(connection_id)
    create_many.create_many(SYSTEM, connection_id, [id_of("Bert Bean")])
    report = undo.undo_command(SYSTEM, command)
    assert report.done == 1
    assert {one.name: one.reason for one in report.skipped} == dict.fromkeys(
        ("Ada Archer", "Bert Bean"), "The file added it, and it has been linked or sent to Xero since. It stays."
    )
    assert not contacts.list_contacts(ContactFilter(search="Cara Cole")).rows
    sync.tick(connection_id)
    assert {found["Name"] for found in xero.contacts()} == {"Ada Archer", "Bert Bean"}


def test_contacts_that_a_file_added_go_again_once_all_that_a_later_file_changed_of_them_was_put_back() -> None:
    first = imported(FIRST)
    second = imported(SECOND)
    assert undo.undo_command(SYSTEM, second).done == 2
    report = undo.undo_command(SYSTEM, first)
    assert (report.done, report.skipped) == (2, ())
    assert contacts.list_contacts(ContactFilter()).total == 0


def test_two_files_are_undone_together() -> None:
    files = [undo.undoable(imported(text))[0] for text in (FIRST, SECOND)]
    assert undo.undo(SYSTEM, files).skipped == ()
    assert contacts.list_contacts(ContactFilter()).total == 0


def test_a_contact_that_a_person_edited_beside_two_files_stays_when_both_are_undone() -> None:
    first = imported(FIRST)
    edit(id_of("Ada Archer"), phone="+64 9 300 9000")
    undo.undo_command(SYSTEM, imported(SECOND))
    report = undo.undo_command(SYSTEM, first)
    assert (report.done, [one.name for one in report.skipped]) == (1, ["Ada Archer"])
    assert contact(id_of("Ada Archer")).phone == "+64 9 300 9000"


def test_nothing_of_a_file_is_undone_when_all_that_it_added_has_moved_on() -> None:
    command = imported(HEADER + "2,Bert Bean,bean@example.com,Client,\n")
    edit(id_of("Bert Bean"), email="another@example.com")
    report = undo.undo_command(SYSTEM, command)
    assert (report.done, [one.reason.partition(" has")[0] for one in report.skipped]) == (
        0, ["Nothing can be undone: every contact that the file added or changed"],
    )  # fmt: skip
    assert undo.undoable(command)


def test_the_last_import_is_found_for_whoever_looks_for_it() -> None:
    imported(FIRST)
    assert undo.last_import() is None  # it changed nobody
    command = imported(SECOND)
    last = undo.last_import()
    assert last is not None
    assert (last.command, last.actor) == (command, SYSTEM.username)
    undo.undo_command(SYSTEM, command)
    assert undo.last_import() is None


def test_what_went_to_xero_already_is_put_back_there_too(xero: Xero, connection_id: str) -> None:
    contact_id = add("Ada Archer", "ada@example.com")
    xero_id = xero.create("Ada Archer", "ada@example.com")
    run_import(connection_id)
    command = imported(f"id,name,billing_email\n{contact_id},Ada Archer,ada@moved.example\n")
    sync.tick(connection_id)
    assert xero.contact(xero_id)["EmailAddress"] == "ada@moved.example"
    undo.undo_command(SYSTEM, command)
    sync.tick(connection_id)
    assert xero.contact(xero_id)["EmailAddress"] == "ada@example.com"


def test_a_value_that_xero_changed_meanwhile_comes_here_once_it_is_undone(xero: Xero, connection_id: str) -> None:
    contact_id = add("Ada Archer", "ada@example.com")
    xero_id = xero.create("Ada Archer", "ada@example.com")
    run_import(connection_id)
    command = imported(f"id,name,billing_email\n{contact_id},Ada Archer,ada@moved.example\n")
    xero.change(xero_id, EmailAddress="ada@xero.example")
    undo.undo_command(SYSTEM, command)
    sync.tick(connection_id)
    assert contact(contact_id).email == "ada@xero.example"
    assert xero.contact(xero_id)["EmailAddress"] == "ada@xero.example"


def test_nothing_is_held_back_any_more_once_the_file_is_undone(xero: Xero, connection_id: str) -> None:
    for number in range(30):
        add(f"Contact {number:02}", f"c{number}@example.com")
        xero.create(f"Contact {number:02}", f"c{number}@example.com")
    run_import(connection_id)
    command = imported(book().replace("@example.com", "@moved.example"))
    sync.tick(connection_id)
    assert brake.get_brake(connection_id) is not None
    undo.undo_command(SYSTEM, command)
    xero.forget_calls()
    sync.tick(connection_id)
    assert xero.calls("POST") == []
    assert {found["EmailAddress"].partition("@")[2] for found in xero.contacts()} == {"example.com"}
