"""What a release lets through: what was shown, in the very next tick, and nothing else."""

import pytest

from models.link import LinkRow
from services import brake, links, policies, previous, sync
from services.access import SYSTEM
from services.clients import ClientItem
from services.db import write
from services.errors import MovedOn, SyncError
from services.policies import FieldPolicy, SyncPolicies
from services.previous import PreviousFilter
from services.reconcile import brake as rules
from services.reconcile.contact import Field
from services.reconcile.policy import Wins
from services.steps import brake as steps
from tests.support.practice import add, delta_is_due, edit, run_import, synced
from tests.support.xero import Xero

COUNT = 12
MANY = 5
PHONE = [{"PhoneType": "DEFAULT", "PhoneNumber": "2000000"}]


@pytest.fixture(autouse=True)
def quick_brake(monkeypatch: pytest.MonkeyPatch) -> None:
    """As few as four go through."""
    for module in (rules, steps):
        monkeypatch.setattr(module, "ALWAYS_ALLOWED", 4)


@pytest.fixture
def book(xero: Xero, connection_id: str) -> list[str]:
    """A dozen linked contacts; their Xero ids, by number."""
    ids = [xero.create(f"Person {number:03}", f"p{number}@example.com") for number in range(COUNT)]
    run_import(connection_id)
    return ids


def tick(connection_id: str) -> None:
    delta_is_due()
    sync.tick(connection_id)


def broken() -> int:
    return previous.list_previous(PreviousFilter(state="broken")).total


def archive(xero: Xero, connection_id: str, ids: list[str]) -> None:
    for xero_id in ids:
        xero.archive(xero_id)
    tick(connection_id)


def test_what_comes_after_it_was_shown_is_not_released(xero: Xero, connection_id: str, book: list[str]) -> None:
    archive(xero, connection_id, book[:MANY])
    for xero_id in book[MANY:]:
        xero.archive(xero_id)
    brake.release(SYSTEM, connection_id)
    tick(connection_id)
    assert broken() == 0
    held = brake.get_brake(connection_id)
    assert held is not None
    assert held.count == COUNT


def test_a_few_changes_more_do_not_spoil_a_release(xero: Xero, connection_id: str, book: list[str]) -> None:
    archive(xero, connection_id, book[:MANY])
    for xero_id in book[MANY : MANY + 4]:
        xero.archive(xero_id)
    brake.release(SYSTEM, connection_id)
    tick(connection_id)
    assert broken() == MANY + 4


def test_other_contacts_than_those_shown_are_not_released_in_their_place(
    xero: Xero, connection_id: str, book: list[str]
) -> None:
    archive(xero, connection_id, book[:MANY])
    held = brake.get_brake(connection_id)
    for xero_id in book[:MANY]:
        xero.restore(xero_id)
    archive(xero, connection_id, book[MANY : 2 * MANY])
    brake.release(SYSTEM, connection_id, held)
    tick(connection_id)
    assert broken() == 0
    assert brake.get_brake(connection_id) is not None


def test_what_was_made_two_way_in_place_of_what_was_shown_is_not_released(
    xero: Xero, connection_id: str, book: list[str]
) -> None:
    one_way, shown = synced()[:MANY], synced()[MANY : 2 * MANY]
    take_from_xero_only(one_way)
    for row in one_way:
        edit(row.contact_id, email="kept@example.com")
    for row in shown:
        edit(row.contact_id, email="seen@example.com")
    tick(connection_id)
    held = brake.get_brake(connection_id)
    for row in shown:
        edit(row.contact_id, email=row.email)
    links.make_two_way(SYSTEM, [row.link_id for row in one_way])
    xero.fault(method="GET", path="/Contacts", action="drop", times=1)
    with pytest.raises(SyncError):
        tick(connection_id)  # so that the brake is not counted anew
    brake.release(SYSTEM, connection_id, held)
    tick(connection_id)
    assert xero.calls("POST") == []


