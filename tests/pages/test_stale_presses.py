"""A press does what was drawn, or says what has changed: the page may be older than what others have done since."""

from services import sync
from services.contacts import ContactFilter, list_contacts
from services.jobs import get_job  # noqa: F401
from tests.pages.support import Practice, labels, opened, press, said, visit  # noqa: F401
from tests.support.practice import add, delta_is_due, edit
from tests.support.xero import Xero

CONTACT, CONTACTS, CLIENTS = "contacts/contact.py", "contacts/contacts.py", "xero/client_list.py"


def sending() -> list[str]:
    """Who is on the way to Xero."""
    return [item.name for item in list_contacts(ContactFilter(linked="sending")).rows]


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
    assert "It changed since it was shown" in said(screen)
