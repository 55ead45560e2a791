"""What people do while a tick is under way, between its looking at something and its acting on it."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from sqlalchemy import event

from models.xero_contact import XeroContactRow
from services import activity, archive, clients, issue_answers, issues, policies, sync, undo
from services.access import SYSTEM
from services.activity import ActivityFilter
from services.clients import ClientFilter
from services.db import database, read, write
from services.errors import SyncError
from services.gateways.store import Record
from services.gateways.xero.store import XeroStore
from services.issues import IssueFilter
from services.policies import SyncPolicies
from services.reconcile.match import Keys
from services.records.keys import sharing, xero_keys
from services.steps.linking import add_link
from tests.support.markers import pairs
from tests.support.practice import add, contact, edit, retry_now, run_import, tick, xero_client
from tests.support.xero import Xero

PHONE = "+64 9 300 9000"


def link_otherwise(connection_id: str, contact_id: str, xero_id: str) -> None:
    """Link a contact with another one of the organisation, as a person who answers a match issue does."""
    with write() as session:
        xero = session.get_one(XeroContactRow, (connection_id, xero_id))
        add_link(session, xero, contact_id, "a person", origin="match")


def nothing() -> None:
    """Nobody does anything more."""


def match_while(
    xero: Xero, connection_id: str, act: Callable[[str, str], None], act_after: Callable[[], None] = nothing
) -> str:
    """Match so many that it takes two batches, and act on the pair that is still to come, and again before the next
    look; its id in Xero.
    """
    ours = {}
    for number in range(101):
        name, email = f"Person {number:03}", f"p{number}@example.com"
        ours[add(name, email)] = xero.create(name, email)
    to_come: list[str] = []

    def progress(stage: str, done: int, total: int) -> None:
        if stage == "Matching contacts" and done < total:
            [one] = ours.keys() - {contact_id for contact_id, _ in pairs()}
            to_come.append(one)
            act(one, ours[one])

    sync.tick(connection_id, progress)
    act_after()
    sync.tick(connection_id, delta=False)
    return ours[to_come[0]]


def linked() -> set[str]:
    """The ids of all Xero contacts that sync, of more than one page."""
    return {one.xero_id for one in clients.list_clients(ClientFilter(), size=500).rows}


@pytest.mark.parametrize("here", [True, False])
def test_whom_a_linked_contact_is_renamed_to_meanwhile_is_neither_linked_nor_created_unasked(
    xero: Xero, connection_id: str, pair: tuple[str, str], here: bool
) -> None:
    theirs = {}
    for number in range(101):
        name, email = f"Person {number:03}", f"p{number}@example.com"
        theirs[xero.create(name, email)] = name, email
        if here:
            add(name, email)
    to_come: list[str] = []

    def progress(stage: str, done: int, total: int) -> None:
        if stage == "Matching contacts" and done < total:
            to_come.extend(theirs.keys() - linked())
            name, email = theirs[to_come[0]]
            edit(pair[0], name=name, email=email)

    sync.tick(connection_id, progress)
    sync.tick(connection_id, delta=False)
    assert [one.xero_id for one in issues.list_issues(IssueFilter()).rows] == to_come
    assert linked() == {pair[1], *theirs} - {*to_come}


@pytest.mark.parametrize(
    "act",
    [
        lambda ours, _: edit(ours, name="Renamed", email="renamed@example.com"),
        lambda ours, _: archive.archive_contact(SYSTEM, ours),
    ],
)
def test_whose_match_is_renamed_or_archived_as_it_is_about_to_be_linked_is_matched_anew(
    xero: Xero, connection_id: str, act: Callable[[str, str], None]
) -> None:
    theirs = match_while(xero, connection_id, act)
    assert theirs in {xero_id for _, xero_id in pairs()}


def test_who_waits_for_one_that_was_added_and_is_renamed_again_before_the_next_look_is_matched_anew(
    xero: Xero, connection_id: str
) -> None:
    added: list[str] = []

    def add_a_twin(ours: str, _: str) -> None:
        added.append(add(contact(ours).name, contact(ours).email))

    theirs = match_while(xero, connection_id, add_a_twin, lambda: edit(added[0], name="Mistyped", email=""))
    assert theirs in {xero_id for _, xero_id in pairs()}


def test_whose_match_is_linked_otherwise_as_it_is_about_to_be_linked_is_asked_about(
    xero: Xero, connection_id: str
) -> None:
    add("In Doubt", "practice@example.com")
    other = xero.create("In Doubt", "xero@example.com")
    tick(connection_id)
    theirs = match_while(xero, connection_id, lambda ours, _: link_otherwise(connection_id, ours, other))
    assert [row.xero_id for row in issues.list_issues(IssueFilter()).rows] == [theirs]


def confirmed(xero: Xero, connection_id: str) -> str:
    """A pair whose match a person has confirmed, with a phone still to be written to Xero; the command."""
    ours = add("Ada Archer", "practice@example.com", PHONE)
    xero.create("Ada Archer", "xero@example.com")
    run_import(connection_id)
    [issue] = issues.issue_ids(IssueFilter())
    return issue_answers.confirm(SYSTEM, issue, ours)


def test_a_match_that_is_taken_back_while_its_contact_is_read_is_not_written(
    xero: Xero, connection_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    command, by_ids = confirmed(xero, connection_id), XeroStore.by_ids

    def reading(store: XeroStore, ids: Sequence[str]) -> list[Record]:
        found = by_ids(store, ids)
        assert undo.undo_command(SYSTEM, command).done == 1
        return found

    monkeypatch.setattr(XeroStore, "by_ids", reading)
    sync.tick(connection_id)
    assert (pairs(), xero.calls("POST")) == (set(), [])


def test_a_match_that_is_taken_back_as_the_brake_looks_stops_no_tick(
    xero: Xero, connection_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    command, allows = confirmed(xero, connection_id), sync.allows
    policies.save_policies(SYSTEM, connection_id, SyncPolicies({}, policies.Blanks.KEEP))

    def looking(*what: Any) -> bool:
        assert undo.undo_command(SYSTEM, command).done == 1
        return allows(*what)

    monkeypatch.setattr(sync, "allows", looking)
    sync.tick(connection_id)
    assert pairs() == set()


def test_what_somebody_wrote_in_xero_before_we_did_is_not_said_to_be_written_by_us(
    xero: Xero, connection_id: str, pair: tuple[str, str]
) -> None:
    edit(pair[0], email="new@example.com")
    xero.fault(method="GET", path="/Contacts", action="drop", times=1)
    with pytest.raises(SyncError):  # the write is stored, and cannot be read back before it is sent
        sync.tick(connection_id, delta=False)
    xero.change(pair[1], EmailAddress="new@example.com")
    retry_now()
    sync.tick(connection_id, delta=False)
    assert activity.list_activity(ActivityFilter(action="xero.updated")).total == 0
    assert xero.calls("POST") == []


@pytest.mark.parametrize("act", [Xero.archive, lambda xero, theirs: xero.merge(theirs, xero.create("Ada Again"))])
def test_what_somebody_archived_or_merged_in_xero_before_we_did_is_not_said_to_be_archived_by_us(
    xero: Xero, connection_id: str, pair: tuple[str, str], act: Callable[[Xero, str], None]
) -> None:
    archive.archive_contact(SYSTEM, pair[0], in_xero=True)
    act(xero, pair[1])
    tick(connection_id, 2)
    assert activity.list_activity(ActivityFilter(action="xero.archived")).total == 0
    assert xero.calls("POST") == []


def test_those_who_share_a_key_are_looked_up_by_the_key_and_not_by_the_organisation(connection_id: str) -> None:
    keys = [Keys(str(number), f"person {number}", f"p{number}@example.com") for number in range(60)]
    seen: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        seen.append((statement, values))

    event.listen(database().reader, "before_cursor_execute", note)
    try:
        with read() as session:
            sharing(session, xero_keys(connection_id), keys)
    finally:
        event.remove(database().reader, "before_cursor_execute", note)
    with read() as session:
        run = session.connection().exec_driver_sql
        plans = [str(step[3]) for one, values in seen for step in run(f"EXPLAIN QUERY PLAN {one}", values)]
    assert [plan.partition(" INDEX ")[2] for plan in plans] == [
        "ix_xero_contact_name_key (name_key=?)",
        "ix_xero_contact_email_key (email_key=?)",
    ]


def test_what_was_edited_goes_on_if_the_policies_are_saved_unchanged_after_the_brake_had_looked(
    xero: Xero, connection_id: str
) -> None:
    ours, theirs = add("Ada Archer", "ada@example.com"), xero.create("Ada Archer", "ada@example.com")
    run_import(connection_id)
    edit(ours, email="ada@practice.example")
    xero.create("New Ned", "ned@example.com")

    def progress(stage: str, _done: int, _total: int) -> None:
        if stage == "Matching contacts":
            policies.save_policies(SYSTEM, connection_id, policies.get_policies(connection_id))

    sync.tick(connection_id, progress)
    sync.tick(connection_id)
    assert xero.contact(theirs)["EmailAddress"] == "ada@practice.example"


def test_a_change_refused_after_its_link_has_ended_is_no_failure_of_the_link(
    xero: Xero, connection_id: str, pair: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    xero.create("Ada Ames", "ames@example.com")
    tick(connection_id)
    edit(pair[0], name="Ada Ames")
    send = XeroStore.update

    def archive_and_send(store: XeroStore, *changes: Any) -> Any:
        archive.archive_contact(SYSTEM, pair[0])
        return send(store, *changes)

    with monkeypatch.context() as once:
        once.setattr(XeroStore, "update", archive_and_send)
        tick(connection_id)
    tick(connection_id)
    assert xero_client(pair[0]).error == ""
