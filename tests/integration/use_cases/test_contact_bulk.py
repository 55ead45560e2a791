"""Many contacts at once: what can be sent to Xero and why not, another contact type, archiving and restoring."""

import pytest
from sqlmodel import select

from models.contact import ContactRow
from models.intent import HELD, IntentRow
from services import archive, contact_bulk, contacts, create_many, links, overview, sync, undo, worker
from services.access import SYSTEM, Principal, Role
from services.activity import ActivityFilter, list_activity
from services.contact_forms import ContactForm
from services.contacts import ContactFilter, contact_ids, list_contacts
from services.create_many import CreationProgress, plan_creation
from services.create_one import create_in_xero, drop_create
from services.db import Database, read, write
from services.errors import BadInput, Forbidden, MovedOn
from services.reconcile.contact import Contact
from tests.support.practice import add, delta_is_due, edit, run_import, synced, tick, xero_client
from tests.support.xero import Xero

VIEWER = Principal("vera", "Vera", Role.VIEWER)


@pytest.fixture
def started(connection_id: str) -> str:
    """A connection whose import is done."""
    run_import(connection_id)
    return connection_id


def spoil(contact_id: str, **values: str) -> None:
    """Give a contact values that our own forms would refuse, as an older import might have."""
    with write() as session:
        row = session.get_one(ContactRow, contact_id)
        for column, value in values.items():
            setattr(row, column, value)


def rules(connection_id: str, *ids: str) -> dict[str, list[str]]:
    return {one.name: [str(problem) for problem in one.problems] for one in plan_creation(connection_id, ids).refused}


