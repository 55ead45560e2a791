"""Resolve Match Issues: answering questions, the ways back, and choosing sides."""

from services import differences, issues, links
from services.clients import ClientFilter, list_clients
from services.issues import IssueFilter
from services.links import PreviousFilter
from services.reconcile.contact import Field
from tests.pages.support import Practice, opened, press, said
from tests.support.practice import contact, edit

PAGE = "xero/match_issues.py"
REMATCH = ":material/link: Re-match"


def synced() -> list[str]:
    return [item.name for item in list_clients(ClientFilter()).rows]


def test_confirm_match_shows_what_differs_and_links(practice: Practice) -> None:
    [issue] = issues.list_issues(IssueFilter()).rows
    screen = opened("eddie", PAGE)
    screen.session_state["table.chosen"] = {issue.issue_id: issue.xero_name}
    screen.run()
    assert "Contact name]] :orange-badge[differs]" in said(screen)
    press(screen, "Confirm Match")
    assert "Bob Brown is linked" in said(screen)
    assert "Robert Brown" in synced()


def test_create_new_contact_asks_first(practice: Practice) -> None:
    [issue] = issues.list_issues(IssueFilter()).rows
    screen = opened("eddie", PAGE)
    screen.session_state["table.chosen"] = {issue.issue_id: issue.xero_name}
    screen.run()
    screen.button(key="bulk.Create New Contact").click()
    screen.run()
    assert "A new contact is made from Xero's data and linked" in said(screen)
    press(screen, "Create New Contact")
    assert "Bob Brown" in synced()


def test_an_ignored_issue_leaves_the_list_and_can_come_back(practice: Practice) -> None:
    [issue] = issues.list_issues(IssueFilter()).rows
    screen = opened("eddie", PAGE)
    screen.session_state["table.picked"] = (":material/visibility_off: Ignore", issue.issue_id)
    screen.run()
    assert "No match issues" in said(screen)
    ignored = opened("eddie", PAGE, issues_state="Ignored")
    ignored.session_state["table.picked"] = (":material/visibility: Stop ignoring", issue.issue_id)
    ignored.run()
    assert issues.list_issues(IssueFilter()).total == 1


def test_previously_synced_shows_what_drifted(practice: Practice) -> None:
    [item] = links.list_previous(PreviousFilter()).rows
    screen = opened("eddie", PAGE, tab="Previously Synced")
    screen.session_state["table.chosen"] = {item.link_id: item.xero_name}
    screen.run()
    assert "Drifted since: Stan Stopped" in said(screen)


def test_re_match_links_again(practice: Practice) -> None:
    [item] = links.list_previous(PreviousFilter()).rows
    screen = opened("eddie", PAGE, tab="Previously Synced")
    screen.session_state["table.picked"] = (REMATCH, item.link_id)
    screen.run()
    assert "1 contact linked and syncing again" in said(screen)
    assert "Stan Stopped" in synced()


def test_re_match_that_finds_nothing_says_so_and_offers_candidates(practice: Practice) -> None:
    [item] = links.list_previous(PreviousFilter()).rows
    edit(item.contact_id, email="elsewhere@example.com")
    screen = opened("eddie", PAGE, tab="Previously Synced")
    screen.session_state["table.picked"] = (REMATCH, item.link_id)
    screen.run()
    assert "No match was found" in said(screen)
    assert any("Stan Stopped" in option for option in screen.radio[0].options)
    press(screen, "Link")
    assert "Stan Stopped" in synced()


def test_a_difference_is_settled_by_choosing_a_side(practice: Practice) -> None:
    [item] = differences.list_differences().rows
    screen = opened("eddie", PAGE, tab="Differences")
    screen.session_state["table.picked"] = (":material/cloud: Use Xero", item.difference_id)
    screen.run()
    assert "1 field taken from Xero" in said(screen)
    assert contact(item.contact_id).get(Field.PHONE) == item.xero


def test_choosing_for_several_asks_first(practice: Practice) -> None:
    [item] = differences.list_differences().rows
    screen = opened("eddie", PAGE, tab="Differences")
    screen.session_state["table.chosen"] = {item.difference_id: item.name}
    screen.run()
    press(screen, "Use practice")
    assert "the value in Xero is overwritten" in said(screen)
    press(screen, "Use practice")
    assert differences.list_differences().total == 0
