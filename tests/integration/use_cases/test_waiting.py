"""A change that the sync has not looked at yet waits, on every screen alike, and each says what for."""

from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import event
from sqlmodel import select

from models.link import LinkRow
from services import brake, clients, connection, policies, practice_settings, sync, sync_states
from services.access import SYSTEM
from services.clients import ClientFilter
from services.db import Database, read
from services.errors import SignInNeeded
from services.policies import FieldPolicy, SyncPolicies
from services.practice_settings import Schedule
from services.reconcile.contact import Field
from services.reconcile.policy import Way, Wins
from services.records.links import fares
from tests.support.practice import add, delta_is_due, edit, run_import, synced, xero_client
from tests.support.xero import Xero

COUNT, MANY, FEW = 40, 21, 10
STATES = ("ok", "waiting", "difference", "kept", "failing")
BRAKE = "waits until the brake is released"
SIGN_IN = "waits until Xero is connected again"
NEXT = "goes with the next sync"
HOURS = "waits for working hours"


@pytest.fixture
def book(xero: Xero, connection_id: str) -> list[str]:
    """Forty linked contacts; their Xero ids, by number."""
    ids = [xero.create(f"Person {number:03}", f"p{number}@example.com") for number in range(COUNT)]
    run_import(connection_id)
    return ids


def contact_id(number: int) -> str:
    return next(row.contact_id for row in synced() if row.name == f"Person {number:03}")


def waiting() -> dict[str, str]:
    """Who waits and what for, once the counts, the filtered lists, the rows and the contacts' pages agree."""
    by_state = {state: clients.list_clients(ClientFilter(sync_state=state)) for state in STATES}
    for state, listing in by_state.items():
        assert {row.sync_state for row in listing.rows} <= {state}
    assert sum(listing.total for listing in by_state.values()) == len(synced())
    counted = sync_states.count_states()
    assert (counted.in_sync, counted.waiting) == (by_state["ok"].total, by_state["waiting"].total)
    assert (counted.differing, counted.kept) == (by_state["difference"].total, by_state["kept"].total)
    assert all(xero_client(row.contact_id).waits == row.waits for row in synced())
    return {row.name: row.waits for row in synced() if row.waits}


def look(connection_id: str) -> None:
    delta_is_due()
    sync.tick(connection_id)


def test_what_the_brake_holds_back_waits_until_it_is_released(xero: Xero, connection_id: str, book: list[str]) -> None:
    assert waiting() == {}
    for xero_id in book[:MANY]:
        xero.change(xero_id, EmailAddress="all@the-same.example")
    xero.archive(book[MANY])
    look(connection_id)
    edit(contact_id(30), phone="+64 9 300 1000")
    assert waiting() == dict.fromkeys([*(f"Person {number:03}" for number in range(MANY + 1)), "Person 030"], BRAKE)
    brake.release(SYSTEM, connection_id)
    look(connection_id)
    assert waiting() == {}


def test_links_that_the_brake_keeps_from_being_compared_wait_until_it_is_released(
    xero: Xero, connection_id: str
) -> None:
    run_import(connection_id)
    fields = dict.fromkeys(Field, FieldPolicy()) | {Field.PHONE: FieldPolicy(wins=Wins.XERO)}
    policies.save_policies(SYSTEM, connection_id, SyncPolicies(fields))
    names = [f"Person {number:03}" for number in range(MANY)]
    for name in names:
        add(name, f"{name[-3:]}@example.com", phone="300 1000")
        phone = {"PhoneType": "DEFAULT", "PhoneNumber": "300 2000"}
        xero.create(name, f"{name[-3:]}@example.com", Phones=[phone])
    for _ in range(2):  # linked, then counted by the brake
        look(connection_id)
    assert waiting() == dict.fromkeys(names, BRAKE)
    brake.release(SYSTEM, connection_id)
    look(connection_id)
    assert waiting() == {}


def test_every_link_waits_to_be_compared_after_a_policy_has_changed(connection_id: str, book: list[str]) -> None:
    fields = dict.fromkeys(Field, FieldPolicy(way=Way.TO_PRACTICE))
    policies.save_policies(SYSTEM, connection_id, SyncPolicies(fields))
    assert waiting() == {row.name: NEXT for row in synced()}
    look(connection_id)
    assert waiting() == {}


