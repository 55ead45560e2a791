"""Every dialog: legible to all, left with Escape, and a reload in the middle of it does nothing; and the way back."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from services import activity, issue_queue, issues, users
from services.access import SYSTEM, Role
from services.activity import ActivityFilter
from services.db import write
from services.issues import IssueFilter
from tests.browser.axe import findings
from tests.browser.conftest import PATIENCE_MS, Office, sign_in
from tests.browser.driving import choose, expect_rows, search, settle, tick
from tests.browser.furnishing import ALONE, HEBREW, MARKUP, STOPPED, Furnished, furnish
from tests.support.practice import edit

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

Act = Callable[[Page], None]


@dataclass(frozen=True, slots=True)
class Desk:
    """The admin's tab, signed in once, and what the office holds."""

    url: str
    page: Page
    furnished: Furnished

    def visit(self, address: str) -> None:
        """Open a screen; {name} in its address stands for the id of a contact, {connection} for the organisation's."""
        ids = {"markup": MARKUP, "alone": ALONE, "hebrew": HEBREW}
        found = {name: self.furnished.ids[one] for name, one in ids.items()}
        self.page.goto(self.url + address.format(**found, connection=self.furnished.connection_id))
        expect(self.page.get_by_role("heading", level=1)).to_be_visible()
        settle(self.page)


@pytest.fixture(scope="module")
def desk(office: Office, browser: Browser) -> Iterator[Desk]:
    """An office at work, with a second user, and a stopped contact that no match is found for."""
    furnished = furnish(office.xero)
    users.add_user(SYSTEM, "vera", "Vera Viewer", "vera@example.com", "correct horse battery", Role.VIEWER)
    edit(furnished.ids[STOPPED], name="Moved Away", email="moved@example.com")
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    sign_in(page, office)
    yield Desk(office.url, page, furnished)
    context.close()


def press(*names: str) -> Act:
    """Press buttons or entries of menus, one after another."""

    def act(page: Page) -> None:
        for name in names:
            exactly = re.compile(f"^(\\S+ )?{re.escape(name)}$")
            page.get_by_role("button", name=exactly).or_(page.get_by_role("menuitem", name=exactly)).first.click()
            settle(page)

    return act


def ticked(rows: int, name: str) -> Act:
    """Tick the first rows and press a button of the bar above."""

    def act(page: Page) -> None:
        for row in range(rows):
            tick(page, row)
        press(name)(page)

    return act


def row_menu(name: str) -> Act:
    """Choose from the menu of the first row."""
    return lambda page: choose(page, name)


