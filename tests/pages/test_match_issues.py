"""Resolve Match Issues: answering questions, the ways back, and choosing sides."""

import re
from html import unescape

from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import TextInput

from services import archive, differences, issues, links, sync
from services.access import SYSTEM
from services.clients import ClientFilter, list_clients
from services.issues import IssueFilter
from services.links import PreviousFilter
from services.reconcile.contact import Field
from tests.pages.support import Practice, opened, press, said
from tests.support.practice import add, contact, edit, run_import
from tests.support.xero import Xero

PAGE = "xero/match_issues.py"
REMATCH = ":material/link: Re-match"


def compared(screen: AppTest) -> str:
    """What the comparison says, without its markup."""
    body = "".join(one.proto.body for one in screen.get("html"))
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", body)).split())


def synced() -> list[str]:
    return [item.name for item in list_clients(ClientFilter()).rows]


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


def test_those_that_bulk_re_match_did_not_find_are_listed_and_settled_one_by_one(practice: Practice) -> None:
    links.stop(SYSTEM, list(practice.link_ids.values()))
    items = links.list_previous(PreviousFilter()).rows
    for item in items:
        edit(item.contact_id, email=f"elsewhere.{item.contact_name[:3].lower()}@example.com")
    screen = opened("eddie", PAGE, tab="Previously Synced")
    screen.session_state["table.chosen"] = {item.link_id: item.xero_name for item in items}
    press(screen.run(), "Re-match")
    assert "**3 contacts** found no match" in said(screen)
    assert list(screen.dataframe[-1].value["Contact in Xero"]) == ["Ada Archer", r"Dee *Differs*", "Stan Stopped"]
    press(screen, "See candidates, one by one")
    assert "1 of 3 without a match" in said(screen)
    press(screen, "Link")
    assert "1 of 2 without a match" in said(screen)
    press(press(screen, "Next"), "Create New Contact")
    assert r"**Dee \*Differs\*** stays as it is" in said(screen)
    assert synced() == ["Ada Archer", "Stan Stopped"]
    press(screen, "Link")
    assert links.list_previous(PreviousFilter()).total == 0


def test_new_contacts_are_made_of_all_that_bulk_re_match_did_not_find(practice: Practice) -> None:
    links.stop(SYSTEM, list(practice.link_ids.values()))
    items = links.list_previous(PreviousFilter()).rows
    for item in items:
        edit(item.contact_id, email=f"elsewhere.{item.contact_name[:3].lower()}@example.com")
    screen = opened("eddie", PAGE, tab="Previously Synced")
    screen.session_state["table.chosen"] = {item.link_id: item.xero_name for item in items}
    press(press(screen.run(), "Re-match"), "Create New Contact for all")
    assert "**3 new contacts** are made" in said(screen)
    press(screen, "Create New Contact")
    assert links.list_previous(PreviousFilter()).total == 0


def test_a_difference_is_settled_by_choosing_a_side_after_saying_what_is_written_over_what(practice: Practice) -> None:
    [item] = differences.list_differences().rows
    screen = opened("eddie", PAGE, tab="Differences")
    screen.session_state["table.picked"] = (":material/cloud: Use Xero", item.difference_id)
    screen.run()
    assert "**1 field** takes the value from Xero, which is written to your contacts." in said(screen)
    assert f"Dee *Differs* Primary phone {item.xero} {item.practice}" in compared(screen)
    assert contact(item.contact_id).get(Field.PHONE) == item.practice
    press(screen, "Use Xero")
    assert "1 field taken from Xero" in said(screen)
    assert contact(item.contact_id).get(Field.PHONE) == item.xero


def test_choosing_for_several_says_what_is_written_over_what(practice: Practice) -> None:
    [item] = differences.list_differences().rows
    screen = opened("eddie", PAGE, tab="Differences")
    screen.session_state["table.chosen"] = {item.difference_id: item.name}
    screen.run()
    press(screen, "Use practice")
    assert "**1 field** takes the value from your contacts, which is written to Xero." in said(screen)
    assert f"Dee *Differs* Primary phone {item.practice} {item.xero}" in compared(screen)
    press(screen, "Use practice")
    assert differences.list_differences().total == 0


def test_one_ticked_difference_shows_its_values_whole(practice: Practice) -> None:
    [item] = differences.list_differences().rows
    screen = opened("eddie", PAGE, tab="Differences")
    screen.session_state["table.chosen"] = {item.difference_id: item.name}
    screen.run()
    assert [one.value for one in screen.text] == ["–", item.practice, item.xero]


def test_differences_are_filtered_by_field(practice: Practice) -> None:
    screen = opened("eddie", PAGE, tab="Differences", differences_field="Billing address")
    assert "No difference matches these filters." in said(screen)
    screen = opened("eddie", PAGE, tab="Differences", differences_field="Primary phone", differences_state="Decided")
    assert "No decided difference matches these filters." in said(screen)
    screen = opened("eddie", PAGE, tab="Differences", differences_field="Primary phone")
    assert list(screen.dataframe[0].value["Field"]) == ["Primary phone"]


def test_a_contact_archived_here_is_archived_in_xero_after_asking(practice: Practice, xero: Xero) -> None:
    archive.archive_contact(SYSTEM, practice.synced)
    [item] = links.list_previous(PreviousFilter(state="broken")).rows
    screen = opened("eddie", PAGE, tab="Previously Synced")
    screen.session_state["table.picked"] = (":material/archive: Archive in Xero", item.link_id)
    screen.run()
    assert "Only a person can restore it there" in said(screen)
    press(screen, "Archive in Xero")
    sync.tick(practice.connection_id)
    assert [found["ContactStatus"] for found in xero.contacts(name="Ada Archer")] == ["ARCHIVED"]


def test_a_contact_archived_here_and_kept_in_xero_is_asked_about_no_more(practice: Practice) -> None:
    archive.archive_contact(SYSTEM, practice.synced)
    [item] = links.list_previous(PreviousFilter(state="broken")).rows
    screen = opened("eddie", PAGE, tab="Previously Synced")
    screen.session_state["table.picked"] = (":material/keep: Keep in Xero", item.link_id)
    screen.run()
    assert "1 contact kept in Xero" in said(screen)
    assert links.list_previous(PreviousFilter(state="broken")).total == 0


def test_a_merged_contact_follows_its_survivor(practice: Practice, xero: Xero) -> None:
    [merged] = xero.contacts(name="Ada Archer")
    survivor = xero.create("Ada Archer and Sons", "ada@example.com", customer=False)
    xero.merge(merged["ContactID"], survivor)
    sync.tick(practice.connection_id)
    [item] = links.list_previous(PreviousFilter(state="broken")).rows
    screen = opened("eddie", PAGE, tab="Previously Synced")
    screen.session_state["table.picked"] = (":material/merge: Link with the survivor", item.link_id)
    screen.run()
    assert "syncs with the survivor now" in said(screen)
    assert survivor in [row.xero_id for row in list_clients(ClientFilter()).rows]
    assert links.list_previous(PreviousFilter(state="broken")).total == 0


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
    assert "- Bob Brown: It is not of the safest kind" in said(screen)
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


def note_of(screen: AppTest) -> TextInput:
    """Where the note on the open issue is written."""
    [note] = [one for one in screen.text_input if one.label == "Note"]
    return note


def ask_about(practice: Practice, xero: Xero, *names: str) -> None:
    """More match issues of the safest kind."""
    for name in names:
        add(name, f"{name.lower()}@example.com")
        xero.create(f"{name} Ltd", f"{name.lower()}@example.com")
    run_import(practice.connection_id)
