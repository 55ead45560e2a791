"""A dialog about one contact speaks of one, and about several of several."""

import pytest

from services import issues, links
from services.issues import IssueFilter
from services.links import PreviousFilter
from tests.pages.support import Practice, opened, press, said

PAGE = "xero/match_issues.py"


@pytest.mark.parametrize(
    ("button", "sentence"),
    [
        ("Create New Contact", "From then on it syncs. Nothing changes in Xero."),
        ("Defer", "It stays under State: Deferred, from where it can be brought back."),
    ],
)
def test_one_match_issue_is_spoken_of_as_one(practice: Practice, button: str, sentence: str) -> None:
    [_] = issues.issue_ids(IssueFilter())
    assert sentence in said(press(opened("eddie", PAGE), button))


def test_one_new_contact_of_what_is_in_xero_is_spoken_of_as_one(practice: Practice) -> None:
    screen = opened("eddie", PAGE, tab="Previously Synced")
    [create] = [entry for entry in screen.dataframe[0].value[" "][0] if entry.endswith("Create New Contact")]
    [link_id] = links.previous_ids(PreviousFilter())
    screen.session_state["table.picked"] = (create, link_id)
    told = said(screen.run())
    assert "From then on it syncs. The contact that was linked before stays as it is" in told
