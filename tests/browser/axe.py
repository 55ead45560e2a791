"""axe-core over the open page: what it finds, without what Streamlit itself causes."""

from collections.abc import Sequence

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

MENDED = ("moderate", "serious", "critical")
NOT_OURS = (
    # Streamlit draws the sections of its page menu as <div>s inside one <ul>, which no setting changes.
    ("list", '[data-testid="stSidebarNavItems"]'),
    ("listitem", '[data-testid="stSidebarNavItems"] li'),
    # It puts the menu of a button or a row at the end of the page, outside of all landmarks.
    ("region", '[role="menu"], [data-testid="stDataFrameButtonColumnMenu"]'),
)
"""What Streamlit itself causes: the rule, and the only elements in which it is let pass."""

FINDINGS = """async ([options, excused]) => {
    const {violations} = await axe.run(document, {resultTypes: ['violations'], ...options});
    const excusable = (rule, target) => excused.some(
        ([name, where]) => name === rule && document.querySelector(target)?.matches(where));
    return violations.flatMap(({id, impact, nodes}) => nodes
        .filter(node => !excusable(id, node.target.at(-1)))
        .map(node => ({id, impact, target: node.target.join(' '), why: node.failureSummary})));
}"""
RULES = {"light": {}, "dark": {"runOnly": ["color-contrast"]}}
"""What axe-core looks for in each scheme: in dark only the colours can be others."""


def findings(page: Page, name: str, schemes: Sequence[str] = ("light", "dark")) -> list[str]:
    """What axe-core calls more than minor on the open page, in each scheme."""
    page.evaluate(AXE_SCRIPT)
    found: list[str] = []
    for scheme in schemes:
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        page.wait_for_timeout(150)
        broken: list[dict[str, str]] = page.evaluate(FINDINGS, [RULES[scheme], NOT_OURS])
        found += [
            f"{name} in {scheme}: {one['id']} at {one['target']}: {one['why']}"
            for one in broken
            if one["impact"] in MENDED
        ]
    page.emulate_media(color_scheme="light")
    return found
