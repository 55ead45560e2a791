"""Where addresses lead that people type, keep or mistype, and how the browser's tab is called there."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import text as sql

from services import db
from services.contacts import ContactFilter, list_contacts
from tests.browser.conftest import Office, sign_in
from tests.browser.driving import settle

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("address", ["/client-list", "/contact/a/b", "/%E2%98%83"])
def test_an_address_that_is_no_page_says_so_and_leads_home(office: Office, page: Page, address: str) -> None:
    sign_in(page, office, address)
    expect(page.get_by_role("heading", name="Page not found")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.reload()
    expect(page.get_by_text("There is no page at this address")).to_be_visible()
    page.get_by_test_id("stMain").get_by_role("link", name="Overview").click()
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Page not found")).to_be_visible()


def test_the_tab_is_called_after_its_page_and_a_contacts_after_the_contact(office: Office, page: Page) -> None:
    page.goto(office.url)
    expect(page).to_have_title("Sign in · Contact Sync for Xero")
    sign_in(page, office)
    expect(page).to_have_title("Overview · Contact Sync for Xero")
    page.get_by_role("link", name="Client List", exact=True).click()
    expect(page).to_have_title("Client List · Contact Sync for Xero")
    [one] = list_contacts(ContactFilter(search="Agnès Garçon"), size=1).rows
    page.goto(f"{office.url}/contact?id={one.id}")
    expect(page).to_have_title("Agnès Garçon · Contact Sync for Xero")
    page.goto(f"{office.url}/contact?id=nobody")
    expect(page).to_have_title("Contact · Contact Sync for Xero")


def test_the_tab_of_a_contact_keeps_no_name_once_its_person_has_signed_out(office: Office, page: Page) -> None:
    [one] = list_contacts(ContactFilter(search="Agnès Garçon"), size=1).rows
    sign_in(page, office, f"/contact?id={one.id}")
    expect(page).to_have_title(re.compile("Agnès Garçon"))
    page.get_by_role("button", name="Demo Admin").click()
    page.get_by_text("Sign out", exact=True).click()
    settle(page)
    expect(page).to_have_title("Sign in · Contact Sync for Xero")


def test_a_page_that_fails_says_so_in_plain_words_and_is_loaded_again(office: Office, page: Page) -> None:
    sign_in(page, office)
    with taken_away("saved_view"):
        page.get_by_role("link", name="Client List", exact=True).click()
        expect(page.get_by_text("Something went wrong on this page.")).to_be_visible()
        expect(page.get_by_text("Streamlit")).to_have_count(0)
    page.get_by_role("button", name="Load again").click()
    expect(page.get_by_role("heading", name="Client List")).to_be_visible()
    expect(page.get_by_text("Something went wrong on this page.")).to_have_count(0)


@contextmanager
def taken_away(table: str) -> Iterator[None]:
    """While this lasts a table is missing, which no page is made for."""
    rename(table, f"{table}_away")
    try:
        yield
    finally:
        rename(f"{table}_away", table)


def rename(table: str, name: str) -> None:
    with db.write() as session:
        session.execute(sql(f"ALTER TABLE {table} RENAME TO {name}"))
