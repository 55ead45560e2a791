"""A page that is opened by a link believes its address from the start."""

import pytest
from streamlit.testing.v1 import AppTest

from services import issue_queue, issues
from services.access import SYSTEM
from services.issues import IssueFilter
from tests.pages.support import Practice, opened, press, said
from tests.support.practice import add, run_import
from tests.support.xero import Xero

ISSUES = "xero/match_issues.py"


def reasons(screen: AppTest) -> list[str]:
    """The buttons that show the issues with one reason alone."""
    return [str(button.key) for button in screen.button if str(button.key).startswith("issues.only.")]


def test_the_reasons_counted_are_those_of_the_state_that_the_address_names(practice: Practice, xero: Xero) -> None:
    add("Carla Cole", "carla@example.com")
    xero.create("Carla Cole", "cole@example.com")
    run_import(practice.connection_id)
    assert reasons(opened("eddie", ISSUES))
    assert not reasons(opened("eddie", ISSUES, issues_state="Ignored"))


def test_a_view_of_the_safest_shows_no_others_once_none_is_left(practice: Practice, xero: Xero) -> None:
    add("Acme", "acme@example.com")
    xero.create("Acme Ltd", "acme@example.com")
    run_import(practice.connection_id)
    screen = opened("eddie", ISSUES, issues_reason=issues.SAFE_WORDS)
    assert len(screen.dataframe[0].value) == 1
    issue_queue.ignore(SYSTEM, issues.issue_ids(IssueFilter(reason=issues.SAFE)))
    press(screen.run(), "Close")
    assert "No match issue matches these filters." in said(screen)
    assert "No match issue matches these filters." in said(opened("eddie", ISSUES, issues_reason=issues.SAFE_WORDS))


@pytest.mark.parametrize("area", ["contacts", "clients"])
def test_a_view_of_a_contact_type_that_nobody_has_any_more_shows_no_others(practice: Practice, area: str) -> None:
    page = {"contacts": "contacts/contacts.py", "clients": "xero/client_list.py"}[area]
    screen = opened("vera", page, **{f"{area}_type": "Prospect"})
    assert screen.selectbox(key=f"{area}_type").value == "Prospect"
    assert "matches these filters." in said(screen)
    assert "matches these filters." in said(screen.run())
