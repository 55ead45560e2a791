"""What keeps Create Contact from making a second one of somebody whom Xero has: for one, for many, and all the same."""

from typing import Any

import pytest
from sqlalchemy import event

from models.suggestion import SuggestionRow
from services import connection, create_many, create_one, excluded, issue_answers, issue_queue, issues, links, sync
from services.access import SYSTEM
from services.create_many import plan_creation
from services.db import database, read, write
from services.errors import UsageError
from services.excluded import ExcludedFilter
from services.issues import IssueFilter
from services.records.lookalikes import lookalikes
from services.steps import suggesting
from tests.support.practice import add, run_import, synced, xero_client
from tests.support.xero import Xero

TWIN = ("@hoem Interiors", "+64 9 555 7788")


@pytest.fixture
def waiting(xero: Xero, connection_id: str) -> str:
    """A contact of ours that a match issue most likely means, though neither name nor email is equal. Its id."""
    contact_id = add(TWIN[0], "pay@hoem.example", TWIN[1])
    add("Home Again", "again@home.example")
    xero.create("Home Again", "other@home.example")
    run_import(connection_id)
    while suggesting.suggest(connection_id):
        pass
    likely(contact_id)
    return contact_id


def likely(contact_id: str, score: float = 88.0) -> None:
    """Let a contact be a candidate of the one open issue with this score."""
    [issue] = issues.list_issues(IssueFilter()).rows
    key = (issue.connection_id, issue.xero_id)
    with write() as session:
        for rank in range(1, 6):
            if row := session.get(SuggestionRow, (*key, rank)):
                session.delete(row)
        session.flush()
        place, xero_id = key
        session.add(SuggestionRow(connection_id=place, xero_id=xero_id, rank=1, contact_id=contact_id, score=score))


def refused(connection_id: str, *ids: str) -> dict[str, str]:
    plan = plan_creation(connection_id, ids)
    return {one.name: str(one.problems[-1]) for one in plan.refused}


def test_the_likely_candidate_of_an_open_issue_is_not_created_with_others(connection_id: str, waiting: str) -> None:
    other = add("Somebody Else", "else@example.com")
    plan = plan_creation(connection_id, (waiting, other))
    assert plan.ready == (other,)
    [one] = plan.refused
    assert one.may_be is not None
    assert (one.may_be.name, one.may_be.score) == ("Home Again", 88.0)
    assert "may be Home Again in Xero, which waits in Resolve Match Issues" in str(one.problems[0])
    report = create_many.create_many(SYSTEM, connection_id, (waiting, other))
    assert report.done == 1
    assert [(one.name, "may be Home Again" in one.reason) for one in report.skipped] == [(TWIN[0], True)]


def test_a_deferred_issue_keeps_its_candidate_back_and_a_far_candidate_is_free(
    connection_id: str, waiting: str
) -> None:
    issue_queue.defer(SYSTEM, issues.issue_ids(IssueFilter()), "week")
    assert "is deferred" in refused(connection_id, waiting)[TWIN[0]]
    issue_queue.bring_back(SYSTEM, issues.issue_ids(IssueFilter(state="deferred")))
    likely(waiting, 69.0)
    assert plan_creation(connection_id, (waiting,)).ready == (waiting,)


def test_an_answered_issue_lets_the_others_go(connection_id: str, waiting: str) -> None:
    issue_answers.create_contact(SYSTEM, issues.issue_ids(IssueFilter()))
    assert plan_creation(connection_id, (waiting,)).ready == (waiting,)


def test_one_alone_is_refused_until_a_person_says_that_it_is_another(connection_id: str, waiting: str) -> None:
    assert [one.name for one in create_one.preview_create(waiting, connection_id).may_be] == ["Home Again"]
    assert [one.name for one in xero_client(waiting).may_be] == ["Home Again"]
    with pytest.raises(UsageError, match="may be Home Again in Xero, which waits in Resolve Match Issues"):
        create_one.create_in_xero(SYSTEM, waiting, connection_id)
    first = create_one.create_in_xero(SYSTEM, waiting, connection_id, anyway=True)
    assert create_one.create_in_xero(SYSTEM, waiting, connection_id) == first  # under way already
    sync.tick(connection_id)
    assert xero_client(waiting).state == "syncing"


