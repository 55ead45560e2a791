"""The journeys of the guide, in a real browser, from a fresh installation to contacts in step."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Office, sign_in
from tests.browser.driving import choose, expect_rows, search, settle, tick

pytestmark = pytest.mark.browser

NAME_OF_ISSUE = 2
"""The column of a match issue's name: the first one marks which is open."""


@pytest.fixture(scope="module")
def imported(office: Office, browser: Browser) -> Office:
    """Journey one, done by hand: connect, allow access, preview, start the import."""
    office.xero.create("Stan Stopper", "stan@journey.example", customer=True)
    office.xero.create("Nora Newcomer", "nora@journey.example", customer=True)
    context = browser.new_context(viewport={"width": 1440, "height": 960})
    context.set_default_timeout(30_000)
    page = context.new_page()
    sign_in(page, office)
    page.get_by_role("link", name="Connected Apps").first.click()
    page.get_by_role("button", name="Connect", exact=True).click()
    with context.expect_page() as opened:
        page.get_by_role("link", name="Continue to Xero").click()
    consent = opened.value
    expect(consent.get_by_role("button", name="Allow access")).to_be_visible()
    consent.get_by_role("button", name="Allow access").click()
    consent.get_by_role("button", name="Save and preview").click()
    expect(consent.get_by_text("What the import will do")).to_be_visible()
    expect(consent.get_by_text(re.compile(r"contacts read from Xero"))).to_be_visible()
    consent.get_by_role("button", name="Start import").click()
    expect(consent.get_by_text("The import is done.")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("button", name="Manage")).to_be_visible()
    context.close()
    return office


@pytest.fixture
def signed_in(imported: Office, page: Page) -> Page:
    """A tab in which the admin is signed in, after the import."""
    sign_in(page, imported)
    return page


def test_the_import_shows_in_the_client_list_and_the_overview(imported: Office, signed_in: Page) -> None:
    signed_in.goto(f"{imported.url}/client_list")
    search(signed_in, "journey.example")
    expect_rows(signed_in, "Nora Newcomer", "Stan Stopper")
    signed_in.goto(imported.url)
    expect(signed_in.get_by_role("link", name="In sync")).to_be_visible()


def test_create_contact_pushes_a_contact_to_xero_and_shows_the_link_to_it(imported: Office, signed_in: Page) -> None:
    signed_in.goto(f"{imported.url}/contacts")
    signed_in.get_by_role("button", name="Add contact").click()
    dialog = signed_in.get_by_role("dialog")
    dialog.get_by_label("Contact name").fill("Pia Pushed")
    dialog.get_by_label("Billing email").fill("pia@pushed.example")
    dialog.get_by_label("Primary phone").fill("+61 2 9999 4444")
    dialog.get_by_role("button", name=re.compile("Add|Save")).click()
    expect(signed_in.get_by_role("heading", name="Xero Client")).to_be_visible()
    signed_in.get_by_role("button", name="Create Contact").click()
    sending = signed_in.get_by_role("dialog")
    expect(sending.get_by_text("pia@pushed.example")).to_be_visible()
    sending.get_by_role("button", name=re.compile("^(Send|Create Contact)")).click()
    link = signed_in.get_by_role("link", name="Open in Xero")
    expect(link).to_be_visible()
    [found] = imported.xero.contacts(name="Pia Pushed")
    assert found["EmailAddress"] == "pia@pushed.example"
    with signed_in.context.expect_page() as opened:
        link.click()
    expect(opened.value.get_by_text("Pia Pushed").first).to_be_visible()


def test_who_may_be_in_xero_already_leads_to_the_question_and_back_to_create_anyway(
    imported: Office, signed_in: Page
) -> None:
    signed_in.goto(f"{imported.url}/contacts")
    search(signed_in, "@hoem Interiors")
    choose(signed_in, "Open")
    expect(signed_in.get_by_text(re.compile("This contact may be .*home Interiors in Xero"))).to_be_visible()
    signed_in.get_by_role("button", name="Create anyway").click()
    warned = signed_in.get_by_role("dialog")
    expect(warned.get_by_text("Xero has it twice afterwards")).to_be_visible()
    warned.get_by_role("button", name="Cancel").click()
    signed_in.get_by_role("button", name="Resolve", exact=True).click()
    expect(signed_in.get_by_role("heading", name="Resolve Match Issues")).to_be_visible()
    expect_rows(signed_in, "@home Interiors", column=NAME_OF_ISSUE)


def test_stop_syncing_then_re_match_and_create_new_contact(imported: Office, signed_in: Page) -> None:
    signed_in.goto(f"{imported.url}/client_list")
    search(signed_in, "stan@journey.example")
    expect_rows(signed_in, "Stan Stopper")
    choose(signed_in, "Stop Syncing Contact")
    dialog = signed_in.get_by_role("dialog")
    expect(dialog.get_by_text("nothing is deleted on either side")).to_be_visible()
    dialog.get_by_role("button", name="Unsync").click()
    expect(signed_in.get_by_text("No synced contact matches these filters.")).to_be_visible()

    signed_in.goto(f"{imported.url}/match_issues")
    signed_in.get_by_role("tab", name="Previously Synced").click()
    settle(signed_in)
    expect_rows(signed_in, "Stan Stopper")
    tick(signed_in)
    signed_in.get_by_role("button", name="Re-match", exact=True).click()
    expect(signed_in.get_by_text("0 previously synced")).to_be_visible()

    signed_in.goto(f"{imported.url}/client_list")
    search(signed_in, "stan@journey.example")
    tick(signed_in)
    signed_in.get_by_role("button", name="Stop Syncing Contact").click()
    signed_in.get_by_role("dialog").get_by_role("button", name="Unsync").click()
    expect(signed_in.get_by_text("No synced contact matches these filters.")).to_be_visible()
    signed_in.goto(f"{imported.url}/match_issues")
    signed_in.get_by_role("tab", name="Previously Synced").click()
    settle(signed_in)
    choose(signed_in, "Create New Contact")
    confirm = signed_in.get_by_role("dialog").get_by_role("button", name="Create New Contact")
    confirm.click()
    expect(signed_in.get_by_text("0 previously synced")).to_be_visible()
    signed_in.goto(f"{imported.url}/client_list")
    search(signed_in, "stan@journey.example")
    expect_rows(signed_in, "Stan Stopper")


def test_confirm_match_answers_an_issue(imported: Office, signed_in: Page) -> None:
    signed_in.goto(f"{imported.url}/match_issues")
    search(signed_in, "Björn Weiß")
    expect_rows(signed_in, "Björn Weiß", column=NAME_OF_ISSUE)
    choose(signed_in, "Compare")
    signed_in.get_by_role("button", name="Confirm Match", exact=True).click()
    expect(signed_in.get_by_text("44 to match")).to_be_visible()


def test_a_change_in_xero_reaches_the_practice_while_people_look(imported: Office, signed_in: Page) -> None:
    [nora] = imported.xero.contacts(name="Nora Newcomer")
    imported.xero.change(nora["ContactID"], EmailAddress="nora@changed.example")
    signed_in.goto(f"{imported.url}/client_list")
    signed_in.get_by_role("button", name="Sync now").click()
    expect(signed_in.get_by_text(re.compile("sync", re.IGNORECASE)).first).to_be_visible()
    signed_in.wait_for_timeout(3_000)
    search(signed_in, "nora@changed.example")
    expect_rows(signed_in, "Nora Newcomer")
