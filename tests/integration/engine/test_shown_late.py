"""Writes whose answers were lost, and which Xero shows only after somebody here has changed their mind."""

from contextlib import suppress

import pytest
from sqlalchemy import update

from models.base import now
from models.intent import IntentRow
from models.link import SYNCING
from services import connection, create_one, differences, links, policies, sync
from services.access import SYSTEM
from services.db import write
from services.errors import SyncError
from services.policies import FieldPolicy, SyncPolicies
from services.reconcile.contact import Field
from services.reconcile.policy import Wins
from services.steps.sending import PATIENCE
from services.steps.settle import PERHAPS_THERE
from tests.support.lost_answers import later, lose_the_answer, sync_on
from tests.support.practice import add, contact, delta_is_due, edit, retry_now, run_import, xero_client
from tests.support.xero import Xero, consent

Pair = tuple[str, str]
NOTHING = '{"pagination": {"page": 1, "pageSize": 1000, "pageCount": 1, "itemCount": 0}, "Contacts": []}'
OLD, NEW, THIRD = "ada@example.com", "new@example.com", "third@example.com"


def wins_everywhere(connection_id: str, side: Wins) -> None:
    policies.save_policies(SYSTEM, connection_id, SyncPolicies({field: FieldPolicy(wins=side) for field in Field}))


def given_up(xero: Xero, connection_id: str, contact_id: str, back_to: str = OLD) -> None:
    """An edit is sent without an answer, changed here again, and not found in Xero."""
    edit(contact_id, email=NEW)
    lose_the_answer(xero, connection_id, effect="before")
    edit(contact_id, email=back_to)
    later(xero, connection_id, 5)


@pytest.mark.parametrize("side", [Wins.ASK, Wins.XERO, Wins.PRACTICE])
def test_a_write_that_lands_after_it_was_given_up_overwrites_nothing(
    xero: Xero, connection_id: str, pair: Pair, side: Wins
) -> None:
    wins_everywhere(connection_id, side)
    given_up(xero, connection_id, pair[0])
    xero.change(pair[1], EmailAddress=NEW)  # Xero carries it out now
    sync_on(xero, connection_id)
    assert (contact(pair[0]).email, xero.contact(pair[1])["EmailAddress"]) == (OLD, NEW)
    assert [one.field for one in differences.list_differences().rows] == [Field.EMAIL]


@pytest.mark.parametrize(("winner", "value"), [("practice", OLD), ("xero", NEW)])
def test_a_person_decides_about_what_landed_late(
    xero: Xero, connection_id: str, pair: Pair, winner: str, value: str
) -> None:
    given_up(xero, connection_id, pair[0])
    xero.change(pair[1], EmailAddress=NEW)
    sync_on(xero, connection_id)
    [asked] = differences.list_differences().rows
    differences.choose(SYSTEM, [asked.difference_id], winner)
    sync_on(xero, connection_id)
    assert (contact(pair[0]).email, xero.contact(pair[1])["EmailAddress"]) == (value, value)
    assert differences.list_differences().total == 0


def test_what_was_corrected_twice_in_xero_after_a_slow_write_is_no_question(
    xero: Xero, connection_id: str, pair: Pair
) -> None:
    edit(pair[0], email=NEW)
    lose_the_answer(xero, connection_id, effect="before")
    sync_on(xero, connection_id)
    for value in (THIRD, NEW):
        xero.change(pair[1], EmailAddress=value)
        sync_on(xero, connection_id)
    assert (contact(pair[0]).email, differences.list_differences().total) == (NEW, 0)


@pytest.mark.parametrize("side", [Wins.ASK, Wins.XERO])
def test_a_later_edit_survives_a_write_that_lists_show_late(
    xero: Xero, connection_id: str, pair: Pair, side: Wins
) -> None:
    wins_everywhere(connection_id, side)
    xero.control("lists", behind="all")
    edit(pair[0], email=NEW)
    lose_the_answer(xero, connection_id)
    edit(pair[0], email=THIRD)
    later(xero, connection_id)
    xero.control("lists", behind="")
    sync_on(xero, connection_id)
    assert contact(pair[0]).email == THIRD


def test_other_edits_in_xero_arrive_although_a_change_was_given_up(xero: Xero, connection_id: str, pair: Pair) -> None:
    given_up(xero, connection_id, pair[0])
    xero.change(pair[1], EmailAddress=THIRD)
    sync_on(xero, connection_id)
    assert contact(pair[0]).email == THIRD
    assert differences.list_differences().total == 0


def test_what_was_given_up_long_ago_is_an_edit_like_any_other(xero: Xero, connection_id: str, pair: Pair) -> None:
    given_up(xero, connection_id, pair[0])
    xero.control("clock", advance=3 * 3600)
    xero.change(pair[1], EmailAddress=NEW)
    sync_on(xero, connection_id)
    assert contact(pair[0]).email == NEW


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("away", ["stopped", "disconnected"])
def test_a_cleared_value_does_not_come_back_when_it_is_rematched(
    xero: Xero, connection_id: str, pair: Pair, when: str, away: str
) -> None:
    edit(pair[0], phone="+64 9 300 9000")
    lose_the_answer(xero, connection_id, effect=when)
    edit(pair[0], phone="")
    client = xero_client(pair[0])
    if away == "stopped":
        links.stop(SYSTEM, [client.link_id])
    else:
        connection.disconnect(SYSTEM, connection_id)
        consent()
    if when == "before":
        xero.change(pair[1], Phones=[{"PhoneType": "DEFAULT", "PhoneNumber": "+64 9 300 9000"}])  # Xero does it now
    sync_on(xero, connection_id)
    links.rematch(SYSTEM, [client.link_id])
    sync_on(xero, connection_id)
    assert contact(pair[0]).phone == ""
    assert [one.field for one in differences.list_differences().rows] == [Field.PHONE]


