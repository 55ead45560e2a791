"""The file in which webhooks wait, when it is damaged: said once, kept aside, and nothing is missed."""

import logging
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import make_url

from services import worker
from services.db import Database
from tests.support.practice import contact
from tests.support.webhooks import asked, batch, event, send, signature, take_turn
from tests.support.xero import Xero

GARBAGE = b"not a database" * 1000


@pytest.fixture
def waiting(database: Database) -> Path:
    """The file in which webhooks wait."""
    return Path(f"{make_url(database.url).database}-arrivals")


def damage(waiting: Path) -> None:
    """Let the disk have written something else over it. From a log that is left beside it SQLite would mend it."""
    for part in ("-wal", "-shm"):
        waiting.with_name(f"{waiting.name}{part}").unlink(missing_ok=True)
    waiting.write_bytes(GARBAGE)


def kept(waiting: Path) -> list[bytes]:
    """What was kept aside."""
    return [path.read_bytes() for path in waiting.parent.glob(f"{waiting.name}-damaged-*")]


def test_a_damaged_file_of_webhooks_is_said_once_and_kept_and_xero_is_asked_what_changed(
    xero: Xero, people: dict[str, str], waiting: Path, caplog: pytest.LogCaptureFixture
) -> None:
    ada = next(iter(people))
    xero.change(people[ada], EmailAddress="ada@new.example")
    xero.tell_webhook()
    damage(waiting)
    for _ in range(3):
        worker.take_turn()
    assert asked(xero) == ["delta"]
    assert contact(ada).email == "ada@new.example"
    [said] = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert said.exc_info is None
    assert "The file in which webhooks wait was damaged." in said.getMessage()
    assert kept(waiting) == [GARBAGE]


def test_a_webhook_that_meets_a_damaged_file_is_answered_and_taken_in_and_what_was_lost_is_asked_for(
    xero: Xero, people: dict[str, str], address: str, simulator: Any, waiting: Path
) -> None:
    ada, ben = people
    raw = batch(event(simulator.tenant_id))
    send(address, raw, signature(raw))
    worker.take_turn()
    xero.forget_calls()
    xero.change(people[ada], EmailAddress="ada@new.example")
    damage(waiting)
    raw = batch(event(simulator.tenant_id) | {"resourceId": people[ben]}, first=3)
    assert send(address, raw, signature(raw)).status_code == 200
    worker.take_turn()
    assert "delta" in asked(xero)
    assert contact(ada).email == "ada@new.example"
    assert kept(waiting) == [GARBAGE]


@pytest.mark.parametrize("number", [-(2**70), 2**63, 10**30])
def test_a_batch_with_a_number_that_no_table_holds_does_not_keep_later_ones_out(
    xero: Xero, people: dict[str, str], address: str, simulator: Any, number: int
) -> None:
    raw = batch(event(simulator.tenant_id), first=number)
    assert send(address, raw, signature(raw)).status_code == 200
    raw = batch(event(simulator.tenant_id) | {"resourceId": next(iter(people.values()))})
    send(address, raw, signature(raw))
    assert take_turn(xero) == ["ids"]
