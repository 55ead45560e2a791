"""A contact's page leads back to the list it was opened from, as that was left."""

from urllib.parse import parse_qs

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.support import Practice, opened, visit

CONTACT, ISSUES = "contacts/contact.py", "xero/match_issues.py"


def way_back(screen: AppTest) -> tuple[str, dict[str, list[str]]]:
    """The label and the query of the link with the arrow back."""
    [way] = [one.proto for one in screen.get("page_link") if one.proto.icon == ":material/arrow_back:"]
    return way.label, parse_qs(way.query_string)


@pytest.mark.parametrize(
    ("page", "query", "name"),
    [
        ("xero/client_list.py", {"clients_search": "Ada"}, "Client List"),
        ("xero/health.py", {"health_tab": "In sync"}, "Sync Health"),
        ("settings/activity.py", {}, "Activity"),
        (ISSUES, {}, "Match Issues"),
        (ISSUES, {"tab": "Previously Synced"}, "Previously Synced"),
        (ISSUES, {"tab": "[no](http://tab)"}, "Match Issues"),
    ],
)
def test_it_leads_back_to_the_list_as_it_was(practice: Practice, page: str, query: dict[str, str], name: str) -> None:
    screen = visit(opened("vera", page, **query), CONTACT, id=practice.synced)
    label, kept = way_back(screen)
    assert label == name
    assert query.items() <= {key: value for key, [value] in kept.items()}.items()
    assert way_back(visit(screen, CONTACT, id=practice.unlinked))[0] == name


def test_a_contact_opened_by_its_address_leads_to_contacts(practice: Practice) -> None:
    assert way_back(opened("vera", CONTACT, id=practice.synced)) == ("Contacts", {})
    assert way_back(opened("vera", CONTACT, id="nobody"))[0] == "Contacts"
