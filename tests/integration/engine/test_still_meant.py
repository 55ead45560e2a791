"""Between deciding on a write and sending it much can happen: what is not meant any more is not sent."""

import pytest

from services import archive, contacts, create_one, differences, issue_answers, issues, links, policies, sync
from services.access import SYSTEM
from services.contacts import ContactFilter
from services.errors import SyncError
from services.issues import IssueFilter
from services.policies import FieldPolicy, SyncPolicies
from services.previous import PreviousFilter, list_previous
from services.reconcile.contact import Field
from services.reconcile.policy import Blanks, Way
from services.steps import updates
from tests.support.practice import add, contact, delta_is_due, edit, retry_now, run_import, synced
from tests.support.xero import Xero

LOST = {"path": "/Contacts", "action": "drop", "effect": "before", "times": 1}
LANDED = LOST | {"effect": "after"}


def failing_tick(connection_id: str) -> None:
    with pytest.raises(SyncError):
        sync.tick(connection_id)


def look(connection_id: str, times: int = 1) -> None:
    for _ in range(times):
        delta_is_due()
        sync.tick(connection_id)


def phone_in(xero: Xero, xero_id: str) -> str:
    return next(p.get("PhoneNumber", "") for p in xero.contact(xero_id)["Phones"] if p["PhoneType"] == "DEFAULT")


def test_a_late_change_of_one_contact_never_lands_on_another_that_was_linked_meanwhile(
    xero: Xero, connection_id: str, pair: tuple[str, str]
) -> None:
    kept = SyncPolicies({field: FieldPolicy() for field in Field}, Blanks.KEEP)
    policies.save_policies(SYSTEM, connection_id, kept)
    edit(pair[0], phone="+64 9 1111111")
    xero.fault(method="POST", **LOST)
    failing_tick(connection_id)
    [link] = synced()
    links.stop(SYSTEM, [link.link_id])
    links.link_to(SYSTEM, link.link_id, add("Ben Baker", "ben@example.com"))
    retry_now()
    look(connection_id, 4)
    assert phone_in(xero, pair[1]) == ""


def test_a_change_is_not_sent_again_over_what_a_person_chose_since(
    xero: Xero, connection_id: str, pair: tuple[str, str]
) -> None:
    edit(pair[0], email="first@example.com")
    xero.fault(method="POST", **LANDED)
    failing_tick(connection_id)
    xero.change(pair[1], EmailAddress="xero@example.com")
    look(connection_id)
    differences.choose(SYSTEM, differences.difference_ids(), "xero")
    xero.forget_calls()
    retry_now()
    look(connection_id, 2)
    assert xero.calls("POST") == []
    assert contact(pair[0]).email == xero.contact(pair[1])["EmailAddress"] == "xero@example.com"


def test_a_change_that_landed_is_not_sent_again_over_what_was_put_back_in_xero(
    xero: Xero, connection_id: str, pair: tuple[str, str]
) -> None:
    edit(pair[0], email="first@example.com")
    xero.fault(method="POST", **LANDED)
    failing_tick(connection_id)
    look(connection_id)
    xero.change(pair[1], EmailAddress="ada@example.com")
    xero.forget_calls()
    look(connection_id)
    retry_now()
    look(connection_id, 2)
    assert xero.calls("POST") == []
    assert contact(pair[0]).email == xero.contact(pair[1])["EmailAddress"] == "ada@example.com"


@pytest.mark.parametrize(
    ("written", "way", "blanks"), [("new@example.com", Way.TO_PRACTICE, Blanks.TRAVEL), ("", Way.BOTH, Blanks.KEEP)]
)
def test_a_change_is_not_sent_again_once_an_admin_lets_it_travel_no_more(
    xero: Xero, connection_id: str, pair: tuple[str, str], written: str, way: Way, blanks: Blanks
) -> None:
    edit(pair[0], email=written)
    xero.fault(method="POST", **LOST)
    failing_tick(connection_id)
    policies.save_policies(
        SYSTEM, connection_id, SyncPolicies({field: FieldPolicy(way=way) for field in Field}, blanks)
    )
    retry_now()
    look(connection_id, 2)
    assert xero.contact(pair[1])["EmailAddress"] == "ada@example.com"
    assert [client.sync_state for client in synced()] == ["kept"]


def test_a_contact_stopped_between_the_look_and_the_write_is_not_written(
    xero: Xero, connection_id: str, pair: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(pair[0], phone="+64 9 1111111")
    [link], send = synced(), updates._send

    def stop_and_send(*given: object) -> None:
        links.stop(SYSTEM, [link.link_id])
        send(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(updates, "_send", stop_and_send)
    xero.forget_calls()
    sync.tick(connection_id)
    assert xero.calls("POST") == []


@pytest.mark.parametrize("stopped", [False, True])
def test_who_was_linked_before_a_creation_was_repeated_is_not_created(
    xero: Xero, connection_id: str, stopped: bool
) -> None:
    xero.create("Ada Archer Ltd", "ada@example.com")
    one = add("Ada Archer", "ada@example.com")
    run_import(connection_id)
    [issue] = issues.issue_ids(IssueFilter())
    create_one.create_in_xero(SYSTEM, one, connection_id, anyway=True)
    xero.fault(method="PUT", **LOST)
    failing_tick(connection_id)
    issue_answers.confirm(SYSTEM, issue, one)
    if stopped:
        links.stop(SYSTEM, [client.link_id for client in synced()])
    retry_now()
    look(connection_id, 2)
    assert [found["Name"] for found in xero.contacts()] == ["Ada Archer Ltd"]


def test_who_was_archived_before_the_creation_was_sent_is_not_created(xero: Xero, connection_id: str) -> None:
    run_import(connection_id)
    one = add("Ada Archer", "ada@example.com")
    create_one.create_in_xero(SYSTEM, one, connection_id)
    archive.archive_contact(SYSTEM, one)
    look(connection_id, 3)
    assert xero.contacts() == []
    assert contacts.list_contacts(ContactFilter()).total == 0


def test_a_creation_carries_what_the_contact_says_when_it_is_sent(xero: Xero, connection_id: str) -> None:
    run_import(connection_id)
    one = add("Ada Archre", "ada@example.com")
    create_one.create_in_xero(SYSTEM, one, connection_id)
    edit(one, name="Ada Archer")
    look(connection_id, 2)
    assert [found["Name"] for found in xero.contacts()] == ["Ada Archer"]


def test_who_was_linked_with_what_was_created_for_a_namesake_and_stopped_since_stays_stopped(
    xero: Xero, connection_id: str
) -> None:
    run_import(connection_id)
    ours, namesake = add("Ada Archer", "ada@example.com"), add("Ada Archer", "another@example.com")
    create_one.create_in_xero(SYSTEM, ours, connection_id)
    xero.fault(method="PUT", **LANDED)
    failing_tick(connection_id)
    create_one.create_in_xero(SYSTEM, namesake, connection_id)
    sync.tick(connection_id, delta=False)
    issue_answers.confirm(SYSTEM, issues.issue_ids(IssueFilter())[0], namesake)
    links.stop(SYSTEM, [synced()[0].link_id])
    retry_now()
    look(connection_id, 2)
    assert synced() == []
    assert [one.contact_id for one in list_previous(PreviousFilter()).rows] == [namesake]
