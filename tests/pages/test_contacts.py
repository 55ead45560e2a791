"""Contacts and a contact's page: adding, editing, archiving, and Create Contact in Xero."""

from contextlib import suppress

from sqlmodel import update

from models.link import LinkRow
from services import contacts, sync
from services.contacts import ContactFilter
from services.db import write
from services.errors import SyncError
from tests.pages.support import Practice, labels, opened, press, said
from tests.support.practice import add, contact, edit, run_import
from tests.support.xero import Xero

LIST, PAGE = "contacts/contacts.py", "contacts/contact.py"
ARCHIVE = ":material/archive: Archive"


def names(**which: bool) -> list[str]:
    return [item.name for item in contacts.list_contacts(ContactFilter(**which)).rows]


def test_a_contact_is_added_after_its_mistakes_are_mended(people: None) -> None:
    screen = press(opened("eddie", LIST), "Add contact")
    fields = {field.label: field for field in screen.text_input}
    fields["Billing email"].set_value("not an address")
    press(screen, "Add contact")
    assert "Contact name" in screen.error[0].value
    assert "Billing email" in screen.error[0].value
    fields = {field.label: field for field in screen.text_input}
    fields["Contact name"].set_value("Nina *New*")
    fields["Billing email"].set_value("nina@example.com")
    press(screen, "Add contact")
    assert names() == ["Nina *New*"]


def test_an_edit_of_what_somebody_else_changed_meanwhile_is_refused(practice: Practice) -> None:
    screen = press(opened("eddie", PAGE, id=practice.unlinked), "Edit")
    edit(practice.unlinked, phone="+64 9 555 0177")
    {field.label: field for field in screen.text_input}["Primary phone"].set_value("+64 9 555 0188")
    press(screen, "Save")
    assert contacts.get_contact(practice.unlinked).contact.phone == "+64 9 555 0177"


def test_a_contact_that_came_with_an_odd_phone_can_be_edited(people: None, xero: Xero, connection_id: str) -> None:
    xero.create("Ada Archer", "ada@example.com", Phones=[{"PhoneType": "DEFAULT", "PhoneNumber": "ring reception"}])
    run_import(connection_id)
    [item] = contacts.list_contacts(ContactFilter()).rows
    screen = press(opened("eddie", PAGE, id=item.id), "Edit")
    {field.label: field for field in screen.text_input}["Billing email"].set_value(" ada@new.example ")
    press(screen, "Save")
    assert (contact(item.id).email, contact(item.id).phone) == ("ada@new.example", "ring reception")


def test_a_contact_is_archived_after_asking_and_restored(practice: Practice) -> None:
    screen = opened("eddie", LIST)
    screen.session_state["table.picked"] = (ARCHIVE, practice.unlinked)
    screen.run()
    assert "you can restore it later" in said(screen)
    press(screen, "Archive")
    assert names(archived=True) == ["Not In Xero"]
    page = opened("eddie", PAGE, id=practice.unlinked)
    press(page, "Restore")
    assert names(archived=True) == []


def test_archiving_a_contact_that_syncs_asks_about_xero_too(practice: Practice, xero: Xero) -> None:
    screen = opened("eddie", PAGE, id=practice.synced)
    press(screen, "Archive")
    assert "In Xero it stays as it is, unless you archive it there too" in said(screen)
    screen.checkbox[0].check()
    screen.button(key="dialog.act").click()
    screen.run()
    sync.tick(practice.connection_id)
    [found] = xero.contacts(name="Ada Archer")
    assert found["ContactStatus"] == "ARCHIVED"


def test_the_xero_client_section_shows_the_linked_contact(practice: Practice) -> None:
    screen = opened("vera", PAGE, id=practice.synced)
    assert "Contact name in Xero" in said(screen)
    assert ":green-badge[Syncing]" in said(screen)


def test_create_contact_shows_what_is_sent_then_that_it_is_on_its_way_then_the_link(practice: Practice) -> None:
    screen = press(opened("eddie", PAGE, id=practice.unlinked), "Create Contact")
    assert "This is what **Demo Company" in said(screen)
    press(screen, "Send")
    assert [status.label for status in screen.status] == ["Sending to Xero…"]
    assert "Create Contact" not in labels(screen)
    sync.tick(practice.connection_id)
    screen.run()
    assert [link.proto.label for link in screen.get("link_button")] == ["Open in Xero"]
    press(screen, "Make two-way")
    assert "Nothing has been changed here meanwhile that would go there at once." in said(screen)
    press(screen, "Make two-way")
    assert "Changes go both ways" in said(screen)


