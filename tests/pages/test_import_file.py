"""Import CSV: the file is looked at first, and nothing of a bad file comes in unasked."""

from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

from services import archive, contact_files, contacts
from services.access import SYSTEM
from services.activity import ActivityFilter, list_activity
from services.contacts import ContactFilter
from tests.pages.support import Practice, labels, opened, press, said
from tests.support.practice import add, contact, edit

GOOD = "id,name,billing_email\n1,Ada Archer,ada@example.com\n2,Ben Brown,ben@example.com\n"
BAD = GOOD + "3,,no address\n"


def names() -> list[str]:
    return [item.name for item in contacts.list_contacts(ContactFilter()).rows]


def button(screen: AppTest, label: str) -> Button:
    [found] = [one for one in screen.button if one.label == label]
    return found


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
    assert "1 row for an archived contact would change nothing" in said(screen)


def test_the_problems_of_a_file_are_listed_and_its_valid_rows_can_come_in(people: None) -> None:
    screen = press(opened("eddie", "contacts/contacts.py"), "Import CSV")
    screen.file_uploader[0].set_value(("book.csv", BAD.encode(), "text/csv")).run()
    problems = screen.dataframe[-1].value
    assert set(problems["Row"]) == {4}
    assert set(problems["Field"]) == {"Contact name", "Billing email"}
    press(screen, "Import 2 valid rows")
    assert names() == ["Ada Archer", "Ben Brown"]


def test_a_file_that_is_no_table_of_contacts_is_refused_in_words(people: None) -> None:
    screen = press(opened("eddie", "contacts/contacts.py"), "Import CSV")
    screen.file_uploader[0].set_value(("book.csv", b"\xff\xfe\x00\x01", "text/csv")).run()
    assert screen.error
    assert not screen.exception
    assert not any(label.startswith("Import 2") for label in labels(screen))


def test_a_file_without_a_needed_column_is_refused_naming_what_it_has(people: None) -> None:
    screen = press(opened("eddie", "contacts/contacts.py"), "Import CSV")
    screen.file_uploader[0].set_value(("book.csv", b"id;Surname\n1;Archer\n", "text/csv")).run()
    [refusal] = screen.error
    assert refusal.value.startswith(r"The file has no column \"name\"\. The columns it has")


def test_columns_that_are_not_used_are_named_and_cannot_act_as_markup(people: None) -> None:
    screen = press(opened("eddie", "contacts/contacts.py"), "Import CSV")
    screen.file_uploader[0].set_value(("book.csv", b"id,name,**Fax**\n1,Ada Archer,5\n", "text/csv")).run()
    assert r"Not used: \*\*fax\*\*." in said(screen)
    press(screen, "Import 1 contact")
    assert names() == ["Ada Archer"]


def test_what_changes_is_listed_and_how_many_of_the_contacts_sync(practice: Practice) -> None:
    screen = press(opened("eddie", "contacts/contacts.py"), "Import CSV")
    exported = contact_files.export_csv(ContactFilter()).replace(b"Ada Archer", b"Ada <b>Ash")
    screen.file_uploader[0].set_value(("book.csv", exported.replace(b"<b>", b""), "text/csv")).run()
    assert "1 of 1 changed contact syncs: the changes go to Xero with the next sync." in said(screen)
    [listed] = [one.proto.body for one in screen.get("html") if "Becomes" in one.proto.body]
    assert ">Ada Archer<" in listed
    assert ">Ada Ash<" in listed


def many(email: str) -> bytes:
    rows = (f"{number},Contact {number:02},{email}" for number in range(20))
    return "\n".join(["id,name,billing_email", *rows]).encode()


