"""Xero's own screens, as far as a demonstration needs them."""

import pytest

from tests.simulator.support import CONTACTS, Api

pytestmark = pytest.mark.simulated("about the simulator itself")

NASTY = "<script>alert(1)</script>"


def test_the_deep_link_opens_the_contact(api: Api) -> None:
    """[DOC] deep links"""
    contact_id = api.create("Acme & Sons", EmailAddress="a@acme.example")["ContactID"]
    link = f"/organisationlogin/default.aspx?shortcode=!abcde&redirecturl=/Contacts/View/{contact_id}"
    page = api.http.get(link, follow_redirects=True)
    assert page.url.path == f"/Contacts/View/{contact_id}"
    assert "Acme &amp; Sons" in page.text


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "/\\evil.example", ""])
def test_the_deep_link_leads_nowhere_else(api: Api, target: str) -> None:
    response = api.http.get("/organisationlogin/default.aspx", params={"redirecturl": target})
    assert response.headers["location"] == "/contacts"


def test_every_value_of_a_contact_is_escaped(api: Api) -> None:
    address = {"AddressType": "POBOX", "AddressLine1": NASTY, "AttentionTo": NASTY}
    contact = api.create("A", FirstName=NASTY, Addresses=[address], AccountNumber="<b>")
    page = api.http.get(f"/Contacts/View/{contact['ContactID']}")
    assert "<script" not in page.text
    assert page.text.count("&lt;script&gt;") == 3
    assert "default-src 'none'" in page.headers["content-security-policy"]


def test_a_contact_is_edited_archived_and_restored_on_its_page(api: Api) -> None:
    contact_id = api.create("Acme", Phones=[{"PhoneType": "DEFAULT", "PhoneNumber": "1", "PhoneAreaCode": "9"}])[
        "ContactID"
    ]
    path = f"/Contacts/View/{contact_id}"
    form = {"action": "save", "name": "Acme 2", "email": "new@acme.example", "phone": "9 1"}
    assert api.http.post(path, data=form).status_code == 303
    contact = api.get(f"{CONTACTS}/{contact_id}").json()["Contacts"][0]
    assert (contact["Name"], contact["EmailAddress"]) == ("Acme 2", "new@acme.example")
    assert {
        "PhoneType": "DEFAULT",
        "PhoneNumber": "1",
        "PhoneAreaCode": "9",
        "PhoneCountryCode": "",
    } in contact["Phones"]
    for action, status in (("archive", "ARCHIVED"), ("restore", "ACTIVE")):
        api.http.post(path, data={"action": action})
        assert api.get(f"{CONTACTS}/{contact_id}").json()["Contacts"][0]["ContactStatus"] == status


def test_a_refused_edit_says_why_on_the_page(api: Api) -> None:
    api.create("Taken")
    contact_id = api.create("Acme")["ContactID"]
    refused = api.http.post(f"/Contacts/View/{contact_id}", data={"action": "save", "name": "Taken", "phone": "5"})
    assert refused.status_code == 400
    assert "already assigned" in refused.text


def test_the_list_of_contacts_is_searched_and_paged(api: Api) -> None:
    api.simulator.state.reset(contacts=120, tenants=2)
    assert api.http.get("/", follow_redirects=True).text.count("/Contacts/View/") == 50
    assert "page 2 of 3" in api.http.get("/contacts", params={"page": 2, "archived": "true"}).text
    found = api.http.get("/contacts", params={"search": "red lion", "archived": "true"})
    assert "The &#34;Red&#34;" in found.text or "The &#34;Red Lion&#34; Inn" in found.text


def test_an_unknown_contact_has_a_page_that_says_so(api: Api) -> None:
    assert api.http.get("/Contacts/View/nobody").status_code == 404
    assert api.http.post("/Contacts/View/nobody", data={}).status_code == 404
