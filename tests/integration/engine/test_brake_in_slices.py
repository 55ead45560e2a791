"""A mass change in slices, each too small for the brake: they add up over a day, and what people did does not."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast

import pytest
from sqlalchemy import update

from models.connection import ConnectionRow
from models.link import LinkRow
from services import brake, differences, previous, sync
from services.access import SYSTEM
from services.db import write
from services.gateways.store import Store
from services.gateways.xero.wire import store_for
from services.policies import FieldPolicy, SyncPolicies, save_policies
from services.previous import PreviousFilter
from services.reconcile import brake as rules
from services.reconcile.contact import Field
from services.reconcile.policy import Wins
from services.steps import brake as steps
from services.steps import updates
from tests.support.practice import delta_is_due, edit, run_import, synced
from tests.support.xero import Xero

COUNT = 12
SLICE = 3


@pytest.fixture
def book(xero: Xero, connection_id: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A dozen linked contacts; their Xero ids, by number. As few as four go through the brake, and fewer in a call."""
    for module in (rules, steps):
        monkeypatch.setattr(module, "ALWAYS_ALLOWED", 4)
    monkeypatch.setattr(updates, "WRITES_A_CALL", SLICE)
    ids = [xero.create(f"Person {number:03}", f"p{number}@example.com") for number in range(COUNT)]
    run_import(connection_id)
    return ids


def change(xero: Xero, connection_id: str, ids: list[str], email: str = "all@the-same.example") -> bool:
    """Change a slice in Xero. Whether the brake is on after it was read."""
    for xero_id in ids:
        xero.change(xero_id, EmailAddress=email)
    delta_is_due()
    sync.tick(connection_id)
    return brake.get_brake(connection_id) is not None


def test_slices_of_more_than_a_quarter_within_a_day_stop(xero: Xero, connection_id: str, book: list[str]) -> None:
    assert not change(xero, connection_id, book[:SLICE])
    assert change(xero, connection_id, book[SLICE : 2 * SLICE])
    held = brake.get_brake(connection_id)
    assert held is not None
    assert held.reason.endswith("With these, Xero's changes would have stopped or overwritten 6 within a day.")
    assert len([row for row in synced() if row.email == "all@the-same.example"]) == SLICE


def test_contacts_that_end_count_with_those_overwritten(xero: Xero, connection_id: str, book: list[str]) -> None:
    assert not change(xero, connection_id, book[:SLICE])
    for xero_id in book[SLICE : 2 * SLICE]:
        xero.archive(xero_id)
    assert change(xero, connection_id, [])
    assert previous.list_previous(PreviousFilter(state="broken")).total == 0


def test_the_same_few_contacts_again_and_again_are_a_busy_day(xero: Xero, connection_id: str, book: list[str]) -> None:
    assert not any(change(xero, connection_id, book[:SLICE], f"n{number}@example.com") for number in range(4))


def test_a_day_later_the_count_begins_anew(xero: Xero, connection_id: str, book: list[str]) -> None:
    assert not change(xero, connection_id, book[:SLICE])
    with write() as session:
        earlier = LinkRow.unasked_at - timedelta(hours=25)  # type: ignore[operator]
        session.execute(update(LinkRow).values(unasked_at=earlier))
    assert not change(xero, connection_id, book[SLICE : 2 * SLICE])


def test_what_was_released_counts_no_more(xero: Xero, connection_id: str, book: list[str]) -> None:
    change(xero, connection_id, book[:SLICE])
    assert change(xero, connection_id, book[SLICE : 2 * SLICE])
    brake.release(SYSTEM, connection_id)
    assert not change(xero, connection_id, [])
    assert not change(xero, connection_id, book[2 * SLICE : 3 * SLICE])