def test_clearing_many_values_takes_a_choice(people: None) -> None:
    contact_files.import_file(SYSTEM, many("all@example.com"))
    screen = press(opened("eddie", "contacts/contacts.py"), "Import CSV")
    screen.file_uploader[0].set_value(("book.csv", many(""), "text/csv")).run()
    assert button(screen, "Import 20 contacts").disabled
    screen.radio[0].set_value("Clear 20 values").run()
    assert not button(screen, "Import 20 contacts").disabled
    press(screen, "Import 20 contacts")
    assert "20 changed, 20 values cleared" in said(screen)


def test_many_values_can_be_left_as_they_are_instead(people: None) -> None:
    contact_files.import_file(SYSTEM, many("all@example.com"))
    screen = press(opened("eddie", "contacts/contacts.py"), "Import CSV")
    file = many("").replace(b"Contact 07", b"Ada Archer")
    screen.file_uploader[0].set_value(("book.csv", file, "text/csv")).run()
    screen.radio[0].set_value("Leave these values as they are").run()
    assert [metric.value for metric in screen.metric] == ["20", "0", "1", "19"]
    press(screen, "Import 1 contact")
    ada = contacts.list_contacts(ContactFilter(search="Ada")).rows[0]
    assert ada.email == "all@example.com"


def test_an_import_clears_and_overwrites_nothing_that_came_after_the_file_was_shown(people: None) -> None:
    ada, ben = add("Ada Archer", "ada@example.com", "02 9999 1111"), add("Ben Baker", "ben@example.com")
    screen = press(opened("eddie", "contacts/contacts.py"), "Import CSV")
    file = f"id,name,billing_email,primary_phone\n{ada},Ada Archer,new@example.com,\n{ben},Ben Baker,ben@example.com,\n"
    screen.file_uploader[0].set_value(("book.csv", file.encode(), "text/csv")).run()
    assert "1 value would be cleared" in said(screen)
    edit(ben, phone="02 8888 2222")
    edit(ada, email="corrected@example.com")
    press(screen, "Import 1 contact")
    assert (contact(ben).phone, contact(ada).email) == ("02 8888 2222", "corrected@example.com")
    assert "2 values would be cleared" in said(screen)
    press(screen, "Import 2 contacts")
    assert (contact(ben).phone, contact(ada).email) == ("", "new@example.com")


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


def test_contacts_that_a_file_added_by_mistake_are_removed_from_the_bar_as_the_dialog_said(people: None) -> None:
    screen = press(opened("eddie", "contacts/contacts.py"), "Import CSV")
    screen.file_uploader[0].set_value(("book.csv", GOOD.encode(), "text/csv")).run()
    assert "removes those that it added" in said(screen)
    press(screen, "Import 2 contacts")
    press(screen, "Undo")
    assert "2 actions undone" in said(screen)
    assert names() == []


def test_activity_says_what_undoing_a_file_does_before_it_is_done(people: None) -> None:
    contact_files.import_file(SYSTEM, GOOD.encode())
    contact_files.import_file(SYSTEM, b"id,name\n3,Cara Cole\n")
    entries = list_activity(ActivityFilter(action="contact.imported")).rows
    screen = opened("eddie", "settings/activity.py")
    screen.session_state["table.chosen"] = {str(entries[0].id): entries[0].summary}
    assert "removes those that it added" in said(screen.run())
    screen.session_state["table.chosen"] = {str(entry.id): entry.summary for entry in entries}
    assert "removes those that it added" not in said(screen.run())
    press(screen, "Undo")
    assert "removes those that it added" in said(screen)
    press(screen, "Undo 2 actions")
    assert names() == []


def test_an_imported_file_is_undone_from_activity(people: None) -> None:
    contact_files.import_file(SYSTEM, GOOD.encode())
    contact_files.import_file(SYSTEM, GOOD.replace("Archer", "Ash").encode())
    [entry, _] = list_activity(ActivityFilter(action="contact.imported")).rows
    screen = opened("eddie", "settings/activity.py")
    screen.session_state["table.chosen"] = {str(entry.id): entry.summary}
    press(screen.run(), "Undo")
    assert names() == ["Ada Archer", "Ben Brown"]