ISSUES, PREVIOUS = "/match_issues?tab=Match+Issues", "/match_issues?tab=Previously+Synced"
QUICK = {
    "Stop Syncing Contact": ("/contact?id={hebrew}", press("Stop Syncing Contact")),
    "Disconnect": ("/xero?id={connection}", press("Disconnect")),
}
OTHERS = {
    "Confirm Match of several": (ISSUES, ticked(2, "Confirm Match")),
    "Create Contact": ("/contact?id={alone}", press("Create Contact")),
    "Re-match without a match": (PREVIOUS, row_menu("Re-match")),
    "Stop Syncing Contact of a row": ("/client_list?clients_search=odd0", row_menu("Stop Syncing Contact")),
    "Stop Syncing Contacts": ("/client_list?clients_search=odd", ticked(2, "Stop Syncing Contacts")),
    "Open in Xero": ("/client_list?clients_search=odd0", row_menu("Open in Xero")),
    "Create New Contact of an issue": (ISSUES, press("Create New Contact")),
    "Create New Contact of several": (ISSUES, ticked(2, "Create New Contact")),
    "Ignore of several": (ISSUES, ticked(2, "Ignore")),
    "Defer": (ISSUES, press("Defer")),
    "Create New Contact of a stopped link": (PREVIOUS, row_menu("Create New Contact")),
    "Use practice": ("/match_issues?tab=Differences", ticked(1, "Use practice")),
    "Use Xero of a row": ("/match_issues?tab=Differences", row_menu("Use Xero")),
    "Make two-way": ("/client_list?clients_search=odd", ticked(2, "Make two-way")),
    "Let in": ("/health?health_tab=Excluded", ticked(1, "Let in")),
    "Edit": ("/contact?id={markup}", press("Edit")),
    "Archive": ("/contact?id={markup}", press("Archive")),
    "Add contact": ("/contacts", press("Add contact")),
    "Import CSV": ("/contacts", press("Import CSV")),
    "Create Contact in Xero": ("/contacts?contacts_search=alone", ticked(1, "Create Contact in Xero")),
    "Change contact type": ("/contacts?contacts_search=odd", ticked(2, "Change contact type")),
    "Archive of several": ("/contacts?contacts_search=odd", ticked(2, "Archive")),
    "Save view": ("/contacts?contacts_search=odd", press("Views", "Save view…")),
    "Connect": ("/connected_apps", press("Connect another organisation")),
    "Add user": ("/users", press("Add user")),
    "Change role": ("/users", press("Change", "Change role")),
    "Reset password": ("/users", press("Change", "Reset password")),
    "Change password": ("/users", press("Demo Admin", "Change password")),
    "Add notification": ("/notifications", press("Add notification")),
}
LONGER = [pytest.param(*one, id=name, marks=pytest.mark.soak) for name, one in OTHERS.items()]
DIALOGS = [pytest.param(*one, id=name) for name, one in QUICK.items()] + LONGER


FOCUS = """() => {
    const look = getComputedStyle(document.activeElement);
    return [document.activeElement.innerText.trim(), look.outlineStyle, look.boxShadow];
}"""


def dialog(page: Page) -> Locator:
    return page.get_by_role("dialog")


def entries() -> int:
    return activity.list_activity(ActivityFilter()).total


@pytest.mark.parametrize(("address", "ask"), DIALOGS)
def test_a_dialog_is_legible_to_all_and_neither_a_reload_nor_escape_does_anything(
    desk: Desk, address: str, ask: Act
) -> None:
    desk.visit(address)
    before = entries()
    ask(desk.page)
    expect(dialog(desk.page)).to_be_visible()
    assert findings(desk.page, address) == []
    desk.page.reload()
    expect(desk.page.get_by_role("heading", level=1)).to_be_visible()
    settle(desk.page)
    expect(dialog(desk.page)).to_have_count(0)
    ask(desk.page)
    expect(dialog(desk.page)).to_be_visible()
    desk.page.keyboard.press("Escape")
    expect(dialog(desk.page)).to_have_count(0)
    assert entries() == before


def test_a_dialog_does_not_offer_to_cancel_what_is_under_way_already(desk: Desk) -> None:
    desk.visit("/client_list?clients_search=odd")
    ticked(2, "Make two-way")(desk.page)
    act = dialog(desk.page).get_by_role("button", name="Make two-way")
    cancel = dialog(desk.page).get_by_role("button", name="Cancel")
    expect(cancel).to_be_visible()
    with write():  # whoever else writes has to wait meanwhile
        act.click()
        expect(dialog(desk.page).get_by_text("Working…")).to_be_visible()
        expect(cancel).to_have_count(0)
        expect(act).to_have_count(0)
    expect(dialog(desk.page)).to_have_count(0)


def test_what_somebody_else_answered_meanwhile_is_left_out_of_many_confirmed_together(desk: Desk) -> None:
    gone, left = issues.list_issues(IssueFilter(reason=issues.SAFE)).rows[:2]
    desk.visit(f"{ISSUES}&{urlencode({'issues_reason': issues.SAFE_WORDS})}")
    ticked(2, "Confirm Match")(desk.page)
    expect(dialog(desk.page).get_by_text(left.candidate_name).first).to_be_attached()
    issue_queue.ignore(SYSTEM, [gone.issue_id])
    dialog(desk.page).get_by_role("button", name="Confirm Match").click()
    expect(desk.page.get_by_text("1 contact linked")).to_be_visible()
    expect(desk.page.get_by_text(re.compile(f"^{re.escape(gone.xero_name)}: ")).first).to_be_visible()


