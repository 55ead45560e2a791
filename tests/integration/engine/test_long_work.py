"""Work that takes longer than a lease lasts: it keeps its lease while it gets on, and loses it when it sleeps."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine

from models.base import now
from services import brake, sync
from services.errors import Stale
from services.records import leases
from services.records.leases import Lease
from services.steps import foreseeing
from tests.support.practice import delta_is_due, run_import
from tests.support.xero import Xero

COUNT = 60


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[time_machine.Traveller]:
    """A clock to move on, by which leases are renewed."""
    with time_machine.travel(now()) as clock:
        monkeypatch.setattr(leases, "monotonic", time.time)
        yield clock


@pytest.fixture
def book(xero: Xero, connection_id: str) -> list[str]:
    """Linked contacts that have all changed in Xero."""
    ids = [xero.create(f"Person {number:02}", f"p{number}@example.com") for number in range(COUNT)]
    run_import(connection_id)
    for number, xero_id in enumerate(ids):
        xero.change(xero_id, EmailAddress=f"new{number}@example.com")
    delta_is_due()
    return ids


def at_each_count(monkeypatch: pytest.MonkeyPatch, act: Callable[[], None]) -> None:
    """Let something happen whenever the brake looks at a link."""
    plan_of = foreseeing.plan_of

    def look(*args: Any) -> Any:
        act()
        return plan_of(*args)

    monkeypatch.setattr(foreseeing, "plan_of", look)


def test_a_mass_change_that_takes_longer_to_count_than_a_lease_lasts_stops_at_the_brake(
    connection_id: str, book: list[str], monkeypatch: pytest.MonkeyPatch, clock: time_machine.Traveller
) -> None:
    taken: list[Lease | None] = []

    def slowly() -> None:
        clock.shift(5)
        taken.append(leases.take(f"tick:{connection_id}"))

    at_each_count(monkeypatch, slowly)
    sync.tick(connection_id)
    assert taken == [None] * COUNT
    assert brake.get_brake(connection_id) is not None


def test_a_worker_that_sleeps_past_its_lease_while_it_counts_goes_no_further(
    connection_id: str, book: list[str], monkeypatch: pytest.MonkeyPatch, clock: time_machine.Traveller
) -> None:
    taken: list[Lease | None] = []

    def sleeps() -> None:
        clock.shift(leases.LENGTH)
        taken.append(leases.take(f"tick:{connection_id}"))

    at_each_count(monkeypatch, sleeps)
    with pytest.raises(Stale):
        sync.tick(connection_id)
    assert len(taken) == 1
    assert brake.get_brake(connection_id) is None