class TestCreating:
    def test_each_contact_is_counted_once_with_what_stands_in_its_way(self, xero: Xero, connection_id: str) -> None:
        linked, stopped = add("Linked", "linked@example.com"), add("Stopped", "stopped@example.com")
        for name in ("Linked", "Stopped"):
            xero.create(name, f"{name.lower()}@example.com")
        run_import(connection_id)
        links.stop(SYSTEM, [item.link_id for item in synced() if item.name == "Stopped"])
        ready, sending, gone = add("Ready"), add("Sending"), add("Gone")
        create_in_xero(SYSTEM, sending, connection_id)
        archive.archive_contact(SYSTEM, gone)
        plan = plan_creation(connection_id, (linked, stopped, ready, sending, gone, "nobody"))
        assert (plan.ready, plan.linked, plan.under_way, plan.archived, plan.calls) == ((ready,), 2, 1, 1, 1)
        assert [contact.name for contact in plan.first.values()] == ["Ready"]

    def test_what_breaks_xeros_rules_is_named_with_field_and_rule(self, started: str) -> None:
        bad = add("Bad Email")
        spoil(bad, email="not an address", country="Österreich")
        assert rules(started, bad) == {
            "Bad Email": [
                "Billing email: must be a valid email address",
                "Country: must contain only the letters A to Z and spaces",
            ]
        }

    def test_a_name_that_is_chosen_twice_is_not_sent(self, started: str) -> None:
        assert set(rules(started, add("Twin"), add("twin"), add("Other"))) == {"Twin", "twin"}

    def test_who_was_in_xero_before_is_kept_back_with_what_became_of_it_there(
        self, xero: Xero, connection_id: str
    ) -> None:
        names = ("Archie Archived", "Mary Merged", "Sue Survivor")
        ids = [add(name, f"{name[:3]}@example.com") for name in names]
        archived, merged, survivor = (xero.create(name, f"{name[:3]}@example.com") for name in names)
        run_import(connection_id)
        xero.archive(archived)
        xero.merge(merged, survivor)
        delta_is_due()
        sync.tick(connection_id)
        ready = add("Ready")
        plan = plan_creation(connection_id, (*ids, ready))
        assert (plan.ready, plan.linked) == ((ready,), 1)
        assert [(one.contact_id, one.was_there, one.problems[-1].rule) for one in plan.refused] == [
            (ids[0], True, "was archived in Xero: restore it there, or create it again from its page"),
            (ids[1], True, "was merged into Sue Survivor in Xero: its page says what you can do"),
        ]
        report = create_many.create_many(SYSTEM, connection_id, (*ids[:2], ready))
        assert report.done == 1
        assert [(one.name, one.reason[:16]) for one in report.skipped] == [
            ("Archie Archived", "It was archived "), ("Mary Merged", "It was merged in"),
        ]  # fmt: skip
        create_in_xero(SYSTEM, ids[0], connection_id)  # a person asked for it on its page
        sync.tick(connection_id)
        assert xero_client(ids[0]).state == "syncing"
        assert plan_creation(connection_id, (ids[0],)).linked == 1

    def test_many_go_fifty_a_call_and_each_outcome_is_told(self, xero: Xero, started: str) -> None:
        ids = [add(f"Person {number}") for number in range(120)]
        xero.create("Person 7")
        report = create_many.create_many(SYSTEM, started, ids)
        assert (report.done, report.skipped) == (120, ())
        assert create_many.creation_progress() == CreationProgress(120, 0)
        xero.forget_calls()
        sync.tick(started)
        assert len(xero.calls("PUT")) == 3
        assert create_many.creation_progress() == CreationProgress(0, 1)
        [held] = list_contacts(ContactFilter(linked="held")).rows
        assert (held.name, held.link_state) == ("Person 7", "held")
        assert "name" in held.problem

    def test_trying_again_answers_what_was_refused(self, xero: Xero, started: str) -> None:
        contact_id = add("Refused")
        holder = xero.create("Refused")
        create_in_xero(SYSTEM, contact_id, started)
        sync.tick(started)
        assert overview.get_overview().failing == 1
        xero.change(holder, Name="Somebody Else")
        delta_is_due()
        sync.tick(started)
        create_many.create_many(SYSTEM, started, [contact_id])
        sync.tick(started)
        assert xero_client(contact_id).state == "syncing"
        assert overview.get_overview().failing == 0

    def test_what_changed_since_the_preview_is_skipped_with_the_reason(self, started: str) -> None:
        stays, goes = add("Stays"), add("Goes")
        archive.archive_contact(SYSTEM, goes)
        report = create_many.create_many(SYSTEM, started, [stays, goes])
        assert report.done == 1
        assert [(one.name, "archived" in one.reason) for one in report.skipped] == [("Goes", True)]

    def test_what_somebody_else_asked_for_just_before_is_not_counted_again(self, started: str) -> None:
        ids = [add("Ada"), add("Bert")]
        assert create_many.create_many(SYSTEM, started, ids).done == 2
        report = create_many.create_many(SYSTEM, started, [*ids, add("Cara")])
        assert (report.done, {one.reason for one in report.skipped}) == (1, {"It is already being created in Xero."})

    def test_dismissing_counts_what_was_refused_and_is_in_the_log(self, xero: Xero, started: str) -> None:
        refused, fine = add("Refused"), add("Fine")
        xero.create("Refused")
        create_in_xero(SYSTEM, refused, started)
        sync.tick(started, delta=False)
        report = create_many.dismiss_held(SYSTEM, [refused, fine])
        assert (report.done, [one.name for one in report.skipped]) == (1, ["Fine"])
        assert create_many.dismiss_held(SYSTEM, [refused]).done == 0
        [told] = list_activity(ActivityFilter(action="xero.create_dismissed")).rows
        assert (told.contact_id, told.summary) == (refused, "Gave up creating Refused in Xero, which had refused it")

    def test_only_a_creation_can_be_dismissed_by_its_id(self, xero: Xero, started: str) -> None:
        contact_id = add("Ada", "ada@example.com")
        xero.create("Ada", "ada@example.com")
        xero.create("Taken")
        delta_is_due()
        sync.tick(started)
        edit(contact_id, name="Taken")
        sync.tick(started)
        with read() as session:
            [refused] = session.exec(select(IntentRow).where(IntentRow.state == HELD)).all()
        with pytest.raises(MovedOn):
            drop_create(SYSTEM, refused.id)
        assert create_many.dismiss_held(SYSTEM, [contact_id]).done == 0

    def test_a_viewer_creates_nothing(self, started: str) -> None:
        with pytest.raises(Forbidden):
            create_many.create_many(VIEWER, started, [add("Ada")])


