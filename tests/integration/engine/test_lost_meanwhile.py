"""Answers to writes that were lost, and what people and time do before Xero shows what became of these."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
import time_machine

from models.base import now
from models.link import SYNCING
from services import archive, connection, create_one, differences, issue_answers, issues, links, policies, sync
from services.access import SYSTEM
from services.errors import SyncError
from services.gateways.store import Record
from services.gateways.xero.store import XeroStore
from services.issues import IssueFilter
from services.policies import FieldPolicy, SyncPolicies
from services.reconcile.contact import Field
from services.reconcile.policy import Wins
from tests.support.lost_answers import later, lose_the_answer, never_sent_for_an_hour, sync_on
from tests.support.practice import add, contact, edit, retry_now, run_import, tick, xero_client
from tests.support.xero import Xero, consent

Pair = tuple[str, str]
OLD, NEW, THIRD = "ada@example.com", "new@example.com", "third@example.com"


def names(xero: Xero) -> list[str]:
    return [one["Name"] for one in xero.contacts() if one["Name"].startswith("Lost One")]


def unseen_creation(xero: Xero, connection_id: str) -> str:
    """A contact is created in Xero without an answer, and no list of Xero shows it yet. Returns our contact's id."""
    ours = add("Lost One", "lost@example.com")
    xero.create("Somebody Else", "lost@example.com")
    run_import(connection_id)
    xero.control("lists", behind="all")
    create_one.create_in_xero(SYSTEM, ours, connection_id, anyway=True)
    lose_the_answer(xero, connection_id, "PUT")
    return ours


def created_under_another_name(xero: Xero, connection_id: str, ours: str) -> None:
    """Somebody corrects the name and creates the contact, still before Xero's lists show the first one."""
    edit(ours, name="Lost One Ltd")
    create_one.create_in_xero(SYSTEM, ours, connection_id, anyway=True)
    later(xero, connection_id)
    xero.control("lists", behind="")
    sync_on(xero, connection_id)


@pytest.mark.parametrize("away", ["archived", "disconnected"])
def test_who_was_away_while_being_created_is_not_created_twice(xero: Xero, connection_id: str, away: str) -> None:
    ours = unseen_creation(xero, connection_id)
    if away == "archived":
        archive.archive_contact(SYSTEM, ours)
        later(xero, connection_id)
        archive.restore_contact(SYSTEM, ours)
    else:
        connection.disconnect(SYSTEM, connection_id)
        consent()
    created_under_another_name(xero, connection_id, ours)
    assert len(names(xero)) == 1


def test_who_was_renamed_before_the_name_of_a_lost_creation_was_refused_is_created_by_the_new_one(
    xero: Xero, connection_id: str
) -> None:
    run_import(connection_id)
    ours = add("Lost One", "lost@example.com")
    create_one.create_in_xero(SYSTEM, ours, connection_id)
    lose_the_answer(xero, connection_id, "PUT", effect="before")
    xero.create("Lost One", "another@example.com")
    edit(ours, name="Lost One Ltd")
    later(xero, connection_id, 400)
    assert (xero_client(ours).state, names(xero)) == (SYNCING, ["Lost One", "Lost One Ltd"])


