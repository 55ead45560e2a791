"""Match issues: what is not certain is not linked by one press, nor another issue than the one that was drawn."""

import pytest
from streamlit.testing.v1 import AppTest

from pages.components import table
from services import contacts, issue_answers, issue_queue, issues, sync
from services.access import SYSTEM
from services.contacts import ContactFilter
from services.issues import IssueFilter
from services.steps import suggesting
from tests.pages.support import Practice, labels, opened, press, said, synced
from tests.support.practice import add, delta_is_due, edit, run_import
from tests.support.xero import Xero

PAGE = "xero/match_issues.py"


def test_the_next_best_after_one_that_is_linked_is_confirmed_only_by_choice_and_after_asking(
    practice: Practice, xero: Xero
) -> None:
    xero.create("Ada Archer Jr", "ada@example.com")
    add("Archie Archer", "archie@example.com")
    delta_is_due()
    sync.tick(practice.connection_id)
    screen = opened("eddie", PAGE, issues_search="Ada Archer Jr")
    assert "The most likely contact, **Ada Archer**, is linked with **Ada Archer** in Xero already" in said(screen)
    assert screen.radio[0].value is None
    [confirm] = [one for one in screen.button if one.label == "Confirm Match"]
    assert confirm.disabled
    [another] = [one for one in screen.text_input if one.label == "Look for another contact"]
    another.set_value("Archie").run()
    assert screen.radio[0].value is None
    [stranger] = [one for one in screen.radio[0].options if "Archie Archer" in one]
    screen.radio[0].set_value(stranger).run()
    press(screen, "Confirm Match")
    assert "It is not certain that **Ada Archer Jr** in Xero is your **Archie Archer**" in said(screen)
    assert "Archie Archer" not in synced()
    press(screen, "Link them all the same")
    assert "Ada Archer Jr is linked with **Archie Archer**." in said(screen)
    assert "Archie Archer" in synced()


def test_where_none_is_of_the_safest_kind_there_is_nothing_to_confirm(practice: Practice, xero: Xero) -> None:
    add("Nina Nord", "nina@example.com")
    xero.create("Petra Pold", "nina@example.com")
    delta_is_due()
    sync.tick(practice.connection_id)
    ids = issues.issue_ids(IssueFilter())
    screen = opened("eddie", PAGE)
    screen.session_state["table.chosen"] = dict.fromkeys(ids, "")
    screen.run()
    screen.button(key="bulk.Confirm Match").click().run()
    assert "Only the safest kind is confirmed together" in said(screen)
    assert "**2 left out**, and not changed" in said(screen)
    assert "- 2 contacts, each for the same reason: It is not among the safest" in said(screen).replace("\\", "")
    assert "dialog.act" not in [one.key for one in screen.button]
    press(screen, "Close")
    assert issues.issue_ids(IssueFilter()) == ids


ANSWERS = {"Confirm Match", "Create New Contact", "Defer", "Ignore"}


@pytest.fixture
def three(practice: Practice, xero: Xero) -> list[str]:
    """The ids of three issues: Acme Ltd, Bob Brown and Zeta Ltd."""
    for name in ("Acme", "Zeta"):
        add(name, f"{name.lower()}@example.com")
        xero.create(f"{name} Ltd", f"{name.lower()}@example.com")
    run_import(practice.connection_id)
    return issues.issue_ids(IssueFilter())


def head(screen: AppTest) -> str:
    """What the open issue is about."""
    return next(one.proto.body for one in screen.get("html") if 'class="head"' in one.proto.body)


@pytest.mark.parametrize("ticked", [False, True])
def test_the_open_issue_stays_when_another_person_answers_it_and_says_who_did(three: list[str], ticked: bool) -> None:
    screen = opened("eddie", PAGE)
    if ticked:
        screen.session_state["table.chosen"] = {three[0]: "Acme Ltd"}
    screen.run()
    assert "Acme Ltd" in head(screen)
    press(opened("ada", PAGE), "Ignore")
    screen.run()
    assert "Acme Ltd" in head(screen)
    assert "**ada** answered it just now: Ignored Acme Ltd." in said(screen)
    assert not [one for one in screen.button if one.label in ANSWERS and one.key.startswith("issue.")]
    press(screen, "Next")
    assert "Bob Brown" in head(screen)
    assert "Confirm Match" in labels(screen)


