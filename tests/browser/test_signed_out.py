"""On a fresh server nobody sees anything without signing in, whatever address they try first."""

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import ADMIN, Office, sign_in

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


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_page_answers_anonymously(office: Office, page: Page, address: str) -> None:
    page.goto(office.url + address)
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    expect_nothing_told(page)


@pytest.mark.parametrize("address", FILES)
def test_the_path_of_a_page_file_shows_nothing(office: Office, page: Page, address: str) -> None:
    page.goto(office.url + address)
    page.wait_for_timeout(2_000)
    expect_nothing_told(page)


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


@pytest.mark.parametrize("_time", range(3))
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
