"""Reading Xero's contacts: complete, tolerant, and by the side's own clock."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from models.xero_contact import XeroContactRow
from services import sync
from services.db import read
from services.errors import Unavailable
from services.gateways.store import Status
from services.gateways.xero.store import XeroStore
from tests.integration.xero.conftest import Xero

CONTACTS = "/Contacts"


def answering(xero: Xero, *contacts: dict[str, Any], **envelope: Any) -> None:
    """Make Xero's next answer hold exactly these contacts, whatever oddities they have."""
    body = {"DateTimeUTC": "/Date(1789378193539)/", "Contacts": list(contacts), **envelope}
    headers = {"Content-Type": "application/json"}
    xero.fail(CONTACTS, "status", status=200, headers=headers, body=json.dumps(body))


def test_a_page_holds_archived_contacts_too_and_is_ordered_by_id(xero: Xero, store: XeroStore) -> None:
    ids = [xero.add(f"Client {number}") for number in range(5)]
    xero.archive(ids[2])
    page = store.page()
    assert [record.id for record in page.records] == sorted(ids)
    assert {r.id for r in page.records if r.status is Status.ARCHIVED} == {ids[2]}
    assert (page.number, page.pages, page.count) == (1, 1, 5)


def test_pages_are_numbered_until_all_contacts_were_seen(xero: Xero, store: XeroStore) -> None:
    ids = [xero.add(f"Client {number}") for number in range(1001)]
    first, last = store.page(1), store.page(2)
    assert (first.pages, first.count, len(first.records), len(last.records)) == (2, 1001, 1000, 1)
    assert [record.id for record in (*first.records, *last.records)] == sorted(ids)


def test_an_empty_organisation_has_one_empty_page(store: XeroStore) -> None:
    page = store.page()
    assert (page.records, page.pages, page.count) == ((), 1, 0)


def test_a_page_tells_xeros_time_and_not_ours(xero: Xero, store: XeroStore) -> None:
    xero.sim.state.clock.advance(600)
    page = store.page()
    assert abs(page.answered_at - xero.sim.state.clock.now()) < timedelta(seconds=5)


def test_a_page_since_a_moment_holds_only_what_changed_then(xero: Xero, store: XeroStore) -> None:
    first, second = xero.add("Earlier"), xero.add("Later")
    xero.sim.state.clock.advance(120)
    since = xero.sim.state.clock.now() - timedelta(seconds=60, microseconds=123)
    xero.edit(second, EmailAddress="later@client.example")
    page = store.page(changed_since=since)
    assert [record.id for record in page.records] == [second]
    assert first != second
    sent = xero.calls(CONTACTS)[-1]["modified_since"]
    assert sent == since.strftime("%Y-%m-%dT%H:%M:%S")


def test_one_odd_contact_does_not_spoil_a_page(xero: Xero, store: XeroStore) -> None:
    answering(
        xero,
        {"ContactID": "long", "Name": "x" * 300},
        {"ContactID": "null", "Name": None, "Phones": None, "Addresses": [None], "UpdatedDateUTC": None},
        {"ContactID": "enum", "Name": "New", "ContactStatus": "SLEEPING", "Phones": [{"PhoneType": "SATELLITE"}]},
        {"Name": "No id"},
    )
    records = {record.id: record for record in store.page().records}
    assert records.keys() == {"long", "null", "enum"}
    assert records["long"].contact.name == "x" * 300
    assert records["null"].contact.name == ""
    assert records["enum"].status is Status.ACTIVE


def test_without_a_page_count_a_full_page_means_that_there_is_another(xero: Xero, store: XeroStore) -> None:
    answering(xero, *({"ContactID": str(number)} for number in range(1000)))
    assert store.page(2).pages == 3
    answering(xero, {"ContactID": "1"})
    page = store.page(2)
    assert (page.pages, page.count) == (2, 1001)


@pytest.mark.parametrize("body", ["", "[]", "<html>", '{"Contacts": [', "\x00"])
def test_an_answer_that_cannot_be_read_is_a_pause(xero: Xero, store: XeroStore, body: str) -> None:
    xero.fail(CONTACTS, "status", status=200, body=body)
    with pytest.raises(Unavailable):
        store.page()


def test_an_answer_without_its_time_is_a_pause_so_that_our_clock_never_decides(xero: Xero, store: XeroStore) -> None:
    answering(xero, {"ContactID": "1"}, DateTimeUTC=None)
    with pytest.raises(Unavailable):
        store.page()


def test_contacts_are_found_by_id_forty_at_a_time_and_missing_ones_are_absent(xero: Xero, store: XeroStore) -> None:
    ids = [xero.add(f"Client {number}") for number in range(41)]
    xero.archive(ids[0])
    missing = "00000000-0000-4000-8000-000000000000"
    found = store.by_ids([*ids, missing, ids[1]])
    assert sorted(record.id for record in found) == sorted(ids)
    assert len(xero.calls(CONTACTS)) == 2
    assert store.by_ids([]) == []


def test_a_merged_contact_names_its_survivor(xero: Xero, store: XeroStore) -> None:
    loser, survivor = xero.add("Twin"), xero.add("Twin Ltd")
    xero.merge(loser, survivor)
    (record,) = store.by_ids([loser])
    assert (record.status, record.merged_into) == (Status.ARCHIVED, survivor)


def test_a_contact_is_found_by_our_marker_even_when_archived(xero: Xero, store: XeroStore) -> None:
    contact_id = xero.add("Marked", ContactNumber="ours-1")
    xero.archive(contact_id)
    assert [record.id for record in store.by_number("ours-1")] == [contact_id]
    assert store.by_number("ours-2") == []


@pytest.mark.parametrize("name", ["Plain", 'The "Best" Café', "Back\\slash", "O'Brien & Sons", "100% & more + 1"])
def test_an_active_contact_is_found_by_its_name_whatever_its_letters(xero: Xero, store: XeroStore, name: str) -> None:
    contact_id = xero.add(name)
    xero.add(f"{name} and more")
    assert [record.id for record in store.named(name.upper())] == [contact_id]


def test_the_organisation_tells_its_name_and_short_code(xero: Xero, store: XeroStore) -> None:
    tenant = xero.sim.state.first_tenant
    organisation = store.organisation()
    assert (organisation.name, organisation.short_code) == (tenant.name, tenant.short_code)


def test_half_a_character_in_a_name_spoils_neither_its_contact_nor_the_others(xero: Xero, connection_id: str) -> None:
    cut, whole = ({"ContactID": name, "Name": name} for name in ("Cut \ud83d", "Whole"))
    answering(xero, cut | {"ContactID": "one"}, whole)
    assert sync.read_only(connection_id)
    with read() as session:
        assert list(session.exec(select(XeroContactRow.name).order_by(XeroContactRow.name))) == ["Cut ?", "Whole"]
