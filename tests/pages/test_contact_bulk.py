"""Contacts, many at once: the bar, its dialogs, and how creating in Xero is followed."""

from streamlit.testing.v1 import AppTest

from services import contacts, create_one, sync
from services.access import SYSTEM
from services.contacts import ContactFilter, ContactForm
from services.reconcile.contact import Contact
from tests.pages.support import Practice, compared, labels, opened, press, said, visit
from tests.support.practice import add, delta_is_due
from tests.support.xero import Xero

LIST = "contacts/contacts.py"


def names(**which: bool) -> list[str]:
    return [item.name for item in contacts.list_contacts(ContactFilter(**which)).rows]


def ticked(screen: AppTest, *ids: str) -> AppTest:
    screen.session_state["table.chosen"] = {one: contacts.get_contact(one).contact.name for one in ids}
    return screen.run()


def act(screen: AppTest) -> AppTest:
    screen.button(key="dialog.act").click()
    return screen.run()


def test_one_ticked_contact_is_opened_from_the_bar_and_several_are_not(practice: Practice) -> None:
    screen = ticked(opened("eddie", LIST), practice.synced, practice.unlinked)
    assert "Open" not in labels(screen)
    press(ticked(screen, practice.synced), "Open")
    assert screen.title[0].value == "Ada Archer"


def test_creating_many_is_checked_previewed_sent_and_followed(practice: Practice, xero: Xero) -> None:
    second, bad = add("Second & Co", "second@example.com"), add("Bob Brown")
    screen = ticked(opened("eddie", LIST), practice.unlinked, second, bad, practice.synced)
    press(screen, "Create Contact in Xero")
    assert {metric.label: metric.value for metric in screen.metric} == {
        "Can be sent": "2",
        "Cannot be sent": "1",
        "Linked already": "1",
    }
    refused, preview = (frame.value for frame in screen.dataframe[-2:])
    assert list(refused["Field"]) == ["Contact name"]
    assert list(refused["Why"]) == ["is that of a contact in Xero, which waits in Resolve Match Issues"]
    assert list(refused["See"]) == ["match_issues?tab=Match+Issues&issues_state=Open&issues_search=Bob+Brown"]
    assert sorted(preview["Contact name"]) == ["Not In Xero", "Second & Co"]
    assert "cannot be undone" in said(screen)
    press(screen, "Send 2 contacts")
    assert "2 contacts on the way to Xero" in said(screen)
    assert "0 of 2 contacts" in screen.get("progress")[0].proto.text
    xero.forget_calls()
    sync.tick(practice.connection_id)
    assert len(xero.calls("PUT")) + len(xero.calls("POST")) == 1
    assert not screen.run().get("progress")
    assert {found["Name"] for found in xero.contacts()} >= {"Not In Xero", "Second & Co"}


def test_who_was_archived_in_xero_is_not_sent_with_others_but_leads_to_its_page(practice: Practice, xero: Xero) -> None:
    [found] = xero.contacts(name="Ada Archer")
    xero.archive(found["ContactID"])
    delta_is_due()
    sync.tick(practice.connection_id)
    screen = ticked(opened("eddie", LIST), practice.unlinked, practice.synced)
    press(screen, "Create Contact in Xero")
    refused, preview = (frame.value for frame in screen.dataframe[-2:])
    assert [rule.partition(":")[0] for rule in refused["Why"]] == ["was archived in Xero"]
    assert list(refused["See"]) == [f"contact?id={practice.synced}"]
    assert list(preview["Contact name"]) == ["Not In Xero"]


def test_what_xero_refuses_is_shown_with_its_reason_and_dismissed(practice: Practice, xero: Xero) -> None:
    screen = press(ticked(opened("eddie", LIST), practice.unlinked), "Create Contact in Xero")
    xero.create("Not In Xero")
    press(screen, "Send 1 contact")
    sync.tick(practice.connection_id)
    assert "not created: Xero refused" in said(screen.run())
    press(screen, "Show them")
    shown = screen.dataframe[0].value
    assert list(shown["Contact name"]) == ["Not In Xero"]
    assert list(shown["Why Xero refused"]) == ["Another active Xero contact has this name."]
    press(ticked(screen, practice.unlinked), "Dismiss")
    assert contacts.list_contacts(ContactFilter(linked="held")).total == 0


def test_another_contact_type_is_given_to_many_and_taken_back(practice: Practice) -> None:
    contacts.add_contact(SYSTEM, ContactForm(Contact("Other Kind"), "Prospect", False))
    screen = ticked(opened("eddie", LIST), practice.synced, practice.unlinked)
    press(screen, "Change contact type")
    screen.selectbox[-1].set_value("Prospect")
    screen.run()
    act(screen)
    assert contacts.list_contacts(ContactFilter(contact_type="Prospect")).total == 3
    assert "2 contacts now Prospect" in said(screen)
    press(screen, "Undo")
    assert contacts.list_contacts(ContactFilter(contact_type="Prospect")).total == 1


def test_many_are_archived_after_a_count_and_restored(practice: Practice, xero: Xero) -> None:
    screen = ticked(opened("eddie", LIST), practice.synced, practice.unlinked)
    press(screen, "Archive")
    assert "**1** of them syncs" in said(screen)
    screen.checkbox[0].check()
    screen.run()
    assert "cannot be undone" in said(screen)
    act(screen)
    sync.tick(practice.connection_id)
    assert names(archived=True) == ["Ada Archer", "Not In Xero"]
    assert xero.contacts(name="Ada Archer")[0]["ContactStatus"] == "ARCHIVED"
    archived = ticked(opened("eddie", LIST, contacts_archived="true"), practice.unlinked)
    press(archived, "Restore")
    assert names(archived=True) == ["Ada Archer"]


def test_all_that_match_are_chosen_at_once(practice: Practice) -> None:
    screen = ticked(opened("eddie", LIST, contacts_linked="Not linked"), practice.unlinked)
    press(screen, "Select all 3 contacts that match")
    assert len(screen.session_state["table.chosen"]) == 3


def test_a_viewer_sees_no_bar(practice: Practice) -> None:
    screen = opened("vera", LIST)
    assert "Tick rows" not in said(screen)


def test_a_registration_number_is_typed_shown_and_kept(practice: Practice) -> None:
    screen = press(opened("eddie", "contacts/contact.py", id=practice.unlinked), "Edit")
    {field.label: field for field in screen.text_input}["Registration number"].set_value(" ABN 51 824 753 556 ")
    press(screen, "Save")
    assert contacts.get_contact(practice.unlinked).registration == "ABN 51 824 753 556"
    assert "ABN 51 824 753 556" in compared(visit(screen, "contacts/contact.py", id=practice.unlinked))


def test_one_ticked_contact_is_archived_as_from_its_menu_and_chosen_no_more(practice: Practice) -> None:
    screen = ticked(opened("eddie", LIST), practice.synced)
    screen.button(key="bulk.Archive").click()
    assert "**Ada Archer** leaves the list" in said(screen.run())
    assert "selected" not in said(act(screen))
    assert "Ada Archer" in names(archived=True)


def test_the_list_of_those_that_xero_refused_does_not_lead_to_itself(practice: Practice, xero: Xero) -> None:
    xero.create("Not In Xero", "taken@example.com")
    create_one.create_in_xero(SYSTEM, practice.unlinked, practice.connection_id)
    sync.tick(practice.connection_id)
    assert "Show them" in labels(opened("eddie", LIST))
    assert "Show them" not in labels(opened("eddie", LIST, contacts_linked="Refused by Xero"))