def test_an_admin_who_saw_as_much_of_another_kind_looks_again(xero: Xero, connection_id: str, book: list[str]) -> None:
    one_way, others = synced()[:MANY], synced()[MANY : 2 * MANY]
    take_from_xero_only(one_way)
    for row in one_way:
        edit(row.contact_id, email="ours@example.com")
    for row in others:
        xero.change(row.xero_id, EmailAddress="theirs@example.com")
    tick(connection_id)
    held = brake.get_brake(connection_id)
    for row in others:
        xero.change(row.xero_id, EmailAddress=row.email)
    links.make_two_way(SYSTEM, [row.link_id for row in one_way])
    tick(connection_id)
    with pytest.raises(MovedOn):
        brake.release(SYSTEM, connection_id, held)
    tick(connection_id)
    assert xero.calls("POST") == []


def test_an_admin_who_saw_less_than_is_held_back_by_now_looks_again(
    xero: Xero, connection_id: str, book: list[str]
) -> None:
    archive(xero, connection_id, book[:MANY])
    held = brake.get_brake(connection_id)
    archive(xero, connection_id, book[MANY : 2 * MANY])
    with pytest.raises(MovedOn):
        brake.release(SYSTEM, connection_id, held)


def test_a_release_does_not_outlive_a_tick_that_failed(xero: Xero, connection_id: str, book: list[str]) -> None:
    archive(xero, connection_id, book[:MANY])
    brake.release(SYSTEM, connection_id)
    xero.fault(method="GET", path="/Contacts", action="drop", times=1)
    with pytest.raises(SyncError):
        tick(connection_id)
    tick(connection_id)
    assert broken() == 0
    assert brake.get_brake(connection_id) is not None


def test_a_release_of_nothing_lets_nothing_through_later(xero: Xero, connection_id: str, book: list[str]) -> None:
    archive(xero, connection_id, book[:MANY])
    for xero_id in book[:MANY]:
        xero.restore(xero_id)
    brake.release(SYSTEM, connection_id)
    tick(connection_id)
    archive(xero, connection_id, book[:MANY])
    assert broken() == 0
    assert brake.get_brake(connection_id) is not None


def test_a_policy_changed_after_it_was_shown_makes_a_release_void(xero: Xero, connection_id: str) -> None:
    for number in range(2 * MANY):
        add(f"Person {number:03}", f"p{number}@example.com", phone=f"+64 9 {1000000 + number}")
        xero.create(f"Person {number:03}", f"p{number}@example.com", Phones=PHONE)
    run_import(connection_id)
    for row in synced():
        xero.change(row.xero_id, EmailAddress="all@the-same.example")
    tick(connection_id)
    held = brake.get_brake(connection_id)
    save(connection_id, {Field.PHONE: FieldPolicy(Wins.XERO)})
    brake.release(SYSTEM, connection_id, held)
    tick(connection_id)
    assert not [row for row in synced() if row.phone == "2000000" or row.email == "all@the-same.example"]


def test_a_policy_over_differences_that_are_open_since_the_link_was_made_counts(xero: Xero, connection_id: str) -> None:
    for number in range(2 * MANY):
        add(f"Person {number:03}", f"p{number}@example.com", phone=f"+64 9 {1000000 + number}")
        xero.create(f"Person {number:03}", f"p{number}@example.com", Phones=PHONE)
    run_import(connection_id)
    save(connection_id, {Field.PHONE: FieldPolicy(Wins.XERO)})
    tick(connection_id)
    held = brake.get_brake(connection_id)
    assert held is not None
    assert held.count == 2 * MANY


def take_from_xero_only(rows: list[ClientItem]) -> None:
    with write() as session:
        for row in rows:
            session.get_one(LinkRow, row.link_id).two_way = False


def save(connection_id: str, fields: dict[Field, FieldPolicy]) -> None:
    policies.save_policies(
        SYSTEM, connection_id, SyncPolicies({field: fields.get(field, FieldPolicy()) for field in Field})
    )
