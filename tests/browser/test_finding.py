"""Finding contacts in a real browser: quick search from the sidebar, and a view that is kept and opened again."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Office
from tests.browser.driving import expect_rows, search, settle

pytestmark = pytest.mark.browser


@pytest.mark.soak
def test_a_person_searches_everything_twice_and_keeps_a_view(office: Office, admin: Page) -> None:
    for name in ("Agnès Garçon", "Acme Holdings"):
        box = admin.get_by_placeholder("Search everything")
        box.first.fill(name)
        box.first.press("Enter")
        expect(admin.get_by_role("heading", name="Search", exact=True)).to_be_visible()
        expect(admin.get_by_test_id("stPageLink").filter(has_text=name).first).to_be_visible()
    admin.get_by_role("link", name="Contacts", exact=True).click()
    settle(admin)
    search(admin, "Agnès")
    expect_rows(admin, "Agnès Garçon")
    admin.get_by_role("button", name="Views").click()
    admin.get_by_text("Save view…").click()
    admin.get_by_label("Name", exact=True).fill("Only Agnès")
    admin.get_by_role("button", name="Save view").click()
    expect(admin.get_by_text("View saved.")).to_be_visible()
    admin.goto(f"{office.url}/contacts")
    admin.get_by_role("button", name="Views").click()
    admin.get_by_text("Only Agnès").last.click()
    expect_rows(admin, "Agnès Garçon")
    admin.reload()
    expect_rows(admin, "Agnès Garçon")