def test_an_edit_waits_until_xero_is_connected_again(xero: Xero, connection_id: str, book: list[str]) -> None:
    xero.control("disconnect", tenant=connection.get_connection(connection_id).tenant_id)
    with pytest.raises(SignInNeeded):
        look(connection_id)
    edit(contact_id(0), phone="+64 9 300 1000")
    assert waiting() == {"Person 000": SIGN_IN}
    assert sync_states.count_states().waiting == 1


def test_an_edit_goes_with_the_next_sync(connection_id: str, book: list[str]) -> None:
    edit(contact_id(0), phone="+64 9 300 1000")
    assert waiting() == {"Person 000": NEXT}
    look(connection_id)
    assert waiting() == {}


def test_an_edit_waits_for_working_hours_and_says_until_when(connection_id: str, book: list[str]) -> None:
    begin = datetime.combine(datetime.now(UTC).date() + timedelta(days=3), time(8), UTC)
    edit(contact_id(0), phone="+64 9 300 1000")
    practice_settings.save_schedule(SYSTEM, connection_id, Schedule(0, time(8), time(18), (begin.weekday(),)))
    for _ in range(2):  # before a sync has looked at the edit, and afterwards
        assert waiting() == {"Person 000": HOURS}
        assert [row.waits_until for row in synced() if row.waits] == [begin]
        assert xero_client(contact_id(0)).waits_until == begin
        look(connection_id)
    practice_settings.save_schedule(SYSTEM, connection_id, Schedule(0))
    assert waiting() == {"Person 000": NEXT}
    look(connection_id)
    assert waiting() == {}


def test_a_page_of_those_who_wait_for_working_hours_asks_for_the_hours_once(
    connection_id: str, book: list[str], database: Database
) -> None:
    day = (datetime.now(UTC).weekday() + 3) % 7
    practice_settings.save_schedule(SYSTEM, connection_id, Schedule(0, time(8), time(18), (day,)))
    for row in synced():
        edit(row.contact_id, phone="+64 9 300 1000")
    assert {row.waits for row in synced()} == {HOURS}
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(database.reader, "before_cursor_execute", note)
    try:
        assert len(synced()) == COUNT
    finally:
        event.remove(database.reader, "before_cursor_execute", note)
    assert len(seen) < FEW


def test_what_changed_in_xero_waits_for_no_working_hours(
    xero: Xero, connection_id: str, book: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    day = (datetime.now(UTC).weekday() + 3) % 7
    practice_settings.save_schedule(SYSTEM, connection_id, Schedule(0, time(8), time(18), (day,)))
    xero.change(book[0], EmailAddress="new@example.com")

    def die(*_: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(sync, "match_new", die)
        with pytest.raises(RuntimeError):
            look(connection_id)
    assert waiting() == {"Person 000": NEXT}
    look(connection_id)
    assert waiting() == {}


def test_a_difference_and_what_is_kept_apart_stay_what_they_are_when_nothing_changed(
    xero: Xero, connection_id: str, book: list[str]
) -> None:
    fields = dict.fromkeys(Field, FieldPolicy()) | {Field.EMAIL: FieldPolicy(way=Way.TO_PRACTICE)}
    policies.save_policies(SYSTEM, connection_id, SyncPolicies(fields))
    edit(contact_id(0), email="here@example.com")
    edit(contact_id(1), phone="+64 9 300 1000")
    xero.change(book[1], Phones=[{"PhoneType": "DEFAULT", "PhoneNumber": "3002000"}])
    look(connection_id)
    assert waiting() == {}
    states = sync_states.count_states()
    assert (states.kept, states.differing) == (1, 1)
    edit(contact_id(0), phone="+64 9 300 3000")
    assert waiting() == {"Person 000": NEXT}


@pytest.mark.usefixtures("database")
def test_who_waits_is_found_from_what_changed_and_not_by_a_look_at_every_link() -> None:
    query = select(LinkRow.id).where(fares("waiting"))
    with read() as session:
        sql = str(query.compile(session.connection(), compile_kwargs={"literal_binds": True}))
        plan = [row[-1] for row in session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}")]
    scanned = {step for step in plan if step.startswith("SCAN")}
    uncompared = "SCAN link_1 USING COVERING INDEX ix_link_unplanned"
    assert scanned == {"SCAN connection", "SCAN intent USING INDEX uq_intent_open", uncompared}
    assert all([step for step in plan if index in step] for index in ("ix_contact_rev", "ix_xero_contact_rev"))
