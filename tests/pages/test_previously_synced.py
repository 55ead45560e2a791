"""Previously Synced: what drifted, Re-match, and what becomes of contacts that are archived or merged."""

from streamlit.testing.v1 import AppTest

from services import archive, links, previous, sync
from services.access import SYSTEM
from services.clients import ClientFilter, list_clients
from services.previous import PreviousFilter
from tests.pages.support import Practice, opened, press, said, synced
from tests.support.practice import edit
from tests.support.xero import Xero

PAGE = "xero/match_issues.py"
REMATCH = ":material/link: Re-match"


def test_previously_synced_shows_what_drifted(practice: Practice) -> None:
    [item] = previous.list_previous(PreviousFilter()).rows
    screen = opened("eddie", PAGE, tab="Previously Synced")
    screen.session_state["table.chosen"] = {item.link_id: item.xero_name}
    screen.run()
    assert "Drifted since: Stan Stopped" in said(screen)


def test_re_match_links_again(practice: Practice) -> None:
    [item] = previous.list_previous(PreviousFilter()).rows
    screen = opened("eddie", PAGE, tab="Previously Synced")
    screen.session_state["table.picked"] = (REMATCH, item.link_id)
    screen.run()
    assert "1 contact linked and syncing again" in said(screen)
    assert "Stan Stopped" in synced()


def test_re_match_that_finds_nothing_says_so_and_offers_candidates(practice: Practice) -> None:
    [item] = previous.list_previous(PreviousFilter()).rows
    edit(item.contact_id, email="elsewhere@example.com")
    screen = opened("eddie", PAGE, tab="Previously Synced")
    screen.session_state["table.picked"] = (REMATCH, item.link_id)
    screen.run()
    assert "No match was found" in said(screen)
    assert any("Stan Stopped" in option for option in screen.radio[0].options)
    press(screen, "Link")
    assert "Stan Stopped" in synced()


def re_matched_in_vain(practice: Practice) -> AppTest:
    """All contacts stopped and edited, so that Re-match of all of them finds nobody."""
    links.stop(SYSTEM, list(practice.link_ids.values()))
    items = previous.list_previous(PreviousFilter()).rows
    for item in items:
        edit(item.contact_id, email=f"elsewhere.{item.contact_name[:3].lower()}@example.com")
    screen = opened("eddie", PAGE, tab="Previously Synced")
    screen.session_state["table.chosen"] = {item.link_id: item.xero_name for item in items}
    return press(screen.run(), "Re-match")


def test_those_that_bulk_re_match_did_not_find_are_listed_and_settled_one_by_one(practice: Practice) -> None:
    screen = re_matched_in_vain(practice)
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
    assert previous.list_previous(PreviousFilter()).total == 0


def test_new_contacts_are_made_of_all_that_bulk_re_match_did_not_find(practice: Practice) -> None:
    screen = press(re_matched_in_vain(practice), "Create New Contact for all")
    assert "**3 new contacts** are made" in said(screen)
    press(screen, "Create New Contact")
    assert previous.list_previous(PreviousFilter()).total == 0


def test_a_contact_archived_here_is_archived_in_xero_after_asking(practice: Practice, xero: Xero) -> None:
    archive.archive_contact(SYSTEM, practice.synced)
    [item] = previous.list_previous(PreviousFilter(state="broken")).rows
    screen = opened("eddie", PAGE, tab="Previously Synced")
    screen.session_state["table.picked"] = (":material/archive: Archive in Xero", item.link_id)
    screen.run()
    assert "Only a person can restore it there" in said(screen)
    press(screen, "Archive in Xero")
    sync.tick(practice.connection_id)
    assert [found["ContactStatus"] for found in xero.contacts(name="Ada Archer")] == ["ARCHIVED"]


def test_a_contact_archived_here_and_kept_in_xero_is_asked_about_no_more(practice: Practice) -> None:
    archive.archive_contact(SYSTEM, practice.synced)
    [item] = previous.list_previous(PreviousFilter(state="broken")).rows
    screen = opened("eddie", PAGE, tab="Previously Synced")
    screen.session_state["table.picked"] = (":material/keep: Keep in Xero", item.link_id)
    screen.run()
    assert "1 contact kept in Xero" in said(screen)
    assert previous.list_previous(PreviousFilter(state="broken")).total == 0


def test_a_merged_contact_follows_its_survivor(practice: Practice, xero: Xero) -> None:
    [merged] = xero.contacts(name="Ada Archer")
    survivor = xero.create("Ada Archer and Sons", "ada@example.com", customer=False)
    xero.merge(merged["ContactID"], survivor)
    sync.tick(practice.connection_id)
    [item] = previous.list_previous(PreviousFilter(state="broken")).rows
    screen = opened("eddie", PAGE, tab="Previously Synced")
    screen.session_state["table.picked"] = (":material/merge: Link with the survivor", item.link_id)
    screen.run()
    assert "syncs with the survivor now" in said(screen)
    assert survivor in [row.xero_id for row in list_clients(ClientFilter()).rows]
    assert previous.list_previous(PreviousFilter(state="broken")).total == 0
