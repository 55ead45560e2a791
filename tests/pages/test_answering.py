"""Match issues: what is not certain is not linked by one press."""

from services import issues, sync
from services.clients import ClientFilter, list_clients
from services.issues import IssueFilter
from tests.pages.support import Practice, opened, press, said
from tests.support.practice import add, delta_is_due
from tests.support.xero import Xero

PAGE = "xero/match_issues.py"


def synced() -> list[str]:
    return [item.name for item in list_clients(ClientFilter()).rows]


def test_the_next_best_after_one_that_is_linked_is_confirmed_only_by_choice_and_after_asking(
    practice: Practice, xero: Xero
) -> None:
    xero.create("Ada Archer Jr", "ada@example.com")
    add("Archie Archer", "archie@example.com")
    delta_is_due()
    sync.tick(practice.connection_id)
    screen = opened("eddie", PAGE, issues_search="Ada Archer Jr")
    assert "The likeliest, **Ada Archer**, is linked with **Ada Archer** in Xero already" in said(screen)
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
    assert "dialog.act" not in [one.key for one in screen.button]
    press(screen, "Close")
    assert issues.issue_ids(IssueFilter()) == ids
