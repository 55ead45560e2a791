"""A press does what was drawn, or says what has changed: the page may be older than what others have done since."""

import pytest
from sqlalchemy import update
from sqlmodel import col

from models.link import LinkRow
from services import clients, issues, links, previous, sync, undo
from services.access import SYSTEM
from services.clients import ClientFilter
from services.contacts import ContactFilter, list_contacts
from services.db import write
from services.issues import IssueFilter
from services.previous import PreviousFilter
from tests.pages.support import Practice, labels, opened, press, said, synced
from tests.support.practice import add, delta_is_due, edit
from tests.support.xero import Xero

CONTACT, CONTACTS, CLIENTS = "contacts/contact.py", "contacts/contacts.py", "xero/client_list.py"
ISSUES = "xero/match_issues.py"


def sending() -> list[str]:
    """Who is on the way to Xero."""
    return [item.name for item in list_contacts(ContactFilter(linked="sending")).rows]


def book() -> list[str]:
    """The names of all contacts of the practice."""
    return [item.name for item in list_contacts(ContactFilter()).rows]


def test_who_may_be_in_xero_only_since_create_contact_was_drawn_is_not_created_without_the_warning(
    practice: Practice, xero: Xero
) -> None:
    screen = press(opened("eddie", CONTACT, id=practice.unlinked), "Create Contact")
    xero.create("Nowhere Limited", "nowhere@example.com")
    delta_is_due()
    sync.tick(practice.connection_id)
    press(screen, "Send")
    assert sending() == []
    assert "only a person can merge them there" in said(screen)
    press(screen, "Create anyway")
    assert sending() == ["Not In Xero"]


def test_what_was_edited_since_create_contact_was_drawn_is_not_sent_unseen(practice: Practice) -> None:
    screen = press(opened("eddie", CONTACT, id=practice.unlinked), "Create Contact")
    edit(practice.unlinked, email="other@example.com")
    press(screen, "Send")
    assert "changed since it was shown" in said(screen)
    assert sending() == []
    press(screen, "Send")
    assert sending() == ["Not In Xero"]


def test_who_was_added_here_since_create_new_contact_was_drawn_is_not_made_again_without_the_warning(
    practice: Practice, xero: Xero
) -> None:
    add("Nina Nord", "nina@example.com")
    xero.create("Petra Pold", "nina@example.com")
    delta_is_due()
    sync.tick(practice.connection_id)
    screen = press(opened("eddie", ISSUES, issues_search="Petra"), "Create New Contact")
    add("Petra Pold", "nina@example.com")
    press(screen, "Create New Contact")
    assert "A contact of yours has the same name and billing email" in said(screen)
    assert book().count("Petra Pold") == 1
    press(screen, "Create New Contact")
    assert "It looks like your **Petra Pold**" in said(screen)
    press(screen, "Create New Contact")
    assert book().count("Petra Pold") == 2


@pytest.mark.parametrize("label", ["Create New Contact", "Ignore"])
def test_who_was_renamed_in_xero_since_it_was_drawn_is_not_answered_unseen(
    practice: Practice, xero: Xero, label: str
) -> None:
    theirs = xero.create("Petra Pold", "nina@example.com")
    add("Nina Nord", "nina@example.com")
    delta_is_due()
    sync.tick(practice.connection_id)
    screen = opened("eddie", ISSUES, issues_search="nina@example.com")
    if label == "Create New Contact":
        press(screen, label)
    xero.change(theirs, Name="Paula Pold")
    delta_is_due()
    sync.tick(practice.connection_id)
    press(screen, label)
    assert "It has been changed in Xero since it was shown" in said(screen)
    if label == "Create New Contact":
        press(screen, label)
    press(screen, label)
    assert ("Paula Pold" in book()) == (label == "Create New Contact")
    assert issues.issue_ids(IssueFilter(search="nina@example.com")) == []


def test_of_many_only_those_are_sent_that_were_counted_and_as_they_were_shown(practice: Practice) -> None:
    one, other, third = practice.unlinked, add("Uma Unlinked"), add("Tim Twice", "tim@example.com")
    twin = add("Tim Twice", "twice@example.com")
    screen = opened("eddie", CONTACTS)
    screen.session_state["table.chosen"] = dict.fromkeys([one, other, third, twin], "")
    press(screen.run(), "Create Contact in Xero")
    edit(one, email="other@example.com")
    edit(twin, name="Tom Thrice")
    press(screen, "Send 2 contacts")
    assert sending() == ["Uma Unlinked"]
    assert "It has changed since it was shown" in said(screen)


def link_with_another(link_id: str) -> None:
    """Let another person stop a link, and link its contact in Xero with Zoe."""
    links.stop(SYSTEM, [link_id])
    links.link_to(SYSTEM, link_id, add("Zoe Zander", "zoe@example.com"))


