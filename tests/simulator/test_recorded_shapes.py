"""The shape of answers: which keys, in which order, and how values are written."""

import json
import re
from typing import Any

import pytest

from tests.simulator.support import CONTACTS, Api

NO_ID = "00000000-0000-0000-0000-000000000000"
HEAD = ["ContactID", "ContactNumber", "AccountNumber", "ContactStatus", "Name", "FirstName", "LastName"]
TEXTS = [*HEAD, "CompanyNumber", "EmailAddress", "BankAccountDetails", "TaxNumber", "TaxNumberType"]
LISTS = ["Addresses", "Phones", "UpdatedDateUTC", "ContactGroups", "IsSupplier", "IsCustomer"]
PHONE = ["PhoneType", "PhoneNumber", "PhoneAreaCode", "PhoneCountryCode"]
PLACE = ["City", "Region", "PostalCode", "Country"]
FULL: dict[str, Any] = {
    "AccountNumber": "A-1", "FirstName": "Ann", "LastName": "Lee", "CompanyNumber": "C-1",
    "EmailAddress": "ann@acme.example", "BankAccountDetails": "01-2", "TaxNumber": "T-1", "TaxNumberType": "SSN",
    "Phones": [{"PhoneType": "DEFAULT", "PhoneNumber": "1"}],
    "Addresses": [{"AddressType": "POBOX", "AddressLine1": "1 High Street", "City": "Leeds"}],
    "ContactPersons": [{"FirstName": "Pat", "LastName": "Bee", "EmailAddress": "p@acme.example"}],
}  # fmt: skip


def keys(contact: dict[str, Any]) -> list[str]:
    """The keys in their order, without ContactNumber, which may be absent."""
    return [key for key in contact if key != "ContactNumber"]


def expected(*names: str) -> list[str]:
    return [name for name in (*TEXTS, *LISTS, *names) if name != "ContactNumber"]


def test_a_written_contact_has_the_same_keys_in_the_same_order_as_a_recorded_one(api: Api) -> None:
    """[WIRE] contact_create; [SPEC] its example"""
    written = api.create("Acme", **FULL)
    assert keys(written) == expected(
        "SalesTrackingCategories", "PurchasesTrackingCategories", "ContactPersons", "HasValidationErrors"
    )


def test_a_listed_contact_has_the_same_keys_in_the_same_order_as_a_recorded_one(api: Api) -> None:
    """[WIRE] contacts_page"""
    api.create("Acme", **FULL)
    assert keys(api.found(page=1)[0]) == expected("ContactPersons", "HasAttachments", "HasValidationErrors")


def test_a_single_contact_also_has_its_attachments(api: Api) -> None:
    """[WIRE]"""
    contact_id = api.create("Acme", **FULL)["ContactID"]
    single = api.get(f"{CONTACTS}/{contact_id}").json()["Contacts"][0]
    assert keys(single) == expected("ContactPersons", "HasAttachments", "HasValidationErrors", "Attachments")


def test_only_a_batch_without_summary_has_a_status_for_each_element(api: Api) -> None:
    """[WIRE]"""
    assert "StatusAttributeString" not in api.create("Acme")
    (each,) = api.put({"Name": "Bravo"}, summarizeErrors="false").json()["Contacts"]
    assert list(each)[-1] == "StatusAttributeString"


def test_values_that_were_never_given_are_absent_or_empty(api: Api) -> None:
    """[WIRE]"""
    plain = api.create("Acme")
    assert not {"ContactNumber", "AccountNumber", "FirstName", "TaxNumber", "MergedToContactID"} & plain.keys()
    assert (plain["EmailAddress"], plain["BankAccountDetails"]) == ("", "")
    assert plain["Addresses"] == [{"AddressType": kind, **dict.fromkeys(PLACE, "")} for kind in ("STREET", "POBOX")]
    assert [list(phone) for phone in plain["Phones"]] == [PHONE] * 4


def test_dates_have_two_forms(api: Api) -> None:
    """[WIRE] no offset in the envelope, +0000 in records"""
    api.create("Acme")
    body = api.get(page=1).json()
    assert re.fullmatch(r"/Date\(\d{13}\)/", body["DateTimeUTC"])
    assert all(re.fullmatch(r"/Date\(\d{13}\+0000\)/", contact["UpdatedDateUTC"]) for contact in body["Contacts"])


def test_a_summarised_refusal_has_the_recorded_shape(api: Api) -> None:
    """[WIRE] contact_create_duplicate_name"""
    api.create("Acme")
    phones = [{"PhoneType": "DEFAULT", "PhoneNumber": "09 111 1111"}]
    refused = api.put({"Name": "Acme", "EmailAddress": "a@acme.example", "Phones": phones}).json()
    assert list(refused) == ["ErrorNumber", "Type", "Message", "Elements"]
    (element,) = refused["Elements"]
    assert list(element)[:2] == ["ContactID", "Name"]
    assert list(element)[-2:] == ["HasValidationErrors", "ValidationErrors"]
    assert element["ContactID"] == NO_ID
    assert element["Phones"] == [{**phones[0], "ValidationErrors": []}]


def test_a_refusal_within_a_batch_has_the_recorded_shape(api: Api) -> None:
    """[WIRE]"""
    api.create("Acme")
    (element,) = api.put({"Name": "Acme"}, summarizeErrors="false").json()["Contacts"]
    assert list(element) == [
        "ContactID", "ContactStatus", "Name", "Addresses", "Phones", "ContactGroups", "ContactPersons",
        "HasValidationErrors", "StatusAttributeString", "ValidationErrors",
    ]  # fmt: skip


def test_no_answer_has_a_null(api: Api) -> None:
    """[WIRE] [SDK] the Python library reads a null as the text "None\""""
    contact_id = api.create("Acme", **FULL)["ContactID"]
    paths = (CONTACTS, f"{CONTACTS}/{contact_id}", f"{CONTACTS}/{contact_id}/History")
    others = ("/api.xro/2.0/ContactGroups", "/api.xro/2.0/Organisation", "/connections")
    for path in (*paths, *others):
        assert None not in values(json.loads(api.get(path).content)), path


@pytest.mark.simulated("a refused token cannot be had without one that expires")
def test_a_403_has_the_keys_of_the_documented_one(api: Api) -> None:
    """[DOC] troubleshooting; its Type is the only null anywhere"""
    refused = api.get(headers={"xero-tenant-id": "x"}).json()
    assert list(refused) == ["Type", "Title", "Status", "Detail", "Instance"]


def values(found: Any) -> list[Any]:
    """Every value inside."""
    if isinstance(found, dict | list):
        inside = found.values() if isinstance(found, dict) else found
        return [leaf for value in inside for leaf in values(value)]
    return [found]
