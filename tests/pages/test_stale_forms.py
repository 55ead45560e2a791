"""A form that others have saved since it was drawn is not saved, nor said to be: it shows what there is by now.

What one has chosen in it stays chosen when others only add to what there is to choose from.
"""

from streamlit.testing.v1 import AppTest

from services import connection, notifications, policies
from services.access import SYSTEM
from services.connection import Setup
from services.contacts import ContactFilter, ContactForm, add_contact, list_contacts
from services.notifications import TargetForm
from services.policies import FieldPolicy, SyncPolicies
from services.reconcile.contact import Contact, Field
from services.reconcile.policy import Way, Wins
from tests.pages.support import Practice, opened, press, said

XERO, NOTIFICATIONS, CONTACTS = "settings/xero.py", "settings/notifications.py", "contacts/contacts.py"
MEANWHILE = "Somebody else has changed this"
SET_UP = "Check what it leads to now"


def choose(screen: AppTest, label: str, value: object) -> None:
    """Choose in a question, by how its label begins; of several the last, which is the one of an open dialog."""
    [*_, box] = [one for one in (*screen.radio, *screen.selectbox) if one.label.startswith(label)]
    box.set_value(value)


def refused(screen: AppTest, button: str, why: str = MEANWHILE) -> bool:
    """Press, and say whether it was refused and not said to be saved."""
    press(screen, button)
    return why in said(screen) and "Saved." not in said(screen)


def setup_of(connection_id: str) -> Setup:
    one = connection.get_connection(connection_id)
    return Setup(one.type_filter, one.include_neither, one.default_contact_type, one.no_match_policy)


def test_a_set_up_that_another_admin_has_changed_is_looked_at_again_before_it_is_saved(practice: Practice) -> None:
    theirs = Setup("customers", False, "Client", "create")
    screen = opened("ada", XERO, id=practice.connection_id)
    choose(screen, "Contacts in Xero that match none", "hold")
    screen.run()
    connection.save_setup(SYSTEM, practice.connection_id, theirs)
    assert refused(screen, "Save set-up", SET_UP)
    assert setup_of(practice.connection_id) == theirs
    press(screen, "Save set-up")
    assert setup_of(practice.connection_id) == Setup("customers", False, "Client", "hold")


def test_policies_that_another_admin_has_changed_are_looked_at_again(practice: Practice) -> None:
    theirs = SyncPolicies({field: FieldPolicy(Wins.PRACTICE, Way.BOTH) for field in Field})
    screen = opened("ada", XERO, id=practice.connection_id)
    choose(screen, "Primary phone: when both sides changed", Wins.XERO)
    policies.save_policies(SYSTEM, practice.connection_id, theirs)
    assert refused(screen, "Save")
    assert policies.get_policies(practice.connection_id) == theirs


def test_the_contact_type_that_was_chosen_stays_when_others_add_types(practice: Practice) -> None:
    add_of_type("Pat Partner", "Partner")
    screen = press(opened("eddie", CONTACTS), "Add contact")
    {field.label: field for field in screen.text_input}["Contact name"].set_value("Nina New")
    choose(screen, "Contact type", "Partner")
    screen.run()
    add_of_type("Al Agent", "Agent")
    press(screen, "Add contact")
    assert [one.name for one in list_contacts(ContactFilter(contact_type="Partner")).rows] == [
        "Nina New",
        "Pat Partner",
    ]


def add_of_type(name: str, contact_type: str) -> None:
    add_contact(SYSTEM, ContactForm(Contact(name), contact_type, False))


def test_a_notification_that_goes_elsewhere_by_now_is_not_removed(people: None) -> None:
    form = TargetForm("email", "", "office@example.com", ("brake",))
    target = notifications.add_target(SYSTEM, form)
    screen = opened("ada", NOTIFICATIONS)
    screen.menu_button(key=f"change.{target}").click(":material/delete: Remove").run()
    notifications.edit_target(SYSTEM, target, TargetForm("email", "", "partner@example.com", ("brake",)))
    press(screen, "Remove")
    assert "Somebody else has changed this notification" in said(screen)
    assert [one.address for one in notifications.list_targets()] == ["partner@example.com"]
