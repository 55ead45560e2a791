"""The note on a match issue, when two people write one at the same time."""

from services import issue_detail, issue_queue, issues
from services.access import SYSTEM
from services.issues import IssueFilter
from tests.pages.support import Practice, note_of, opened, press, said

PAGE = "xero/match_issues.py"


def test_a_note_that_somebody_else_wrote_meanwhile_is_shown_and_what_was_typed_stays(practice: Practice) -> None:
    screen = opened("eddie", PAGE)
    [issue_id] = issues.issue_ids(IssueFilter())
    issue_queue.set_note(SYSTEM, issue_id, "Asked *the* client")
    note_of(screen).input("Call him").run()
    assert not screen.exception
    assert issue_detail.get_issue(issue_id).note == "Asked *the* client"
    assert "It says now: Asked \\*the\\* client" in said(screen)
    [mine] = [one for one in screen.text_input if one.label == "Your note"]
    assert mine.value == "Call him"
    mine.input("Asked; call him on Monday").run()
    press(screen, "Save yours instead")
    assert issue_detail.get_issue(issue_id).note == "Asked; call him on Monday"
    assert note_of(screen).value == "Asked; call him on Monday"


def test_one_may_leave_the_note_that_somebody_else_wrote_meanwhile(practice: Practice) -> None:
    screen = opened("eddie", PAGE)
    [issue_id] = issues.issue_ids(IssueFilter())
    issue_queue.set_note(SYSTEM, issue_id, "Asked")
    note_of(screen).input("Call him").run()
    press(screen, "Leave it")
    assert note_of(screen).value == "Asked"
    note_of(screen).input("Call her").run()
    assert issue_detail.get_issue(issue_id).note == "Call her"