@pytest.mark.usefixtures("database")
class TestContactType:
    def test_a_type_is_given_to_many_and_taken_back(self) -> None:
        ids = [add("Ada"), add("Bert")]
        contacts.add_contact(SYSTEM, ContactForm(Contact("Cara"), "Prospect", False))
        report = contact_bulk.set_contact_type(SYSTEM, contact_ids(ContactFilter()), " Prospect ")
        assert (report.done, [one.name for one in report.skipped]) == (2, ["Cara"])
        assert undo.undo_command(SYSTEM, report.command).done == 2
        assert {contacts.get_contact(one).contact_type for one in ids} == {"Client"}

    def test_another_contact_type_does_not_wait_for_the_next_sync(self, xero: Xero, connection_id: str) -> None:
        contact_id = add("Ada Archer", "ada@example.com")
        xero.create("Ada Archer", "ada@example.com")
        run_import(connection_id)
        tick(connection_id)
        xero.forget_calls()
        command = contact_bulk.set_contact_type(SYSTEM, [contact_id], "Prospect").command
        worker.take_turn()
        assert [(one.sync_state, one.goes_to_xero) for one in synced()] == [("ok", False)]
        undo.undo_command(SYSTEM, command)
        worker.take_turn()
        assert [(one.sync_state, one.goes_to_xero) for one in synced()] == [("ok", False)]
        assert xero.calls("POST") == []

    def test_it_is_not_taken_back_once_it_was_changed_again(self) -> None:
        contact_id = add("Ada")
        first = contact_bulk.set_contact_type(SYSTEM, [contact_id], "Prospect")
        contact_bulk.set_contact_type(SYSTEM, [contact_id], "Supplier")
        assert "changed since" in undo.undo_command(SYSTEM, first.command).skipped[0].reason
        assert contacts.get_contact(contact_id).contact_type == "Supplier"

    @pytest.mark.parametrize("kind", ["", "  ", "x" * 51, "two\nlines"])
    def test_a_type_that_is_none_is_refused_before_anything_is_changed(self, kind: str) -> None:
        with pytest.raises(BadInput):
            contact_bulk.set_contact_type(SYSTEM, [add("Ada")], kind)

    def test_an_edit_begun_before_is_refused_so_that_it_does_not_bring_the_old_type_back(self) -> None:
        contact_id = add("Ada")
        rev = contacts.get_contact(contact_id).rev
        contact_bulk.set_contact_type(SYSTEM, [contact_id], "Prospect")
        assert contacts.get_contact(contact_id).rev > rev


class TestArchiving:
    def test_many_are_archived_here_and_in_xero_and_come_back(self, xero: Xero, connection_id: str) -> None:
        ids = [add(f"Person {number}", f"p{number}@example.com") for number in range(3)]
        for number in range(2):
            xero.create(f"Person {number}", f"p{number}@example.com")
        run_import(connection_id)
        assert len(contact_bulk.syncing_among(ids)) == 2
        report = archive.archive_contacts(SYSTEM, [*ids, "nobody"], in_xero=True)
        assert (report.done, len(report.skipped)) == (3, 1)
        sync.tick(connection_id)
        assert {found["ContactStatus"] for found in xero.contacts()} == {"ARCHIVED"}
        assert archive.archive_contacts(SYSTEM, ids).done == 0
        assert archive.restore_contacts(SYSTEM, ids).done == 3
        assert list_contacts(ContactFilter()).total == 3


def test_the_ids_of_all_that_match_are_in_the_order_of_the_list(database: Database) -> None:
    for name in ("Bert", "ada", "Cara"):
        add(name)
    edit(contact_ids(ContactFilter(search="cara"))[0], phone="9999 1111")
    for wanted in (ContactFilter(), ContactFilter(descending=True), ContactFilter(search="9999")):
        assert contact_ids(wanted) == [row.id for row in list_contacts(wanted).rows]
