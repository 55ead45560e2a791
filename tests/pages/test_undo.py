"""The way back from each action: from the bar on top of the page, and from Activity."""

from services import decided, differences, issues
from services.access import SYSTEM
from services.activity import ActivityFilter, list_activity
from services.clients import ClientFilter, list_clients
from services.issues import IssueFilter
from tests.pages.support import Practice, labels, opened, press, said

STOP = ":material/sync_disabled: Stop Syncing Contact"


def synced() -> list[str]:
    return [item.name for item in list_clients(ClientFilter()).rows]


def test_a_contact_that_was_stopped_by_mistake_is_back_with_one_click(practice: Practice) -> None:
    screen = opened("eddie", "xero/client_list.py")
    screen.session_state["table.picked"] = (STOP, practice.link_ids["Ada Archer"])
    screen.run()
    press(screen, "Unsync")
    assert "1 contact stopped syncing" in said(screen)
    press(screen, "Undo")
    assert "1 action undone" in said(screen)
    assert "Ada Archer" in synced()
    assert "Undo" not in labels(screen)


def test_an_action_is_undone_from_activity_and_then_no_more(practice: Practice) -> None:
    [issue] = issues.issue_ids(IssueFilter())
    issues.ignore(SYSTEM, [issue])
    [entry] = list_activity(ActivityFilter(action="issue.ignored")).rows
    screen = opened("eddie", "settings/activity.py", activity_what="Ignored a match issue")
    screen.session_state["table.chosen"] = {str(entry.id): entry.summary}
    screen.run()
    screen.button(key="activity.undo").click()
    screen.run()
    assert issues.issue_ids(IssueFilter()) == [issue]
    [entry] = list_activity(ActivityFilter(action="issue.ignored")).rows
    assert entry.undo == "done"
    assert "activity.undo" not in [button.key for button in screen.button]


def test_what_cannot_be_undone_any_more_says_why(practice: Practice) -> None:
    [issue] = issues.issue_ids(IssueFilter())
    issues.ignore(SYSTEM, [issue])
    [entry] = list_activity(ActivityFilter(action="issue.ignored")).rows
    issues.unignore(SYSTEM, [issue])
    screen = opened("eddie", "settings/activity.py")
    screen.session_state["table.chosen"] = {str(entry.id): entry.summary}
    screen.run()
    screen.button(key="activity.undo").click()
    screen.run()
    assert "It has been answered since" in said(screen).replace("\\", "")


def test_the_value_that_lost_is_listed_under_decided_and_restored(practice: Practice) -> None:
    [difference] = differences.list_differences().rows
    differences.choose(SYSTEM, [difference.difference_id], "xero")
    screen = opened("eddie", "xero/match_issues.py", tab="Differences", differences_state="Decided")
    assert not screen.exception
    screen.session_state["table.chosen"] = {decided.list_decided().rows[0].difference_id: "Dee"}
    screen.run()
    screen.button(key="bulk.Restore").click()
    screen.run()
    assert "1 value restored" in said(screen)
