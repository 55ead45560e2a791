"""What a hand does on the screens, where one call of Playwright does not say it."""

import re

from playwright.sync_api import Locator, Page, expect

ROW, HEADER = 35, 35


def search(page: Page, text: str) -> None:
    """Type into a search box and wait for its list."""
    box = page.get_by_placeholder("Name").first
    box.fill(text)
    box.press("Enter")
    settle(page)


def settle(page: Page) -> None:
    """Wait until the page has come to rest."""
    page.wait_for_timeout(500)
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
    page.wait_for_timeout(300)


def table(page: Page) -> Locator:
    """The table of the page."""
    found = page.get_by_test_id("stDataFrame").first
    expect(found).to_be_visible()
    return found


def expect_rows(page: Page, *names: str, column: int = 1) -> None:
    """Wait until the table holds exactly these rows, by the texts of a column, as the table's hidden twin has them."""
    expect(table(page).locator(f'[data-testid^="glide-cell-{column}-"]')).to_have_text(
        [re.compile(re.escape(n)) for n in names]
    )


def tick(page: Page, row: int = 0) -> None:
    """Tick a row, counted from 0."""
    table(page).click(position={"x": 18, "y": HEADER + ROW * row + ROW / 2})
    settle(page)


def choose(page: Page, label: str, row: int = 0) -> None:
    """Choose from a row's three-dot menu."""
    box = table(page).bounding_box()
    assert box is not None
    table(page).click(position={"x": box["width"] - 28, "y": HEADER + ROW * row + ROW / 2})
    page.get_by_role("menuitem", name=label).or_(page.get_by_text(label, exact=True)).last.click()
    settle(page)