def lost_creation(xero: Xero, connection_id: str) -> str:
    """A contact is created in Xero without an answer, and no list of Xero shows it yet. Returns our contact's id."""
    xero.create("Somebody Else", "else@example.com")
    run_import(connection_id)
    xero.control("lists", behind="all")
    ours = add("Lost One", "lost@example.com")
    create_one.create_in_xero(SYSTEM, ours, connection_id)
    lose_the_answer(xero, connection_id, "PUT")
    return ours


def names(xero: Xero) -> list[str]:
    return [one["Name"] for one in xero.contacts() if one["Name"].startswith("Lost One")]


def test_a_creation_refused_for_what_it_created_before_waits_until_xero_shows_it(
    xero: Xero, connection_id: str
) -> None:
    ours = lost_creation(xero, connection_id)
    later(xero, connection_id, 400)
    assert xero_client(ours).error.startswith(f"{PERHAPS_THERE} The contact name")
    xero.control("lists", behind="")
    sync_on(xero, connection_id)
    assert (xero_client(ours).state, names(xero)) == (SYNCING, ["Lost One"])


def test_a_contact_renamed_while_xero_does_not_show_it_is_not_created_twice(xero: Xero, connection_id: str) -> None:
    ours = lost_creation(xero, connection_id)
    later(xero, connection_id, 400)
    edit(ours, name="Lost One Ltd")
    create_one.create_in_xero(SYSTEM, ours, connection_id, anyway=True)
    later(xero, connection_id, 5)
    xero.control("lists", behind="")
    sync_on(xero, connection_id)
    assert len(names(xero)) == 1
    assert xero_client(ours).state == SYNCING


def test_another_creation_in_the_call_makes_no_second_contact(xero: Xero, connection_id: str) -> None:
    ours = lost_creation(xero, connection_id)
    create_one.create_in_xero(SYSTEM, add("Other One", "other@example.com"), connection_id)
    later(xero, connection_id, 5)
    xero.control("lists", behind="")
    sync_on(xero, connection_id)
    assert (xero_client(ours).state, names(xero)) == (SYNCING, ["Lost One"])


def test_after_an_hour_the_refusal_is_believed(xero: Xero, connection_id: str) -> None:
    ours = lost_creation(xero, connection_id)
    later(xero, connection_id, 400)
    assert xero_client(ours).state == "sending"
    with write() as session:
        session.execute(update(IntentRow).values(sent_at=now() - PATIENCE))
    later(xero, connection_id, 400)
    assert xero_client(ours).state == "held"


def test_a_lost_creation_is_waited_for_however_often_xero_had_no_time_before(xero: Xero, connection_id: str) -> None:
    xero.create("Somebody Else", "else@example.com")
    run_import(connection_id)
    ours = add("Lost One", "lost@example.com")
    create_one.create_in_xero(SYSTEM, ours, connection_id)
    for _ in range(8):
        xero.fault(method="PUT", path="/Contacts", action="status", status=429, times=1)
        with suppress(SyncError):
            sync.tick(connection_id)
        retry_now()
    xero.control("lists", behind="all")
    delta_is_due()
    lose_the_answer(xero, connection_id, "PUT")
    later(xero, connection_id, 400)
    assert xero_client(ours).state == "sending"


def test_a_creation_that_xero_could_not_take_again_is_still_looked_up(xero: Xero, connection_id: str) -> None:
    ours = lost_creation(xero, connection_id)
    xero.fault(method="PUT", path="/Contacts", action="status", status=503, effect="before")
    xero.control("clock", advance=400)
    retry_now()
    with pytest.raises(Exception, match="Xero"):
        sync.tick(connection_id)
    xero.control("lists", behind="")
    edit(ours, name="Lost One Ltd")
    sync_on(xero, connection_id)
    assert len(names(xero)) == 1
    assert xero_client(ours).state == SYNCING


def test_what_changed_in_a_contact_that_only_the_refusal_brings_to_light_is_carried_over(
    xero: Xero, connection_id: str
) -> None:
    xero.create("Somebody Else", "else@example.com")
    run_import(connection_id)
    ours = add("Lost One", "lost@example.com", "+64 9 300 9000")
    create_one.create_in_xero(SYSTEM, ours, connection_id)
    lose_the_answer(xero, connection_id, "PUT")
    [made] = xero.contacts(name="Lost One")
    emptied = [{"PhoneType": "DEFAULT", "PhoneNumber": "", "PhoneAreaCode": "", "PhoneCountryCode": ""}]
    xero.change(made["ContactID"], EmailAddress="theirs@example.com", Phones=emptied)
    xero.control("clock", advance=400)
    retry_now()
    xero.fault(method="GET", path="/Contacts", action="status", status=200, body=NOTHING, times=1)
    sync.tick(connection_id, delta=False)
    sync_on(xero, connection_id)
    assert (contact(ours).email, contact(ours).phone) == ("theirs@example.com", "")
