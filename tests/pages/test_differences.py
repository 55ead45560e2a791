"""The Differences tab: values side by side, chosen one by one or for several."""

from sqlmodel import select

from models.difference import DifferenceRow
from services import differences
from services.access import SYSTEM
from services.db import write
from services.reconcile.contact import Field
from tests.pages.support import Practice, compared, labels, opened, press, said
from tests.support.practice import contact

PAGE = "xero/match_issues.py"


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
    assert [one.value for one in screen.text] == ["Never", item.practice, item.xero]


def test_where_the_sides_never_agreed_the_list_says_so(practice: Practice) -> None:
    screen = opened("eddie", PAGE, tab="Differences")
    assert list(screen.dataframe[0].value["Last agreed"]) == ["Never"]


def test_a_blank_that_both_sides_agreed_on_is_not_called_never(practice: Practice) -> None:
    with write() as session:
        row = session.exec(select(DifferenceRow)).one()
        row.values = {**row.values, "base": ""}
    screen = opened("eddie", PAGE, tab="Differences")
    assert list(screen.dataframe[0].value["Last agreed"]) == [""]


def test_differences_are_filtered_by_field(practice: Practice) -> None:
    screen = opened("eddie", PAGE, tab="Differences", differences_field="Billing address")
    assert "No difference matches these filters." in said(screen)
    screen = opened("eddie", PAGE, tab="Differences", differences_field="Primary phone", differences_state="Decided")
    assert "No decided difference matches these filters." in said(screen)
    screen = opened("eddie", PAGE, tab="Differences", differences_field="Primary phone")
    assert list(screen.dataframe[0].value["Field"]) == ["Primary phone"]


def test_of_the_decided_ones_only_those_on_the_page_are_offered_to_be_ticked_together(practice: Practice) -> None:
    [item] = differences.list_differences().rows
    differences.choose(SYSTEM, [item.difference_id], "xero")
    screen = opened("eddie", PAGE, tab="Differences", differences_state="Decided")
    screen.session_state["table.chosen"] = {"on another page": "Dee"}
    assert "Select all 1 decision on this page" in labels(screen.run())
