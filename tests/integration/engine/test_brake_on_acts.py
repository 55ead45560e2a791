"""What a person does for many contacts, beside a policy: what the policy overwrites is the brake's to count."""

import pytest

from services import clients, connection, differences, policies, undo
from services.access import SYSTEM
from services.clients import ClientFilter
from services.db import Database
from services.policies import FieldPolicy, SyncPolicies
from services.reconcile.contact import Field
from services.reconcile.policy import Wins
from services.settings import get_settings
from simulator.server import Running
from tests.support.practice import add, contact, edit, run_import, tick
from tests.support.xero import REFUSED, Xero, connect

MANY = 25
"""More than the brake lets pass."""
Pairs = list[tuple[str, str]]


@pytest.fixture
def pairs(xero: Xero, connection_id: str) -> Pairs:
    """Many linked pairs: the practice's id and Xero's."""
    return linked(xero, connection_id)


@pytest.fixture
def plenty(settings: pytest.MonkeyPatch, simulator: Running, database: Database) -> tuple[Xero, str]:
    """The simulator and a connection that may make as many calls as it likes."""
    settings.setenv("XERO_CALLS_PER_MINUTE", "100000")
    settings.setenv("XERO_CALLS_PER_DAY", "1000000")
    get_settings.cache_clear()
    simulator.state.reset(contacts=0, per_minute=100_000, per_day=1_000_000)
    return Xero(simulator.url), connect()


def linked(xero: Xero, connection_id: str) -> Pairs:
    names = [(f"Person {number:02}", f"p{number}@example.com") for number in range(MANY)]
    made = [(add(*one), xero.create(*one)) for one in names]
    run_import(connection_id)
    return made


@pytest.mark.parametrize("wins", [Wins.PRACTICE, Wins.XERO])
def test_undoing_many_choices_overwrites_nothing_beyond_the_brake(
    xero: Xero, connection_id: str, pairs: Pairs, wins: Wins
) -> None:
    edit_all_here(pairs)
    edit_all_there(xero, pairs)
    tick(connection_id)
    other = "practice" if wins is Wins.XERO else "xero"
    command = differences.choose(SYSTEM, differences.difference_ids(), other).command
    let_win(connection_id, wins)
    assert undo.undo_command(SYSTEM, command).done == MANY
    tick(connection_id)
    assert connection.get_connection(connection_id).braked_at
    assert nothing_overwritten(xero, pairs)


def test_retrying_many_overwrites_nothing_beyond_the_brake(plenty: tuple[Xero, str]) -> None:
    xero, connection_id = plenty
    pairs = linked(xero, connection_id)
    for part in (pairs[:13], pairs[13:]):
        edit_all_here(part)
        xero.fault(method="POST", path="/Contacts", action="status", status=400, body=REFUSED, times=40)
        tick(connection_id)
        xero.forget_faults()
    failing = clients.client_ids(ClientFilter(sync_state="failing"))
    edit_all_there(xero, pairs)
    let_win(connection_id, Wins.XERO)
    tick(connection_id)
    assert len(failing) == MANY
    assert connection.get_connection(connection_id).braked_at
    clients.retry(SYSTEM, failing)
    assert nothing_overwritten(xero, pairs)


def edit_all_here(pairs: Pairs) -> None:
    for ours, _ in pairs:
        edit(ours, email=f"{ours}@ours.example")


def edit_all_there(xero: Xero, pairs: Pairs) -> None:
    for _, theirs in pairs:
        xero.change(theirs, EmailAddress=f"{theirs}@theirs.example")


def let_win(connection_id: str, wins: Wins) -> None:
    rules = dict.fromkeys(Field, FieldPolicy()) | {Field.EMAIL: FieldPolicy(wins=wins)}
    policies.save_policies(SYSTEM, connection_id, SyncPolicies(rules))


def nothing_overwritten(xero: Xero, pairs: Pairs) -> bool:
    there = all(xero.contact(theirs)["EmailAddress"] == f"{theirs}@theirs.example" for _, theirs in pairs)
    return there and all(contact(ours).email == f"{ours}@ours.example" for ours, _ in pairs)
