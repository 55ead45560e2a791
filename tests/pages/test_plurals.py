"""A dialog about one contact speaks of one, and about several of several."""

import pytest

from pages.components import link_effects
from services import issues, previous
from services.issues import IssueFilter
from services.previous import PreviousFilter
from services.reconcile.outcome import Effect
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
    [link_id] = previous.previous_ids(PreviousFilter())
    screen.session_state["table.picked"] = (create, link_id)
    told = said(screen.run())
    assert "From then on it syncs. The contact that was linked before stays as it is" in told


def test_what_linking_keeps_apart_is_said_and_not_taken_for_agreement(people: None) -> None:
    why = "as the direction of the field or of the contact says"
    assert link_effects.sentence({Effect.KEPT: 1}) == f"**1 field is kept apart**, {why}."
    two = {Effect.FILLS_PRACTICE: 1, Effect.KEPT: 2}
    assert link_effects.sentence(two) == f"**1 blank is filled here**; **2 fields are kept apart**, {why}."
