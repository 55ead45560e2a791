"""The keyboard alone: what is chosen, asked and answered without a mouse, and where the focus is afterwards."""

import re

import pytest
from playwright.sync_api import Page, expect

from services import issue_detail, issues
from services.issues import IssueFilter
from tests.browser.conftest import Office
from tests.browser.driving import settle
from tests.browser.furnishing import Furnished, furnish

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

MOST_TABS = 80
NAMELESS = """() => [...document.querySelectorAll('button, a[href], input, [role=button], [role=combobox]')]
    .filter(one => one.checkVisibility() && !(one.innerText.replace(/[a-z]+_[a-z_]+/g, '').trim()
        || one.ariaLabel || one.title || one.labels?.length || one.getAttribute('aria-labelledby')))
    .map(one => one.outerHTML.slice(0, 200))"""


@pytest.fixture(scope="module")
def furnished(office: Office) -> Furnished:
    """What the office holds."""
    return furnish(office.xero)


def focus(page: Page) -> str:
    """What has the focus, as it is called."""
    words: str = page.evaluate(
        "(one => one.ariaLabel || one.innerText || one.labels?.[0]?.innerText || one.tagName)(document.activeElement)"
    )
    return words.splitlines()[-1] if words else ""


def tab_to(page: Page, words: str, key: str = "Tab", most: int = MOST_TABS) -> None:
    """Press Tab until what is called so has the focus."""
    seen = []
    for _ in range(most):
        page.keyboard.press(key)
        seen.append(focus(page))
        if words in seen[-1]:
            return
    raise AssertionError(f"{words} is not reached, only {seen}")


def tick_first(page: Page) -> None:
    """Tick the first row of the table."""
    tab_to(page, "CANVAS")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+Space")
    page.wait_for_timeout(300)
    settle(page)


def test_a_row_is_ticked_and_its_dialog_keeps_the_focus_and_gives_it_back(
    office: Office, furnished: Furnished, admin: Page
) -> None:
    admin.goto(f"{office.url}/client_list?clients_search=odd0")
    expect(admin.get_by_test_id("stDataFrame")).to_be_visible()
    settle(admin)
    assert admin.evaluate(NAMELESS) == []
    tick_first(admin)
    tab_to(admin, "Stop Syncing Contact", "Shift+Tab")
    admin.keyboard.press("Enter")
    dialog = admin.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Unsync")).to_be_visible()
    settle(admin)
    for name in ("Close", "Cancel", "Unsync") * 2:
        admin.keyboard.press("Tab")
        assert focus(admin) == name
    admin.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    settle(admin)
    assert focus(admin) == "Stop Syncing Contact"


def test_after_a_dialog_has_done_its_work_the_keyboard_goes_on_at_the_way_back(
    office: Office, furnished: Furnished, admin: Page
) -> None:
    admin.goto(f"{office.url}/client_list?clients_search=odd1")
    expect(admin.get_by_test_id("stDataFrame")).to_be_visible()
    settle(admin)
    tick_first(admin)
    tab_to(admin, "Stop Syncing Contact", "Shift+Tab")
    admin.keyboard.press("Enter")
    expect(admin.get_by_role("button", name="Unsync")).to_be_visible()
    settle(admin)
    tab_to(admin, "Cancel")
    tab_to(admin, "Unsync")
    admin.keyboard.press("Enter")
    expect(admin.get_by_role("dialog")).to_have_count(0)
    settle(admin)
    tab_to(admin, "Undo", most=2)
    admin.keyboard.press("Enter")
    expect(admin.get_by_text("1 action undone.")).to_be_visible()


def test_another_candidate_is_chosen_and_the_match_confirmed(office: Office, furnished: Furnished, admin: Page) -> None:
    found = (issue_detail.get_issue(one.issue_id) for one in issues.list_issues(IssueFilter()).rows)
    several = next(one for one in found if [bool(whom.linked_to) for whom in one.candidates[:2]] == [False, False])
    other = several.candidates[1]
    admin.goto(f"{office.url}/match_issues?tab=Match+Issues&issues_search={several.xero.email}")
    expect(admin.get_by_role("button", name="Confirm Match")).to_be_visible()
    settle(admin)
    assert admin.evaluate(NAMELESS) == []
    tab_to(admin, several.candidates[0].contact.name)
    admin.keyboard.press("ArrowDown")
    expect(admin.locator("table.compare")).to_contain_text(other.contact.name)
    settle(admin)
    tab_to(admin, "Confirm Match")
    admin.keyboard.press("Enter")
    settle(admin)
    if admin.get_by_role("dialog").count():
        tab_to(admin, "Link them all the same")
        admin.keyboard.press("Enter")
    expect(admin.get_by_text(re.compile("is linked with"))).to_contain_text(other.contact.name)


def test_what_is_typed_into_a_password_field_is_kept_when_one_goes_on_with_tab(office: Office, admin: Page) -> None:
    admin.goto(f"{office.url}/notifications")
    admin.get_by_role("button", name="Add notification").click()
    dialog = admin.get_by_role("dialog")
    dialog.get_by_text("Webhook, such as Slack").click()
    address = dialog.get_by_role("textbox", name="Webhook address")
    address.fill("http://localhost:9/hook")
    settle(admin)
    address.press("Tab")
    assert focus(admin) == "Show password"
    dialog.get_by_label("Name", exact=True).fill("Team")
    dialog.get_by_role("button", name="Add notification").click()
    expect(admin.get_by_text("Added. Send a test to see whether it arrives.")).to_be_visible()
