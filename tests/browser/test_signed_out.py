"""On a fresh server nobody sees anything without signing in, whatever address they try first."""

import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from services import users
from services.access import SYSTEM, Role
from tests.browser.conftest import ADMIN, PATIENCE_MS, Office, sign_in, tab_of
from tests.browser.driving import search, settle

pytestmark = pytest.mark.browser

ADDRESSES = [
    "/users", "/", "/contacts", "/contact", "/client_list", "/match_issues", "/health", "/connected_apps", "/xero",
    "/search", "/activity", "/notifications", "/practice", "/clean_up", "/overview", "/main", "/components",
]  # fmt: skip
FILES = ["/pages/main", "/contacts/contacts", "/xero/client_list", "/settings/users", "/pages/settings/users.py"]
HEADINGS = [
    "Overview", "Contacts", "Client List", "Resolve Match Issues", "Clean-up List", "Sync Health", "Connected Apps",
    "Notifications", "Practice", "Users", "Activity",
]  # fmt: skip


@pytest.fixture(scope="module")
def second(office: Office) -> str:
    """The password of a second admin."""
    password = "correct horse battery"
    users.add_user(SYSTEM, "second", "Second Admin", "second@example.com", password, Role.ADMIN)
    return password


@pytest.fixture(scope="module")
def stranger(browser: Browser) -> Iterator[Page]:
    """A tab of somebody who never signs in."""
    with tab_of(browser) as tab:
        yield tab


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_page_answers_anonymously(office: Office, stranger: Page, address: str) -> None:
    stranger.goto(office.url + address)
    expect(stranger.get_by_role("button", name="Sign in")).to_be_visible()
    expect_nothing_told(stranger)


@pytest.mark.parametrize("address", FILES)
def test_the_path_of_a_page_file_shows_nothing(office: Office, stranger: Page, address: str) -> None:
    stranger.goto(office.url + address)
    stranger.wait_for_timeout(2_000)
    expect_nothing_told(stranger)


def expect_nothing_told(page: Page) -> None:
    for heading in HEADINGS:
        expect(page.get_by_role("heading", name=heading, exact=True)).to_have_count(0)
    expect(page.get_by_test_id("stSidebarNavLink")).to_have_count(0)
    expect(page.get_by_test_id("stDataFrame")).to_have_count(0)


def test_a_wrong_password_is_refused_in_words_that_do_not_say_which_part_was_wrong(office: Office, page: Page) -> None:
    page.goto(office.url)
    page.get_by_label("Username").fill("admin")
    page.get_by_label("Password", exact=True).fill("not the password")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("Wrong username or password")).to_be_visible()
    expect(page.get_by_text("an admin can reset it")).to_be_visible()


@pytest.mark.parametrize("_time", range(2))
def test_the_first_click_on_sign_in_counts_however_early(office: Office, page: Page, _time: int) -> None:
    page.goto(office.url)
    page.get_by_label("Username").fill(ADMIN)
    page.get_by_label("Password", exact=True).fill(office.password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("Demo Admin")).to_be_visible()


def test_a_deep_link_is_kept_through_signing_in_and_a_reload_keeps_the_person(office: Office, page: Page) -> None:
    sign_in(page, office, "/activity")
    expect(page.get_by_role("heading", name="Activity", exact=True)).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Activity", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Sign in")).to_have_count(0)


@pytest.mark.parametrize("_time", range(2))
def test_what_is_typed_at_once_after_signing_in_filters_and_stays(office: Office, page: Page, _time: int) -> None:
    page.goto(f"{office.url}/contacts")
    page.get_by_label("Username").fill(ADMIN)
    page.get_by_label("Password", exact=True).fill(office.password)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_placeholder("Name").first.fill("nobody at all")
    expect(page).to_have_url(re.compile("contacts_search"))
    page.wait_for_function("document.cookie.includes('contact_sync')")
    settle(page)
    expect(page.get_by_placeholder("Name").first).to_have_value("nobody at all")
    assert "contacts_search" in page.url


def test_who_signs_in_next_in_a_tab_finds_no_filter_of_the_last_person(office: Office, second: str, page: Page) -> None:
    sign_in(page, office, "/contacts")
    search(page, "a contact of theirs")
    expect(page).to_have_url(re.compile("contacts_search"))
    page.get_by_role("button", name="Demo Admin").click()
    page.get_by_role("menuitem", name="Sign out everywhere").click()
    expect(page.get_by_label("Username")).to_be_visible()
    settle(page)
    page.get_by_label("Username").fill("second")
    page.get_by_label("Password", exact=True).fill(second)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("Second Admin")).to_be_visible()
    settle(page)
    expect(page.get_by_placeholder("Name").first).to_have_value("")
    assert "contacts_search" not in page.url


def test_signing_out_ends_all_tabs_of_this_browser_and_what_was_copied_from_it_alone(
    office: Office, browser: Browser, page: Page
) -> None:
    elsewhere, thief = (browser.new_context() for _ in range(2))
    for context in (elsewhere, thief):
        context.set_default_timeout(PATIENCE_MS)
    sign_in(page, office)
    thief.add_cookies(page.context.cookies())
    beside, other = page.context.new_page(), elsewhere.new_page()
    sign_in(other, office)
    beside.goto(f"{office.url}/contacts")
    expect(beside.get_by_role("heading", name="Contacts", exact=True)).to_be_visible()
    page.get_by_role("button", name="Demo Admin").click()
    page.get_by_role("menuitem", name=re.compile("Sign out$")).click()
    expect(page.get_by_label("Username")).to_be_visible()
    expect(beside.get_by_label("Username")).to_be_visible()
    for tab in (thief.new_page(), page.context.new_page()):
        tab.goto(office.url)
        expect(tab.get_by_label("Username")).to_be_visible()
    other.reload()
    expect(other.get_by_text("Demo Admin")).to_be_visible()
    for context in (elsewhere, thief):
        context.close()


def test_who_is_disabled_adds_nobody_from_a_dialog_that_is_open(office: Office, second: str, admin: Page) -> None:
    admin.goto(f"{office.url}/users")
    settle(admin)
    admin.get_by_role("button", name="Add user").click()
    dialog = admin.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Username").fill("back.door")
    dialog.get_by_text("Admin: also connects").click()
    dialog.get_by_role("textbox", name="Password").fill("a password for later")
    settle(admin)
    users.disable(SYSTEM, ADMIN)
    dialog.get_by_role("button", name="Add user").click()
    expect(dialog.get_by_text("Your sign-in has ended")).to_be_visible()
    users.enable(SYSTEM, ADMIN)
    assert {user.username for user in users.list_users()} == {ADMIN, "second"}


def test_the_health_route_answers_and_every_answer_carries_security_headers(office: Office) -> None:
    reply = httpx.get(f"{office.url}/healthz")
    assert (reply.status_code, reply.json()["status"]) == (200, "ok")
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors" in reply.headers["content-security-policy"]


def test_no_page_asks_anything_of_another_host(office: Office, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    sign_in(page, office)
    page.wait_for_timeout(1_000)
    foreign = [
        url for url in asked if not url.startswith((office.url, office.url.replace("http", "ws"), "data:", "blob:"))
    ]
    assert foreign == []
