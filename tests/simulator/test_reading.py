"""GET /Contacts and GET /Contacts/{id}."""

import json

import pytest

from tests.simulator.support import CONTACTS, Api

EMAILS = "@post.example"  # those of the five contacts, wherever else there may be more


@pytest.fixture
def five(api: Api) -> Api:
    for name in ("Delta", "alpha", "Écho", "Bravo", "Charlie"):
        api.create(name, EmailAddress=f"{name.encode('ascii', 'ignore').decode().lower()}@post.example")
        api.tick()
    return api


@pytest.fixture
def made_up(api: Api) -> Api:
    api.simulator.state.reset(contacts=200)
    api.token = api.simulator.sign_in()
    return api


def test_a_list_without_page_has_no_pagination_object(five: Api) -> None:
    """[WIRE] contacts_page"""
    assert "pagination" not in five.get(searchTerm=EMAILS).json()
    paged = five.get(page=1, pageSize=2, searchTerm=EMAILS).json()
    assert paged["pagination"] == {"page": 1, "pageSize": 2, "pageCount": 3, "itemCount": 5}


def test_the_envelope_has_the_keys_and_dates_of_the_real_one(five: Api) -> None:
    """[WIRE]"""
    body = five.get(page=1).json()
    assert list(body) == ["Id", "Status", "ProviderName", "DateTimeUTC", "pagination", "Contacts"]
    assert body["DateTimeUTC"].startswith("/Date(")
    assert "+" not in body["DateTimeUTC"]
    assert body["Contacts"][0]["UpdatedDateUTC"].endswith("+0000)/")


def test_the_default_order_is_by_last_change_and_pages_do_not_overlap(five: Api) -> None:
    """[DOC]"""
    pages = [five.names(page=number, pageSize=2, searchTerm=EMAILS) for number in (1, 2, 3, 4)]
    assert pages == [["Delta", "alpha"], ["Écho", "Bravo"], ["Charlie"], []]


@pytest.mark.parametrize(
    ("order", "first"), [("Name ASC", "alpha"), ("Name DESC", "Écho"), ("UpdatedDateUTC DESC", "Charlie")]
)
def test_a_list_can_be_ordered(five: Api, order: str, first: str) -> None:
    """[DOC]"""
    assert five.names(order=order)[0] == first


def test_an_order_by_an_unknown_field_is_refused(five: Api) -> None:
    """[3P]"""
    assert five.get(order="Mood").json()["Type"] == "QueryParseException"


@pytest.mark.parametrize(("asked", "given"), [(5000, 1000), (0, 1), (-3, 1), (7, 7), ("", 100), ("²", 100)])
def test_a_page_size_out_of_range_is_clamped(five: Api, asked: object, given: int) -> None:
    """[DOC] requests-and-responses"""
    assert five.get(page=1, pageSize=asked).json()["pagination"]["pageSize"] == given


def test_pages_in_the_default_order_add_up_to_the_whole_list(api: Api) -> None:
    """[DOC] also with archived contacts and If-Modified-Since"""
    api.simulator.state.reset(contacts=40)
    api.token = api.simulator.sign_in()
    for archived in ("true", "false"):
        for since in ({}, {"If-Modified-Since": "2026-01-01T00:00:00"}):
            whole = api.names(headers=since, includeArchived=archived)
            pages = [api.names(headers=since, page=n, pageSize=9, includeArchived=archived) for n in range(1, 7)]
            assert [name for page in pages for name in page] == whole


def test_missing_values_are_left_out_and_never_null(five: Api) -> None:
    """[WIRE]"""
    for body in (five.get(page=1).text, five.get().text, five.get(summaryOnly="true").text):
        assert "null" not in body


def test_every_contact_has_four_phones_and_two_addresses(five: Api) -> None:
    """[WIRE] in a different order than in the answer to a write"""
    contact = five.get(page=1).json()["Contacts"][0]
    assert [phone["PhoneType"] for phone in contact["Phones"]] == ["DDI", "DEFAULT", "FAX", "MOBILE"]
    assert sorted(address["AddressType"] for address in contact["Addresses"]) == ["POBOX", "STREET"]


def test_a_listed_and_a_written_and_a_single_contact_differ_in_shape(api: Api) -> None:
    """[WIRE]"""
    written = api.create("Shape")
    listed = api.get(page=1).json()["Contacts"][0]
    single = api.get(f"{CONTACTS}/{written['ContactID']}").json()["Contacts"][0]
    assert "SalesTrackingCategories" in written
    assert "HasAttachments" not in written
    assert "SalesTrackingCategories" not in listed
    assert listed["HasAttachments"] is False
    assert single["Attachments"] == []