@pytest.mark.parametrize("page", [CONTACT, CLIENTS])
def test_unsync_stops_nobody_who_was_linked_since_it_was_asked(practice: Practice, page: str) -> None:
    link_id = practice.link_ids["Ada Archer"]
    screen = opened("eddie", page, id=practice.synced)
    if page == CLIENTS:
        screen.session_state["table.picked"] = (":material/sync_disabled: Stop Syncing Contact", link_id)
        screen.run()
    else:
        press(screen, "Stop Syncing Contact")
    link_with_another(link_id)
    press(screen, "Unsync")
    assert "It has been linked with another contact since it was shown" in said(screen)
    assert synced() == ["Dee *Differs*", "Zoe Zander"]


def test_of_several_ticked_those_are_named_who_are_linked_by_now(practice: Practice) -> None:
    screen = opened("eddie", CLIENTS)
    link_id = practice.link_ids["Ada Archer"]
    screen.session_state["table.chosen"] = {link_id: "Ada Archer"}
    screen.run()
    link_with_another(link_id)
    press(screen, "Stop Syncing Contact")
    assert "stops syncing:\n\n- Zoe Zander\n" in said(screen)


def test_make_two_way_is_for_whom_it_was_asked(practice: Practice) -> None:
    link_id = practice.link_ids["Ada Archer"]
    set_one_way(link_id)
    screen = press(opened("eddie", CONTACT, id=practice.synced), "Make two-way")
    link_with_another(link_id)
    set_one_way(link_id)
    press(screen, "Make two-way")
    assert "It has been linked with another contact since it was shown" in said(screen)
    assert [item.two_way for item in clients.list_clients(ClientFilter()).rows] == [True, False]


def set_one_way(link_id: str) -> None:
    with write() as session:
        session.execute(update(LinkRow).where(col(LinkRow.id) == link_id).values(two_way=False))


def test_a_dialog_about_one_contact_does_not_go_along_to_the_page_of_another(practice: Practice) -> None:
    [stopped] = previous.list_previous(PreviousFilter(state="stopped")).rows
    edit(stopped.contact_id, name="Constance Halt", email="halt@example.com")
    screen = press(opened("eddie", CONTACT, id=stopped.contact_id), "Re-match")
    assert "again all the same" in said(screen)
    screen.query_params["id"] = practice.unlinked
    screen.run()
    assert "Link again" not in labels(screen)
    press(screen, "Archive")
    screen.query_params["id"] = practice.synced
    assert "leaves the list" not in said(screen.run())


def test_a_contact_whose_creation_was_taken_back_while_it_was_to_be_archived_is_said_to_be_gone(
    practice: Practice,
) -> None:
    [stopped] = previous.list_previous(PreviousFilter(state="stopped")).rows
    command = links.create_new_contact(SYSTEM, [stopped.link_id]).command
    [made] = [item.contact_id for item in clients.list_clients(ClientFilter(search="Stan")).rows]
    screen = opened("eddie", CONTACTS)
    screen.session_state["table.picked"] = (":material/archive: Archive", made)
    assert "**Stan Stopped** leaves the list" in said(screen.run())
    assert undo.undo_command(SYSTEM, command).done == 1
    press(screen, "Archive")
    assert not screen.exception
    assert "This contact is not in the contact book" in said(screen)


def linked_meanwhile(practice: Practice, xero: Xero, name: str) -> None:
    """Let Xero get a contact that matches, and the sync link the two."""
    xero.create(name, f"{name.split()[0].lower()}@example.com")
    delta_is_due()
    sync.tick(practice.connection_id)


def test_archive_ends_no_link_that_was_made_since_it_was_asked(practice: Practice, xero: Xero) -> None:
    uma = add("Uma Unlinked", "uma@example.com")
    screen = opened("eddie", CONTACTS)
    screen.session_state["table.picked"] = (":material/archive: Archive", uma)
    assert "stops syncing" not in said(screen.run())
    linked_meanwhile(practice, xero, "Uma Unlinked")
    press(screen, "Archive")
    assert "It has started to sync with Xero since it was shown" in said(screen)
    assert "stops syncing" in said(screen)
    assert clients.client_ids(ClientFilter(search="Uma"))
    press(screen, "Archive")
    assert not clients.client_ids(ClientFilter(search="Uma"))


def test_of_several_archive_leaves_those_who_were_linked_since_it_was_asked(practice: Practice, xero: Xero) -> None:
    uma, vic = add("Uma Unlinked", "uma@example.com"), add("Vic Unlinked", "vic@example.com")
    screen = opened("eddie", CONTACTS)
    screen.session_state["table.chosen"] = {uma: "Uma Unlinked", vic: "Vic Unlinked"}
    press(screen.run(), "Archive")
    linked_meanwhile(practice, xero, "Uma Unlinked")
    press(screen, "Archive 2 contacts")
    assert "1 contact archived" in said(screen)
    assert "Uma Unlinked: It has started to sync with Xero since it was shown" in said(screen)
    assert clients.client_ids(ClientFilter(search="Uma"))
