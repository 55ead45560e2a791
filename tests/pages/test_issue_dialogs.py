"""Before match issues are answered a dialog names them, and says who of them may be here already."""

import pytest
from streamlit.testing.v1 import AppTest

from services import issues, sync
from services.contacts import ContactFilter, list_contacts
from services.issues import IssueFilter
from tests.pages.support import Practice, opened, press, said
from tests.support.practice import add, delta_is_due
from tests.support.xero import Xero

PAGE = "xero/match_issues.py"


@pytest.fixture
def asked(practice: Practice, xero: Xero) -> dict[str, str]:
    """Issue id by name in Xero. Acme Ltd is here as Acme, Bob Brown as Robert Brown, Petra Pold not at all."""
    add("Acme", "acme@example.com")
    add("Nina Nord", "nina@example.com")
    xero.create("Acme Ltd", "acme@example.com")
    xero.create("Petra Pold", "nina@example.com")
    delta_is_due()
    sync.tick(practice.connection_id)
    return {item.xero_name: item.issue_id for item in issues.list_issues(IssueFilter()).rows}


def ticked(*ids: str) -> AppTest:
    """The page with these issues ticked whose names it was never told, as after an answer."""
    screen = opened("eddie", PAGE)
    screen.session_state["table.chosen"] = dict.fromkeys(ids, "")
    return screen.run()


def names() -> list[str]:
    return [item.name for item in list_contacts(ContactFilter()).rows]


@pytest.mark.parametrize("button", ["Defer", "Create New Contact"])
def test_what_is_ticked_by_itself_is_named_as_well(asked: dict[str, str], button: str) -> None:
    screen = ticked(asked["Acme Ltd"])
    screen.button(key=f"bulk.{button}.{asked['Acme Ltd']}").click().run()
    assert "- Acme Ltd" in said(screen)
    assert "other" not in said(screen).partition("- Acme Ltd")[2].partition("\n\n")[0]


def test_ignoring_several_says_first_what_it_does_and_whom_they_look_like(asked: dict[str, str]) -> None:
    screen = ticked(*asked.values())
    screen.button(key="bulk.Ignore").click().run()
    assert "**3 contacts** in Xero are left out of the sync" in said(screen)
    assert "- Acme Ltd\n- Bob Brown\n- Petra Pold" in said(screen)
    assert "**2 of them** may be a contact that is here already" in said(screen)
    assert list(screen.dataframe[-1].value["Your contact"]) == ["Acme", "Robert Brown"]
    assert issues.list_issues(IssueFilter()).total == 3
    press(screen, "Ignore 3 contacts")
    assert issues.list_issues(IssueFilter(state="ignored")).total == 3


def test_where_all_of_them_look_like_a_contact_that_is_here_it_says_all(asked: dict[str, str]) -> None:
    screen = ticked(asked["Acme Ltd"], asked["Bob Brown"])
    screen.button(key="bulk.Ignore").click().run()
    assert "**Both of them** may be a contact that is here already" in said(screen)


def test_making_one_anew_says_whom_it_looks_like(asked: dict[str, str]) -> None:
    screen = press(ticked(asked["Acme Ltd"]), "Create New Contact")
    assert "It looks like your **Acme**, which is here already" in said(screen)
    screen = press(ticked(asked["Petra Pold"]), "Create New Contact")
    assert "It looks like" not in said(screen)


def test_of_several_only_those_can_be_made_anew_that_look_like_nobody_here(asked: dict[str, str]) -> None:
    screen = ticked(*asked.values())
    screen.button(key="bulk.Create New Contact").click().run()
    assert "**3 new contacts** are made" in said(screen)
    assert "**2 of them** may be a contact that is here already" in said(screen)
    press(screen, "Only the other one")
    assert "A new contact is made from Xero's data and linked:\n\n- Petra Pold" in said(screen)
    assert "here already" not in said(screen)
    press(screen, "Create New Contact")
    assert "Petra Pold" in names()
    assert not {"Acme Ltd", "Bob Brown"} & set(names())
    assert list(screen.session_state["table.chosen"]) == [asked["Acme Ltd"], asked["Bob Brown"]]
