"""Working through match issues: fields decided at once, and what is put off."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import update

from models.issue import IssueRow
from services import activity, differences, issue_answers, issue_detail, issue_queue, issues, overview, sync, undo
from services.access import SYSTEM, Principal, Role
from services.activity import ActivityFilter
from services.db import Database, write
from services.errors import BadInput, Forbidden, MovedOn
from services.issue_queue import beginning_of
from services.issues import IssueFilter, IssueItem
from services.reconcile.contact import Field
from tests.support.practice import add, contact, edit, run_import, synced
from tests.support.questions import ask
from tests.support.xero import Xero

PHONE = [{"PhoneType": "DEFAULT", "PhoneNumber": "9999 1111"}]


def listed(**wanted: str) -> list[IssueItem]:
    return list(issues.list_issues(IssueFilter(**wanted)).rows)


def only() -> str:
    [issue_id] = issues.issue_ids(IssueFilter())
    return issue_id


def test_reasons_are_precise_counted_and_filtered_and_scores_sorted(xero: Xero, connection_id: str) -> None:
    ask(xero, connection_id, ("Alpha Ltd", "Alpha"), ("Beta", "Beta Limited"), ("Robert Brown", "Bob Brown"))
    counts = issues.reason_counts(IssueFilter())
    assert (counts[0].text, counts[0].count, counts[0].safe) == (
        "Same billing email; name differs only by company suffix",
        2,
        True,
    )
    assert [item.xero_name for item in listed(reason=counts[0].key)] == ["Alpha", "Beta Limited"]
    assert [item.reason_text for item in listed(reason=counts[0].key)] == [counts[0].text] * 2
    assert len(listed(reason=issues.SAFE)) == 2
    assert sum(len(listed(score=band)) for band in ("80", "50", "0", "none")) == 3
    by_score = [item.score or 0 for item in issues.list_issues(IssueFilter(sort="score", descending=True)).rows]
    assert all(a >= b for a, b in pairwise(by_score))


@pytest.mark.parametrize(("winner", "name"), [("practice", "Robert Brown"), ("xero", "Bob Brown")])
def test_what_stays_is_chosen_at_confirm_and_is_then_on_both_sides(
    xero: Xero, connection_id: str, winner: str, name: str
) -> None:
    contact_id = add("Robert Brown", "rob@example.com")
    xero_id = xero.create("Bob Brown", "rob@example.com", Phones=PHONE)
    run_import(connection_id)
    shown = issue_detail.get_issue(only())
    before = issue_detail.preview(shown, shown.candidates[0], {Field.NAME: winner})
    assert (before.fields[0].practice_after, before.fields[0].xero_after) == (name, name)
    issue_answers.confirm(SYSTEM, only(), contact_id, {Field.NAME: winner}, before.versions)
    sync.tick(connection_id)
    assert (contact(contact_id).name, xero.contact(xero_id)["Name"]) == (name, name)
    assert differences.list_differences().total == 0
    assert contact(contact_id).phone == "9999 1111"


@pytest.mark.parametrize("winner", ["practice", "xero"])
def test_such_a_confirmation_is_undone_with_everything_as_it_was(xero: Xero, connection_id: str, winner: str) -> None:
    contact_id = add("Robert Brown", "rob@example.com")
    xero_id = xero.create("Bob Brown", "rob@example.com", Phones=PHONE)
    run_import(connection_id)
    before, issue_id = contact(contact_id), only()
    command = issue_answers.confirm(SYSTEM, issue_id, contact_id, {Field.NAME: winner})
    assert undo.undo_command(SYSTEM, command).done == 1
    assert (contact(contact_id), synced(), only()) == (before, [], issue_id)
    sync.tick(connection_id)
    assert (xero.contact(xero_id)["Name"], contact(contact_id)) == ("Bob Brown", before)


def test_what_changed_since_it_was_shown_is_not_confirmed(xero: Xero, connection_id: str) -> None:
    ask(xero, connection_id, ("Robert Brown", "Bob Brown"))
    shown = issue_detail.get_issue(only())
    contact_id = shown.candidates[0].contact_id
    seen = issue_detail.preview(shown, shown.candidates[0]).versions
    edit(contact_id, name="Robbie Brown")
    with pytest.raises(MovedOn):
        issue_answers.confirm(SYSTEM, only(), contact_id, {Field.NAME: "xero"}, seen)
    with pytest.raises(MovedOn):
        issue_answers.confirm(SYSTEM, only(), contact_id, {Field.EMAIL: "xero"})
    assert synced() == []


def test_what_is_put_off_leaves_the_list_until_its_day_and_can_be_brought_back(xero: Xero, connection_id: str) -> None:
    ask(xero, connection_id, ("Robert Brown", "Bob Brown"))
    issue_id = only()
    assert issue_queue.defer(SYSTEM, [issue_id], "week").done == 1
    assert (listed(), overview.get_overview().issues) == ([], 0)
    assert [item.issue_id for item in listed(state="deferred")] == [issue_id]
    issue_queue.bring_back(SYSTEM, [issue_id])
    assert only() == issue_id
    assert len(issue_queue.bring_back(SYSTEM, [issue_id]).skipped) == 1
    issue_queue.defer(SYSTEM, [issue_id], "tomorrow")
    with write() as session:
        session.execute(update(IssueRow).values(deferred_until=datetime.now(UTC) - timedelta(minutes=2)))
    assert only() == issue_id


def test_days_begin_in_the_practices_zone(database: Database) -> None:
    sunday = datetime(2026, 11, 22, 15, 30, tzinfo=UTC)
    assert beginning_of("tomorrow", sunday) == datetime(2026, 11, 23, tzinfo=UTC)
    assert beginning_of("week", sunday) == datetime(2026, 11, 23, tzinfo=UTC)
    assert beginning_of("week", sunday + timedelta(days=1)) == datetime(2026, 11, 30, tzinfo=UTC)


def test_a_note_is_kept_and_all_of_it_is_in_the_log(xero: Xero, connection_id: str) -> None:
    ask(xero, connection_id, ("Robert Brown", "Bob Brown"))
    issue_queue.set_note(SYSTEM, only(), "  asked\nthe client ")
    assert listed()[0].note == "asked the client"
    issue_queue.defer(SYSTEM, [only()], "month")
    actions = {entry.action for entry in activity.list_activity(ActivityFilter()).rows}
    assert {"issue.noted", "issue.deferred"} <= actions
    [deferred] = issues.issue_ids(IssueFilter(state="deferred"))
    with pytest.raises(BadInput):
        issue_queue.set_note(SYSTEM, deferred, "x" * 501)


def test_a_note_that_somebody_else_changed_meanwhile_is_not_overwritten(xero: Xero, connection_id: str) -> None:
    ask(xero, connection_id, ("Robert Brown", "Bob Brown"))
    issue_queue.set_note(SYSTEM, only(), "Asked the client", "")
    with pytest.raises(MovedOn):
        issue_queue.set_note(SYSTEM, only(), "Call him", "")
    assert listed()[0].note == "Asked the client"
    assert issue_queue.set_note(SYSTEM, only(), "Asked the client", "") == ""
    assert issue_queue.set_note(SYSTEM, only(), "Call him", "Asked the client")


def test_a_viewer_may_do_none_of_it(xero: Xero, connection_id: str) -> None:
    ask(xero, connection_id, ("Robert Brown", "Bob Brown"))
    vera = Principal("vera", "Vera", Role.VIEWER)
    for act in (
        lambda: issue_answers.confirm_all(vera, ()),
        lambda: issue_queue.defer(vera, [only()], "week"),
        lambda: issue_queue.bring_back(vera, [only()]),
        lambda: issue_queue.set_note(vera, only(), "x"),
    ):
        with pytest.raises(Forbidden):
            act()
