"""The full comparison: what webhooks and deltas missed is repaired, slowly and whatever stops it."""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs

import pytest

from models.api_call import ApiCallRow
from models.base import now
from services import connection, previous, sync, worker
from services.db import write
from services.errors import SyncError
from services.gateways.xero import store
from services.previous import PreviousFilter
from services.settings import get_settings
from simulator.ledger import Ledger
from simulator.server import Running
from tests.support.practice import add, contact, delta_is_due, full_comparison_is_due, run_import, synced
from tests.support.xero import Xero

NAMES = ("Ada Archer", "Ben Baker", "Cid Cook", "Dot Dale", "Eve Earl")
HOUR = 3600


@pytest.fixture
def people(xero: Xero, connection_id: str) -> dict[str, str]:
    """Five linked pairs that nobody has changed for hours: Xero's id by name."""
    xero.control("clock", advance=-3 * HOUR)
    ids = {name: xero.create(name, f"{name[:3].lower()}@example.com") for name in NAMES}
    xero.control("clock", advance=3 * HOUR)
    run_import(connection_id)
    xero.forget_calls()
    return ids


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two contacts a page, so that five make three pages."""
    monkeypatch.setattr(store, "PAGE_SIZE", 2)


def lose(simulator: Running, xero_id: str) -> None:
    """Let Xero forget a contact altogether, as its API never would."""
    tenant = simulator.state.first_tenant
    left = Ledger(contact for contact in tenant.ledger if contact.id != xero_id)
    simulator.state.tenants[tenant.id] = replace(tenant, ledger=left)


def pages_read(xero: Xero) -> list[int]:
    """The pages of full reads since the last look."""
    calls = [parse_qs(str(call["query"])) for call in xero.calls() if not call["modified_since"]]
    xero.forget_calls()
    return [int(query["page"][0]) for query in calls if "IDs" not in query]


def ended() -> list[tuple[str, str, str]]:
    """Links that ended: name, state, reason."""
    return [(row.contact_name, row.state, row.reason) for row in previous.list_previous(PreviousFilter()).rows]


def test_a_merge_that_nothing_told_of_is_found(xero: Xero, connection_id: str, people: dict[str, str]) -> None:
    xero.control("quirks", quiet_merges=True)
    xero.control("clock", advance=3600)
    xero.merge(people["Ada Archer"], people["Ben Baker"])
    sync.tick(connection_id)
    sync.tick(connection_id)
    full_comparison_is_due()
    sync.tick(connection_id)
    assert ended() == [("Ada Archer", "broken", "The contact was merged into another one in Xero.")]


def test_a_contact_that_xero_does_not_know_any_more_is_gone_and_stays_in_the_practice(
    xero: Xero, simulator: Running, connection_id: str, people: dict[str, str]
) -> None:
    lose(simulator, people["Ada Archer"])
    full_comparison_is_due()
    sync.tick(connection_id)
    sync.tick(connection_id)
    assert ended() == [("Ada Archer", "broken", "The contact is no longer in Xero.")]
    assert len(synced()) == 4
    assert contact(previous.list_previous(PreviousFilter()).rows[0].contact_id).name == "Ada Archer"


def test_archived_contacts_are_in_a_full_read_and_not_gone(
    xero: Xero, connection_id: str, people: dict[str, str]
) -> None:
    xero.archive(people["Ada Archer"])
    full_comparison_is_due()
    sync.tick(connection_id)
    sync.tick(connection_id)
    assert ended() == [("Ada Archer", "broken", "The contact was archived in Xero.")]


def test_a_comparison_that_finds_nothing_new_takes_one_call_a_page_and_then_rests(
    xero: Xero, connection_id: str, people: dict[str, str]
) -> None:
    full_comparison_is_due()
    sync.tick(connection_id)
    assert [call["method"] for call in xero.calls()] == ["GET", "GET"]
    assert pages_read(xero) == [1]
    sync.tick(connection_id)
    assert pages_read(xero) == []


@pytest.mark.usefixtures("small_pages")
def test_it_reads_one_page_a_tick(xero: Xero, connection_id: str, people: dict[str, str]) -> None:
    full_comparison_is_due()
    for page in ([1], [2], [3], []):
        sync.tick(connection_id)
        assert pages_read(xero) == page


@pytest.mark.usefixtures("small_pages")
def test_after_a_failure_it_goes_on_at_the_page_that_failed(
    xero: Xero, connection_id: str, people: dict[str, str]
) -> None:
    full_comparison_is_due()
    sync.tick(connection_id)
    assert pages_read(xero) == [1]
    xero.fault(action="drop", effect="after", method="GET", path="/Contacts", skip=1)
    with pytest.raises(SyncError):
        sync.tick(connection_id)
    xero.forget_calls()
    for page in ([2], [3], []):
        sync.tick(connection_id)
        assert pages_read(xero) == page
    assert ended() == []


@pytest.mark.usefixtures("small_pages")
def test_contacts_that_slip_between_pages_are_asked_about_before_they_count_as_gone(
    xero: Xero, simulator: Running, connection_id: str, people: dict[str, str]
) -> None:
    full_comparison_is_due()
    sync.tick(connection_id)
    first = min(people, key=lambda name: people[name])
    lose(simulator, people[first])
    for _ in range(4):
        sync.tick(connection_id)
    assert ended() == []
    assert len(synced()) == 5
    full_comparison_is_due()
    for _ in range(4):
        sync.tick(connection_id)
    assert ended() == [(first, "broken", "The contact is no longer in Xero.")]


def test_a_contact_that_comes_back_syncs_again(
    xero: Xero, simulator: Running, connection_id: str, people: dict[str, str]
) -> None:
    tenant = simulator.state.first_tenant
    lose(simulator, people["Ada Archer"])
    full_comparison_is_due()
    sync.tick(connection_id)
    sync.tick(connection_id)
    simulator.state.tenants[tenant.id] = tenant
    full_comparison_is_due()
    sync.tick(connection_id)
    assert "Ada Archer" in [row.name for row in synced()]


def test_a_tick_that_webhooks_or_edits_woke_reads_no_page(xero: Xero, people: dict[str, str]) -> None:
    full_comparison_is_due()
    add("Fay Fox", "fay@example.com")
    worker.take_turn()
    assert xero.calls() == []
    delta_is_due()
    worker.take_turn()
    assert pages_read(xero) == [1]


@pytest.mark.parametrize("trouble", ["limit", "away"])
def test_what_was_read_arrives_although_the_comparison_gets_no_further(
    xero: Xero, connection_id: str, people: dict[str, str], settings: pytest.MonkeyPatch, trouble: str
) -> None:
    xero.change(people["Ada Archer"], EmailAddress="ada@new.example")
    full_comparison_is_due()
    delta_is_due()
    if trouble == "limit":
        settings.setenv("XERO_CALLS_PER_DAY", "100")
        get_settings.cache_clear()
        used = connection.get_connection(connection_id).calls_used_today
        earlier = now() - timedelta(hours=1)
        with write() as session:
            session.add_all(ApiCallRow(connection_id=connection_id, at=earlier) for _ in range(89 - used))
    else:
        xero.fault(action="status", status=503, method="GET", path="/Contacts", times=9, skip=1)
    worker.take_turn()
    assert "ada@new.example" in [row.email for row in synced()]
    assert connection.get_connection(connection_id).error != ""
