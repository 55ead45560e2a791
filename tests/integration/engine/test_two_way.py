"""Two-way sync of the four fields between linked contacts, field by field, with nothing lost."""

import pytest

from services import differences, links, previous, sync
from services.access import SYSTEM
from services.activity import ActivityFilter, list_activity
from services.errors import SyncError
from services.reconcile.contact import Address
from tests.support.practice import add, contact, edit, retry_now, run_import, synced
from tests.support.xero import Xero

HIGH_STREET = [{"AddressType": "POBOX", "AddressLine1": "1 High St", "City": "Leeds", "Country": "United Kingdom"}]


@pytest.fixture
def pair(xero: Xero, connection_id: str) -> tuple[str, str]:
    """A linked pair that agrees: the practice's id and Xero's."""
    contact_id = add("Ada Archer", "ada@example.com")
    xero_id = xero.create(
        "Ada Archer",
        "ada@example.com",
        Phones=[
            {"PhoneType": "DEFAULT", "PhoneNumber": "9999 1111", "PhoneAreaCode": "2", "PhoneCountryCode": "61"},
            {"PhoneType": "MOBILE", "PhoneNumber": "0400 000 000"},
        ],
        Addresses=[*HIGH_STREET, {"AddressType": "STREET", "AddressLine1": "2 Low St"}],
    )
    run_import(connection_id)
    return contact_id, xero_id


def default_phone(found: dict[str, object], kind: str = "DEFAULT") -> dict[str, str]:
    phones: list[dict[str, str]] = found["Phones"]  # type: ignore[assignment]
    return next(phone for phone in phones if phone["PhoneType"] == kind)


def test_a_change_in_xero_reaches_the_practice(xero: Xero, connection_id: str, pair: tuple[str, str]) -> None:
    xero.change(pair[1], EmailAddress="ada@new.example")
    sync.tick(connection_id)
    assert contact(pair[0]).email == "ada@new.example"


def test_a_change_in_the_practice_reaches_xero_and_touches_only_that_field(
    xero: Xero, connection_id: str, pair: tuple[str, str]
) -> None:
    edit(pair[0], email="ada@practice.example")
    xero.forget_calls()
    sync.tick(connection_id)
    assert xero.contact(pair[1])["EmailAddress"] == "ada@practice.example"
    assert [call["method"] for call in xero.calls()] == ["GET", "GET", "POST"]


def test_the_log_lists_the_fields_of_a_change_as_in_a_sentence(
    xero: Xero, connection_id: str, pair: tuple[str, str]
) -> None:
    edit(pair[0], email="ada@practice.example", phone="+61 2 7777 0000")
    sync.tick(connection_id)
    [entry] = list_activity(ActivityFilter(action="xero.updated")).rows
    assert entry.summary == "Updated billing email and primary phone of Ada Archer in Xero"


def test_changes_of_different_fields_on_both_sides_are_merged(
    xero: Xero, connection_id: str, pair: tuple[str, str]
) -> None:
    edit(pair[0], phone="+61 2 7777 0000")
    xero.change(pair[1], EmailAddress="ada@xero.example")
    sync.tick(connection_id)
    assert contact(pair[0]).email == "ada@xero.example"
    assert default_phone(xero.contact(pair[1]))["PhoneNumber"].replace(" ", "").endswith("77770000")


def test_other_phones_and_addresses_survive_a_write(xero: Xero, connection_id: str, pair: tuple[str, str]) -> None:
    edit(pair[0], phone="+61 2 7777 0000", address=Address("9 New Rd", "York"))
    sync.tick(connection_id)
    found = xero.contact(pair[1])
    assert default_phone(found, "MOBILE")["PhoneNumber"] == "0400 000 000"
    assert {a["AddressType"]: a.get("AddressLine1") for a in found["Addresses"]} == {
        "POBOX": "9 New Rd",
        "STREET": "2 Low St",
    }


def test_a_field_changed_on_both_sides_becomes_a_difference_and_neither_is_overwritten(
    xero: Xero, connection_id: str, pair: tuple[str, str]
) -> None:
    edit(pair[0], email="ada@practice.example")
    xero.change(pair[1], EmailAddress="ada@xero.example")
    sync.tick(connection_id)
    sync.tick(connection_id)
    assert contact(pair[0]).email == "ada@practice.example"
    assert xero.contact(pair[1])["EmailAddress"] == "ada@xero.example"
    rows = differences.list_differences().rows
    assert [(row.base, row.practice, row.xero) for row in rows] == [
        ("ada@example.com", "ada@practice.example", "ada@xero.example")
    ]


@pytest.mark.parametrize("winner", ["practice", "xero"])
def test_the_chosen_value_of_a_difference_reaches_the_other_side(
    xero: Xero, connection_id: str, pair: tuple[str, str], winner: str
) -> None:
    edit(pair[0], email="ada@practice.example")
    xero.change(pair[1], EmailAddress="ada@xero.example")
    sync.tick(connection_id)
    rows = differences.list_differences().rows
    assert differences.choose(SYSTEM, [row.difference_id for row in rows], winner).done == 1
    sync.tick(connection_id)
    assert contact(pair[0]).email == xero.contact(pair[1])["EmailAddress"] == f"ada@{winner}.example"
    assert differences.list_differences().total == 0


