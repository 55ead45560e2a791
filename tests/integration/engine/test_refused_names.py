"""A name that Xero refuses because another contact there has it: tried again once it is free."""

from typing import Any

import pytest

from services import create_one, issue_queue, issues, sync
from services.access import SYSTEM
from services.gateways.xero.client import Client
from services.issues import IssueFilter
from tests.support.lost_answers import later, sync_on
from tests.support.practice import add, edit, synced, tick, xero_client
from tests.support.xero import Xero

Pair = tuple[str, str]


def test_a_refused_name_is_tried_again_when_the_contact_that_had_it_lets_it_go(
    xero: Xero, connection_id: str, pair: Pair
) -> None:
    other = xero.create("Bea Baker", "bea@example.com")
    tick(connection_id)
    edit(pair[0], name="Bea Baker")
    tick(connection_id, 2)
    assert [row.error for row in synced() if row.contact_id == pair[0]] == [
        "Another active Xero contact has this name."
    ]
    xero.change(other, EmailAddress="other@example.com")
    xero.forget_calls()
    tick(connection_id)
    assert xero.calls("POST") == []  # nothing about the name has changed
    xero.change(other, Name="Bea Old")
    tick(connection_id)
    assert xero.contact(pair[1])["Name"] == "Bea Baker"
    assert not any(row.error for row in synced())


def test_a_name_that_was_let_go_before_xero_was_read_again_is_tried_again_too(
    xero: Xero, connection_id: str, pair: Pair
) -> None:
    edit(pair[0], name="Bea Baker")
    other = xero.create("Bea Baker", "bea@example.com")
    sync.tick(connection_id, delta=False)
    assert [row.error for row in synced()] == ["Another active Xero contact has this name."]
    xero.change(other, Name="Bea Old")
    tick(connection_id, 2)
    assert xero.contact(pair[1])["Name"] == "Bea Baker"
    assert not any(row.error for row in synced())


def test_a_name_refused_while_lists_are_behind_is_tried_again_once_it_is_free(
    xero: Xero, connection_id: str, pair: Pair
) -> None:
    other = xero.create("Ben Baker", "ben@example.com")
    tick(connection_id)
    xero.control("lists", behind="all")
    xero.change(other, Name="Ada Ames")
    edit(pair[0], name="Ada Ames")
    later(xero, connection_id)
    xero.control("lists", behind="")
    sync_on(xero, connection_id)
    xero.change(other, Name="Ben Baker")
    sync_on(xero, connection_id)
    assert xero.contact(pair[1])["Name"] == "Ada Ames"


def test_a_name_let_go_between_the_refusal_and_the_question_why_is_tried_again(
    xero: Xero, connection_id: str, pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = xero.create("Ada Ames", "ames@example.com")
    tick(connection_id)
    edit(pair[0], name="Ada Ames")
    send = Client.post_contacts

    def late(client: Client, *what: Any) -> Any:
        answer = send(client, *what)
        xero.change(other, Name="Ben Baker")
        return answer

    monkeypatch.setattr(Client, "post_contacts", late)
    tick(connection_id)
    monkeypatch.undo()
    sync_on(xero, connection_id)
    assert xero.contact(pair[1])["Name"] == "Ada Ames"


def test_a_creation_refused_for_a_name_is_tried_again_once_the_contact_that_had_it_is_renamed(
    xero: Xero, connection_id: str, pair: Pair
) -> None:
    edit(pair[0], name="Ada Ames")
    ours = add("Ada Archer", "second@example.com")
    create_one.create_in_xero(SYSTEM, ours, connection_id, anyway=True)
    sync.tick(connection_id)  # creates first, and renames then
    assert xero_client(ours).state == "sending"
    sync.tick(connection_id)
    assert xero.contact(pair[1])["Name"] == "Ada Ames"
    assert xero_client(ours).state == "syncing"


@pytest.mark.parametrize("answer", ["none", "dismissed", "renamed here"])
def test_a_refused_creation_is_not_tried_again_by_itself_if_it_is_in_question_or_answered(
    xero: Xero, connection_id: str, pair: Pair, answer: str
) -> None:
    theirs = xero.create("Bea Baker", "bea@example.com") if answer == "none" else pair[1]
    ours = add(xero.contact(theirs)["Name"], "second@example.com")
    create_one.create_in_xero(SYSTEM, ours, connection_id, anyway=True)
    tick(connection_id)
    if answer == "dismissed":
        create_one.drop_create(SYSTEM, xero_client(ours).intent_id or "")
    elif answer == "renamed here":
        edit(ours, name="Bea Other")
    xero.change(theirs, Name="Somebody Else")
    xero.forget_calls()
    tick(connection_id, 2)
    assert xero.calls("PUT") == []


def test_a_refused_creation_is_not_sent_by_itself_while_another_in_xero_may_be_the_contact(
    xero: Xero, connection_id: str, pair: Pair
) -> None:
    ours = add("Ada Archer", "second@example.com")
    create_one.create_in_xero(SYSTEM, ours, connection_id, anyway=True)
    tick(connection_id)
    xero.create("Ada B. Archer", "second@example.com")
    tick(connection_id)
    assert [one.reason for one in issues.list_issues(IssueFilter()).rows] == ["partial_email"]
    xero.change(pair[1], Name="Somebody Else")
    tick(connection_id, 2)
    assert len(xero.contacts()) == 2


def test_a_refused_creation_is_tried_again_though_another_who_may_be_the_contact_was_ignored(
    xero: Xero, connection_id: str, pair: Pair
) -> None:
    xero.create("Office", "office@example.com")
    ours = add("Ada Archer", "office@example.com")
    tick(connection_id)
    issue_queue.ignore(SYSTEM, issues.issue_ids(IssueFilter()))
    create_one.create_in_xero(SYSTEM, ours, connection_id, anyway=True)
    tick(connection_id)
    xero.change(pair[1], Name="Somebody Else")
    tick(connection_id, 2)
    assert "Ada Archer" in [one["Name"] for one in xero.contacts()]
