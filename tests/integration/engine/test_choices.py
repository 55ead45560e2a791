"""Choosing a difference: the field chosen travels, that one alone, or the choice is refused and says why."""

import pytest

from services import brake, clients, decided, differences, overview, policies, sync, timeline, undo
from services.access import SYSTEM
from services.differences import DifferenceItem
from services.errors import SyncError
from services.policies import FieldPolicy, SyncPolicies
from services.reconcile.contact import Field
from services.reconcile.policy import Blanks, Way, Wins
from tests.support.practice import add, contact, edit, retry_now, run_import, synced, tick
from tests.support.xero import Xero

Pair = tuple[str, str]
MANY = 25


@pytest.fixture
def pair(xero: Xero, connection_id: str) -> Pair:
    """A linked pair: the practice's id and Xero's."""
    ours = add("Ada Archer", "ada@example.com", phone="+64 9 1111111")
    theirs = xero.create("Ada Archer", "ada@example.com")
    run_import(connection_id)
    return ours, theirs


def phones(number: int) -> list[dict[str, str]]:
    return [{"PhoneType": "DEFAULT", "PhoneNumber": str(number)}]


def phone_in(xero: Xero, xero_id: str) -> str:
    return next(p.get("PhoneNumber", "") for p in xero.contact(xero_id)["Phones"] if p["PhoneType"] == "DEFAULT")


def save(connection_id: str, blanks: Blanks = Blanks.TRAVEL, **fields: FieldPolicy) -> None:
    rules = {field: fields.get(field.value, FieldPolicy()) for field in Field}
    policies.save_policies(SYSTEM, connection_id, SyncPolicies(rules, blanks))


def reasons(winner: str) -> list[str]:
    return [one.reason for one in differences.choose(SYSTEM, differences.difference_ids(), winner).skipped]


@pytest.mark.parametrize(("way", "winner"), [(Way.TO_XERO, "xero"), (Way.TO_PRACTICE, "practice")])
def test_a_value_that_may_not_travel_cannot_be_chosen_and_the_difference_stays_open(
    xero: Xero, connection_id: str, pair: Pair, way: Way, winner: str
) -> None:
    edit(pair[0], email="practice@example.com")
    xero.change(pair[1], EmailAddress="xero@example.com")
    tick(connection_id)
    save(connection_id, email=FieldPolicy(Wins.ASK, way))
    tick(connection_id)
    [why] = reasons(winner)
    assert why.startswith("That value would not reach the other side. Held: nothing goes from")
    assert differences.list_differences().total == 1


def test_a_blank_cannot_be_chosen_where_blanks_are_kept(xero: Xero, connection_id: str, pair: Pair) -> None:
    save(connection_id, Blanks.KEEP)
    edit(pair[0], phone="")
    xero.change(pair[1], Phones=phones(2222222))
    tick(connection_id)
    [why] = reasons("practice")
    assert "Held: what one side cleared is kept on the other." in why
    assert reasons("xero") == []
    tick(connection_id)
    assert contact(pair[0]).phone.endswith("2222222")


def test_a_choice_is_about_those_that_are_still_open_by_name(xero: Xero, connection_id: str) -> None:
    for number in range(3):
        add(f"Person {number}", f"p{number}@example.com", phone=f"+64 9 {1000000 + number}")
        xero.create(f"Person {number}", f"p{number}@example.com", Phones=phones(2000000 + number))
    run_import(connection_id)
    ids = differences.difference_ids(field="phone")
    assert (len(ids), differences.difference_ids(field="email")) == (3, [])
    differences.choose(SYSTEM, [ids[0]], "xero")
    about = differences.differences_among(ids, 1)
    assert ([row.name for row in about.rows], about.total) == (["Person 1"], 2)


def test_a_choice_does_not_do_what_the_brake_holds_back(xero: Xero, connection_id: str) -> None:
    pairs = []
    for number in range(MANY):
        ours = add(f"Person {number:03}", f"p{number}@example.com", phone=f"+64 9 {1000000 + number}")
        theirs = xero.create(f"Person {number:03}", f"p{number}@example.com", Phones=phones(2000000 + number))
        pairs.append((ours, theirs))
    run_import(connection_id)
    for _, theirs in pairs:
        xero.change(theirs, EmailAddress="all@the-same.example")
    tick(connection_id)
    assert differences.choose(SYSTEM, differences.difference_ids()[:5], "xero").done == 5
    assert differences.choose(SYSTEM, differences.difference_ids(), "practice").done == MANY - 5
    tick(connection_id)
    assert not [row for row in synced() if row.email == "all@the-same.example"]
    assert len([row for row in synced() if row.phone.startswith("2")]) == 5
    held = brake.get_brake(connection_id)
    assert held is not None
    assert [group.count for group in held.groups] == [MANY]
    brake.release(SYSTEM, connection_id)
    tick(connection_id, 2)
    assert len([row for row in synced() if row.email == "all@the-same.example"]) == MANY
    assert all(phone_in(xero, theirs).replace(" ", "")[-7] == contact(ours).phone[-7] for ours, theirs in pairs)