def test_the_way_back_after_an_answer_is_in_sight_also_on_a_phone_that_is_scrolled_down(desk: Desk) -> None:
    desk.page.set_viewport_size({"width": 360, "height": 740})
    desk.visit(ISSUES)
    desk.page.get_by_role("button", name="Ignore", exact=True).last.click()
    undo = desk.page.get_by_role("button", name="Undo")
    expect(undo).to_be_in_viewport(ratio=1)
    assert desk.page.get_by_test_id("stMain").evaluate("main => main.scrollTop") > 0
    undo.click()
    expect(desk.page.get_by_text("1 action undone.")).to_be_visible()
    desk.page.set_viewport_size({"width": 1440, "height": 900})


def test_an_issue_that_somebody_else_answers_stays_open_and_says_so(desk: Desk) -> None:
    [first, *_] = issues.list_issues(IssueFilter()).rows
    desk.visit(ISSUES)
    expect(desk.page.get_by_role("button", name="Confirm Match")).to_be_visible()
    issue_queue.ignore(SYSTEM, [first.issue_id])
    expect(desk.page.get_by_text("answered it just now")).to_be_visible()
    expect(desk.page.get_by_role("heading", name=first.xero_name, exact=True)).to_be_visible()
    expect(desk.page.get_by_role("button", name="Confirm Match")).to_have_count(0)
    issue_queue.unignore(SYSTEM, [first.issue_id])
    expect(desk.page.get_by_role("button", name="Confirm Match")).to_be_visible()


def test_the_keyboard_alone_reaches_an_action_and_its_dialog(desk: Desk) -> None:
    desk.visit("/contact?id={markup}")
    tab_to(desk.page, "Stop Syncing Contact")
    desk.page.keyboard.press("Enter")
    expect(dialog(desk.page)).to_be_visible()
    settle(desk.page)
    assert desk.page.evaluate("document.querySelector('[role=dialog]').contains(document.activeElement)")
    tab_to(desk.page, "Unsync")
    desk.page.keyboard.press("Escape")
    expect(dialog(desk.page)).to_have_count(0)
    expect(desk.page.get_by_role("button", name="Stop Syncing Contact")).to_be_visible()


def tab_to(page: Page, words: str) -> None:
    """Press Tab until the thing with these words has the focus, and see that it shows."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if words in page.evaluate("document.activeElement.innerText || ''").splitlines()[-1:]:
            break
    focus: list[str] = page.evaluate(FOCUS)
    assert focus[0].endswith(words)
    assert focus[1:] != ["none", "none"], "One does not see where the focus is."


def test_back_from_a_contact_leads_to_the_same_list(desk: Desk) -> None:
    desk.visit("/client_list")
    search(desk.page, "odd0")
    expect_rows(desk.page, HEBREW)
    choose(desk.page, "Open contact")
    expect(desk.page.get_by_role("heading", level=1)).to_contain_text(HEBREW)
    desk.page.go_back()
    expect(desk.page.get_by_role("heading", name="Client List")).to_be_visible()
    expect(desk.page.get_by_placeholder("Name, email or phone")).to_have_value("odd0")
    expect_rows(desk.page, HEBREW)
    desk.page.go_forward()
    expect(desk.page.get_by_role("heading", level=1)).to_contain_text(HEBREW)


def test_back_from_a_contact_leads_to_the_same_tab(desk: Desk) -> None:
    desk.visit(PREVIOUS)
    choose(desk.page, "Open contact")
    expect(desk.page.get_by_role("heading", name="Moved Away")).to_be_visible()
    desk.page.go_back()
    expect(desk.page.get_by_role("tab", name="Previously Synced")).to_have_attribute("aria-selected", "true")
    expect_rows(desk.page, STOPPED)
