"""The practice's list of contacts: search, edit, archive; and hostile input."""

import pytest

from services import archive, contacts
from services.access import SYSTEM
from services.activity import ActivityFilter, list_activity
from services.contacts import ContactFilter, ContactForm
from services.db import Database
from services.errors import BadInput, MovedOn, NotFound
from services.reconcile.contact import Contact
from tests.support.practice import add, contact, edit, run_import, synced, xero_client
from tests.support.xero import Xero


def names(**conditions: object) -> list[str]:
    return [row.name for row in contacts.list_contacts(ContactFilter(**conditions)).rows]  # type: ignore[arg-type]


@pytest.mark.usefixtures("database")
class TestList:
    def test_search_finds_parts_of_name_email_and_phone(self) -> None:
        add("Ada Archer", "ada@example.com")
        add("Bert Bean", "bert@archery.example", "02 9999 1111")
        assert names(search="ARCHER") == ["Ada Archer", "Bert Bean"]
        assert names(search="9999") == ["Bert Bean"]

    def test_wildcards_in_a_search_are_plain_letters(self) -> None:
        add("100% Cotton")
        add("100 Cottons")
        assert names(search="0% c") == ["100% Cotton"]
        assert names(search="_") == []

    def test_pages_hold_every_contact_once(self) -> None:
        wanted = {f"Contact {number:03}" for number in range(25)}
        for name in wanted:
            add(name)
        pages = [contacts.list_contacts(ContactFilter(), page, size=10) for page in (1, 2, 3)]
        assert {row.name for page in pages for row in page.rows} == wanted
        assert [len(page.rows) for page in pages] == [10, 10, 5]
        assert {page.total for page in pages} == {25}

    def test_sorting_is_by_the_column_asked(self) -> None:
        add("Beta", "a@example.com")
        add("alpha", "b@example.com")
        assert names() == ["alpha", "Beta"]
        assert names(sort="email", descending=True) == ["alpha", "Beta"]


@pytest.mark.usefixtures("database")
class TestEdit:
    def test_an_edit_of_an_older_version_is_refused(self) -> None:
        contact_id = add("Ada Archer")
        stored = contacts.get_contact(contact_id)
        edit(contact_id, email="one@example.com")
        form = ContactForm(Contact("Ada Byron"), "Client", False)
        with pytest.raises(MovedOn):
            contacts.edit_contact(SYSTEM, contact_id, form, stored.rev)
        assert contacts.get_contact(contact_id).contact.name == "Ada Archer"

    @pytest.mark.parametrize(
        ("contact", "field"),
        [
            (Contact(""), "Contact name"),
            (Contact("A\tB"), "Contact name"),
            (Contact("Ada", "not an address"), "Billing email"),
            (Contact("Ada", "", "call me"), "Primary phone"),
        ],
    )
    def test_a_broken_rule_is_named_with_its_field(self, contact: Contact, field: str) -> None:
        with pytest.raises(BadInput) as refused:
            contacts.add_contact(SYSTEM, ContactForm(contact, "Client", False))
        assert field in {problem.field for problem in refused.value.problems}
        assert names() == []

    def test_a_contact_that_is_not_there_is_said_so(self) -> None:
        with pytest.raises(NotFound):
            contacts.get_contact("nobody")

    def test_archived_contacts_leave_the_list_and_can_come_back(self) -> None:
        contact_id = add("Ada Archer")
        archive.archive_contact(SYSTEM, contact_id)
        assert (names(), names(archived=True)) == ([], ["Ada Archer"])
        archive.restore_contact(SYSTEM, contact_id)
        assert names() == ["Ada Archer"]

    def test_restoring_what_somebody_else_restored_just_before_does_nothing(self) -> None:
        contact_id = add("Ada Archer")
        archive.archive_contact(SYSTEM, contact_id)
        archive.restore_contact(SYSTEM, contact_id)
        rev = contacts.get_contact(contact_id).rev
        archive.restore_contact(SYSTEM, contact_id)
        assert contacts.get_contact(contact_id).rev == rev  # so that nobody's edit is refused because of it
        assert list_activity(ActivityFilter(action="contact.restored")).total == 1


def test_what_broke_a_rule_in_xero_may_stay_but_not_become_something_else_that_does(
    xero: Xero, connection_id: str
) -> None:
    xero.create("Ada Archer", "ada@example.com", Phones=[{"PhoneType": "DEFAULT", "PhoneNumber": "ring reception"}])
    run_import(connection_id)
    [item] = contacts.list_contacts(ContactFilter()).rows
    edit(item.id, email="ada@new.example")
    with pytest.raises(BadInput) as refused:
        edit(item.id, phone="quite something else")
    assert {problem.field for problem in refused.value.problems} == {"Primary phone"}
    edit(item.id, phone="+64 9 555 0101")
    assert (contact(item.id).email, contact(item.id).phone) == ("ada@new.example", "+64 9 555 0101")


def test_archiving_a_linked_contact_ends_its_link(database: Database, xero: Xero, connection_id: str) -> None:
    contact_id = add("Ada Archer", "ada@example.com")
    xero.create("Ada Archer", "ada@example.com")
    run_import(connection_id)
    archive.archive_contact(SYSTEM, contact_id)
    assert synced() == []
    assert xero_client(contact_id).state == "broken"
