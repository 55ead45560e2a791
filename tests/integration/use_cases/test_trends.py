"""What happened day by day, counted in the practice's own days, and how many contacts are in which state."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert

from models.activity import ActivityRow
from services import differences, excluded, issue_answers, issue_queue, issues, policies, sync, sync_states, trends
from services.access import SYSTEM
from services.clients import ClientFilter, list_clients
from services.db import Database, write
from services.excluded import ExcludedCounts, ExcludedFilter, list_excluded
from services.issues import IssueFilter
from services.policies import FieldPolicy, SyncPolicies
from services.reconcile.contact import Field
from services.reconcile.policy import Way
from services.sync_states import SyncStates
from services.trends import Day
from tests.support.practice import add, delta_is_due, edit, run_import, synced
from tests.support.xero import Xero, connect

AUCKLAND = ZoneInfo("Pacific/Auckland")


def log(action: str, at: datetime, times: int = 1) -> None:
    empty: dict[str, str] = {}
    row = {
        "at": at, "actor": "sync", "action": action, "summary": "", "before": empty, "after": empty, "why": empty,
        "undo": empty, "command": "",
    }  # fmt: skip
    with write() as session:
        session.execute(insert(ActivityRow), [row] * times)


def days(zone: ZoneInfo = AUCKLAND, number: int = 30) -> list[Day]:
    return list(trends.by_day(zone, number))


def test_a_day_begins_at_midnight_in_the_practices_time_zone(database: Database) -> None:
    today = datetime.now(AUCKLAND).replace(hour=0, minute=0, second=0, microsecond=0)
    log("contact.updated_from_xero", today.astimezone(UTC), 2)
    log("xero.updated", (today - timedelta(seconds=1)).astimezone(UTC), 3)
    yesterday, now = days()[-2:]
    assert (now.day, now.to_practice, now.to_xero) == (today.date(), 2, 0)
    assert (yesterday.to_practice, yesterday.to_xero) == (0, 3)


def test_every_one_of_thirty_days_is_there_even_where_nothing_happened(database: Database) -> None:
    found = days()
    assert len(found) == 30
    assert all(later.day - earlier.day == timedelta(days=1) for earlier, later in pairwise(found))
    assert {(day.to_practice, day.to_xero, day.problems) for day in found} == {(0, 0, 0)}


def test_a_day_that_is_over_is_counted_once_and_today_each_time(database: Database) -> None:
    now = datetime.now(UTC)
    log("link.broken", now - timedelta(days=5))
    assert sum(day.problems for day in days()) == 1
    log("link.broken", now - timedelta(days=5))
    log("link.broken", now)
    assert sum(day.problems for day in days()) == 2


def test_match_issues_and_differences_are_questions_and_no_problems(connection_id: str, xero: Xero) -> None:
    contact_id = add("Ada Archer", "ada@example.com")
    xero_id = xero.create("Ada Archer", "ada@example.com")
    add("Robert Brown", "rob@example.com")
    xero.create("Bob Brown", "rob@example.com")
    run_import(connection_id)
    edit(contact_id, email="ours@example.com")
    xero.change(xero_id, EmailAddress="theirs@example.com")
    delta_is_due()
    sync.tick(connection_id)
    xero.change(xero_id, EmailAddress="newer@example.com")
    delta_is_due()
    sync.tick(connection_id)
    assert differences.list_differences().total == 1
    today = days(ZoneInfo("UTC"))[-1]
    assert (today.questions, today.problems) == (2, 0)


def test_the_last_entries_lead_to_contacts_that_are_there(connection_id: str, xero: Xero) -> None:
    contact_id = add("Ada Archer", "ada@example.com")
    first = trends.latest(2)[0]
    assert (first.summary, first.contact_id) == ("Added Ada Archer", contact_id)


def test_an_entry_about_a_match_issue_leads_to_it_as_long_as_it_is_not_answered(connection_id: str, xero: Xero) -> None:
    add("Robert Brown", "rob@example.com")
    xero.create("Bob Brown", "rob@example.com")
    run_import(connection_id)
    [issue] = issues.issue_ids(IssueFilter())

    def stands() -> tuple[str, str]:
        [entry] = [one for one in trends.latest() if one.summary == "Match issue for Bob Brown"]
        return entry.asked_about, entry.standing

    assert stands() == ("Bob Brown", "asked")
    issue_queue.defer(SYSTEM, [issue], "tomorrow")
    assert stands() == ("Bob Brown", "deferred")
    issue_queue.ignore(SYSTEM, [issue])
    assert stands() == ("Bob Brown", "ignored")
    issue_queue.unignore(SYSTEM, [issue])
    issue_answers.create_contact(SYSTEM, [issue])
    assert stands() == ("Bob Brown", "")


def test_states_are_counted_as_the_client_list_lists_them(connection_id: str, xero: Xero) -> None:
    first = add("Ada Archer", "ada@example.com")
    add("Dee Differs", "dee@example.com", "+64 9 555 0102")
    xero.create("Ada Archer", "ada@example.com")
    xero.create("Dee Differs", "dee@example.com", Phones=[{"PhoneType": "DEFAULT", "PhoneNumber": "5550103"}])
    add("Fine Fellow", "fine@example.com")
    xero.create("Fine Fellow", "fine@example.com")
    kept = add("Kay Kept", "kay@example.com")
    xero.create("Kay Kept", "kay@example.com")
    run_import(connection_id)
    one_way = {Field.EMAIL: FieldPolicy(way=Way.TO_PRACTICE)}
    policies.save_policies(SYSTEM, connection_id, SyncPolicies(dict.fromkeys(Field, FieldPolicy()) | one_way))
    xero.create("Taken Name", "taken@example.com")
    edit(kept, email="kept@here.example")
    edit(first, name="Taken Name")
    sync.tick(connection_id)
    assert sync_states.count_states() == SyncStates(1, waiting=0, failing=1, differing=1, kept=1, not_created=0)
    for state, number in (("ok", 1), ("failing", 1), ("difference", 1), ("waiting", 0), ("kept", 1)):
        assert list_clients(ClientFilter(sync_state=state)).total == number, state
        assert [row.sync_state for row in synced()].count(state) == number, state
    assert len(synced()) == 4


@pytest.mark.parametrize("type_filter", ["customers", "suppliers_customers", "all"])
def test_the_excluded_are_counted_as_they_are_listed(database: Database, xero: Xero, type_filter: str) -> None:
    connection_id = connect(type_filter)
    add("Robert Brown", "rob@example.com")
    xero.create("Bob Brown", "rob@example.com")
    xero.create("Sid Supplier", "sid@example.com", customer=False, IsSupplier=True)
    xero.create("Nina Neither", "nina@example.com", customer=False)
    xero.archive(xero.create("Old Client", "old@example.com"))
    run_import(connection_id)
    issue_queue.ignore(SYSTEM, issues.issue_ids(IssueFilter()))
    everybody = list_excluded(ExcludedFilter())
    in_use = list_excluded(ExcludedFilter(reason=excluded.IN_USE)).total
    assert excluded.count_excluded() == ExcludedCounts(in_use, 1)
    assert everybody.total == in_use + 1 > 1
    excluded.let_in(SYSTEM, [item.key for item in everybody.rows])
    assert excluded.count_excluded() == ExcludedCounts(0, list_excluded(ExcludedFilter()).total)
