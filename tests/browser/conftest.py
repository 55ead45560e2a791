"""A fresh installation with a simulated Xero beside it, and real Chromium in front of it."""

import os
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from scripts import chromium
from scripts.example import ADMIN, Example, new_admin_password
from scripts.processes import free_port, running
from services import db
from services.settings import get_settings
from tests.browser.driving import settle
from tests.support.xero import Xero

PATIENCE_MS = 30_000

Reporting = Generator[None, pytest.TestReport, pytest.TestReport]
FAILED = pytest.StashKey[bool]()

expect.set_options(timeout=PATIENCE_MS)


@dataclass(frozen=True, slots=True)
class Office:
    """A running installation: where it answers, its Xero, and its admin's password."""

    url: str
    xero: Xero
    password: str


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The app and the simulator, with example contacts in the book, not connected yet."""
    with pytest.MonkeyPatch.context() as environment:
        for name in [name for name in os.environ if name.startswith("XERO_")]:
            environment.delenv(name)
        environment.setattr(os, "environ", os.environ.copy())
        example = Example(tmp_path_factory.mktemp("office"), free_port(), free_port())
        _forget_database()
        settings = example.prepare()
        password = new_admin_password()
        with running(example.servers(), settings):
            yield Office(example.app_url, Xero(example.simulator_url), password)
    _forget_database()


def _forget_database() -> None:
    """Whoever asks next looks at the settings anew: this process has had another database, or will have."""
    get_settings.cache_clear()
    db.use(None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The browser that `make browser` found or installed."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium.executable(), args=chromium.FLAGS)
        yield launched
        launched.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember how a test went, for what is done after it."""
    report = yield
    item.stash[FAILED] = report.failed
    return report


@contextmanager
def tab_of(browser: Browser) -> Iterator[Page]:
    """A tab of its own, signed in nowhere."""
    context = browser.new_context(viewport={"width": 1440, "height": 960})
    context.set_default_timeout(PATIENCE_MS)
    yield context.new_page()
    context.close()


@pytest.fixture
def page(browser: Browser, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Page]:
    """A tab of its own; how it looked when a test failed is kept beside the test's other files."""
    with tab_of(browser) as tab:
        yield tab
        if request.node.stash.get(FAILED, False):
            tab.screenshot(path=tmp_path / "end.png")


@pytest.fixture
def admin(office: Office, page: Page) -> Page:
    """A tab in which the admin is signed in."""
    sign_in(page, office)
    return page


def sign_in(page: Page, office: Office, path: str = "/") -> None:
    """Open a page and sign in as the admin, at the pace of a person."""
    page.goto(office.url + path)
    expect(page.get_by_label("Username")).to_be_visible()
    settle(page)
    page.get_by_label("Username").fill(ADMIN)
    page.get_by_label("Password", exact=True).fill(office.password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("Demo Admin")).to_be_visible()
    page.wait_for_function("document.cookie.includes('contact_sync')")
    settle(page)
