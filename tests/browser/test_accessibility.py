"""Every screen for everybody: axe-core finds nothing that matters, nothing is cut off, and no other host is asked."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import findings
from tests.browser.conftest import PATIENCE_MS, Office, sign_in
from tests.browser.driving import settle
from tests.browser.furnishing import ALONE, DIFFERING, LONG, MARKUP, STOPPED, UNBROKEN, Furnished, furnish

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

PATIENT_LOOKS = 40


@dataclass(frozen=True, slots=True)
class Walk:
    """Which screens to visit, by the names of some or None for all; in which schemes and widths to look at each."""

    only: tuple[str, ...] | None
    schemes: tuple[str, ...]
    widths: tuple[int, ...]


QUICK = Walk(
    ("/", "/contacts", "/client_list", "/match_issues Match Issues", "/match_issues Differences", "/health Excluded",
     "/clean_up", "/connected_apps", "/notifications", "/practice", "/users", "/activity", "/xero", "/search",
     "/guide waiting"),
    ("light",), (360,),
)  # fmt: skip
THOROUGH = Walk(None, ("light", "dark"), (360, 768, 1280, 1920))
TOO_WIDE = """() => {
    const found = [], wide = document.scrollingElement, main = document.querySelector('[data-testid="stMain"]');
    for (const part of [wide, main])
        if (part && part.scrollWidth > part.clientWidth) found.push(`${part.tagName} is ${part.scrollWidth} wide`);
    for (const button of document.querySelectorAll('[data-testid="stMain"] [data-testid="stBaseButton-primary"]')) {
        const {left, right} = button.getBoundingClientRect();
        if (left < 0 || right > innerWidth) found.push(`${button.innerText} ends at ${right}`);
    }
    return found;
}"""


@dataclass(frozen=True, slots=True)
class Seen:
    """What was noticed on the way through all screens, a sentence each, and the address of every request."""

    findings: list[str] = field(default_factory=list)
    too_wide: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def furnished(office: Office) -> Furnished:
    """What the office holds."""
    return furnish(office.xero)


@pytest.fixture(scope="module", params=[QUICK, pytest.param(THOROUGH, marks=pytest.mark.soak)], ids=["quick", "all"])
def seen(request: pytest.FixtureRequest, office: Office, furnished: Furnished, browser: Browser) -> Iterator[Seen]:
    """Screens visited once by an admin who signed in once."""
    walk: Walk = request.param
    context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme="light")
    context.set_default_timeout(PATIENCE_MS)
    page, seen = context.new_page(), Seen()
    page.on("request", lambda request: seen.asked.append(request.url))
    sign_in(page, office)
    for name, address in screens(furnished).items():
        if walk.only is None or name in walk.only:
            visit(page, office, address)
            seen.findings.extend(findings(page, name, walk.schemes))
            seen.too_wide.extend(too_wide(page, name, walk.widths))
    yield seen
    context.close()


def screens(furnished: Furnished) -> dict[str, str]:
    """The address of every screen, with each of its tabs."""
    tabs = {
        "/match_issues": ("tab", ("Match Issues", "Previously Synced", "Differences")),
        "/health": ("health_tab", ("Failing", "Waiting", "In sync", "Kept apart", "Excluded")),
    }
    plain = (
        "/", "/contacts", "/client_list", "/clean_up", "/connected_apps", "/notifications", "/practice", "/users",
        "/activity", "/contact",
    )  # fmt: skip
    found = {address: address for address in plain}
    for address, (query, names) in tabs.items():
        found |= {f"{address} {name}": f"{address}?{urlencode({query: name})}" for name in names}
    found |= {f"/contact {name[:20]}": f"/contact?id={furnished.ids[name]}" for name in (DIFFERING, ALONE, STOPPED)}
    found |= {f"/contact {name[:20]}": f"/contact?id={furnished.ids[name]}" for name in (LONG, UNBROKEN)}
    found |= {f"/guide {name}": f"/guide?chapter={name}" for name in ("", "set-up", "waiting")}
    return found | {"/xero": f"/xero?id={furnished.connection_id}", "/search": "/search?search_for=example"}


def test_axe_finds_nothing_before_sign_in(office: Office, page: Page) -> None:
    page.goto(office.url)
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    settle(page)
    assert findings(page, "sign-in") == []


def test_axe_finds_nothing_on_any_screen(seen: Seen) -> None:
    assert not seen.findings, "\n".join(seen.findings)


def test_no_screen_scrolls_sideways_or_cuts_a_primary_button(seen: Seen) -> None:
    assert not seen.too_wide, "\n".join(seen.too_wide)


def test_no_screen_asks_anything_of_another_host(office: Office, seen: Seen) -> None:
    hosts = {urlsplit(url).netloc for url in seen.asked if not url.startswith(("data:", "blob:"))}
    assert hosts == {urlsplit(office.url).netloc}


def test_no_card_of_the_overview_cuts_its_words_on_a_phone_whose_scroll_bar_takes_room(
    office: Office, admin: Page
) -> None:
    admin.set_viewport_size({"width": 350, "height": 740})
    visit(admin, office, "/")
    labels = admin.get_by_test_id("stMain").get_by_test_id("stPageLink-NavLink").locator("p")
    expect(labels.filter(has_text="Match issues")).to_be_visible()
    assert (
        labels.evaluate_all("all => all.filter(one => one.scrollWidth > one.clientWidth).map(one => one.innerText)")
        == []
    )


def test_axe_finds_nothing_in_a_dialog_and_in_the_bar_after_an_action(
    office: Office, furnished: Furnished, admin: Page
) -> None:
    visit(admin, office, f"/contact?id={furnished.ids[MARKUP]}")
    admin.get_by_role("button", name="Stop Syncing Contact").click()
    dialog = admin.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Unsync")).to_be_visible()
    settle(admin)
    assert findings(admin, "Stop Syncing Contact") == []
    dialog.get_by_role("button", name="Unsync").click()
    expect(admin.get_by_role("button", name="Undo")).to_be_visible()
    settle(admin)
    assert findings(admin, "Undo") == []


def visit(tab: Page, office: Office, address: str) -> None:
    """Open a screen and wait until all of it is there and nothing has gone wrong."""
    tab.goto(office.url + address)
    expect(tab.get_by_test_id("stSidebar")).to_be_attached()
    expect(tab.get_by_test_id("stMain").get_by_role("heading", level=1)).to_be_visible()
    expect(tab.get_by_test_id("stStatusWidget")).to_have_count(0)
    expect(tab.get_by_test_id("stSkeleton")).to_have_count(0)
    expect(tab.get_by_text(re.compile("Something went wrong on this page"))).to_have_count(0)


def too_wide(page: Page, name: str, widths: Sequence[int]) -> list[str]:
    """What does not fit the window, at each width."""
    found: list[str] = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        found += [f"{name} at {width}: {problem}" for problem in _still_too_wide(page)]
    page.set_viewport_size({"width": 1280, "height": 900})
    return found


def _still_too_wide(page: Page) -> list[str]:
    """What does not fit once the page has had the time to follow the window."""
    for _ in range(PATIENT_LOOKS):
        page.wait_for_timeout(50)
        problems: list[str] = page.evaluate(TOO_WIDE)
        if not problems:
            break
    return problems
