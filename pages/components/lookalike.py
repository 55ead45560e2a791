"""A contact in Xero that one of ours may be: said in a sentence, with the way to where that is answered."""

from collections.abc import Mapping
from urllib.parse import urlencode

import streamlit as st

from pages.components import text
from services.reconcile.lookalike import ASKED, DEFERRED, ENDED, EXCLUDED, IGNORED, LINKED, Lookalike

ISSUES = "xero/match_issues.py"
STATES = {ASKED: "Open", DEFERRED: "Deferred", IGNORED: "Ignored"}
AGAIN = {
    True: "Xero takes each name once, and will most likely refuse this one.",
    False: "If the two are one, Xero has it twice afterwards, and only a person can merge them there.",
}
Way = tuple[str, str, Mapping[str, str]]
"""What to press, and the page with the query that it leads to."""


def button(one: Lookalike, key: str) -> None:
    """The button that leads to where it is answered, if anybody can do anything about it now."""
    if found := way(one):
        label, page, query = found
        if st.button(label, icon=":material/arrow_forward:", key=key, type="primary"):
            st.switch_page(page, query_params=dict(query))


def sentence(one: Lookalike) -> str:
    """What it is and how it stands, as Markdown."""
    name = f"**{text.plain(one.name)}**"
    beginning = f"Xero has {name} already" if one.same_name else f"This contact may be {name} in Xero"
    score = f" They score {one.score:.0f} of 100." if one.score else ""
    return f"{beginning}, which {text.sentence(one.where)}.{score}"


def consequence(one: Lookalike) -> str:
    """The same, and what comes of creating it all the same."""
    return f"{sentence(one)} {AGAIN[one.same_name]}"


def way(one: Lookalike) -> Way | None:
    """The way to where it is answered, if anybody can do anything about it now."""
    if one.standing in STATES:
        return "Resolve", ISSUES, issue(one.standing, one.name)
    return {
        LINKED: ("Open the other contact", "contacts/contact.py", {"id": one.with_id}),
        ENDED: ("Previously Synced", ISSUES, {"tab": "Previously Synced", "previous_search": one.name}),
        EXCLUDED: ("Sync Health", "xero/health.py", {"health_tab": "Excluded", "health_search": one.name}),
    }.get(one.standing)


def issue(standing: str, name: str) -> dict[str, str]:
    """The query of Resolve Match Issues that lists the issue about a contact called `name` in Xero."""
    return {"tab": "Match Issues", "issues_state": STATES[standing], "issues_search": name}


def address(one: Lookalike) -> str | None:
    """The same way for a table, relative to the page that shows it."""
    if found := way(one):
        _, page, query = found
        return f"{page.rpartition('/')[2].removesuffix('.py')}?{urlencode(query)}"
    return None
