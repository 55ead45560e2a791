"""Import CSV: the file is looked at first, and nothing of a bad file comes in unasked."""

from services import archive, contact_files, contacts
from services.access import SYSTEM
from services.activity import ActivityFilter, list_activity
from services.contacts import ContactFilter
from tests.pages.support import labels, opened, press, said

GOOD = "id,name,billing_email\n1,Ada Archer,ada@example.com\n2,Ben Brown,ben@example.com\n"
BAD = GOOD + "3,,no address\n"


def names() -> list[str]:
    return [item.name for item in contacts.list_contacts(ContactFilter()).rows]


def test_a_good_file_is_counted_then_imported(people: None) -> None:
    screen = press(opened("eddie", "contacts/contacts.py"), "Import CSV")
    screen.file_uploader[0].set_value(("book.csv", GOOD.encode(), "text/csv")).run()
    assert [(metric.label, metric.value) for metric in screen.metric][:2] == [("Rows", "2"), ("New", "2")]
    assert names() == []
    press(screen, "Import 2 contacts")
    assert names() == ["Ada Archer", "Ben Brown"]
    assert "2 added" in said(screen)


def test_what_a_file_leaves_alone_and_what_it_would_clear_is_said_before(people: None) -> None:
    contact_files.import_file(SYSTEM, GOOD.encode())
    screen = press(opened("eddie", "contacts/contacts.py"), "Import CSV")
    blank = "id,name,billing_email\n1,Ada Archer,\n2,Ben Brown,\n"
    screen.file_uploader[0].set_value(("book.csv", blank.encode(), "text/csv")).run()
    assert "In the file: id, name, billing_email. Left as they are: primary_phone, street" in said(screen)
    assert "2 values would be cleared" in said(screen)
    press(screen, "Import 2 contacts")
    assert "2 changed, 2 values cleared" in said(screen)


def test_rows_of_archived_contacts_are_said_to_change_nothing(people: None) -> None:
    contact_files.import_file(SYSTEM, GOOD.encode())
    [ada, _] = contacts.list_contacts(ContactFilter()).rows
    archive.archive_contact(SYSTEM, ada.id)
    screen = press(opened("eddie", "contacts/contacts.py"), "Import CSV")
    screen.file_uploader[0].set_value(("book.csv", b"id,name\n1,Ada Byron\n", "text/csv")).run()
    assert "1 row for archived contacts would change nothing" in said(screen)


def test_the_problems_of_a_file_are_listed_and_its_valid_rows_can_come_in(people: None) -> None:
    screen = press(opened("eddie", "contacts/contacts.py"), "Import CSV")
    screen.file_uploader[0].set_value(("book.csv", BAD.encode(), "text/csv")).run()
    problems = screen.dataframe[-1].value
    assert set(problems["Row"]) == {3}
    assert set(problems["Field"]) == {"Contact name", "Billing email"}
    press(screen, "Import the valid rows")
    assert names() == ["Ada Archer", "Ben Brown"]


def test_a_file_that_is_no_table_of_contacts_is_refused_in_words(people: None) -> None:
    screen = press(opened("eddie", "contacts/contacts.py"), "Import CSV")
    screen.file_uploader[0].set_value(("book.csv", b"\xff\xfe\x00\x01", "text/csv")).run()
    assert screen.error
    assert not screen.exception
    assert not any(label.startswith("Import the") for label in labels(screen))


def test_what_a_file_changed_is_put_back_from_the_bar_and_what_has_moved_on_is_told(people: None) -> None:
    contact_files.import_file(SYSTEM, GOOD.encode())
    screen = press(opened("eddie", "contacts/contacts.py"), "Import CSV")
    changed = GOOD.replace("Archer", "Ash").replace("Brown", "Black")
    screen.file_uploader[0].set_value(("book.csv", changed.encode(), "text/csv")).run()
    press(screen, "Import 2 contacts")
    archive.archive_contact(SYSTEM, contacts.list_contacts(ContactFilter(search="Black")).rows[0].id)
    press(screen, "Undo")
    assert "1 action undone" in said(screen)
    assert "Ben Black: It has been archived since" in said(screen)
    assert names() == ["Ada Archer"]


def test_an_imported_file_is_undone_from_activity(people: None) -> None:
    contact_files.import_file(SYSTEM, GOOD.encode())
    contact_files.import_file(SYSTEM, GOOD.replace("Archer", "Ash").encode())
    [entry, _] = list_activity(ActivityFilter(action="contact.imported")).rows
    screen = opened("eddie", "settings/activity.py")
    screen.session_state["table.chosen"] = {str(entry.id): entry.summary}
    press(screen.run(), "Undo")
    assert names() == ["Ada Archer", "Ben Brown"]