def test_what_people_chose_or_edited_themselves_does_not_count(xero: Xero, connection_id: str, book: list[str]) -> None:
    for row in synced()[: 2 * SLICE]:
        edit(row.contact_id, phone="+64 9 300 9000")
        xero.change(row.xero_id, Phones=[{"PhoneType": "DEFAULT", "PhoneNumber": "2000000"}])
        if (row.name[-2:]) == f"{SLICE - 1}":
            assert not change(xero, connection_id, [])
    assert not change(xero, connection_id, [])
    assert differences.choose(SYSTEM, differences.difference_ids(), "xero").done == 2 * SLICE
    assert not change(xero, connection_id, book[2 * SLICE : 3 * SLICE])


def test_what_xero_changed_while_writes_waited_for_working_hours_is_not_carried_over_as_they_are_sent(
    xero: Xero, connection_id: str, book: list[str]
) -> None:
    write_to_all_at_night(connection_id)
    for xero_id in book:
        xero.change(xero_id, EmailAddress="all@the-same.example")
    keep_to(connection_id, {})
    sync.tick(connection_id, delta=False)
    sync.tick(connection_id, delta=False)
    assert brake.get_brake(connection_id) is not None
    assert not any(row.email == "all@the-same.example" for row in synced())


class Interrupted:
    """The way to Xero, with something that people do just before the first change is sent."""

    def __init__(self, store: Any, act: Callable[[], None]) -> None:
        self._store, self._acts = store, [act]

    def __getattr__(self, name: str) -> Any:
        if name == "update" and self._acts:
            self._acts.pop()()
        return getattr(self._store, name)


def let_go_meanwhile(connection_id: str, act: Callable[[], None]) -> None:
    """Working hours begin, and what waited for them is sent while people `act`."""
    keep_to(connection_id, {})
    sync.tick(
        connection_id,
        open_store=lambda *which: cast(Store, Interrupted(store_for(*which), act)),
        delta=False,
    )


def write_to_all_at_night(connection_id: str) -> None:
    """Everybody's phone is changed here, in slices; what goes to Xero waits for the morning."""
    keep_to(connection_id, {"from": "08:00", "to": "18:00", "days": []})
    for number, row in enumerate(synced(), 1):
        edit(row.contact_id, phone="+64 9 300 9000")
        if number % SLICE == 0:
            sync.tick(connection_id, delta=False)


def test_what_people_edit_while_others_of_their_edits_are_sent_is_looked_at_by_the_brake_first(
    xero: Xero, connection_id: str, book: list[str]
) -> None:
    write_to_all_at_night(connection_id)
    rows = synced()

    def edit_all() -> None:
        for row in rows:
            edit(row.contact_id, email=f"new{row.email}")

    let_go_meanwhile(connection_id, edit_all)
    assert not any(xero.contact(xero_id)["EmailAddress"].startswith("new") for xero_id in book)
    sync.tick(connection_id, delta=False)
    assert brake.get_brake(connection_id) is not None


def test_what_a_policy_decides_while_writes_are_sent_is_looked_at_by_the_brake_first(
    xero: Xero, connection_id: str, book: list[str]
) -> None:
    keep_to(connection_id, {"from": "08:00", "to": "18:00", "days": []})
    for number, row in enumerate(synced(), 1):
        edit(row.contact_id, phone="+64 9 300 9000", email=f"ours{row.email}")
        xero.change(row.xero_id, EmailAddress=f"theirs{row.email}")
        if number % SLICE == 0:
            delta_is_due()
            sync.tick(connection_id)
    assert differences.list_differences().total == COUNT
    practice_wins = {field: FieldPolicy(wins=Wins.PRACTICE) for field in Field}
    let_go_meanwhile(connection_id, lambda: save_policies(SYSTEM, connection_id, SyncPolicies(practice_wins)))
    assert differences.list_differences().total == COUNT
    sync.tick(connection_id, delta=False)
    assert brake.get_brake(connection_id) is not None


def keep_to(connection_id: str, hours: dict[str, object]) -> None:
    """Let changes be sent at these hours alone."""
    with write() as session:
        session.get_one(ConnectionRow, connection_id).push_hours = hours