def differs(xero: Xero, connection_id: str, pair: Pair, theirs: str) -> DifferenceItem:
    """The one open difference, once Xero says this."""
    xero.change(pair[1], EmailAddress=theirs)
    tick(connection_id)
    [shown] = differences.list_differences().rows
    assert (shown.practice, shown.xero) == ("practice@example.com", theirs)
    return shown


@pytest.mark.parametrize("winner", ["practice", "xero"])
def test_a_choice_on_a_page_from_before_is_never_taken_for_values_that_were_not_on_it(
    xero: Xero, connection_id: str, pair: Pair, winner: str
) -> None:
    edit(pair[0], email="practice@example.com")
    stale = differs(xero, connection_id, pair, "xero@example.com")
    differs(xero, connection_id, pair, "newer@example.com")
    report = differences.choose(SYSTEM, [stale.difference_id], winner)
    assert [(one.name, one.reason) for one in report.skipped] == [
        ("Ada Archer", "A value has changed since it was shown. Check it, then try again.")
    ]
    tick(connection_id)
    assert contact(pair[0]).email == "practice@example.com"
    assert xero.contact(pair[1])["EmailAddress"] == "newer@example.com"
    assert reasons(winner) == []


def test_a_difference_whose_values_change_is_one_open_difference_and_its_choice_is_undone(
    xero: Xero, connection_id: str, pair: Pair
) -> None:
    edit(pair[0], email="practice@example.com")
    differs(xero, connection_id, pair, "xero@example.com")
    shown = differs(xero, connection_id, pair, "newer@example.com")
    tick(connection_id, 2)
    assert differences.difference_ids() == [shown.difference_id]
    assert (overview.get_overview().differences, overview.get_to_resolve().differences) == (1, 1)
    command = differences.choose(SYSTEM, [shown.difference_id], "xero").command
    assert [row.lost for row in decided.list_decided().rows] == ["practice@example.com"]
    assert undo.undo_command(SYSTEM, command).done == 1
    assert contact(pair[0]).email == "practice@example.com"
    tick(connection_id)
    assert differences.difference_ids() == [shown.difference_id]
    asked = [entry.changes[0].after for entry in timeline.get_timeline(pair[0]).entries if entry.way == timeline.ASKED]
    assert asked == ["newer@example.com", "xero@example.com"]


def test_a_choice_joins_what_already_waits_to_be_sent(xero: Xero, connection_id: str, pair: Pair) -> None:
    edit(pair[0], phone="+64 9 3333333")
    xero.change(pair[1], Phones=phones(2222222))
    tick(connection_id)
    edit(pair[0], email="practice@example.com")
    xero.fault(method="GET", path="/Contacts", action="drop", times=1)
    with pytest.raises(SyncError):  # the write is stored, and cannot be read back before it is sent
        sync.tick(connection_id, delta=False)
    assert differences.choose(SYSTEM, differences.difference_ids(), "practice").done == 1
    retry_now()
    sync.tick(connection_id, delta=False)
    assert xero.contact(pair[1])["EmailAddress"] == "practice@example.com"
    assert phone_in(xero, pair[1]).replace(" ", "").endswith("3333333")


def test_a_retry_writes_what_was_refused_and_leaves_the_rest_to_the_sync(
    xero: Xero, connection_id: str, pair: Pair
) -> None:
    other = xero.create("Bea Baker", "bea@example.com")
    tick(connection_id)
    edit(pair[0], name="Bea Baker")
    tick(connection_id)
    [failing] = [row for row in synced() if row.error]
    edit(pair[0], phone="+64 9 4444444")
    xero.change(other, Name="Bea Brown")
    assert clients.retry(SYSTEM, [failing.link_id]).done == 1
    tick(connection_id, 2)
    assert xero.contact(pair[1])["Name"] == "Bea Baker"
    assert phone_in(xero, pair[1]).replace(" ", "").endswith("4444444")
