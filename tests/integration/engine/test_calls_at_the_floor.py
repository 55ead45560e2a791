"""As few calls as Xero's pages allow, counted by the simulated Xero: looks, imports, webhooks and writes."""

import math
from typing import Any

import pytest
from sqlmodel import select

from models.link import LinkRow
from services import brake, create_one, sync, webhooks, worker
from services.access import SYSTEM
from services.db import read
from services.reconcile.contact import Address
from services.records import inbox
from tests.support.practice import add, edit, run_import, synced
from tests.support.telling import put
from tests.support.webhooks import batch, event
from tests.support.xero import Xero, connect


def some(quick: list[int], slow: list[int]) -> Any:
    """How many contacts a test is about; the slow ones only in the soak."""
    values = [*quick, *(pytest.param(number, marks=pytest.mark.soak) for number in slow)]
    return pytest.mark.parametrize("number", values)


BY_HAND = some([1, 40, 41, 51], [39, 50, 120])
IN_BULK = some([0, 1, 1001], [999, 1000, 2500])


@pytest.fixture(scope="module", autouse=True)
def no_limits() -> Any:
    """So many tests make more calls a minute than Xero allows; what counts here is how many each needs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XERO_CALLS_PER_MINUTE", "100000")
        patch.setenv("XERO_CALLS_PER_DAY", "100000")
        yield


def start_over(xero: Xero, contacts: int) -> str:
    """A Xero with so many contacts, connected, with nothing imported. Returns the connection's id."""
    xero.control("reset", contacts=contacts, seed=3, per_minute=100_000, per_day=100_000)
    connection_id = connect()
    xero.forget_calls()
    return connection_id


def calls(xero: Xero) -> tuple[int, int]:
    """Reads and writes since the last look."""
    seen = xero.calls(path="/api.xro/2.0")
    xero.forget_calls()
    reads = sum(call["method"] == "GET" for call in seen)
    return reads, len(seen) - reads


def push(xero: Xero, connection_id: str) -> tuple[int, int]:
    """Let the worker write what was edited, and an admin release it where it is a mass change. Returns the calls."""
    worker.take_turn()
    if brake.get_brake(connection_id) is not None:
        xero.forget_calls()
        brake.release(SYSTEM, connection_id)
        worker.take_turn()
    return calls(xero)


def reads_of(number: int) -> int:
    """Calls that read so many contacts by id."""
    return math.ceil(number / 40)


def writes_of(number: int) -> int:
    """Calls that write so many contacts."""
    return math.ceil(number / 50)


@pytest.fixture
def pairs(database: object, xero: Xero, number: int) -> tuple[str, dict[str, str]]:
    """So many linked pairs, Xero's id by the practice's, and their connection."""
    connection_id = start_over(xero, number + number // 10)  # some are archived or of the same name
    run_import(connection_id)
    with read() as session:
        links = session.exec(select(LinkRow).limit(number)).all()
    found = {link.contact_id: link.xero_id for link in links}
    assert len(found) == number
    xero.forget_calls()
    return connection_id, found


@IN_BULK
def test_an_import_reads_a_page_for_every_thousand_contacts(database: object, xero: Xero, number: int) -> None:
    connection_id = start_over(xero, number)
    run_import(connection_id)
    reads, writes = calls(xero)
    assert math.ceil(number / 1000) <= reads <= math.ceil(number / 1000) + 3
    assert writes == 0


@pytest.mark.parametrize("number", [0, 51])
def test_a_look_at_nothing_new_is_one_call(pairs: tuple[str, dict[str, str]], xero: Xero) -> None:
    for _ in range(3):
        sync.tick(pairs[0])
        assert calls(xero) == (1, 0)


@BY_HAND
def test_contacts_that_webhooks_name_are_read_forty_a_call(
    pairs: tuple[str, dict[str, str]], xero: Xero, number: int, simulator: Any
) -> None:
    named = [{**event(simulator.tenant_id), "resourceId": xero_id} for xero_id in pairs[1].values()]
    webhooks.receive(batch(*named))
    webhooks.receive(batch(*named))
    webhooks.take_in()
    worker.take_turn()
    assert calls(xero) == (reads_of(number), 0)
    worker.take_turn()
    assert calls(xero) == (0, 0)


@pytest.mark.parametrize("number", [51])
def test_contacts_that_webhooks_named_while_the_sign_in_had_ended_come_with_one_look(
    pairs: tuple[str, dict[str, str]], xero: Xero, number: int, simulator: Any
) -> None:
    connection_id, found = pairs
    put(connection_id, state="sign_in_needed")
    for xero_id in found.values():
        xero.change(xero_id, FirstName="Changed")
        webhooks.receive(batch({**event(simulator.tenant_id), "resourceId": xero_id}))
    worker.take_turn()
    put(connection_id, state="connected", next_delta_at=None, next_tick_at=None)
    worker.take_turn()
    assert calls(xero) == (1, 0)
    with read() as session:
        assert inbox.waiting(session, connection_id) == {}


@BY_HAND
def test_changes_are_written_fifty_a_call_after_reading_forty_a_call(
    pairs: tuple[str, dict[str, str]], xero: Xero, number: int
) -> None:
    for place, contact_id in enumerate(pairs[1]):
        edit(contact_id, email=f"new{place}@example.com")
    reads, writes = push(xero, pairs[0])
    assert reads <= reads_of(number)
    assert writes == writes_of(number)


@pytest.mark.parametrize("number", [51])
def test_changes_of_phones_and_addresses_cost_no_more_reads(
    pairs: tuple[str, dict[str, str]], xero: Xero, number: int
) -> None:
    """Xero replaces all addresses and phones at once, so that those it has must go along."""
    for place, contact_id in enumerate(pairs[1]):
        edit(contact_id, phone=f"+64 9 555 {place:04}", address=Address(f"{place} High Street", city="Wellington"))
    reads, writes = push(xero, pairs[0])
    assert reads <= reads_of(number)
    assert writes == writes_of(number)


@BY_HAND
def test_contacts_are_created_fifty_a_call(database: object, xero: Xero, number: int) -> None:
    connection_id = start_over(xero, 0)
    run_import(connection_id)
    xero.forget_calls()
    for place in range(number):
        create_one.create_in_xero(SYSTEM, add(f"Person {place}", f"p{place}@example.com"), connection_id)
    reads, writes = push(xero, connection_id)
    assert reads <= reads_of(number)
    assert writes == writes_of(number)
    assert len(xero.contacts()) == number
    assert synced()
