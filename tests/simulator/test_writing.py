"""PUT and POST of contacts."""

from typing import Any

import pytest

from tests.simulator.support import CONTACTS, Api, message

NO_ID = "00000000-0000-0000-0000-000000000000"


def test_put_creates_and_answers_in_the_order_of_the_real_api(api: Api) -> None:
    """[WIRE] contact_create"""
    contact = api.create("Acme", EmailAddress="a@acme.example", IsCustomer=True)
    assert [phone["PhoneType"] for phone in contact["Phones"]] == ["DEFAULT", "DDI", "FAX", "MOBILE"]
    assert [address["AddressType"] for address in contact["Addresses"]] == ["STREET", "POBOX"]
    assert contact["ContactStatus"] == "ACTIVE"
    assert contact["IsCustomer"] is False


def test_a_name_that_an_active_contact_has_is_refused_in_xeros_words(api: Api) -> None:
    """[WIRE] contact_create_duplicate_name"""
    api.create("Acme")
    refused = api.put({"Name": "ACME", "EmailAddress": "x@acme.example", "Phones": [{"PhoneType": "DEFAULT"}]})
    body = refused.json()
    assert refused.status_code == 400
    assert (body["ErrorNumber"], body["Type"]) == (10, "ValidationException")
    assert body["Elements"][0]["ContactID"] == NO_ID
    assert body["Elements"][0]["Phones"] == [{"PhoneType": "DEFAULT", "ValidationErrors": []}]
    assert message(refused) == (
        "The contact name ACME is already assigned to another contact. "
        "The contact name must be unique across all active contacts."
    )


def test_archiving_frees_the_name_but_never_the_number(api: Api) -> None:
    """[3P] measured on a demo company"""
    first = api.create("Acme", ContactNumber=api.number("n-1"))
    api.post({"ContactID": first["ContactID"], "ContactStatus": "ARCHIVED"})
    api.create("Acme")
    assert "number" in message(api.put({"Name": "Other", "ContactNumber": api.number("N-1")}))


def test_an_archived_contact_refuses_every_edit_even_to_archive_it(api: Api) -> None:
    """[WIRE] contact_archive_archived"""
    contact_id = api.create("Acme")["ContactID"]
    archived = api.post({"ContactID": contact_id, "ContactStatus": "ARCHIVED"})
    assert archived.json()["Contacts"][0]["ContactStatus"] == "ARCHIVED"
    for edit in ({"ContactStatus": "ARCHIVED"}, {"ContactStatus": "ACTIVE"}, {"EmailAddress": "a@b.example"}):
        refused = api.post({"ContactID": contact_id, **edit})
        assert "matched an archived contact" in message(refused)


def test_a_partial_update_keeps_what_it_does_not_name(api: Api) -> None:
    """[WIRE] contact_update"""
    phones = [{"PhoneType": "DEFAULT", "PhoneNumber": "123", "PhoneAreaCode": "09"}]
    addresses = [{"AddressType": "POBOX", "AddressLine1": "1 High Street", "City": "Leeds"}]
    created = api.create("Acme", EmailAddress="a@acme.example", Phones=phones, Addresses=addresses)
    path = f"{CONTACTS}/{created['ContactID']}"
    api.post({"EmailAddress": "new@acme.example"}, path=path)
    api.post({"Phones": [{"PhoneType": "MOBILE", "PhoneNumber": "021"}]}, path=path)
    api.post({"Addresses": [{"AddressType": "POBOX", "City": "York"}]}, path=path)
    contact = api.get(path).json()["Contacts"][0]
    numbers = {phone["PhoneType"]: phone["PhoneNumber"] for phone in contact["Phones"]}
    pobox = next(a for a in contact["Addresses"] if a["AddressType"] == "POBOX")
    assert (contact["Name"], contact["EmailAddress"]) == ("Acme", "new@acme.example")
    assert (numbers["DEFAULT"], numbers["MOBILE"]) == ("123", "021")
    assert (pobox["AddressLine1"], pobox["City"]) == ("1 High Street", "York")


def test_the_currency_and_the_tax_and_account_codes_come_back_where_xero_puts_them(api: Api) -> None:
    """[DOC] the order is that of the documented example"""
    defaults = {"DefaultCurrency": "NZD", "AccountsReceivableTaxType": "OUTPUT2", "SalesDefaultAccountCode": "200"}
    created = api.create("Acme", **defaults)
    api.post({"ContactID": created["ContactID"], "DefaultCurrency": "AUD", "SalesDefaultAccountCode": ""})
    names = list(contact := api.found(page=1)[0])
    assert (contact["DefaultCurrency"], contact["AccountsReceivableTaxType"]) == ("AUD", "OUTPUT2")
    assert names.index("AccountsReceivableTaxType") < names.index("Addresses")
    assert names.index("DefaultCurrency") == names.index("IsCustomer") + 1
    assert "SalesDefaultAccountCode" not in contact


def test_an_empty_text_clears_and_a_null_does_not(api: Api) -> None:
    """[SDK] the SDK leaves None out"""
    contact_id = api.create("Acme", EmailAddress="a@acme.example", AccountNumber="7")["ContactID"]
    cleared = api.post({"ContactID": contact_id, "EmailAddress": "", "AccountNumber": None}).json()["Contacts"][0]
    assert (cleared["EmailAddress"], cleared["AccountNumber"]) == ("", "7")


def test_contact_persons_are_replaced_as_a_list(api: Api) -> None:
    """[DOC]"""
    contact_id = api.create("Acme", ContactPersons=[{"FirstName": "A"}, {"FirstName": "B"}])["ContactID"]
    kept = api.post({"ContactID": contact_id, "Name": "Acme 2"}).json()["Contacts"][0]
    assert len(kept["ContactPersons"]) == 2
    replaced = api.post({"ContactID": contact_id, "ContactPersons": [{"FirstName": "C"}]}).json()["Contacts"][0]
    assert [person["FirstName"] for person in replaced["ContactPersons"]] == ["C"]


