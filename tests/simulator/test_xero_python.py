"""Xero's own Python library understands the simulator."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from xero_python.accounting import AccountingApi, Address, Contact, Contacts, Phone
from xero_python.api_client import ApiClient
from xero_python.api_client.configuration import Configuration
from xero_python.api_client.oauth2 import OAuth2Token, TokenApi
from xero_python.exceptions import AccountingBadRequestException
from xero_python.identity import IdentityApi

from tests.simulator.support import APP, CONTACTS, Api

pytestmark = pytest.mark.simulated("the library is pointed at the simulator")


class Library:
    """The library, signed in and pointed at the simulator."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.expires_at = time.time() + 1800
        configuration = Configuration()
        configuration.oauth2_token = OAuth2Token(**APP)
        self.client = ApiClient(configuration, oauth2_token_getter=self._load, oauth2_token_saver=self._save)
        self.accounting = AccountingApi(self.client, base_url=f"{api.simulator.url}/api.xro/2.0")
        self.identity = IdentityApi(self.client, base_url=api.simulator.url)
        self.tenant = api.simulator.tenant_id

    def _load(self) -> dict[str, Any]:
        scope = str(self.api.token["scope"]).split()
        return {**self.api.token, "scope": scope, "expires_at": self.expires_at}

    def _save(self, fresh: dict[str, Any]) -> None:
        self.api.token = {**fresh, "scope": " ".join(fresh["scope"])}
        self.expires_at = time.time() + 1800


@pytest.fixture
def library(api: Api, monkeypatch: pytest.MonkeyPatch) -> Library:
    monkeypatch.setattr(TokenApi, "refresh_token_url", f"{api.simulator.url}/connect/token")
    return Library(api)


def test_it_reads_a_page_of_made_up_contacts_without_complaint(library: Library) -> None:
    library.api.simulator.state.reset(contacts=300)
    library.api.token = library.api.simulator.sign_in()
    found = library.accounting.get_contacts(library.tenant, page=1, page_size=1000, include_archived=True)
    assert len(found.contacts) == found.pagination.item_count == 300
    assert found.contacts[0].updated_date_utc.tzinfo is not None


def test_it_creates_and_updates_a_contact(library: Library) -> None:
    address = Address(address_type="POBOX", address_line1="1 High Street", country="New Zealand")
    phone = Phone(phone_type="DEFAULT", phone_number="123 4567", phone_area_code="9", phone_country_code="64")
    new = Contact(name="Acme", email_address="a@acme.example", phones=[phone], addresses=[address])
    created = library.accounting.create_contacts(library.tenant, Contacts(contacts=[new])).contacts[0]
    change = Contact(contact_id=created.contact_id, email_address="")
    library.accounting.update_or_create_contacts(library.tenant, Contacts(contacts=[change]), summarize_errors=False)
    contact = library.accounting.get_contact(library.tenant, created.contact_id).contacts[0]
    assert (contact.name, contact.email_address) == ("Acme", "")
    assert next(a for a in contact.addresses if a.address_type == "POBOX").country == "New Zealand"


def test_it_reads_why_a_contact_was_refused(library: Library) -> None:
    contacts = Contacts(contacts=[Contact(name="Acme")])
    library.accounting.create_contacts(library.tenant, contacts)
    with pytest.raises(AccountingBadRequestException) as refused:
        library.accounting.create_contacts(library.tenant, contacts)
    assert "already assigned" in refused.value.reason
    each = library.accounting.create_contacts(library.tenant, contacts, summarize_errors=False).contacts
    assert each[0].has_validation_errors
    assert each[0].status_attribute_string == "ERROR"


def test_its_way_of_writing_if_modified_since_is_understood(library: Library) -> None:
    """[SDK] it sends microseconds and an offset, and writes True with a capital"""
    library.api.create("Early")
    moment = datetime.now(UTC) + timedelta(seconds=100)
    library.api.control("POST", "clock", {"advance": 200})
    library.api.create("Late")
    found = library.accounting.get_contacts(library.tenant, if_modified_since=moment, page=1).contacts
    assert [contact.name for contact in found] == ["Late"]


def test_it_renews_an_expired_token_and_lists_connections(library: Library) -> None:
    before = library.api.token["refresh_token"]
    library.expires_at = time.time() - 1
    library.api.control("POST", "clock", {"advance": 1801})
    connections = library.identity.get_connections()
    assert connections[0].tenant_id == library.tenant
    assert library.api.token["refresh_token"] != before
    library.identity.delete_connection(connections[0].id)
    assert library.api.get(CONTACTS).status_code == 403


def test_it_reads_the_organisation(library: Library) -> None:
    organisation = library.accounting.get_organisations(library.tenant).organisations[0]
    assert organisation.short_code.startswith("!")
    assert organisation.name == "Demo Company (NZ)"
