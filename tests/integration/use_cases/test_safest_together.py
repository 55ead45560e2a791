"""Confirm Match for many: the safest match issues together, each as it was shown."""

import pytest

from services import differences, issue_answers, issues, jobs, links, sync, undo
from services.access import SYSTEM
from services.issue_answers import Pairing
from services.issues import IssueFilter
from services.reconcile.resemblance import resemblance_between
from tests.support.practice import add, contact, edit, run_import, synced, tick
from tests.support.questions import ask, suggest
from tests.support.xero import Xero


def asked() -> list[str]:
    """The names of the Xero contacts that people are asked about."""
    return [one.xero_name for one in issues.list_issues(IssueFilter()).rows]


def shown() -> tuple[Pairing, ...]:
    """What a person would confirm together."""
    return issue_answers.pairings(issues.issue_ids(IssueFilter())).pairs


def test_looking_whom_many_mean_says_how_far_it_is(
    xero: Xero, connection_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(xero, connection_id, ("Alpha Ltd", "Alpha"), ("Beta", "Beta Limited"), ("Robert Brown", "Bob Brown"))
    monkeypatch.setattr(issue_answers, "BATCH", 2)
    far: list[tuple[int, int]] = []
    with jobs.watched(lambda done, total: far.append((done, total))):
        found = issue_answers.pairings(issues.issue_ids(IssueFilter(sort="name")))
    assert far == [(2, 3), (3, 3)]
    assert [(one.xero_name, one.contact_name) for one in found.pairs] == [
        ("Alpha", "Alpha Ltd"),
        ("Beta Limited", "Beta"),
    ]
    assert [one.name for one in found.skipped] == ["Bob Brown"]


def test_what_many_need_that_share_a_mailbox_grows_with_their_number_and_not_its_square(
    xero: Xero, connection_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(40):
        add(f"Client{number} Alpha{number} Ltd", "books@example.com")
        xero.create(f"Client{number} Alpha{number}", "books@example.com")
    run_import(connection_id)
    compared: list[object] = []
    monkeypatch.setattr(
        issue_answers, "resemblance_between", lambda *two: compared.append(two) or resemblance_between(*two)
    )
    pairs = shown()
    assert issue_answers.confirm_all(SYSTEM, pairs).done == len(pairs) == 40
    assert len(compared) <= 10 * 40


def test_the_safest_are_confirmed_together_and_undone_together(xero: Xero, connection_id: str) -> None:
    ask(xero, connection_id, ("Alpha Ltd", "Alpha"), ("Beta", "Beta Limited"), ("Robert Brown", "Bob Brown"))
    found = issue_answers.pairings(issues.issue_ids(IssueFilter()))
    assert [(one.xero_name, one.contact_name) for one in found.pairs] == [
        ("Alpha", "Alpha Ltd"),
        ("Beta Limited", "Beta"),
    ]
    assert [one.name for one in found.skipped] == ["Bob Brown"]
    report = issue_answers.confirm_all(SYSTEM, shown())
    assert (report.done, len(synced())) == (2, 2)
    assert undo.undo_command(SYSTEM, report.command).done == 2
    assert (len(synced()), len(asked())) == (0, 3)


@pytest.mark.parametrize(("names", "stays"), [("practice", "Alpha Ltd"), ("xero", "Alpha")])
def test_whose_name_stays_is_chosen_for_all_of_the_safest_at_once(
    xero: Xero, connection_id: str, names: str, stays: str
) -> None:
    ask(xero, connection_id, ("Alpha Ltd", "Alpha"))
    [pair] = shown()
    assert pair.names_differ
    report = issue_answers.confirm_all(SYSTEM, shown(), names)
    sync.tick(connection_id)
    [item] = synced()
    assert (report.done, item.name, xero.contact(item.xero_id)["Name"]) == (1, stays, stays)
    assert differences.list_differences().total == 0


def test_a_choice_for_all_names_is_undone_with_the_links(xero: Xero, connection_id: str) -> None:
    ask(xero, connection_id, ("Alpha Ltd", "Alpha"))
    report = issue_answers.confirm_all(SYSTEM, shown(), "xero")
    assert undo.undo_command(SYSTEM, report.command).done == 1
    assert (asked(), synced()) == (["Alpha"], [])
    assert [one.contact_name for one in shown()] == ["Alpha Ltd"]


def test_one_whose_best_contact_changed_since_is_refused_and_never_linked_with_another(
    xero: Xero, connection_id: str
) -> None:
    ask(xero, connection_id, ("Alpha Ltd", "Alpha"))
    [pair] = chosen = shown()
    edit(pair.contact_id, name="Somebody Else")
    add("Alpha Limited", "c0@example.com")
    suggest(connection_id)
    report = issue_answers.confirm_all(SYSTEM, chosen)
    [skipped] = report.skipped
    assert skipped.reason == "Another contact of yours now fits better. Check it, then try again."
    assert synced() == []


@pytest.mark.parametrize("winner", ["practice", "xero"])
def test_the_choice_of_names_is_never_taken_for_names_that_were_not_shown(
    xero: Xero, connection_id: str, winner: str
) -> None:
    ask(xero, connection_id, ("Alpha Ltd", "Alpha"))
    [pair] = chosen = shown()
    [theirs] = [one.xero_id for one in issues.list_issues(IssueFilter()).rows]
    edit(pair.contact_id, name="Alpha Pty Ltd")
    xero.change(theirs, Name="ALPHA Limited")
    tick(connection_id)
    suggest(connection_id)
    [skipped] = issue_answers.confirm_all(SYSTEM, chosen, winner).skipped
    assert skipped.reason == "One of the two has changed since it was shown. Check it, then try again."
    tick(connection_id)
    assert (contact(pair.contact_id).name, xero.contact(theirs)["Name"]) == ("Alpha Pty Ltd", "ALPHA Limited")


def test_twins_on_either_side_are_not_of_the_safest_kind(xero: Xero, connection_id: str) -> None:
    add("Alpha Ltd", "alpha@example.com")
    add("Alpha Limited", "alpha@example.com")
    xero.create("Alpha", "alpha@example.com")
    xero.create("Beta", "beta@example.com")
    xero.create("Beta Limited", "beta@example.com")
    ask(xero, connection_id)
    add("Beta Ltd", "beta@example.com")
    sync.tick(connection_id)
    found = issue_answers.pairings(issues.issue_ids(IssueFilter()))
    assert found.pairs == ()
    assert {one.reason for one in found.skipped} >= {"Several contacts of yours fit it equally well."}


def test_one_that_is_linked_already_is_left_out(xero: Xero, connection_id: str) -> None:
    ask(xero, connection_id, ("Alpha Ltd", "Alpha"))
    [pair] = shown()
    issue_answers.confirm(SYSTEM, pair.issue_id, pair.contact_id)
    xero.create("Alpha, Ltd.", "c0@example.com")
    sync.tick(connection_id)
    assert shown() == ()


@pytest.mark.parametrize("renamed", [False, True])
def test_one_that_a_person_stopped_is_left_out(xero: Xero, connection_id: str, renamed: bool) -> None:
    add("Alpha Ltd", "alpha@example.com")
    theirs = xero.create("Alpha Ltd", "alpha@example.com")
    run_import(connection_id)
    links.stop(SYSTEM, [one.link_id for one in synced()])
    if renamed:
        xero.change(theirs, Name="Zeta", EmailAddress="zeta@example.com")
    xero.create("Alpha, Ltd.", "alpha@example.com")
    tick(connection_id)
    suggest(connection_id)
    assert shown() == ()