def test_a_press_that_comes_after_another_persons_answer_links_nobody(three: list[str]) -> None:
    screen = opened("eddie", PAGE)
    before = synced()
    issue_queue.ignore(SYSTEM, three[:1])
    press(screen, "Confirm Match")
    assert "It has been answered in the meantime" in said(screen)
    assert "Acme Ltd" in head(screen)
    assert synced() == before


def test_a_press_that_comes_before_another_choice_is_drawn_links_nobody(practice: Practice) -> None:
    add("Brown, Bob", "rob@example.com")
    suggesting.suggest(practice.connection_id)
    screen = opened("eddie", PAGE)
    before, whom = synced(), screen.radio[0]
    whom.set_value(whom.options[1 - (whom.index or 0)])
    press(screen, "Confirm Match")
    assert "Your last choice was not shown yet" in said(screen)
    assert synced() == before
    [stays] = [one for one in screen.get("button_group") if one.label == "Contact name: which stays?"]
    stays.set_value("xero")
    press(screen, "Confirm Match")
    assert "Your last choice was not shown yet" in said(screen)
    assert synced() == before


def test_the_last_issue_of_all_stays_as_well_when_another_person_answers_it(practice: Practice) -> None:
    screen = opened("eddie", PAGE)
    issue_answers.create_contact(SYSTEM, issues.issue_ids(IssueFilter()))
    screen.run()
    assert "Bob Brown" in head(screen)
    assert "**The sync** answered it just now: Created Bob Brown from Xero and linked it." in said(screen)
    press(screen, "Close")
    assert "No match issues." in said(screen)


def test_an_issue_that_is_asked_again_can_be_answered_again(three: list[str]) -> None:
    screen = opened("eddie", PAGE)
    issue_queue.ignore(SYSTEM, three[:1])
    screen.run()
    issue_queue.unignore(SYSTEM, three[:1])
    press(screen.run(), "Confirm Match")
    assert "Acme Ltd is linked with **Acme**." in said(screen)


def test_the_open_issue_stays_when_its_person_answers_another_one(three: list[str]) -> None:
    screen = opened("eddie", PAGE)
    screen.session_state["table.picked"] = (":material/visibility_off: Ignore", three[1])
    screen.run()
    assert "Acme Ltd" in head(screen)
    press(screen, "Ignore")
    assert "Zeta Ltd" in head(screen)


def test_an_answer_leads_on_to_the_next_page_of_a_list_of_several(
    three: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(table.SIZES, "issues", 2)
    screen = opened("eddie", PAGE)
    for name, answer in (
        ("Acme Ltd", "Next"),
        ("Bob Brown", "Next"),
        ("Zeta Ltd", "Previous"),
        ("Bob Brown", "Ignore"),
    ):
        assert name in head(screen)
        press(screen, answer)
    assert not screen.exception
    assert "Zeta Ltd" in head(screen)
    press(screen, "Ignore")
    assert not screen.exception
    assert "Acme Ltd" in head(screen)


def test_the_chosen_candidate_stays_chosen_whatever_others_change(practice: Practice) -> None:
    screen = opened("eddie", PAGE)
    chosen = screen.radio[0].value
    add("Brown, Bob", "rob@example.com")
    edit(contacts.list_contacts(ContactFilter(search="Robert Brown")).rows[0].id, email="r@example.com")
    suggesting.suggest(practice.connection_id)
    screen.run()
    assert [one.partition(" ")[0] for one in screen.radio[0].options] == ["Brown,", "Robert"]
    assert screen.radio[0].value == chosen


def test_a_second_press_of_the_bar_does_not_reach_the_issue_that_opened_after_the_first(three: list[str]) -> None:
    screen = opened("eddie", PAGE)
    screen.session_state["table.chosen"] = {three[0]: "Acme Ltd"}
    ignore = next(one for one in screen.run().button if (one.key or "").startswith("bulk.Ignore"))
    ignore.click().run()
    assert "Bob Brown" in head(screen)
    assert ignore.key not in [one.key for one in screen.button]
