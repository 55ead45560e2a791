"""Xero's JSON in all its oddities becomes records, and our values become bodies that lose nothing."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.gateways.store import Change, Draft, Status
from services.gateways.xero.mapping import changed_contact, moment, new_contact, record_of
from services.reconcile.contact import Address, Contact, Field

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
FIELDS = (
    "Name", "EmailAddress", "FirstName", "LastName", "ContactNumber", "ContactStatus", "Phones", "Addresses",
    "IsCustomer", "IsSupplier", "MergedToContactID", "UpdatedDateUTC",
)  # fmt: skip


def raw_contact(**values: Any) -> dict[str, Any]:
    return {
        "ContactID": "c1",
        "ContactStatus": "ACTIVE",
        "Name": "Acme Ltd",
        "EmailAddress": "billing@acme.example",
        "Phones": [
            {"PhoneType": "DDI", "PhoneNumber": "1"},
            {"PhoneType": "DEFAULT", "PhoneNumber": "9999 9999", "PhoneAreaCode": "2", "PhoneCountryCode": "61"},
        ],
        "Addresses": [
            {"AddressType": "STREET", "AddressLine1": "Elsewhere"},
            {"AddressType": "POBOX", "AddressLine1": "PO Box 1", "AddressLine2": "Level 2", "City": "Sydney",
             "Region": "NSW", "PostalCode": "2000", "Country": "Australia", "AttentionTo": "Jane"},
        ],
        "UpdatedDateUTC": "/Date(1789378193493+0000)/",
        **values,
    }  # fmt: skip


def test_a_contact_is_read_by_the_type_of_its_phones_and_addresses_not_by_their_place() -> None:
    record = record_of(raw_contact(IsCustomer=True, ContactNumber="ours-1"))
    assert record is not None
    assert record.contact == Contact(
        "Acme Ltd",
        "billing@acme.example",
        "+61 2 9999 9999",
        Address("PO Box 1\nLevel 2", "Sydney", "NSW", "2000", "Australia"),
    )
    assert (record.is_customer, record.is_supplier, record.number) == (True, False, "ours-1")
    assert record.updated_at == datetime(2026, 9, 14, 9, 29, 53, 493000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("ACTIVE", Status.ACTIVE),
        ("ARCHIVED", Status.ARCHIVED),
        ("GDPRREQUEST", Status.ERASED),
        ("SOMETHING_NEW", Status.ACTIVE),
        (None, Status.ACTIVE),
    ],
)
def test_a_status_that_is_not_known_does_not_break_a_link(status: object, expected: Status) -> None:
    record = record_of(raw_contact(ContactStatus=status))
    assert record is not None
    assert record.status is expected


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.fixed_dictionaries({"ContactID": st.just("c1")}, optional=dict.fromkeys(FIELDS, JSON)))
def test_no_value_of_any_kind_makes_a_contact_unreadable(raw: dict[str, Any]) -> None:
    record = record_of(raw)
    assert record is not None
    assert all(isinstance(record.contact.get(field), str | Address) for field in Field)


def test_an_element_without_an_id_is_no_contact() -> None:
    assert record_of({"Name": "Nobody"}) is None
    assert record_of({"ContactID": None, "Name": "Nobody"}) is None


@pytest.mark.parametrize("stamp", [None, "", 5, "2026-01-01", "/Date()/", "/Date(999999999999999)/", "/Date(1)/x"])
def test_a_time_that_cannot_be_read_is_no_time(stamp: object) -> None:
    assert moment(stamp) is None


@pytest.mark.parametrize(
    ("name", "first", "last", "person"),
    [
        ("Jane Smith", "Jane", "Smith", True),
        ("Smith, Jane", "jane", "SMITH", True),
        ("Acme Ltd", "Jane", "Smith", False),
        ("Jane Smith Consulting", "Jane", "Smith", False),
        ("Cher", "Cher", "", True),
        ("Acme Ltd", "", "", False),
    ],
)
def test_a_person_is_a_contact_named_as_its_first_and_last_name(name: str, first: str, last: str, person: bool) -> None:
    record = record_of(raw_contact(Name=name, FirstName=first, LastName=last))
    assert record is not None
    assert record.is_person is person


def test_a_new_contact_says_only_what_it_knows() -> None:
    assert new_contact(Draft(Contact("Acme Ltd"), "ours-1")) == {"Name": "Acme Ltd", "ContactNumber": "ours-1"}


@pytest.mark.parametrize("name", ["Jane Smith", "Jane Mary Smith", "Cher", "  Jane   Smith "])
def test_a_person_sent_to_xero_reads_back_as_a_person(name: str) -> None:
    body = new_contact(Draft(Contact(name), "ours-1", is_person=True))
    record = record_of({"ContactID": "c1", **body})
    assert record is not None
    assert record.is_person


@pytest.mark.parametrize("street", ["1 Main St", "1 Main St\nLevel 2", "a\nb\nc\nd", ""])
def test_what_is_written_reads_back_as_it_was(street: str) -> None:
    contact = Contact(
        "Acme Ltd", "a@b.example", "+61 2 9999 9999", Address(street, "Sydney", "NSW", "2000", "Australia")
    )
    record = record_of({"ContactID": "c1", **new_contact(Draft(contact, "ours-1"))})
    assert record is not None
    assert record.contact == contact


def test_a_street_of_more_than_four_lines_keeps_all_its_words() -> None:
    body = new_contact(Draft(Contact("Acme Ltd", address=Address("a\nb\n\nc\nd\ne")), "ours-1"))
    assert [body["Addresses"][0][f"AddressLine{n}"] for n in (1, 2, 3, 4)] == ["a", "b", "c", "d, e"]


def test_a_change_names_only_its_own_fields_and_clears_with_blanks() -> None:
    body = changed_contact(Change("c1", {Field.NAME: "New", Field.EMAIL: ""}), raw_contact())
    assert body == {"ContactID": "c1", "Name": "New", "EmailAddress": ""}


def test_a_change_of_the_primary_phone_sends_the_other_phones_along() -> None:
    body = changed_contact(Change("c1", {Field.PHONE: ""}), raw_contact())
    blank = {"PhoneType": "DEFAULT", "PhoneNumber": "", "PhoneAreaCode": "", "PhoneCountryCode": ""}
    assert body["Phones"] == [blank, {"PhoneType": "DDI", "PhoneNumber": "1"}]


def test_a_change_of_the_billing_address_keeps_its_addressee_and_the_street_address() -> None:
    billing, street = changed_contact(Change("c1", {Field.ADDRESS: Address(city="Perth")}), raw_contact())["Addresses"]
    assert (billing["City"], billing["AddressLine1"], billing["AttentionTo"]) == ("Perth", "", "Jane")
    assert street == {"AddressType": "STREET", "AddressLine1": "Elsewhere"}


def test_values_that_xero_would_not_take_back_are_not_sent_along() -> None:
    phones = [{"PhoneType": "FAX", "PhoneNumber": None}, {"PhoneType": "MOBILE", "PhoneNumber": "2", "New": 5}, "odd"]
    body = changed_contact(Change("c1", {Field.PHONE: "3"}), raw_contact(Phones=phones))
    assert body["Phones"][1:] == [{"PhoneType": "MOBILE", "PhoneNumber": "2"}]
