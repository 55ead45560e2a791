"""An empty list says why it is empty and what comes first, and nothing that is not so."""

import pytest

from services import connection, links, previous
from services.access import SYSTEM
from simulator.server import Running
from tests.pages.support import Practice, opened, press, said
from tests.support.practice import add
from tests.support.xero import connect

ISSUES = "xero/match_issues.py"
NOBODY = "nobody of this name"
BEFORE_THE_IMPORT = (
    ("xero/client_list.py", {}),
    (ISSUES, {"tab": "Match Issues"}),
    ("xero/health.py", {"health_tab": "Excluded"}),
)


@pytest.mark.parametrize(("page", "query"), BEFORE_THE_IMPORT)
def test_before_the_import_a_list_leads_to_it_and_claims_nothing_of_xero(
    people: None, simulator: Running, page: str, query: dict[str, str]
) -> None:
    connection_id = connect()
    screen = opened("ada", page, **query)
    assert "is connected, and nothing is imported from it yet." in said(screen)
    [way] = [link.proto for link in screen.get("page_link") if link.proto.label == "Set up and import"]
    assert way.query_string == f"id={connection_id}"
    assert "an admin sets it up" in said(opened("eddie", page, **query))


@pytest.mark.parametrize(("page", "query"), BEFORE_THE_IMPORT)
def test_who_has_disconnected_is_led_to_what_synced_and_back_to_xero(
    practice: Practice, page: str, query: dict[str, str]
) -> None:
    connection.disconnect(SYSTEM, practice.connection_id)
    screen = opened("ada", page, **query)
    told = said(screen)
    assert "is disconnected, so nothing syncs. What synced before is kept under Previously Synced." in told
    assert "Connect Xero first" not in told
    ways = {link.proto.label: link.proto.query_string for link in screen.get("page_link")}
    assert ways["Previously Synced"] == "tab=Previously+Synced"
    assert "Connect again" in ways
    assert "An admin can connect again in Settings, Connected Apps." in said(opened("eddie", page, **query))


def test_where_no_organisation_is_connected_a_contacts_page_leads_an_admin_to_connect_one(people: None) -> None:
    contact_id = add("Ada Archer")
    screen = opened("ada", "contacts/contact.py", id=contact_id)
    assert "No Xero organisation is connected." in said(screen)
    assert "Connect Xero" in [link.proto.label for link in screen.get("page_link")]
    assert "An admin connects one in Settings" in said(opened("eddie", "contacts/contact.py", id=contact_id))


def test_a_search_that_finds_nothing_does_not_say_that_nobody_is_in_sync(practice: Practice) -> None:
    screen = opened("vera", "xero/health.py", health_tab="In sync", health_search=NOBODY)
    assert "No contact matches these filters." in said(screen)
    assert "No contact here is in sync" not in said(screen)


@pytest.mark.parametrize(
    ("page", "query"),
    [
        ("contacts/contacts.py", {"contacts_search": NOBODY, "contacts_kind": "People", "contacts_archived": "true"}),
        ("xero/client_list.py", {"clients_search": NOBODY, "clients_state": "Failing", "clients_sort": "Name, Z to A"}),
        (ISSUES, {"tab": "Previously Synced", "previous_search": NOBODY, "previous_state": "Broken"}),
        (ISSUES, {"tab": "Differences", "differences_search": NOBODY}),
        ("xero/health.py", {"health_tab": "In sync", "health_search": NOBODY}),
        ("settings/activity.py", {"activity_search": NOBODY, "activity_days": "2020-01-01,2020-01-02"}),
    ],
)
def test_filters_that_nothing_matches_are_cleared_together(
    practice: Practice, page: str, query: dict[str, str]
) -> None:
    screen = opened("ada", page, **query)
    assert not screen.dataframe
    press(screen, "Clear filters")
    assert len(screen.dataframe[0].value)


def test_clearing_filters_keeps_the_order_and_which_issues_are_listed(practice: Practice) -> None:
    screen = opened("eddie", ISSUES, issues_search=NOBODY, issues_state="Ignored", issues_sort="Oldest")
    press(screen, "Clear filters")
    assert "Nothing is ignored." in said(screen)
    assert screen.selectbox(key="issues_sort").value == "created_at"


def test_once_all_are_linked_again_previously_synced_does_not_say_that_nothing_was_ever_stopped(
    practice: Practice,
) -> None:
    [link_id] = previous.previous_ids(previous.PreviousFilter())
    assert links.rematch(SYSTEM, [link_id])[0].linked
    screen = opened("vera", ISSUES, tab="Previously Synced")
    assert "Nothing is stopped." in said(screen)
    assert "ever" not in said(screen)
