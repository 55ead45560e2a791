"""What an admin may set per field: who wins a difference, which way changes travel, and whether blanks do."""

from typing import Any

import pytest

from models.connection import ConnectionRow
from services import decided, differences, policies, sync
from services.access import SYSTEM
from services.activity import ActivityFilter, list_activity
from services.db import write
from tests.support.practice import add, contact, edit, run_import, synced
from tests.support.xero import Xero

Pair = tuple[str, str]


@pytest.fixture
def pair(xero: Xero, connection_id: str) -> Pair:
    """A linked pair: the practice's id and Xero's."""
    contact_id = add("Ada Archer", "ada@example.com", "+61 2 9999 1111")
    xero_id = xero.create("Ada Archer", "ada@example.com")
    run_import(connection_id)
    return contact_id, xero_id


def allow(connection_id: str, **values: Any) -> None:
    """Set policies as the settings page stores them."""
    with write() as session:
        connection = session.get_one(ConnectionRow, connection_id)
        for name, value in values.items():
            setattr(connection, name, value)


def test_saving_what_is_there_already_is_no_change(connection_id: str, xero: Xero) -> None:
    policies.save_policies(SYSTEM, connection_id, policies.get_policies(connection_id))
    assert list_activity(ActivityFilter(action="connection.policies")).total == 0


def differ(xero: Xero, connection_id: str, pair: Pair) -> None:
    edit(pair[0], email="ada@practice.example")
    xero.change(pair[1], EmailAddress="ada@xero.example")
    sync.tick(connection_id)
    sync.tick(connection_id)


@pytest.mark.parametrize(
    ("wins", "final", "lost"),
    [
        ("xero", "ada@xero.example", "ada@practice.example"),
        ("practice", "ada@practice.example", "ada@xero.example"),
    ],
)
def test_a_policy_settles_a_difference_and_keeps_the_value_that_lost(
    xero: Xero, connection_id: str, pair: Pair, wins: str, final: str, lost: str
) -> None:
    allow(connection_id, field_rules={"email": {"wins": wins}})
    differ(xero, connection_id, pair)
    assert (contact(pair[0]).email, xero.contact(pair[1])["EmailAddress"]) == (final, final)
    assert differences.list_differences().total == 0
    [decision] = decided.list_decided().rows
    assert (decision.winner, decision.actor, decision.kept, decision.lost) == (wins, "sync", final, lost)
    [entry] = list_activity(ActivityFilter(action="difference.by_policy")).rows
    assert entry.before == {"email": lost}


@pytest.mark.parametrize("wins", ["xero", "practice"])
def test_a_value_that_lost_can_be_restored_on_both_sides(xero: Xero, connection_id: str, pair: Pair, wins: str) -> None:
    allow(connection_id, field_rules={"email": {"wins": wins}})
    differ(xero, connection_id, pair)
    [decision] = decided.list_decided().rows
    assert decided.restore(SYSTEM, [decision.difference_id]).done == 1
    sync.tick(connection_id)
    assert (contact(pair[0]).email, xero.contact(pair[1])["EmailAddress"]) == (decision.lost, decision.lost)


def test_every_value_that_lost_is_kept_not_only_the_last(xero: Xero, connection_id: str, pair: Pair) -> None:
    allow(connection_id, field_rules={"email": {"wins": "xero"}})
    for number in (1, 2):
        edit(pair[0], email=f"ada@practice{number}.example")
        xero.change(pair[1], EmailAddress=f"ada@xero{number}.example")
        sync.tick(connection_id)
    assert [row.lost for row in decided.list_decided().rows] == ["ada@practice2.example", "ada@practice1.example"]


def test_a_value_that_lost_is_not_restored_over_a_newer_one(xero: Xero, connection_id: str, pair: Pair) -> None:
    allow(connection_id, field_rules={"email": {"wins": "xero"}})
    differ(xero, connection_id, pair)
    edit(pair[0], email="ada@newest.example")
    report = decided.restore(SYSTEM, [decided.list_decided().rows[0].difference_id])
    assert [row.reason for row in report.skipped] == ["The value that won has been changed since."]
    assert contact(pair[0]).email == "ada@newest.example"


@pytest.mark.parametrize("way", ["to_xero", "to_practice"])
def test_a_field_travels_only_the_way_that_is_open(xero: Xero, connection_id: str, pair: Pair, way: str) -> None:
    allow(connection_id, field_rules={"phone": {"way": way}, "email": {"way": way}})
    edit(pair[0], phone="+61 2 8888 0000")
    xero.change(pair[1], EmailAddress="ada@xero.example")
    sync.tick(connection_id)
    phones = {phone["PhoneType"]: phone.get("PhoneNumber", "") for phone in xero.contact(pair[1])["Phones"]}
    assert "".join(phones["DEFAULT"].split()).endswith("88880000") == (way == "to_xero")
    assert (contact(pair[0]).email == "ada@xero.example") == (way == "to_practice")


def test_a_value_cleared_in_xero_is_kept_here_where_blanks_do_not_travel(
    xero: Xero, connection_id: str, pair: Pair
) -> None:
    allow(connection_id, blank_policy="keep")
    xero.change(pair[1], EmailAddress="")
    sync.tick(connection_id)
    assert contact(pair[0]).email == "ada@example.com"
    assert synced()[0].sync_state == "ok"


def test_decisions_by_policy_count_for_the_brake(xero: Xero, connection_id: str) -> None:
    pairs = []
    for number in range(25):
        contact_id = add(f"Person {number}", f"p{number}@example.com")
        pairs.append((contact_id, xero.create(f"Person {number}", f"p{number}@example.com")))
    run_import(connection_id)
    allow(connection_id, field_rules={"email": {"wins": "xero"}})
    for contact_id, xero_id in pairs:
        edit(contact_id, email=f"{contact_id}@practice.example")
        xero.change(xero_id, EmailAddress=f"{xero_id}@xero.example")
    tally = sync.tick(connection_id)
    assert tally is not None
    assert tally.braked
    assert contact(pairs[0][0]).email.endswith("@practice.example")