def test_a_billing_email_of_an_unlinked_contact_in_xero_keeps_ours_back(xero: Xero, connection_id: str) -> None:
    xero.create("Left Out", "pay@shared.example", customer=False)
    connection.save_setup(SYSTEM, connection_id, connection.Setup("customers", False, "Client", "create"))
    run_import(connection_id)
    contact_id = add("Quite Different", "PAY@shared.example")
    assert "is that of Left Out in Xero, which is excluded" in refused(connection_id, contact_id)["Quite Different"]
    excluded.let_in(SYSTEM, excluded.excluded_ids(ExcludedFilter()))
    sync.tick(connection_id)
    assert "waits in Resolve Match Issues" in refused(connection_id, contact_id)["Quite Different"]
    issue_queue.ignore(SYSTEM, issues.issue_ids(IssueFilter()))
    assert "is ignored" in refused(connection_id, contact_id)["Quite Different"]
    issue_queue.unignore(SYSTEM, issues.issue_ids(IssueFilter(state="ignored")))
    issue_answers.create_contact(SYSTEM, issues.issue_ids(IssueFilter()))
    assert plan_creation(connection_id, (contact_id,)).ready == (contact_id,)  # linked by now: a shared mailbox


def test_a_taken_name_says_who_has_it(xero: Xero, connection_id: str) -> None:
    xero.create("Peak Joinery", "peak@example.com")
    run_import(connection_id)
    contact_id = add("PEAK joinery")
    assert "is linked with Peak Joinery" in refused(connection_id, contact_id)["PEAK joinery"]
    links.stop(SYSTEM, [synced()[0].link_id])
    assert "was linked with Peak Joinery: see Previously Synced" in refused(connection_id, contact_id)["PEAK joinery"]


def test_its_own_contact_in_xero_is_nobody_else(xero: Xero, connection_id: str) -> None:
    xero.create("Ada Archer", "ada@example.com")
    contact_id = add("Ada Archer", "ada@example.com")
    run_import(connection_id)
    with read() as session:
        assert lookalikes(session, connection_id, [contact_id]) == {}
        assert lookalikes(session, "nowhere", [contact_id]) == {}


def test_many_are_looked_up_together_and_by_keys_alone(connection_id: str, waiting: str) -> None:
    ids = [waiting, *(add(f"Person {number}", f"p{number}@example.com") for number in range(200))]
    seen: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        seen.append((statement, values))

    event.listen(database().reader, "before_cursor_execute", note)
    try:
        with read() as session:
            assert list(lookalikes(session, connection_id, ids)) == [waiting]
    finally:
        event.remove(database().reader, "before_cursor_execute", note)
    assert len(seen) <= 8
    with read() as session:
        plans = [
            session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {one}", values).all() for one, values in seen
        ]
    assert [str(step[3]) for plan in plans for step in plan if str(step[3]).startswith("SCAN")] == []


def test_what_many_may_be_that_share_a_mailbox_grows_with_their_number_and_not_its_square(
    xero: Xero, connection_id: str
) -> None:
    connection.save_setup(SYSTEM, connection_id, connection.Setup("all", True, "Client", "hold"))
    for number in range(30):
        xero.create(f"Client{number} Alpha{number}", "books@example.com")
    linked = [(f"Anna{number}", "books@example.com") for number in range(12)]
    for name, email in linked:
        xero.create(name, email)
        add(name, email)
    ours = [add(f"Other{number} Beta{number}", "books@example.com") for number in range(30)]
    run_import(connection_id)
    assert len(synced()) == len(linked)
    with read() as session:
        found = lookalikes(session, connection_id, ours)
    assert {len(one) for one in found.values()} == {10}
    assert {one.standing for some in found.values() for one in some} == {"asked"}
