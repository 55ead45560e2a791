"""One suite for both sides: whatever the engine may rely on holds for the contact book and for Xero alike."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from services import db
from services.errors import Gone
from services.gateways.contact_book import ContactBook
from services.gateways.store import Change, Draft, Outcome, Record, Status, Store
from services.gateways.xero.store import XeroStore
from services.gateways.xero.wire import store_for
from services.reconcile.contact import Address, Contact, Field
from simulator.state import Options, State
from tests.soak.wire import DirectClient
from tests.support.xero import connect

ADA = Contact(
    "Ada Archer", "ada@example.com", "+61 2 9999 1111", Address("1 High St\nLevel 2", "Leeds", "", "LS1", "England")
)


@pytest.fixture(params=["contact book", "xero", "xero without a web server"])
def store(request: pytest.FixtureRequest, database: db.Database) -> Iterator[Store]:
    """Each side in turn, empty."""
    if request.param == "xero":
        request.getfixturevalue("xero")
        yield store_for(connect())
        return
    if request.param == "xero without a web server":
        state = State(Options(contacts=0))
        yield XeroStore(DirectClient(state, state.first_tenant))  # type: ignore[arg-type]
        return
    with database.write() as session:
        yield ContactBook(session)


def made(outcome: Outcome) -> Record:
    """The record of a write that succeeded."""
    assert isinstance(outcome, Record), outcome
    return outcome


def create(store: Store, *contacts: Contact) -> list[Record]:
    """Create contacts with numbers n0, n1, … in one call."""
    drafts = [Draft(contact, f"n{at}") for at, contact in enumerate(contacts)]
    return [made(outcome) for outcome in store.create(drafts, key=f"key {len(contacts)} {contacts[0].name}")]


def test_what_is_created_is_read_back_field_by_field(store: Store) -> None:
    [record] = create(store, ADA)
    assert record.contact == ADA
    assert [found.contact for found in store.by_ids([record.id])] == [ADA]


def test_a_created_record_is_found_by_its_number(store: Store) -> None:
    [record] = create(store, ADA)
    assert [found.id for found in store.by_number("n0")] == [record.id]
    assert store.by_number("n9") == []


def test_creating_again_under_the_same_number_answers_with_what_is_there(store: Store) -> None:
    [record] = create(store, ADA)
    [outcome] = store.create([Draft(Contact("Someone Else"), "n0")], key="another")
    assert made(outcome).id == record.id
    assert len(store.page().records) == 1


def test_ids_that_do_not_exist_are_simply_absent(store: Store) -> None:
    [record] = create(store, ADA)
    found = store.by_ids(["00000000-0000-4000-8000-000000000000", record.id])
    assert [item.id for item in found] == [record.id]


@pytest.mark.parametrize("field", list(Field))
def test_an_update_overwrites_the_named_field_alone(store: Store, field: Field) -> None:
    [record] = create(store, ADA)
    new = Contact("Ada Byron", "new@example.com", "+64 9 555 0000", Address("9 New Rd", "York", "", "YO1", "England"))
    [outcome] = store.update([Change(record.id, {field: new.get(field)})])
    assert made(outcome).contact == ADA.with_values({field: new.get(field)})
    assert store.by_ids([record.id])[0].contact == made(outcome).contact


@pytest.mark.parametrize("field", [Field.EMAIL, Field.PHONE, Field.ADDRESS])
def test_a_field_can_be_cleared(store: Store, field: Field) -> None:
    [record] = create(store, ADA)
    blank = Address() if field is Field.ADDRESS else ""
    [outcome] = store.update([Change(record.id, {field: blank})])
    assert made(outcome).contact == ADA.with_values({field: blank})


def test_outcomes_come_in_the_order_asked_and_one_refusal_stops_no_other(store: Store) -> None:
    first, second = create(store, ADA, Contact("Bert Bean"))
    store.archive([first.id])
    gone, done = store.update(
        [Change(first.id, {Field.EMAIL: "x@example.com"}), Change(second.id, {Field.EMAIL: "b@example.com"})]
    )
    assert isinstance(gone, Gone)
    assert made(done).contact.email == "b@example.com"


def test_an_archived_record_is_listed_as_archived_and_refuses_edits(store: Store) -> None:
    [record] = create(store, ADA)
    assert made(store.archive([record.id])[0]).status is Status.ARCHIVED
    assert [item.status for item in store.page().records] == [Status.ARCHIVED]
    assert isinstance(store.update([Change(record.id, {Field.EMAIL: ""})])[0], Gone)
    assert isinstance(store.archive([record.id])[0], Gone)


def test_updating_a_record_that_does_not_exist_is_gone(store: Store) -> None:
    [outcome] = store.update([Change("00000000-0000-4000-8000-000000000000", {Field.EMAIL: ""})])
    assert isinstance(outcome, Gone)


def test_a_page_counts_all_and_asks_only_for_what_changed(store: Store) -> None:
    create(store, ADA, Contact("Bert Bean"))
    page = store.page()
    assert (page.number, page.pages, page.count, len(page.records)) == (1, 1, 2, 2)
    assert store.page(changed_since=page.answered_at + timedelta(minutes=1)).records == ()
    assert len(store.page(changed_since=datetime(2020, 1, 1, tzinfo=UTC)).records) == 2


def test_hostile_text_passes_through_unchanged(store: Store) -> None:
    contact = Contact("=cmd() & 'Söhne' \"Ltd\" 🦊 مرحبا.", "", "", Address("<script>alert(1)</script>", "D'Arcy"))
    [record] = create(store, contact)
    assert store.by_ids([record.id])[0].contact == contact
