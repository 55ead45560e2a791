"""Every screen: that it opens, empty and full, for each role, and what only some roles are offered."""

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from services import connection, issue_queue, issues, sync
from services.access import SYSTEM
from services.contacts import ContactFilter, list_contacts
from services.issues import IssueFilter
from tests.pages.support import FOR_ADMINS, SCREENS, Practice, labels, opened, said
from tests.support.practice import add, delta_is_due
from tests.support.telling import a_connection
from tests.support.xero import Xero

ACTING = {
    "Add contact", "Import CSV", "Edit", "Archive", "Create Contact", "Stop Syncing Contact", "Stop Syncing Contacts",
    "Make two-way", "Confirm Match", "Create New Contact", "Ignore", "Re-match", "Use practice", "Use Xero",
    "Connect", "Disconnect", "Sync now", "Add user", "Undo", "Restore", "Let in", "Retry",
}  # fmt: skip


@pytest.mark.parametrize(("page", "title"), SCREENS.items())
def test_every_screen_opens_for_an_admin_with_nothing_in_the_database(people: None, page: str, title: str) -> None:
    screen = opened("ada", page)
    assert not screen.exception
    assert screen.title[0].value == title


@pytest.mark.parametrize("username", ["ada", "vera"])
def test_every_screen_opens_with_data(practice: Practice, username: str) -> None:
    for page in SCREENS:
        if username == "vera" and page in FOR_ADMINS:
            continue
        query = {"id": practice.synced} if page.endswith("/contact.py") else {}
        screen = opened(username, page, **query)
        assert not screen.exception, page
        assert not screen.error, page


def test_every_tab_of_resolve_match_issues_opens_and_offers_a_viewer_nothing_that_acts(practice: Practice) -> None:
    for tab in ("Match Issues", "Previously Synced", "Differences"):
        screen = opened("vera", "xero/match_issues.py", tab=tab)
        assert not screen.exception, tab
        assert not ACTING & set(labels(screen)), tab


def test_a_viewer_is_offered_nothing_that_acts(practice: Practice) -> None:
    for page in SCREENS:
        screen = opened("vera", page, id=practice.unlinked)
        assert not ACTING & set(labels(screen)), page


@pytest.mark.parametrize("page", FOR_ADMINS)
def test_settings_are_for_admins(people: None, page: str) -> None:
    screen = opened("eddie", page)
    assert "This page is for the role admin" in said(screen)
    assert [title.value for title in screen.title] == ["Not for your role"]


def test_an_empty_client_list_says_what_to_do(people: None) -> None:
    screen = opened("eddie", "xero/client_list.py")
    assert "Connect Xero first: an admin does that" in said(screen)


def test_a_new_practice_is_led_from_step_to_step(people: None) -> None:
    assert "Without them, every contact in Xero would be created here again" in said(opened("ada"))
    add("Ada Archer")
    screen = opened("ada")
    assert "1 contact here" in said(screen)
    assert "First steps" in said(screen)
    assert "Connect" in ways(screen)
    a_connection("Fern")
    assert "Set up" in ways(opened("ada"))
    assert "Set up" not in ways(opened("eddie"))


def ways(screen: AppTest) -> list[str]:
    """The labels of all links."""
    return [one.proto.label for one in screen.get("page_link")]


def test_the_first_steps_are_over_once_an_organisation_syncs(practice: Practice) -> None:
    assert "First steps" not in said(opened("ada"))


def test_who_has_synced_before_and_disconnected_is_not_led_through_the_first_steps_again(practice: Practice) -> None:
    connection.disconnect(SYSTEM, practice.connection_id)
    screen = opened("ada")
    assert "First steps" not in said(screen)
    assert "is disconnected, so nothing syncs." in said(screen)
    assert "Connect again" in [link.proto.label for link in screen.get("page_link")]


def test_connected_apps_names_the_settings_that_are_missing_and_the_address_to_register(people: None) -> None:
    screen = opened("ada", "settings/connected_apps.py")
    assert "`XERO_CLIENT_ID` and `XERO_CLIENT_SECRET`" in said(screen)
    assert [block.value for block in screen.code] == ["http://localhost:8501/oauth/callback"]


def test_a_contact_that_does_not_exist_is_a_sentence_with_a_way_back(people: None) -> None:
    screen = opened("vera", "contacts/contact.py", id="nonsense")
    assert "There is no such contact" in said(screen)


LISTS = {
    "contacts/contacts.py": ({},),
    "xero/client_list.py": ({},),
    "xero/clean_up.py": ({}, {"clean_up_side": "Xero"}),
    "xero/match_issues.py": tuple({"tab": tab} for tab in ("Match Issues", "Previously Synced", "Differences")),
    "xero/health.py": ({"health_tab": "In sync"}, {"health_tab": "Excluded"}),
    "settings/activity.py": ({},),
}
"""The pages with a list, with the queries that show each of them."""

OF_A_LAPTOP = 855
"""So many pixels a list has in a window of 1280, beside the menu of the pages and both scroll bars."""
TICKS = 33


def test_the_menu_of_a_row_is_in_sight_on_a_laptop_whatever_the_list(practice: Practice, xero: Xero) -> None:
    add("Twin", "ada@example.com")
    for number in range(2):
        xero.create(f"Twin {number}", "twins@example.com")
    xero.archive(xero.create("Never Here"))
    delta_is_due()
    sync.tick(practice.connection_id)
    for page, queries in LISTS.items():
        for query in queries:
            for username in ("ada", "vera"):
                [frame] = opened(username, page, **query).dataframe
                assert width(frame.proto) <= OF_A_LAPTOP, (page, query, username)


def test_the_menu_of_a_match_issue_is_in_sight_on_a_laptop_also_beside_notes_and_dates(practice: Practice) -> None:
    [issue] = issues.issue_ids(IssueFilter())
    issue_queue.set_note(SYSTEM, issue, "Ask the client's daughter, who keeps the books")
    for state in ("Open", "Deferred"):
        [frame] = opened("ada", "xero/match_issues.py", issues_state=state).dataframe
        assert list(frame.value["Note"]) == ["Ask the client's daughter, who keeps the books"]
        assert width(frame.proto) <= OF_A_LAPTOP, state
        issue_queue.defer(SYSTEM, [issue], "week")


def width(table: Any) -> int:
    """How wide a table wants to be."""
    columns = json.loads(table.columns)
    return TICKS * bool(table.selection_mode) + sum(column.get("width", 0) for column in columns.values())


@pytest.mark.parametrize("typed", ["²", "0", "-1", "99999999", "9" * 40, "\x00", "٣"])
def test_a_page_number_in_the_address_that_is_none_leads_to_a_page_that_there_is(
    practice: Practice, typed: str
) -> None:
    screen = opened("vera", "contacts/contacts.py", contacts_page=typed)
    assert not screen.exception
    assert len(screen.dataframe[0].value) == list_contacts(ContactFilter()).total
