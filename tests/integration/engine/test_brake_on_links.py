"""What a person links, beside a policy: what the policy overwrites is left to the next tick, whose brake counts it."""

from collections.abc import Callable
from contextlib import suppress

import pytest

from services import connection, differences, issue_answers, issues, links, policies, previous, undo
from services.access import SYSTEM
from services.errors import SyncError
from services.issues import IssueFilter
from services.policies import FieldPolicy, SyncPolicies
from services.previous import PreviousFilter
from services.reconcile.contact import Field
from services.reconcile.policy import Wins
from tests.support.lost_answers import later
from tests.support.practice import add, contact, edit, run_import, synced, tick
from tests.support.xero import Xero

MANY = 25
"""More than the brake lets pass."""
OURS, THEIRS = "5555 0001", "5555 0002"
BOTH = pytest.mark.parametrize("wins", [Wins.PRACTICE, Wins.XERO])
Pairs = list[tuple[str, str]]


def there(xero: Xero, name: str, email: str) -> str:
    return xero.create(name, email, Phones=[{"PhoneType": "DEFAULT", "PhoneNumber": THEIRS}])


def phone_in_xero(xero: Xero, xero_id: str) -> str:
    [phone] = [one for one in xero.contact(xero_id)["Phones"] if one["PhoneType"] == "DEFAULT"]
    return str(phone["PhoneNumber"])


def let_win(connection_id: str, wins: Wins) -> None:
    rules = dict.fromkeys(Field, FieldPolicy()) | {Field.PHONE: FieldPolicy(wins=wins)}
    policies.save_policies(SYSTEM, connection_id, SyncPolicies(rules))


def rematched(xero: Xero, connection_id: str, wins: Wins) -> Pairs:
    """Pairs that were stopped while their phones differed, and are matched again under a policy."""
    pairs = _pairs(xero)
    run_import(connection_id)
    ids = [one.link_id for one in synced()]
    links.stop(SYSTEM, ids)
    let_win(connection_id, wins)
    assert all(one.linked for one in links.rematch(SYSTEM, ids))
    return pairs


def confirmed(xero: Xero, connection_id: str, wins: Wins) -> Pairs:
    """Pairs of the safest kind that are confirmed together under a policy."""
    pairs = _pairs(xero, " Ltd")
    run_import(connection_id)
    let_win(connection_id, wins)
    found = issue_answers.pairings(issues.issue_ids(IssueFilter())).pairs
    assert issue_answers.confirm_all(SYSTEM, found, "xero").done == MANY
    return pairs


def _pairs(xero: Xero, ending: str = "") -> Pairs:
    names = [(f"Person {number:02}", f"p{number}@example.com") for number in range(MANY)]
    return [(add(name, email, OURS), there(xero, name + ending, email)) for name, email in names]


@BOTH
@pytest.mark.parametrize("link_many", [rematched, confirmed])
def test_linking_many_overwrites_nothing_beyond_the_brake(
    xero: Xero, connection_id: str, wins: Wins, link_many: Callable[[Xero, str, Wins], Pairs]
) -> None:
    pairs = link_many(xero, connection_id, wins)
    tick(connection_id)
    assert connection.get_connection(connection_id).braked_at
    assert all(contact(ours).phone == OURS for ours, _ in pairs)
    assert all(phone_in_xero(xero, theirs) == THEIRS for _, theirs in pairs)


@BOTH
def test_what_a_policy_decides_on_one_new_link_is_done_by_the_next_tick_and_the_rest_is_asked_at_once(
    xero: Xero, connection_id: str, wins: Wins
) -> None:
    ours, theirs, _ = one_confirmed(xero, connection_id, wins)
    assert [one.field for one in differences.list_differences().rows] == [Field.EMAIL]
    assert contact(ours).phone == OURS
    tick(connection_id)
    final = OURS if wins is Wins.PRACTICE else THEIRS
    assert (contact(ours).phone, phone_in_xero(xero, theirs)) == (final, final)
    assert [one.field for one in differences.list_differences().rows] == [Field.EMAIL]


@BOTH
def test_linking_is_undone_before_a_policy_has_decided(xero: Xero, connection_id: str, wins: Wins) -> None:
    ours, theirs, command = one_confirmed(xero, connection_id, wins)
    assert undo.undo_command(SYSTEM, command).done == 1
    tick(connection_id, 2)
    assert (contact(ours).phone, phone_in_xero(xero, theirs)) == (OURS, THEIRS)
    assert (synced(), issues.list_issues(IssueFilter()).total) == ([], 1)


def test_matching_again_is_undone_before_a_policy_has_decided(xero: Xero, connection_id: str) -> None:
    ours = add("Ada Archer", "ada@example.com", OURS)
    there(xero, "Ada Archer", "ada@example.com")
    run_import(connection_id)
    [link] = synced()
    links.stop(SYSTEM, [link.link_id])
    let_win(connection_id, Wins.XERO)
    [again] = links.rematch(SYSTEM, [link.link_id])
    assert undo.undo_command(SYSTEM, again.command).done == 1
    tick(connection_id, 2)
    assert contact(ours).phone == OURS
    assert previous.list_previous(PreviousFilter()).total == 1


def test_linking_is_undone_with_what_a_policy_has_overwritten_here_since(xero: Xero, connection_id: str) -> None:
    ours, _, command = one_confirmed(xero, connection_id, Wins.XERO)
    tick(connection_id)
    assert contact(ours).phone == THEIRS
    assert undo.undo_command(SYSTEM, command).done == 1
    tick(connection_id, 2)
    assert (contact(ours).phone, synced()) == (OURS, [])


def test_linking_is_not_undone_once_somebody_has_edited_the_contact_and_a_policy_decided_since(
    xero: Xero, connection_id: str
) -> None:
    ours, _, command = one_confirmed(xero, connection_id, Wins.XERO)
    edit(ours, phone="5555 0003")
    tick(connection_id)
    assert contact(ours).phone == THEIRS
    assert [one.reason for one in undo.undo_command(SYSTEM, command).skipped] == ["The contact has been edited since."]


def one_confirmed(xero: Xero, connection_id: str, wins: Wins) -> tuple[str, str, str]:
    """A match confirmed under a policy: the practice's id, Xero's, and the command."""
    ours, theirs = add("Ada Archer", "ada@example.com", OURS), there(xero, "Ada Archer", "archer@example.com")
    run_import(connection_id)
    let_win(connection_id, wins)
    return ours, theirs, issue_answers.confirm(SYSTEM, issues.issue_ids(IssueFilter())[0], ours)


def test_what_is_matched_after_the_first_import_is_counted_though_one_of_its_writes_fails_each_time(
    xero: Xero, connection_id: str
) -> None:
    let_win(connection_id, Wins.XERO)
    add("Poison", "poison@example.com", phone="+61 2 9999 9999")
    xero.create("Poison", "poison@example.com")
    xero.fault(method="POST", path="/Contacts", action="status", status=500, times=1000)
    with suppress(SyncError):
        run_import(connection_id)
    _long_after(xero, connection_id, 8)
    assert "500" in connection.get_connection(connection_id).error
    ours = [add(f"Person {number:02}", f"{number}@example.com", phone=OURS) for number in range(MANY)]
    for number in range(MANY):
        there(xero, f"Person {number:02}", f"{number}@example.com")
    _long_after(xero, connection_id, 2)
    assert {contact(one).phone for one in ours} == {OURS}


def _long_after(xero: Xero, connection_id: str, ticks: int) -> None:
    for _ in range(ticks):
        with suppress(SyncError):
            later(xero, connection_id, 1000)
