"""Create Contact: from the practice into Xero, never twice, whatever goes wrong on the way."""

from collections.abc import Sequence
from contextlib import suppress

import pytest
from sqlalchemy import delete, update
from sqlmodel import select

from models.api_call import ApiCallRow
from models.contact import ContactRow
from models.intent import IntentRow
from services import archive, contacts, create_one, issue_answers, issues, links, sync, sync_states
from services.access import SYSTEM
from services.contacts import ContactFilter
from services.create_many import create_many, creation_progress
from services.db import read, write
from services.errors import BadInput, MovedOn, SyncError
from services.gateways.store import Draft, Outcome
from services.gateways.xero.store import XeroStore
from services.issues import IssueFilter
from services.reconcile.contact import Address
from services.settings import get_settings
from simulator import listing
from tests.support.practice import add, delta_is_due, edit, retry_now, run_import, synced, tick, xero_client
from tests.support.xero import REFUSED, Xero

ADDRESS = Address("Level 3\n10 Bridge St", "Sydney", "NSW", "2000", "Australia")


@pytest.fixture
def started(connection_id: str) -> str:
    """A connection whose import is done."""
    run_import(connection_id)
    return connection_id


def test_create_contact_sends_the_four_fields_and_links(xero: Xero, started: str) -> None:
    contact_id = add("Bridge & Co", "pay@bridge.example", "+61 2 9999 1111", ADDRESS)
    create_one.create_in_xero(SYSTEM, contact_id, started)
    assert xero_client(contact_id).state == "sending"
    sync.tick(started)
    shown = xero_client(contact_id)
    assert (shown.state, shown.two_way) == ("syncing", False)
    found = xero.contact(shown.xero_id or "")
    assert (found["Name"], found["EmailAddress"]) == ("Bridge & Co", "pay@bridge.example")
    postal = next(a for a in found["Addresses"] if a["AddressType"] == "POBOX")
    assert (postal["AddressLine1"], postal["AddressLine2"], postal["City"]) == ("Level 3", "10 Bridge St", "Sydney")
    assert shown.xero_url.endswith(f"/Contacts/View/{shown.xero_id}")


def test_a_contact_created_from_here_takes_xeros_changes_and_keeps_its_own_until_made_two_way(
    xero: Xero, started: str
) -> None:
    contact_id = add("Bridge & Co", "pay@bridge.example")
    create_one.create_in_xero(SYSTEM, contact_id, started)
    sync.tick(started)
    shown = xero_client(contact_id)
    edit(contact_id, email="new@bridge.example")
    sync.tick(started)
    assert xero.contact(shown.xero_id or "")["EmailAddress"] == "pay@bridge.example"
    links.make_two_way(SYSTEM, [shown.link_id or ""])
    sync.tick(started)
    assert xero.contact(shown.xero_id or "")["EmailAddress"] == "new@bridge.example"


def test_asking_twice_creates_once(xero: Xero, started: str) -> None:
    contact_id = add("Twice Ltd")
    first = create_one.create_in_xero(SYSTEM, contact_id, started)
    assert create_one.create_in_xero(SYSTEM, contact_id, started) == first
    sync.tick(started)
    with pytest.raises(MovedOn):
        create_one.create_in_xero(SYSTEM, contact_id, started)
    assert len(xero.contacts(name="Twice Ltd")) == 1


def test_a_creation_that_was_lost_is_looked_up_also_among_more_contacts_than_xero_filters_by_number(
    xero: Xero, started: str, settings: pytest.MonkeyPatch
) -> None:
    """Of more than 100,000 contacts; here of more than none."""
    settings.setattr(listing, "HIGH_VOLUME", 0)
    contact_id = add("Lost & Found")
    create_one.create_in_xero(SYSTEM, contact_id, started)
    xero.create("Somebody Else")
    xero.fault(method="PUT", path="/Contacts", action="drop", effect="before")
    with pytest.raises(SyncError):
        sync.tick(started)
    retry_now()
    sync.tick(started)
    assert xero_client(contact_id).state == "syncing"


@pytest.mark.parametrize(
    "fault",
    [
        {"action": "drop", "effect": "before"},
        {"action": "drop", "effect": "after"},
        {"action": "truncate"},
        {"action": "status", "status": 500, "effect": "after"},
        {"action": "status", "status": 503},
        {"action": "status", "status": 429, "headers": {"Retry-After": "1", "X-Rate-Limit-Problem": "minute"}},
    ],
    ids=lambda fault: "-".join(str(part) for part in fault.values()),
)
def test_a_lost_answer_never_makes_a_second_contact(xero: Xero, started: str, fault: dict[str, object]) -> None:
    contact_id = add("Lost Answer Pty", "lost@answer.example")
    create_one.create_in_xero(SYSTEM, contact_id, started)
    xero.fault(method="PUT", path="/Contacts", **fault)
    with pytest.raises(SyncError):
        sync.tick(started)
    for _ in range(3):
        xero.control("clock", advance=400)
        retry_now()
        sync.tick(started)
    assert len(xero.contacts(name="Lost Answer Pty")) == 1
    assert xero_client(contact_id).state == "syncing"
    assert len(synced()) == contacts.list_contacts(ContactFilter()).total == 1


def test_a_name_that_is_taken_in_xero_becomes_a_match_issue_and_is_never_renamed(xero: Xero, started: str) -> None:
    taken = xero.create("Same Name", "other@example.com", customer=False)
    contact_id = add("Same Name", "mine@example.com")
    create_one.create_in_xero(SYSTEM, contact_id, started)
    sync.tick(started)
    shown = xero_client(contact_id)
    assert shown.state == "held"
    assert shown.error
    assert [row.xero_id for row in issues.list_issues(IssueFilter()).rows] == [taken]
    assert len(xero.contacts(name="Same Name")) == 1


