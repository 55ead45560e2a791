"""A page that is opened by a link believes its address from the start."""

from streamlit.testing.v1 import AppTest

from tests.pages.support import Practice, opened
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
