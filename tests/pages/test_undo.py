"""The way back from each action: from the bar on top of the page, and from Activity."""

from unittest.mock import patch

from services import access, decided, differences, issue_queue, issues, links, undo
from services.access import SYSTEM
from services.activity import ActivityFilter, list_activity
from services.errors import Unavailable
from services.issues import IssueFilter
from tests.pages.support import Practice, labels, opened, press, said, synced, visit

STOP = ":material/sync_disabled: Stop Syncing Contact"


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


def test_after_what_cannot_be_undone_the_way_back_from_what_was_done_before_is_no_more_offered(
    practice: Practice,
) -> None:
    screen = opened("eddie", "xero/client_list.py")
    screen.session_state["table.picked"] = (STOP, practice.link_ids["Ada Archer"])
    screen.run()
    press(screen, "Unsync")
    press(visit(screen, "contacts/contact.py", id=practice.unlinked), "Create Contact")
    assert "Undo" in labels(screen)
    press(screen, "Send")
    assert "Undo" not in labels(screen)


def test_the_way_back_is_still_offered_after_a_reload_and_to_nobody_else(practice: Practice) -> None:
    eddie = access.find_principal("eddie")
    assert eddie is not None
    links.stop(eddie, [practice.link_ids["Ada Archer"]])
    assert "Undo" not in labels(opened("ada"))
    screen = opened("eddie")
    assert "Stopped syncing Ada Archer" in said(screen)
    press(screen, "Undo")
    assert "Ada Archer" in synced()


def test_after_a_reload_the_way_back_says_what_was_done_together(practice: Practice) -> None:
    eddie = access.find_principal("eddie")
    assert eddie is not None
    links.stop(eddie, [practice.link_ids["Dee *Differs*"], practice.link_ids["Ada Archer"]])
    assert "Stopped syncing Ada Archer, and 1 more done together." in said(opened("eddie"))


def test_the_way_back_stays_when_it_cannot_be_gone_just_now(practice: Practice) -> None:
    screen = opened("eddie", "xero/client_list.py")
    screen.session_state["table.picked"] = (STOP, practice.link_ids["Ada Archer"])
    screen.run()
    press(screen, "Unsync")
    with patch.object(undo, "undo_command", side_effect=Unavailable("Xero cannot answer now.")):
        press(screen, "Undo")
    assert "Xero cannot answer now" in said(screen)
    press(screen, "Undo")
    assert "Ada Archer" in synced()


def test_several_are_undone_from_activity_after_asking(practice: Practice) -> None:
    links.stop(SYSTEM, list(practice.link_ids.values()))
    entries = [entry for entry in list_activity(ActivityFilter(action="link.stopped")).rows if entry.undo == "can"]
    screen = opened("eddie", "settings/activity.py")
    screen.session_state["table.chosen"] = {str(entry.id): entry.summary for entry in entries}
    screen.run()
    press(screen, "Undo")
    assert "taken back on its own" in said(screen)
    assert synced() == []
    press(screen, f"Undo {len(entries)} actions")
    assert sorted(practice.link_ids) == sorted(set(synced()) & set(practice.link_ids))


def test_undo_is_offered_for_what_can_be_undone_and_says_what_stays(practice: Practice) -> None:
    links.stop(SYSTEM, list(practice.link_ids.values())[:2])
    listed = list_activity(ActivityFilter()).rows
    able, others = ([one for one in listed if (one.undo == "can") is can] for can in (True, False))
    screen = opened("eddie", "settings/activity.py")
    screen.session_state["table.chosen"] = {str(entry.id): entry.summary for entry in others[:3]}
    screen.run()
    assert "bulk.Undo" not in [button.key for button in screen.button]
    screen.session_state["table.chosen"] = {str(entry.id): entry.summary for entry in (*others[:3], *able)}
    screen.run()
    press(screen, "Undo")
    assert "3 actions** of those chosen cannot be undone" in said(screen)
    assert f"Undo {len(able)} actions" in [button.label for button in screen.button]


def test_an_action_is_undone_from_activity_and_then_no_more(practice: Practice) -> None:
    [issue] = issues.issue_ids(IssueFilter())
    issue_queue.ignore(SYSTEM, [issue])
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
    issue_queue.ignore(SYSTEM, [issue])
    [entry] = list_activity(ActivityFilter(action="issue.ignored")).rows
    issue_queue.unignore(SYSTEM, [issue])
    screen = opened("eddie", "settings/activity.py")
    screen.session_state["table.chosen"] = {str(entry.id): entry.summary}
    screen.run()
    screen.button(key="activity.undo").click()
    screen.run()
    assert "It is already asked about again" in said(screen).replace("\\", "")


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