def test_clearing_a_field_travels_once_the_sides_have_agreed(
    xero: Xero, connection_id: str, pair: tuple[str, str]
) -> None:
    edit(pair[0], email="")
    sync.tick(connection_id)
    assert xero.contact(pair[1])["EmailAddress"] == ""
    xero.change(
        pair[1], Phones=[{"PhoneType": "DEFAULT", "PhoneNumber": "", "PhoneAreaCode": "", "PhoneCountryCode": ""}]
    )
    sync.tick(connection_id)
    assert contact(pair[0]).phone == ""


def test_another_way_of_writing_a_phone_is_no_change(xero: Xero, connection_id: str, pair: tuple[str, str]) -> None:
    edit(pair[0], phone="+61 (2) 9999-1111")
    xero.forget_calls()
    sync.tick(connection_id)
    assert xero.calls("POST") == []


def test_a_stopped_link_is_never_written(xero: Xero, connection_id: str, pair: tuple[str, str]) -> None:
    edit(pair[0], email="ada@practice.example")
    links.stop(SYSTEM, [row.link_id for row in synced()])
    xero.change(pair[1], Name="Ada Byron")
    xero.forget_calls()
    for _ in range(3):
        sync.tick(connection_id)
    assert (xero.calls("POST"), xero.calls("PUT")) == ([], [])
    assert contact(pair[0]).name == "Ada Archer"
    assert synced() == []


def test_a_contact_archived_in_xero_breaks_its_link_and_stays_in_the_practice(
    xero: Xero, connection_id: str, pair: tuple[str, str]
) -> None:
    xero.archive(pair[1])
    sync.tick(connection_id)
    broken = previous.list_previous(previous.PreviousFilter()).rows
    assert [(row.state, row.reason) for row in broken] == [("broken", "The contact was archived in Xero.")]
    assert contact(pair[0]).name == "Ada Archer"


def test_an_edit_in_xero_between_plan_and_send_is_not_overwritten(
    xero: Xero, connection_id: str, pair: tuple[str, str]
) -> None:
    edit(pair[0], email="ada@practice.example")
    xero.fault(action="status", status=503, method="POST", path="/Contacts")
    with pytest.raises(SyncError):
        sync.tick(connection_id)
    xero.change(pair[1], EmailAddress="ada@xero.example")
    retry_now()
    sync.tick(connection_id)
    assert xero.contact(pair[1])["EmailAddress"] == "ada@xero.example"
    assert differences.list_differences().total == 1


def test_every_change_is_in_the_activity_with_before_and_after(
    xero: Xero, connection_id: str, pair: tuple[str, str]
) -> None:
    xero.change(pair[1], EmailAddress="ada@xero.example")
    sync.tick(connection_id)
    entry = list_activity(ActivityFilter(contact_id=pair[0])).rows[0]
    assert (entry.actor, entry.before, entry.after) == (
        "sync",
        {"email": "ada@example.com"},
        {"email": "ada@xero.example"},
    )


@pytest.mark.parametrize("first", [0, 1])
def test_a_name_that_is_handed_on_from_one_contact_to_another_at_once_reaches_xero(
    xero: Xero, connection_id: str, first: int
) -> None:
    names = ("Ada Archer", "Ben Baker")
    ours = [add(name, f"{name[:3]}@example.com") for name in names]
    theirs = [xero.create(name, f"{name[:3]}@example.com") for name in names]
    run_import(connection_id)
    last = 1 - first
    edit(ours[last], name="Bea Before")
    edit(ours[first], name=names[last])
    for _ in range(3):
        sync.tick(connection_id)
    assert [xero.contact(theirs[one])["Name"] for one in (first, last)] == [names[last], "Bea Before"]
    assert not any(row.error for row in synced())


def test_a_refusal_that_does_not_come_from_xeros_rules_is_no_verdict_on_any_contact(
    xero: Xero, connection_id: str
) -> None:
    people = [(f"Person {number}", f"p{number}@example.com") for number in range(3)]
    ours, theirs = [add(*one) for one in people], [xero.create(*one) for one in people]
    run_import(connection_id)
    for one in ours:
        edit(one, phone="+61 2 9999 9999")
    html = "<html><body>400 Bad Request</body></html>"
    xero.fault(action="status", status=400, method="POST", path="/Contacts", times=100, body=html)
    with pytest.raises(SyncError, match="without saying why"):
        sync.tick(connection_id)
    assert {row.sync_state for row in synced()} == {"waiting"}
    xero.forget_faults()
    retry_now()
    sync.tick(connection_id)
    assert {default_phone(xero.contact(one))["PhoneNumber"] for one in theirs} == {"9999 9999"}
