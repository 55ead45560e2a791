"""Take the pictures in docs/images: the example installation, driven in a browser as a person would."""

import tempfile
from io import BytesIO
from pathlib import Path

import httpx
from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from scripts import chromium
from scripts.example import ADMIN, DEMO, Example, new_admin_password
from scripts.processes import free_port, running
from services import clients, contacts
from services.clients import ClientFilter
from services.contacts import ContactForm
from services.reconcile.contact import Address, Contact

IMAGES = Path("docs/images")
SIZE = ViewportSize(width=1360, height=850)
PATIENCE_MS = 60_000
EVENLY = "--font-render-hinting=none"
"""Letters stand as far apart as on a sharp screen, whichever fonts the machine has."""

COLOURS = 256  # of a palette: enough for screens, and a third of the bytes
SCREENS = {
    "overview": ("/", "Overview"),
    "contacts": ("/contacts", "Contacts"),
    "search": ("/search?search_for=example", "Search"),
    "client-list": ("/client_list", "Client List"),
    "match-issues": ("/match_issues?tab=Match+Issues", "Resolve Match Issues"),
    "differences": ("/match_issues?tab=Differences", "Resolve Match Issues"),
    "clean-up-list": ("/clean_up", "Clean-up List"),
    "sync-health": ("/health?health_tab=Excluded", "Sync Health"),
    "connected-apps": ("/connected_apps", "Connected Apps"),
    "notifications": ("/notifications", "Notifications"),
    "practice": ("/practice", "Practice"),
    "users": ("/users", "Users"),
    "activity": ("/activity", "Activity"),
}
"""The pictures by name: the address of the screen, and its heading."""

NEW = Contact("Harbour Lane Bakery", "hello@harbourlane.example", "+64 9 555 0140", Address(city="Auckland"))
MANY = 40
IN_DARK = ("overview", "client-list", "match-issues")


def main() -> None:
    """Start everything in a temporary folder, and take the pictures."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        example = Example(Path(folder), free_port(), free_port())
        settings = example.prepare()
        password = new_admin_password()
        with running(example.servers(), settings), sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium.executable(), args=[*chromium.FLAGS, EVENLY])
            light = _signed_in(browser, example, password, "light")
            _connect_and_import(light)
            _take_all(light, example)
            dark = _signed_in(browser, example, password, "dark")
            for name in IN_DARK:
                path, title = SCREENS[name]
                _take(dark, example.app_url + path, title, f"{name}-dark")
            _brake(light, example)
            browser.close()


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
    for name, (path, title) in SCREENS.items():
        _take(page, example.app_url + path, title, name)
    linked = clients.list_clients(ClientFilter(sync_state="ok", xero_type="customer"), size=20).rows[-1]
    _change_filter(page, example)
    _take(page, f"{example.app_url}/contact?id={linked.contact_id}", linked.name, "contact")
    _stop(page)
    _create(page, example)
    _take(page, f"{example.app_url}/match_issues?tab=Previously+Synced", "Resolve Match Issues", "previously-synced")


def _change_filter(page: Page, example: Example) -> None:
    """Choose another contact-type filter without saving it, and take a picture of what it would bring in."""
    page.goto(f"{example.app_url}/xero")
    page.get_by_text("What is imported").click()
    page.get_by_text("All contacts", exact=True).click()
    expect(page.get_by_text("What saving would do")).to_be_visible(timeout=PATIENCE_MS)
    page.get_by_role("button", name="Save set-up").scroll_into_view_if_needed()
    _shoot(page, "filter-change")


def _stop(page: Page) -> None:
    """Press Stop Syncing on the contact whose page is open, and take a picture of the question."""
    page.get_by_role("button", name="Stop Syncing Contact").click()
    unsync = page.get_by_role("dialog").get_by_role("button", name="Unsync")
    expect(unsync).to_be_visible()
    _shoot(page, "stop-syncing")
    unsync.click()
    expect(unsync).to_have_count(0)


def _create(page: Page, example: Example) -> None:
    """Open Create Contact for a contact that is not in Xero, and take a picture of the dialog."""
    new = contacts.add_contact(DEMO, ContactForm(NEW, "Client", False))
    _go(page, f"{example.app_url}/contact?id={new}")
    page.get_by_role("button", name="Create Contact").click()
    expect(page.get_by_role("dialog").get_by_role("button", name="Send")).to_be_visible()
    _shoot(page, "create-contact")


def _brake(page: Page, example: Example) -> None:
    """Archive many contacts in Xero, so that the sync stops, and take a picture of what it holds back."""
    for one in clients.list_clients(ClientFilter(), size=MANY).rows:
        reply = httpx.post(f"{example.simulator_url}/_simulator/contacts", json={"id": one.xero_id, "archive": True})
        reply.raise_for_status()
    _go(page, f"{example.app_url}/xero")
    page.get_by_role("button", name="Sync now").last.click()  # if the brake has just gone on, the button has moved
    expect(page.get_by_role("heading", name="The brake is on")).to_be_visible(timeout=PATIENCE_MS)
    page.mouse.move(0, 0)  # a toast under the pointer does not go away
    expect(page.get_by_test_id("stToast")).to_have_count(0, timeout=PATIENCE_MS)
    _shoot(page, "brake")


def _take(page: Page, address: str, title: str, name: str) -> None:
    _go(page, address)
    expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible(timeout=PATIENCE_MS)
    _shoot(page, name)


def _go(page: Page, address: str) -> None:
    """Open a page, and close the bar that offers Undo."""
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=PATIENCE_MS)
    page.wait_for_timeout(500)
    close = page.get_by_role("button", name="Close", exact=True)
    if close.count():
        close.click()
        expect(close).to_have_count(0)


def _shoot(page: Page, name: str) -> None:
    """Take one picture when the page no longer changes."""
    page.wait_for_timeout(1_000)
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0, timeout=PATIENCE_MS)
    page.wait_for_timeout(1_500)
    file = IMAGES / f"{name}.png"
    with Image.open(BytesIO(page.screenshot())) as picture:
        few = picture.convert("RGB").quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        few.save(file, optimize=True)  # of the ways to choose colours, this one keeps those of small marks
    print(f"Took {file}", flush=True)


if __name__ == "__main__":
    main()