def test_an_address_that_was_never_given_has_only_a_type(made_up: Api) -> None:
    """[WIRE] seen after a bulk import"""
    rows = made_up.get(page=1, pageSize=1000).json()["Contacts"]
    assert any({"AddressType": "POBOX"} in row["Addresses"] for row in rows)


def test_archived_contacts_are_listed_only_on_request(five: Api) -> None:
    """[DOC]"""
    five.archive(five.found(page=1)[0]["ContactID"])
    assert "Delta" not in five.names()
    assert "Delta" in five.names(includeArchived="True")
    assert "Delta" in five.names(includearchived="true")


def test_a_summary_leaves_out_details_and_is_always_paged(five: Api) -> None:
    """[DOC]"""
    body = five.get(summaryOnly="true", searchTerm=EMAILS).json()
    assert body["pagination"]["itemCount"] == 5
    assert not {"Addresses", "ContactPersons", "IsCustomer"} & set(body["Contacts"][0])


def test_ids_select_contacts(five: Api) -> None:
    """[SPEC]"""
    first, second = five.found(page=1)[:2]
    wanted = f"{first['ContactID']},{second['ContactID'].upper()},00000000-0000-0000-0000-000000000000"
    assert five.names(IDs=wanted) == ["Delta", "alpha"]


def test_a_search_looks_in_names_and_numbers_and_emails(five: Api) -> None:
    """[DOC]"""
    number = five.number("abc-77")
    five.create("Zulu", ContactNumber=number)
    assert five.names(searchTerm="BRAV") == ["Bravo"]
    assert five.names(searchTerm=number.upper()) == ["Zulu"]
    assert len(five.names(searchTerm="@POST.example")) == 5


@pytest.mark.parametrize(
    "form",
    [
        "%Y-%m-%dT%H:%M:%S",
        "%Y-%m-%dT%H:%M:%S.%f+00:00",
        "%a, %d %b %Y %H:%M:%S GMT",
        "%Y-%m-%d %H:%M:%S +0000",
        "%Y-%m-%d %H:%M:%S UTC",
    ],
)
def test_if_modified_since_selects_later_changes_to_the_second(five: Api, form: str) -> None:
    """[DOC] accurate to the second; [SDK] Python’s library sends fractions and an offset, Ruby’s a space before it"""
    five.wait(2)
    moment = five.now()
    five.wait(2)
    five.create("Later")
    found = five.found(page=1, headers={"If-Modified-Since": moment.strftime(form)})
    assert [contact["Name"] for contact in found] == ["Later"]


def test_a_contact_is_found_by_id_or_by_number(api: Api) -> None:
    """[SPEC]"""
    number = api.number("app:1/2")
    created = api.create("Numbered", ContactNumber=number)
    for key in (created["ContactID"], created["ContactID"].upper(), number):
        assert api.get(f"{CONTACTS}/{key}").json()["Contacts"][0]["Name"] == "Numbered"


def test_an_unknown_contact_gets_a_404_in_html(api: Api) -> None:
    """[WIRE] text/html; [3P] the sentence, which is the whole answer"""
    response = api.get(f"{CONTACTS}/00000000-0000-0000-0000-000000000001")
    assert response.status_code == 404
    assert response.headers["content-type"].startswith("text/html")
    assert response.text == "The resource you're looking for cannot be found"


def test_paths_match_in_any_letter_case_and_a_get_may_have_a_body(api: Api) -> None:
    """[SDK] official clients write /Connections and send {} with GET"""
    response = api.http.request("GET", "/API.XRO/2.0/contacts", headers=api.headers, content=b"{}")
    assert response.status_code == 200
    assert api.http.get("/Connections", headers=api.headers).status_code == 200


def test_the_organisation_has_a_short_code(api: Api) -> None:
    """[SPEC]"""
    organisation = api.get("/api.xro/2.0/Organisation").json()["Organisations"][0]
    assert organisation["OrganisationID"] == api.simulator.tenant_id
    assert organisation["ShortCode"].startswith("!")


def test_large_answers_are_compressed_for_clients_that_accept_it(made_up: Api) -> None:
    """[DOC]"""
    response = made_up.get(page=1, pageSize=1000)
    assert response.headers["content-encoding"] == "gzip"
    plain = made_up.get(page=1, pageSize=1000, headers={"Accept-Encoding": "identity"})
    assert json.loads(plain.content)["Contacts"] == response.json()["Contacts"]
