"""Resolve Match Issues: answering questions, the ways back, and choosing sides."""

from services import differences, issues
from services.issues import IssueFilter
from services.reconcile.contact import Field
from tests.pages.support import Practice, compared, note_of, opened, press, said, synced
from tests.support.practice import add, run_import
from tests.support.xero import Xero

PAGE = "xero/match_issues.py"


def test_confirm_match_shows_what_differs_and_links(practice: Practice) -> None:
    [issue] = issues.list_issues(IssueFilter()).rows
    screen = opened("eddie", PAGE)
    screen.session_state["table.chosen"] = {issue.issue_id: issue.xero_name}
    screen.run()
    assert "Contact name differs" in compared(screen)
    press(screen, "Confirm Match")
    assert "Bob Brown is linked with **Robert Brown**." in said(screen)
    assert "Robert Brown" in synced()


def test_a_side_is_shown_as_it_is_and_a_blank_one_is_no_difference(practice: Practice, xero: Xero) -> None:
    add("Cedar Electrical", "cedar@example.com", "+64 9 555 0177")
    xero.create("Cedar Electrical Limited", "cedar@example.com")
    run_import(practice.connection_id)
    said_of_phone = compared(opened("eddie", PAGE, issues_search="Cedar")).partition("Primary phone ")[2]
    assert said_of_phone.startswith("blank in Xero – +64 9 555 0177 In Xero: +64 9 555 0177 ")


def test_the_frequent_reason_that_is_chosen_stands_out_and_shows_all_again(practice: Practice, xero: Xero) -> None:
    add("Cedar Electrical", "cedar@example.com")
    xero.create("Cedar Electrical Limited", "cedar@example.com")
    run_import(practice.connection_id)
    screen = opened("eddie", PAGE)
    reasons = [one.label for one in screen.button if one.label.endswith(": 1")]
    assert len(reasons) == 2
    press(screen, reasons[0])
    looks = {one.label: one.proto.type for one in screen.button if one.label in reasons}
    assert looks == {reasons[0]: "secondary", reasons[1]: "tertiary"}
    assert {one.proto.type for one in press(screen, reasons[0]).button if one.label in reasons} == {"tertiary"}


def test_create_new_contact_asks_first(practice: Practice) -> None:
    [issue] = issues.list_issues(IssueFilter()).rows
    screen = opened("eddie", PAGE)
    screen.session_state["table.chosen"] = {issue.issue_id: issue.xero_name}
    screen.run()
    press(screen, "Create New Contact")
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


def test_fields_are_decided_with_the_match_and_shown_beforehand(practice: Practice) -> None:
    [issue] = issues.list_issues(IssueFilter()).rows
    screen = opened("eddie", PAGE)
    assert "Resolving 1 of 1" in said(screen)
    [choice] = [one for one in screen.get("button_group") if one.label == "Contact name: which stays?"]
    choice.set_value("xero").run()
    assert "Xero's value stays." in compared(screen)
    assert "Bob Brown Robert Brown Yours: Bob Brown Xero's value stays." in compared(screen)
    press(screen, "Confirm Match")
    assert "Bob Brown" in synced()
    assert [item.field for item in differences.list_differences().rows] == [Field.PHONE]
    press(screen, "Undo")
    assert [item.issue_id for item in issues.list_issues(IssueFilter()).rows] == [issue.issue_id]
    assert "Robert Brown" not in synced()


def test_the_safest_are_confirmed_together_after_saying_which(practice: Practice, xero: Xero) -> None:
    ask_about(practice, xero, "Acme", "Zeta")
    ids = issues.issue_ids(IssueFilter())
    screen = opened("eddie", PAGE)
    screen.session_state["table.chosen"] = dict.fromkeys(ids, "")
    screen.run()
    screen.button(key="bulk.Confirm Match").click().run()
    pairs = screen.dataframe[-1].value
    assert (list(pairs["Contact in Xero"]), list(pairs["Your contact"])) == (["Acme Ltd", "Zeta Ltd"], ["Acme", "Zeta"])
    assert "- Bob Brown: It is not among the safest to confirm together" in said(screen)
    [choice] = [one for one in screen.get("button_group") if one.label == "Where names differ: which stays?"]
    choice.set_value("xero").run()
    press(screen, "Confirm Match")
    assert "2 contacts linked" in said(screen)
    assert {"Acme Ltd", "Zeta Ltd"} <= set(synced())
    assert Field.NAME not in [item.field for item in differences.list_differences().rows]


def test_after_an_answer_the_next_issue_opens_and_one_can_go_back(practice: Practice, xero: Xero) -> None:
    ask_about(practice, xero, "Acme", "Zeta")
    screen = opened("eddie", PAGE)
    assert "Resolving 1 of 3" in said(screen)
    press(screen, "Next")
    assert "Resolving 2 of 3" in said(screen)
    press(screen, "Ignore")
    assert "Resolving 2 of 2" in said(screen)
    assert compared(screen).startswith("Zeta Ltd")
    press(screen, "Previous")
    assert "Resolving 1 of 2" in said(screen)


def test_an_issue_is_put_off_and_brought_back_with_its_note(practice: Practice) -> None:
    screen = opened("eddie", PAGE)
    note_of(screen).input("Called him").run()
    press(screen, "Undo")
    assert note_of(screen).value == ""
    note_of(screen).input("Called her").run()
    press(screen, "Defer")
    press(screen, "Defer")
    assert "No match issues" in said(screen)
    press(screen, "Undo")
    assert issues.list_issues(IssueFilter()).total == 1
    press(screen, "Defer")
    press(screen, "Defer")
    deferred = opened("eddie", PAGE, issues_state="Deferred")
    assert list(deferred.dataframe[0].value["Note"]) == ["Called her"]
    press(deferred, "Bring back")
    assert [item.note for item in issues.list_issues(IssueFilter()).rows] == ["Called her"]


def ask_about(practice: Practice, xero: Xero, *names: str) -> None:
    """More match issues of the safest kind."""
    for name in names:
        add(name, f"{name.lower()}@example.com")
        xero.create(f"{name} Ltd", f"{name.lower()}@example.com")
    run_import(practice.connection_id)
