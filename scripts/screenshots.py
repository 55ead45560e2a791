"""Take the pictures in docs/images: the example installation, driven in a browser as a person would."""

import os
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from scripts.example import ADMIN, Example, new_admin_password
from scripts.processes import free_port, running
from services import clients
from services.clients import ClientFilter

IMAGES = Path("docs/images")
SIZE = ViewportSize(width=1360, height=850)
PATIENCE_MS = 60_000


def main() -> None:
    """Start everything in a folder that is thrown away, and take the pictures."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        example = Example(Path(folder), free_port(), free_port())
        settings = example.prepare()
        password = new_admin_password()
        with running(example.servers(), settings), sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=_browser_path(), args=["--no-sandbox"])
            light = _signed_in(browser, example, password, "light")
            _connect_and_import(light)
            _take_all(light, example)
            dark = _signed_in(browser, example, password, "dark")
            _take(dark, f"{example.app_url}/client_list", "Client List", "client-list-dark")
            browser.close()


def _browser_path() -> str:
    return os.environ.get("BROWSER_PATH") or Path(".browser/path").read_text("utf-8")


def _signed_in(browser: Browser, example: Example, password: str, scheme: str) -> Page:
    context = browser.new_context(
        viewport=SIZE, color_scheme="dark" if scheme == "dark" else "light", device_scale_factor=1.5
    )
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.goto(example.app_url)
    page.get_by_label("Username").fill(ADMIN)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Overview")).to_be_visible(timeout=PATIENCE_MS)
    page.wait_for_timeout(3_000)  # the cookie is set by script, some time after the page shows
    return page


def _connect_and_import(page: Page) -> None:
    page.get_by_role("link", name="Connected Apps").click()
    page.get_by_role("button", name="Connect", exact=True).click()
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Continue to Xero").click()
    consent = opened.value
    consent.get_by_role("button", name="Allow access").click()
    consent.get_by_role("button", name="Save and preview").click()
    expect(consent.get_by_role("button", name="Start import")).to_be_enabled(timeout=PATIENCE_MS)
    expect(consent.get_by_test_id("stToast")).to_have_count(0, timeout=PATIENCE_MS)
    _shoot(consent, "preview")
    consent.get_by_role("button", name="Start import").click()
    expect(consent.get_by_text("The import is done.")).to_be_visible(timeout=PATIENCE_MS)
    consent.close()


def _take_all(page: Page, example: Example) -> None:
    linked = clients.list_clients(ClientFilter(sync_state="ok", xero_type="customer"), size=20).rows[-1]
    _take(page, f"{example.app_url}/", "Overview", "overview")
    _take(page, f"{example.app_url}/client_list", "Client List", "client-list")
    _take(page, f"{example.app_url}/match_issues", "Resolve Match Issues", "match-issues")
    _take(page, f"{example.app_url}/contact?id={linked.contact_id}", linked.name, "contact")
    _take(page, f"{example.app_url}/activity", "Activity", "activity")


def _take(page: Page, address: str, title: str, name: str) -> None:
    page.goto(address)
    expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible(timeout=PATIENCE_MS)
    _shoot(page, name)


def _shoot(page: Page, name: str) -> None:
    """Take one picture once the page has come to rest."""
    page.wait_for_timeout(1_000)
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0, timeout=PATIENCE_MS)
    page.wait_for_timeout(1_500)
    page.screenshot(path=IMAGES / f"{name}.png")
    print(f"Took {IMAGES / name}.png", flush=True)


if __name__ == "__main__":
    main()