def test_what_was_created_and_did_not_show_when_it_was_looked_up_is_asked_about(
    xero: Xero, connection_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = unseen_creation(xero, connection_id)
    issue_answers.confirm(SYSTEM, issues.issue_ids(IssueFilter())[0], ours)
    xero.control("lists", behind="")
    retry_now()

    def nothing(store: XeroStore, ids: Sequence[str]) -> list[Record]:
        return []

    with monkeypatch.context() as behind:  # the list of all shows it; those by id and by number do not yet
        behind.setattr(XeroStore, "by_ids", nothing)
        behind.setattr(XeroStore, "by_number", lambda store, number: [])
        tick(connection_id)
    sync_on(xero, connection_id)
    [created] = xero.contacts(name="Lost One")
    assert [one.xero_id for one in issues.list_issues(IssueFilter()).rows] == [created["ContactID"]]


def test_who_was_refused_after_a_lost_answer_is_created_under_another_name(xero: Xero, connection_id: str) -> None:
    run_import(connection_id)
    ours = add("Lost One", "lost@example.com")
    create_one.create_in_xero(SYSTEM, ours, connection_id)
    lose_the_answer(xero, connection_id, "PUT", effect="before")
    xero.create("Lost One", "another@example.com")
    later(xero, connection_id, 400)
    assert xero_client(ours).state == "held"
    edit(ours, name="Lost One Ltd")
    create_one.create_in_xero(SYSTEM, ours, connection_id, anyway=True)
    later(xero, connection_id)
    assert names(xero) == ["Lost One", "Lost One Ltd"]


def test_a_creation_whose_later_sending_was_lost_after_an_hour_is_waited_for_as_well(
    xero: Xero, connection_id: str
) -> None:
    ours = never_sent_for_an_hour(xero, connection_id)
    lose_the_answer(xero, connection_id, "PUT")  # now it lands, and no list shows it yet
    later(xero, connection_id, 400)
    created_under_another_name(xero, connection_id, ours)
    assert len(names(xero)) == 1


def test_a_creation_that_something_on_the_way_gave_up_waiting_for_is_not_created_twice(
    xero: Xero, connection_id: str
) -> None:
    xero.create("Somebody Else", "else@example.com")
    run_import(connection_id)
    ours = add("Lost One", "lost@example.com")
    create_one.create_in_xero(SYSTEM, ours, connection_id)
    xero.control("lists", behind="all")
    xero.fault(method="PUT", path="/Contacts", action="status", status=408, effect="after")
    with pytest.raises(SyncError):
        sync.tick(connection_id)
    later(xero, connection_id, 400)
    created_under_another_name(xero, connection_id, ours)
    assert len(names(xero)) == 1


@pytest.mark.parametrize("looked", [True, False])
def test_a_late_write_of_one_contact_overwrites_nothing_of_another_that_was_linked_meanwhile(
    xero: Xero, connection_id: str, pair: Pair, looked: bool
) -> None:
    edit(pair[0], email=NEW)
    lose_the_answer(xero, connection_id, effect="before")
    client = xero_client(pair[0])
    assert client.link_id
    links.stop(SYSTEM, [client.link_id])
    if looked:
        later(xero, connection_id)
    other = add("Ada Archer Two", OLD)
    links.link_to(SYSTEM, client.link_id, other)
    later(xero, connection_id)
    xero.change(pair[1], EmailAddress=NEW)  # Xero carries it out now
    sync_on(xero, connection_id)
    assert contact(other).email == OLD


def test_a_sending_that_lands_after_its_repetition_overwrites_nothing(
    xero: Xero, connection_id: str, pair: Pair
) -> None:
    edit(pair[0], email=NEW)
    lose_the_answer(xero, connection_id, effect="before")
    later(xero, connection_id)  # sent again, and answered
    change_once_more(xero, connection_id, pair)
    assert_it_overwrites_nothing_when_it_lands(xero, connection_id, pair)
    assert [one.field for one in differences.list_differences().rows] == [Field.EMAIL]


def test_a_sending_that_lands_after_its_repetition_whose_answer_was_lost_too_overwrites_nothing(
    xero: Xero, connection_id: str, pair: Pair
) -> None:
    edit(pair[0], email=NEW)
    lose_the_answer(xero, connection_id, effect="before")
    xero.control("clock", advance=60)
    retry_now()
    lose_the_answer(xero, connection_id)  # sent again, and landed
    later(xero, connection_id)
    change_once_more(xero, connection_id, pair)
    assert_it_overwrites_nothing_when_it_lands(xero, connection_id, pair)


def test_a_sending_that_lands_after_its_repetition_overwrites_nothing_although_the_clock_was_put_back(
    xero: Xero, connection_id: str, pair: Pair
) -> None:
    with time_machine.travel(now() + timedelta(hours=1)):
        edit(pair[0], email=NEW)
        lose_the_answer(xero, connection_id, effect="before")
        later(xero, connection_id)  # sent again, and answered
    change_once_more(xero, connection_id, pair)
    assert_it_overwrites_nothing_when_it_lands(xero, connection_id, pair)


def test_a_late_sending_overwrites_nothing_of_a_contact_that_took_the_later_value_without_an_answer(
    xero: Xero, connection_id: str, pair: Pair
) -> None:
    edit(pair[0], email=NEW)
    lose_the_answer(xero, connection_id, effect="before")
    later(xero, connection_id)  # sent again, and answered
    edit(pair[0], email=THIRD)
    lose_the_answer(xero, connection_id)  # landed
    links.stop(SYSTEM, [xero_client(pair[0]).link_id or ""])
    later(xero, connection_id)
    links.rematch(SYSTEM, [xero_client(pair[0]).link_id or ""])
    later(xero, connection_id)
    assert_it_overwrites_nothing_when_it_lands(xero, connection_id, pair)


def change_once_more(xero: Xero, connection_id: str, pair: Pair) -> None:
    """A later change of the same field is sent and answered."""
    edit(pair[0], email=THIRD)
    later(xero, connection_id)
    assert xero.contact(pair[1])["EmailAddress"] == THIRD


def assert_it_overwrites_nothing_when_it_lands(xero: Xero, connection_id: str, pair: Pair) -> None:
    """Xero carries out the first sending now."""
    xero.change(pair[1], EmailAddress=NEW)
    sync_on(xero, connection_id)
    assert contact(pair[0]).email == THIRD


@pytest.mark.parametrize("side", [Wins.XERO, Wins.PRACTICE])
def test_what_landed_late_is_asked_about_until_somebody_chooses(
    xero: Xero, connection_id: str, pair: Pair, side: Wins
) -> None:
    policies.save_policies(SYSTEM, connection_id, SyncPolicies({Field.EMAIL: FieldPolicy(wins=side)}))
    edit(pair[0], email=NEW)
    lose_the_answer(xero, connection_id, effect="before")
    edit(pair[0], email=OLD)
    later(xero, connection_id, 5)
    xero.change(pair[1], EmailAddress=NEW)  # Xero carries it out now
    sync_on(xero, connection_id)
    assert [one.field for one in differences.list_differences().rows] == [Field.EMAIL]
    xero.control("clock", advance=3 * 3600)
    xero.change(pair[1], Phones=[{"PhoneType": "DEFAULT", "PhoneNumber": "3009000"}])
    sync_on(xero, connection_id)
    assert [one.field for one in differences.list_differences().rows] == [Field.EMAIL]
    assert (contact(pair[0]).email, xero.contact(pair[1])["EmailAddress"]) == (OLD, NEW)