def test_who_has_a_name_that_is_taken_is_asked_about_at_once_however_new_they_are(xero: Xero, started: str) -> None:
    contact_id = add("Ada Archer", "practice@example.com")
    create_one.create_in_xero(SYSTEM, contact_id, started)
    xero.create("Ada Archer", "xero@example.com")
    sync.tick(started, delta=False)
    [issue] = issues.list_issues(IssueFilter()).rows
    assert (issue.xero_name, issue.reason) == ("Ada Archer", "name_taken")


def refuse_as_taken(xero: Xero, connection_id: str) -> str:
    """A creation that Xero refused, because somebody in Xero got the name just before. Returns the contact's id."""
    contact_id = add("Same Name", "mine@example.com")
    create_one.create_in_xero(SYSTEM, contact_id, connection_id)
    xero.create("Same Name", "other@example.com")
    sync.tick(connection_id, delta=False)
    assert failing() == (1, 1, 1)
    return contact_id


def failing() -> tuple[int, int, int]:
    """How many creations failed, as the overview, the bar and the list of contacts have it."""
    listed = contacts.list_contacts(ContactFilter(linked="held")).total
    return sync_states.count_states().not_created, creation_progress().held, listed


@pytest.mark.parametrize("answer", ["confirmed", "full match", "archived"])
def test_a_refused_creation_is_answered_by_linking_or_archiving_the_contact(
    xero: Xero, started: str, answer: str
) -> None:
    contact_id = refuse_as_taken(xero, started)
    if answer == "archived":
        archive.archive_contact(SYSTEM, contact_id)
    elif answer == "full match":
        edit(contact_id, email="other@example.com")
    delta_is_due()
    sync.tick(started)
    if answer == "confirmed":
        [issue] = issues.issue_ids(IssueFilter())
        issue_answers.confirm(SYSTEM, issue, contact_id)
    assert failing() == (0, 0, 0)


def test_a_creation_that_is_refused_once_its_contact_is_archived_fails_nobody(xero: Xero, started: str) -> None:
    contact_id = add("Same Name", "mine@example.com")
    create_one.create_in_xero(SYSTEM, contact_id, started)
    xero.create("Same Name", "other@example.com")
    put = XeroStore.create

    def archived_meanwhile(store: XeroStore, drafts: Sequence[Draft], key: str) -> list[Outcome]:
        archive.archive_contact(SYSTEM, contact_id)
        return put(store, drafts, key)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(XeroStore, "create", archived_meanwhile)
        sync.tick(started, delta=False)
    assert failing() == (0, 0, 0)


@pytest.mark.parametrize(
    ("name", "rule"),
    [("A <b> C", "<"), ("Double  Space", "space"), ("x" * 256, "255")],
)
def test_names_that_xero_refuses_are_refused_before_anything_is_stored(
    xero: Xero, started: str, name: str, rule: str
) -> None:
    with pytest.raises(BadInput) as refused:
        add(name)
    assert rule in str(refused.value)


def test_who_was_linked_otherwise_and_stopped_while_being_created_stays_stopped(xero: Xero, started: str) -> None:
    contact_id = add("Ada Archer", "ada@example.com")
    xero.create("Ada A. Archer", "ada@example.com")
    tick(started)
    [issue] = issues.issue_ids(IssueFilter())
    create_one.create_in_xero(SYSTEM, contact_id, started, anyway=True)
    xero.fault(method="PUT", path="/Contacts", action="drop", effect="after", times=1)
    with pytest.raises(SyncError):
        sync.tick(started)
    issue_answers.confirm(SYSTEM, issue, contact_id)
    links.stop(SYSTEM, [synced()[0].link_id])
    retry_now()
    tick(started, 2)
    assert synced() == []
    assert [row.reason for row in issues.list_issues(IssueFilter()).rows] == ["ours_in_doubt"]


def test_many_creations_whose_answer_was_lost_are_found_in_two_calls(xero: Xero, started: str) -> None:
    fifty(started)
    xero.fault(method="PUT", path="/Contacts", action="drop", effect="after", times=1)
    with pytest.raises(SyncError):
        sync.tick(started)
    retry_now()
    delta_is_due()
    xero.forget_calls()
    sync.tick(started)
    assert len(synced()) == 50
    assert (len(xero.calls("GET")), len(xero.calls("PUT"))) == (3, 0)


@pytest.mark.parametrize("whole", [False, True])
def test_many_refused_creations_are_all_told_however_few_calls_a_minute_are_left(
    xero: Xero, started: str, settings: pytest.MonkeyPatch, whole: bool
) -> None:
    """Each by itself, or with the whole call."""
    if whole:
        xero.fault(method="PUT", path="/Contacts", action="status", status=400, body=REFUSED, times=1000)
    settings.setenv("XERO_CALLS_PER_MINUTE", "25")
    get_settings.cache_clear()
    fifty(started)
    with write() as session:
        session.execute(update(ContactRow).values(email="p@exa_mple..com"))  # which Xero alone refuses
    for _ in range(10):
        minute_passes(xero)
        with suppress(SyncError):
            sync.tick(started)
    with read() as session:
        assert {intent.state for intent in session.exec(select(IntentRow))} == {"held"}


def fifty(connection_id: str) -> None:
    """Ask for fifty contacts in Xero at once."""
    create_many(SYSTEM, connection_id, [add(f"Person {n:02}", f"p{n}@example.com") for n in range(50)])


def minute_passes(xero: Xero) -> None:
    with write() as session:
        session.execute(delete(ApiCallRow))
    xero.control("clock", advance=61)
    retry_now()
