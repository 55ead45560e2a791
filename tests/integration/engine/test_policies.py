"""What an admin may set per field: who wins a difference, which way changes travel, and whether blanks do."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import update

from models.connection import ConnectionRow
from models.link import LinkRow
from services import create_one, decided, differences, links, policies, sync, undo
from services.access import SYSTEM
from services.activity import ActivityFilter, list_activity
from services.db import write
from services.policies import FieldPolicy
from services.reconcile.contact import Field
from services.reconcile.policy import Wins
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


@pytest.mark.parametrize("told", [True, False])
def test_a_value_that_was_restored_is_taken_back_on_both_sides(
    xero: Xero, connection_id: str, pair: Pair, told: bool
) -> None:
    allow(connection_id, field_rules={"email": {"wins": "xero"}})
    differ(xero, connection_id, pair)
    [decision] = decided.list_decided().rows
    command = decided.restore(SYSTEM, [decision.difference_id]).command
    if told:
        sync.tick(connection_id)
    assert undo.undo_command(SYSTEM, command).done == 1
    sync.tick(connection_id)
    assert (contact(pair[0]).email, xero.contact(pair[1])["EmailAddress"]) == (decision.kept, decision.kept)
    assert (differences.list_differences().total, decided.list_decided().total) == (0, 1)


def test_a_value_that_was_restored_and_edited_since_is_not_taken_back(
    xero: Xero, connection_id: str, pair: Pair
) -> None:
    allow(connection_id, field_rules={"email": {"wins": "xero"}})
    differ(xero, connection_id, pair)
    command = decided.restore(SYSTEM, [decided.list_decided().rows[0].difference_id]).command
    edit(pair[0], email="ada@newest.example")
    assert [one.reason for one in undo.undo_command(SYSTEM, command).skipped] == ["The contact has been edited since."]


def test_a_value_that_would_stay_here_is_not_restored(xero: Xero, connection_id: str) -> None:
    run_import(connection_id)
    contact_id = add("Bea Baker", "bea@example.com")
    create_one.create_in_xero(SYSTEM, contact_id, connection_id)
    sync.tick(connection_id)
    [link] = synced()
    edit(contact_id, email="bea@practice.example")
    xero.change(link.xero_id, EmailAddress="bea@xero.example")
    sync.tick(connection_id)
    assert differences.choose(SYSTEM, differences.difference_ids(), "xero").done == 1
    [decision] = decided.list_decided().rows
    [skipped] = decided.restore(SYSTEM, [decision.difference_id]).skipped
    assert (skipped.name, skipped.reason) == ("Bea Baker", "It takes changes from Xero only. Make it two-way first.")
    assert contact(contact_id).email == "bea@xero.example"
    links.make_two_way(SYSTEM, [link.link_id])
    allow(connection_id, field_rules={"email": {"way": "to_practice"}})
    [skipped] = decided.restore(SYSTEM, [decision.difference_id]).skipped
    assert skipped.reason.startswith("That value would not reach the other side. Held: nothing goes from the practice")


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
    assert synced()[0].sync_state == "kept"
    edit(pair[0], email="")
    sync.tick(connection_id)
    assert synced()[0].sync_state == "ok"


@pytest.fixture
def many(xero: Xero, connection_id: str) -> list[Pair]:
    """Linked pairs whose emails changed on both sides: more than the brake lets pass."""
    pairs = []
    for number in range(25):
        contact_id = add(f"Person {number}", f"p{number}@example.com")
        pairs.append((contact_id, xero.create(f"Person {number}", f"p{number}@example.com")))
    run_import(connection_id)
    for contact_id, xero_id in pairs:
        edit(contact_id, email=f"{contact_id}@practice.example")
        xero.change(xero_id, EmailAddress=f"{xero_id}@xero.example")
    return pairs


def test_decisions_by_policy_count_for_the_brake(connection_id: str, many: list[Pair]) -> None:
    allow(connection_id, field_rules={"email": {"wins": "xero"}})
    tally = sync.tick(connection_id)
    assert tally is not None
    assert tally.braked
    assert contact(many[0][0]).email.endswith("@practice.example")


def test_what_a_policy_decides_that_was_chosen_after_the_brake_had_looked_waits_for_its_next_look(
    xero: Xero, connection_id: str, many: list[Pair]
) -> None:
    xero.create("New Ned", "ned@example.com")
    now = policies.get_policies(connection_id)
    xero_wins = replace(now, fields={**now.fields, Field.EMAIL: FieldPolicy(Wins.XERO)})

    def progress(stage: str, _done: int, _total: int) -> None:
        if stage == "Matching contacts":
            policies.save_policies(SYSTEM, connection_id, xero_wins)

    sync.tick(connection_id, progress)
    assert contact(many[0][0]).email.endswith("@practice.example")
    tally = sync.tick(connection_id)
    assert tally is not None
    assert tally.braked


def test_what_was_edited_after_the_brake_had_looked_waits_for_its_next_look(
    xero: Xero, connection_id: str, many: list[Pair]
) -> None:
    xero.create("New Ned", "ned@example.com")

    def progress(stage: str, _done: int, _total: int) -> None:
        if stage == "Matching contacts":
            for number, (contact_id, _) in enumerate(many):
                edit(contact_id, name=f"Renamed {number}")

    sync.tick(connection_id, progress)
    assert xero.contact(many[0][1])["Name"] == "Person 0"
    tally = sync.tick(connection_id)
    assert tally is not None
    assert tally.braked


def test_what_was_made_two_way_after_the_brake_had_looked_waits_for_its_next_look(
    xero: Xero, connection_id: str, many: list[Pair]
) -> None:
    with write() as session:
        session.execute(update(LinkRow).values(two_way=False))
    for number, (contact_id, _) in enumerate(many):
        edit(contact_id, name=f"Renamed {number}")
    xero.create("New Ned", "ned@example.com")

    def progress(stage: str, _done: int, _total: int) -> None:
        if stage == "Matching contacts":
            links.make_two_way(SYSTEM, [row.link_id for row in synced() if not row.two_way])

    sync.tick(connection_id, progress)
    assert xero.contact(many[0][1])["Name"] == "Person 0"
    tally = sync.tick(connection_id)
    assert tally is not None
    assert tally.braked