def test_why_a_creation_takes_long_is_said(practice: Practice, xero: Xero) -> None:
    press(press(opened("eddie", PAGE, id=practice.unlinked), "Create Contact"), "Send")
    xero.fault(method="PUT", path="/Contacts", action="status", status=503)
    with suppress(SyncError):
        sync.tick(practice.connection_id)
    assert "Not through yet" in said(opened("eddie", PAGE, id=practice.unlinked))


def test_what_a_one_way_link_keeps_here_is_said_and_shown_before_it_is_written(practice: Practice) -> None:
    with write() as session:
        session.execute(update(LinkRow).values(two_way=False))
    edit(practice.synced, phone="+64 9 555 0199")
    screen = opened("eddie", PAGE, id=practice.synced)
    assert ":orange-badge[Changes kept here]" in said(screen)
    assert said(screen).count(":orange-badge[differs]") == 1
    assert "Changed here only: primary phone." in said(screen)
    press(screen, "Make two-way")
    assert "**1 field** that was changed here meanwhile goes there at once" in said(screen)
    [listed] = [one.proto.body for one in screen.get("html") if "Will be replaced" in one.proto.body]
    assert "+64 9 555 0199" in listed
    assert "+64 9 555 0101" in listed
    press(screen, "Make two-way")
    assert "Changes go both ways" in said(screen)


def test_who_may_be_in_xero_already_leads_to_the_match_issue_and_is_created_after_a_warning(
    practice: Practice, xero: Xero
) -> None:
    edit(practice.unlinked, email="rob@example.com")
    assert "This contact may be **Bob Brown** in Xero, which waits in Resolve Match Issues" in said(
        opened("vera", PAGE, id=practice.unlinked)
    )
    screen = opened("eddie", PAGE, id=practice.unlinked)
    assert "Create Contact" not in labels(screen)
    press(screen, "Create anyway…")
    assert "only a person can merge them there" in said(screen)
    press(screen, "Create anyway")
    sync.tick(practice.connection_id)
    assert {found["Name"] for found in xero.contacts()} >= {"Bob Brown", "Not In Xero"}
    screen = press(opened("eddie", PAGE, id=add("Rob", "rob@example.com")), "Resolve")
    assert screen.title[0].value == "Resolve Match Issues"
    assert screen.query_params["issues_search"] == "Bob Brown"


def test_a_name_that_is_taken_in_xero_is_said_and_can_be_dismissed(practice: Practice) -> None:
    edit(practice.unlinked, name="Bob Brown")
    screen = press(opened("eddie", PAGE, id=practice.unlinked), "Create anyway…")
    assert "Xero takes each name once" in said(screen)
    press(screen, "Create anyway")
    sync.tick(practice.connection_id)
    screen.run()
    assert ":red-badge[Not created]" in said(screen)
    assert "Xero has **Bob Brown** already, which waits in Resolve Match Issues" in said(screen)
    press(screen, "Dismiss")
    assert "Create anyway…" in labels(screen)


def test_a_contact_whose_new_name_is_taken_says_by_whom_and_is_edited_or_tried_again(practice: Practice) -> None:
    edit(practice.synced, name="Dee *Differs*")
    sync.tick(practice.connection_id)
    seen = opened("vera", PAGE, id=practice.synced)
    assert ":red-badge[Failing]" in said(seen)
    assert "has this name\\. Nothing that changed here is written to Xero until that is corrected." in said(seen)
    assert r"Xero has **Dee \*Differs\*** already, which is linked with Dee \*Differs\*" in said(seen)
    assert "Retry" not in labels(seen)
    screen = press(opened("eddie", PAGE, id=practice.synced), "Retry")
    assert "1 contact retried" in said(screen)
    assert ":green-badge[Syncing]" in said(screen)
    sync.tick(practice.connection_id)
    press(screen.run(), "Edit")
    assert "Dee *Differs*" in [one.value for one in screen.text_input]
    press(press(screen, "Cancel"), "Open the other contact")
    assert screen.title[0].value == r"Dee \*Differs\*"


def test_stopping_from_the_contact_leads_to_previously_synced(practice: Practice) -> None:
    screen = press(opened("eddie", PAGE, id=practice.synced), "Stop Syncing Contact")
    press(screen, "Unsync")
    assert "Neither side's changes reach the other" in said(screen)
    assert [link.proto.label for link in screen.get("page_link")].count("Previously Synced") == 1
