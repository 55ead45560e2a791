"""Previously Synced: each contact is offered what can work as it stands in Xero now."""

from services import links, sync
from services.access import SYSTEM
from services.clients import ClientFilter, list_clients
from services.links import PreviousFilter
from tests.pages.support import Practice, opened, press, said
from tests.support.practice import delta_is_due
from tests.support.xero import Xero

PAGE = "xero/match_issues.py"


def test_what_is_archived_in_xero_is_offered_what_can_work_there_and_nothing_else(
    practice: Practice, xero: Xero
) -> None:
    links.stop(SYSTEM, [practice.link_ids["Dee *Differs*"]])
    [found] = xero.contacts(name="Ada Archer")
    xero.archive(found["ContactID"])
    delta_is_due()
    sync.tick(practice.connection_id)
    screen = opened("eddie", PAGE, tab="Previously Synced", previous_state="Broken")
    [menu] = screen.dataframe[0].value[" "]
    assert [entry.partition(": ")[2] for entry in menu] == ["Restore in Xero", "Create again in Xero", "Open contact"]
    [item] = links.list_previous(PreviousFilter(state="broken")).rows
    screen.session_state["table.chosen"] = {item.link_id: item.xero_name}
    assert not {"Re-match", "Create New Contact"} & {one.label for one in screen.run().button}
    screen.session_state["table.picked"] = (menu[0], item.link_id)
    assert "only a person can restore it there. It then syncs again by itself." in said(screen.run())
    press(screen, "Close")
    screen.session_state["table.picked"] = (menu[1], item.link_id)
    press(screen.run(), "Send")
    sync.tick(practice.connection_id)
    assert "Ada Archer" in [item.name for item in list_clients(ClientFilter()).rows]
    both = opened("eddie", PAGE, tab="Previously Synced")
    assert list(both.dataframe[0].value["Contact in Xero"]) == ["Dee *Differs*", "Stan Stopped"]
    assert "bulk.Re-match" not in [one.key for one in both.button]
    both.session_state["table.chosen"] = {practice.link_ids["Dee *Differs*"]: "Dee *Differs*"}
    assert "bulk.Re-match" in [one.key for one in both.run().button]
