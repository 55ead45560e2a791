"""Help in a real browser: the user guide, its pictures and the links between its chapters."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Office
from tests.browser.driving import settle

pytestmark = pytest.mark.browser

LOADED = "all => all.every(one => one.complete && one.naturalWidth > 0)"


def test_help_leads_through_the_guide_within_one_tab_and_back(office: Office, admin: Page) -> None:
    admin.get_by_role("link", name="Help", exact=True).click()
    expect(admin.get_by_role("heading", name="User guide", level=1)).to_be_visible()
    admin.get_by_role("link", name="What the sync never does", exact=True).click()
    expect(admin.get_by_role("heading", name="What the sync never does", level=1)).to_be_visible()
    admin.get_by_role("link", name="reviews it").click()
    expect(admin.get_by_role("heading", name="A mass change")).to_be_in_viewport()
    settle(admin)
    assert admin.url == f"{office.url}/guide?chapter=waiting#a-mass-change"
    pictures = admin.locator(".st-key-guide img")
    expect(pictures).to_have_count(1)
    assert pictures.evaluate_all(LOADED)
    admin.get_by_role("link", name="User guide", exact=True).click()
    expect(admin.get_by_role("heading", name="User guide", level=1)).to_be_visible()
    assert len(admin.context.pages) == 1