def test_post_without_an_id_silently_overwrites_the_contact_of_that_name(api: Api) -> None:
    """[3P] the trap"""
    created = api.create("Acme", EmailAddress="a@acme.example")
    posted = api.post({"Name": "acme", "EmailAddress": "thief@post.example"})
    assert posted.status_code == 200
    assert posted.json()["Contacts"][0]["ContactID"] == created["ContactID"]
    assert api.names() == ["acme"]


def test_post_finds_a_contact_by_its_number(api: Api) -> None:
    """[DOC] in the path; [3P] in the body, before the name"""
    number = api.number("crm/9")
    created = api.create("Acme", ContactNumber=number)
    by_path = api.post({"FirstName": "Ann"}, path=f"{CONTACTS}/{number}").json()["Contacts"][0]
    by_body = api.post({"ContactNumber": number, "Name": "Acme 2"}).json()["Contacts"][0]
    assert by_path["ContactID"] == by_body["ContactID"] == created["ContactID"]
    assert (by_body["Name"], by_body["FirstName"]) == ("Acme 2", "Ann")


def test_the_key_contacts_may_be_written_in_any_letter_case(api: Api) -> None:
    """[3P]"""
    sent = api.http.put(CONTACTS, headers=api.headers, json={"contacts": [{"Name": "Acme"}]})
    assert sent.json()["Contacts"][0]["Name"] == "Acme"


def test_post_without_an_id_creates_when_nothing_matches(api: Api) -> None:
    """[DOC]"""
    assert api.post({"Name": "Fresh"}).status_code == 200
    assert api.names() == ["Fresh"]


def test_post_with_an_unknown_id_gets_a_404(api: Api) -> None:
    """[3P] not in the recordings"""
    unknown = {"ContactID": "00000000-0000-0000-0000-000000000009", "Name": "X"}
    assert api.post({"Name": "Good"}, unknown).status_code == 404
    assert api.post({"Name": "X"}, path=f"{CONTACTS}/{unknown['ContactID']}").status_code == 404
    assert api.names() == []


@pytest.mark.parametrize(
    "element",
    [
        {},
        {"Name": ""},
        {"Name": "x" * 256},
        {"Name": " padded"},
        {"Name": "padded "},
        {"Name": "two  spaces"},
        {"Name": "<b>"},
        {"Name": "A", "EmailAddress": "not an email"},
        {"Name": "A", "EmailAddress": "müller@post.example"},
        {"Name": "A", "ContactNumber": "x" * 51},
        {"Name": "A", "ContactStatus": "SLEEPING"},
        {"Name": "A", "TaxNumberType": "VAT"},
        {"Name": "A", "Phones": [{"PhoneType": "DEFAULT", "PhoneNumber": "1" * 51}]},
        {"Name": "A", "Phones": [{"PhoneType": "DEFAULT", "PhoneAreaCode": "1" * 11}]},
        {"Name": "A", "Phones": [{"PhoneType": "PIGEON"}]},
        {"Name": "A", "Addresses": [{"AddressType": "POBOX", "AddressLine1": "x" * 501}]},
        {"Name": "A", "Addresses": [{"AddressType": "DELIVERY"}]},
        {"Name": "A", "ContactPersons": [{"FirstName": str(n)} for n in range(6)]},
        {"Name": "A", "Phones": "none"},
    ],
)
def test_what_breaks_a_rule_is_refused_and_not_saved(api: Api, element: dict[str, Any]) -> None:
    """[SPEC] lengths and enumerations; [3P] names"""
    refused = api.put(element)
    assert refused.status_code == 400
    assert refused.json()["Elements"][0]["HasValidationErrors"] is True
    assert api.names() == []


def test_a_batch_without_summary_treats_each_element_separately(api: Api) -> None:
    """[WIRE] summarizeErrors=false"""
    answer = api.put({"Name": "One"}, {"Name": "one"}, {"Name": "Two"}, summarizeErrors="False")
    assert answer.status_code == 200
    elements = answer.json()["Contacts"]
    assert [element["StatusAttributeString"] for element in elements] == ["OK", "ERROR", "OK"]
    assert elements[1]["ContactID"] == NO_ID
    assert elements[1]["ValidationErrors"][0]["Message"].startswith("The contact name one")
    assert sorted(api.names()) == ["One", "Two"]


def test_a_summarised_batch_with_a_bad_element_saves_nothing(api: Api) -> None:
    """[?] the stricter reading"""
    old = api.create("Old")
    refused = api.post({"ContactID": old["ContactID"], "Name": "New"}, {"Name": "Fresh"}, {"Name": ""})
    assert refused.status_code == 400
    assert len(refused.json()["Elements"]) == 1
    assert api.names() == ["Old"]


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'"text"', b'{"Contacts": [1]}', b'{"Contacts": null}', b'{"Name": "\\ud800"}']
)
def test_a_body_that_is_not_a_contact_is_refused(api: Api, body: bytes) -> None:
    """[?] the wording is made up"""
    refused = api.http.put(CONTACTS, headers=api.headers, content=body)
    assert refused.status_code == 400
    assert refused.json()["Type"] == "PostDataInvalidException"


def test_a_write_updates_the_time_of_the_last_change(api: Api) -> None:
    """[DOC]"""
    created = api.create("Acme")
    api.wait(5)
    updated = api.post({"ContactID": created["ContactID"], "Name": "Acme"}).json()["Contacts"][0]
    assert updated["UpdatedDateUTC"] > created["UpdatedDateUTC"]
