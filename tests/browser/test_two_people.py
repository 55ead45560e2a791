"""Two people at work at once: each sees within seconds what the other did, and nobody's click lands on another row."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect

from services import contacts, issue_detail, issue_queue, issues, links
from services.access import SYSTEM
from services.contacts import ContactFilter
from services.issues import IssueFilter
from tests.browser.conftest import Office, sign_in
from tests.browser.driving import expect_rows, search, settle, tick
from tests.support.practice import add, edit, run_import, synced
from tests.support.xero import connect

pytestmark = pytest.mark.browser

SOON_MS = 10_000
NAMES = ("Amy Aster", "Ben Birch", "Cleo Cedar")


@pytest.fixture(scope="module")
def shared(office: Office) -> Office:
    """Three contacts in step with Xero, and one in question."""
    for name in NAMES:
        email = f"{name.split()[0].lower()}@two-people.example"
        add(name, email)
        office.xero.create(name, email)
    add("Dora Dale", "dora@asked.example")
    office.xero.create("Dora Dalle", "dora@asked.example")
    run_import(connect())
    return office


@pytest.fixture(scope="module")
def cookies(browser: Browser, shared: Office) -> StorageState:
    """What a browser keeps of having signed in: signing in by hand is tested elsewhere."""
    context = browser.new_context()
    context.set_default_timeout(30_000)
    sign_in(context.new_page(), shared)
    kept = context.storage_state()
    context.close()
    return kept


def tab_of(browser: Browser, cookies: StorageState) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 960}, storage_state=cookies)
    context.set_default_timeout(30_000)
    yield context.new_page()
    context.close()


@pytest.fixture
def mine(browser: Browser, cookies: StorageState) -> Iterator[Page]:
    """The browser of the first person."""
    yield from tab_of(browser, cookies)


@pytest.fixture
def other(browser: Browser, cookies: StorageState) -> Iterator[Page]:
    """The browser of the second person."""
    yield from tab_of(browser, cookies)


def id_of(name: str) -> str:
    [item] = contacts.list_contacts(ContactFilter(search=name)).rows
    return item.id


def link_of(name: str) -> str:
    return next(item.link_id for item in synced() if item.name == name)


def test_an_edit_shows_on_the_pages_that_others_have_open(shared: Office, mine: Page, other: Page) -> None:
    address = f"{shared.url}/contact?id={id_of('Amy Aster')}"
    other.goto(address)
    expect(other.get_by_role("heading", name="Amy Aster")).to_be_visible()
    other.get_by_placeholder("Search everything").fill("half a wo")
    mine.goto(address)
    mine.get_by_role("button", name="Edit").click()
    dialog = mine.get_by_role("dialog")
    dialog.get_by_label("Primary phone").fill("+64 9 555 0142")
    dialog.get_by_role("button", name="Save").click()
    expect(other.get_by_text("+64 9 555 0142").first).to_be_visible(timeout=SOON_MS)
    expect(other.get_by_text("Edited Amy Aster").first).to_be_visible(timeout=SOON_MS)
    expect(other.locator("time[title]").first).to_be_visible()
    expect(other.get_by_placeholder("Search everything")).to_have_value("half a wo")
    other.goto(shared.url)
    edit(id_of("Ben Birch"), phone="+64 9 555 0143")
    expect(other.get_by_text("Edited Ben Birch").first).to_be_visible(timeout=SOON_MS)


def test_a_note_that_is_being_typed_stays_while_another_persons_arrives_and_is_shown_beside(
    shared: Office, mine: Page
) -> None:
    mine.goto(f"{shared.url}/match_issues?tab=Match+Issues&issues_search=dora")
    note = mine.get_by_label("Note")
    note.click()
    note.press_sequentially("Call her on Mon")
    [issue_id] = issues.issue_ids(IssueFilter(search="dora"))
    issue_queue.set_note(SYSTEM, issue_id, "Asked her")
    expect(mine.get_by_text("It says now: Asked her")).to_be_visible(timeout=SOON_MS)
    expect(note).to_have_value("Call her on Mon")
    note.press_sequentially("day")
    note.press("Enter")
    expect(mine.get_by_label("Your note")).to_have_value("Call her on Monday")
    assert issue_detail.get_issue(issue_id).note == "Asked her"


@pytest.mark.soak
def test_an_open_dialog_keeps_what_is_typed_and_its_save_is_refused_with_what_changed(
    shared: Office, mine: Page
) -> None:
    mine.goto(f"{shared.url}/contact?id={id_of('Ben Birch')}")
    mine.get_by_role("button", name="Edit").click()
    dialog = mine.get_by_role("dialog")
    dialog.get_by_label("Primary phone").fill("+64 9 555 7777")
    edit(id_of("Ben Birch"), email="birch@two-people.example")
    mine.wait_for_timeout(7_000)
    expect(dialog.get_by_label("Primary phone")).to_have_value("+64 9 555 7777")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_text(re.compile("changed"))).to_be_visible()
    assert contacts.get_contact(id_of("Ben Birch")).contact.phone != "+64 9 555 7777"


@pytest.mark.soak
def test_ticks_and_filters_stay_with_their_contact_while_rows_come_and_go(shared: Office, mine: Page) -> None:
    mine.goto(f"{shared.url}/client_list")
    search(mine, "two-people.example")
    expect_rows(mine, *NAMES)
    tick(mine, 2)
    expect(mine.get_by_text("1 selected")).to_be_visible()
    links.stop(SYSTEM, [link_of("Amy Aster")])
    expect_rows(mine, "Ben Birch", "Cleo Cedar")
    mine.get_by_role("button", name="Stop Syncing Contact").click()
    dialog = mine.get_by_role("dialog")
    expect(dialog.get_by_text("Cleo Cedar")).to_be_visible()
    dialog.get_by_role("button", name="Unsync").click()
    expect_rows(mine, "Ben Birch")


def test_a_click_on_what_somebody_else_did_already_is_refused_in_words(shared: Office, mine: Page) -> None:
    mine.goto(f"{shared.url}/contact?id={id_of('Ben Birch')}")
    mine.get_by_role("button", name="Stop Syncing Contact").click()
    dialog = mine.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Unsync")).to_be_visible()
    links.stop(SYSTEM, [link_of("Ben Birch")])
    dialog.get_by_role("button", name="Unsync").click()
    expect(mine.get_by_text(re.compile("Ben Birch: ")).first).to_be_visible()
    settle(mine)
    expect(mine.get_by_role("button", name="Re-match")).to_be_visible()


def test_the_manage_page_follows_the_sync_and_leaves_its_forms_alone(shared: Office, mine: Page) -> None:
    mine.goto(f"{shared.url}/xero")
    calls = mine.get_by_test_id("stMetricValue").last
    expect(calls).to_contain_text("left")
    mine.get_by_text("What is imported").click()
    settle(mine)
    mine.get_by_text("Customers only", exact=True).click()
    settle(mine)
    expect(calls).not_to_have_text(calls.inner_text(), timeout=3 * SOON_MS)
    expect(mine.get_by_role("radio", name="Customers only")).to_be_checked()
