"""Sync Health: what fails is tried again from here, and who takes no part is let in."""

from contextlib import suppress

from sqlmodel import update

from models.link import LinkRow
from services import archive, connection, create_one, differences, excluded, issue_queue, issues, sync, sync_states
from services.access import SYSTEM
from services.clients import ClientFilter, list_clients
from services.db import write
from services.errors import SyncError
from services.excluded import ExcludedFilter, list_excluded
from services.issues import IssueFilter
from tests.pages.support import Practice, labels, opened, press, said
from tests.support.practice import add, delta_is_due, edit
from tests.support.xero import Xero

PAGE, CLIENTS, CONTACT = "xero/health.py", "xero/client_list.py", "contacts/contact.py"


def test_a_contact_that_xero_refuses_is_listed_with_the_reason_and_tried_again(practice: Practice, xero: Xero) -> None:
    xero.create("Taken Name", "taken@example.com")
    edit(practice.synced, name="Taken Name")
    sync.tick(practice.connection_id)
    screen = opened("eddie", PAGE)
    [item] = list_clients(ClientFilter(sync_state="failing")).rows
    assert item.error
    screen.session_state["table.chosen"] = {item.link_id: item.name}
    screen.run()
    screen.button(key="bulk.Retry").click()
    screen.run()
    assert "1 contact retried" in said(screen)


def test_it_opens_where_something_is_and_where_one_has_chosen(practice: Practice) -> None:
    assert opened("vera", PAGE).session_state["health_tab"] == "In sync"
    edit(practice.synced, phone="+64 9 555 0199")
    screen = opened("vera", PAGE)
    assert screen.session_state["health_tab"] == "Waiting"
    sync.tick(practice.connection_id)
    assert screen.run().session_state["health_tab"] == "Waiting"
    assert "No contact here is failing" in said(opened("vera", PAGE, health_tab="Failing"))


def test_in_sync_says_that_nothing_waits_and_where_changes_stay_here(practice: Practice) -> None:
    with write() as session:
        session.execute(update(LinkRow).values(two_way=False))
    edit(practice.synced, phone="+64 9 555 0199")
    screen = opened("vera", PAGE, health_tab="In sync")
    assert list(screen.dataframe[0].value["What"]) == ["Nothing waits to be written; changes here stay here."]


def test_a_change_that_waits_says_what_for_and_is_not_in_sync(practice: Practice) -> None:
    edit(practice.synced, phone="+64 9 555 0199")
    waiting = opened("vera", PAGE, health_tab="Waiting")
    assert list(waiting.dataframe[0].value["What"]) == ["A change goes with the next sync."]
    assert "No contact here is in sync" in said(opened("vera", PAGE, health_tab="In sync"))


def test_why_a_change_takes_long_is_said_wherever_it_waits(practice: Practice, xero: Xero) -> None:
    assert "Why" not in opened("vera", CLIENTS).dataframe[0].value
    edit(practice.synced, phone="+64 9 555 0199")
    xero.fault(method="POST", path="/Contacts", action="status", status=503)
    with suppress(SyncError):
        sync.tick(practice.connection_id)
    [what] = opened("vera", PAGE, health_tab="Waiting").dataframe[0].value["What"]
    assert what.startswith("A change goes with the next sync. Not through yet: ")
    why = what.partition("Not through yet: ")[2]
    assert why in set(opened("vera", CLIENTS).dataframe[0].value["Why"])
    told = said(opened("vera", CONTACT, id=practice.synced)).replace("\\", "")
    assert f"Not through yet; the sync goes on trying. {why}" in told


def test_why_archiving_takes_long_is_said(practice: Practice, xero: Xero) -> None:
    archive.archive_contact(SYSTEM, practice.synced, in_xero=True)
    xero.fault(method="POST", path="/Contacts", action="status", status=503)
    with suppress(SyncError):
        sync.tick(practice.connection_id)
    assert "Not through yet; the sync goes on trying." in said(opened("vera", CONTACT, id=practice.synced))


def test_who_was_not_created_counts_as_failing_and_is_one_step_away(practice: Practice, xero: Xero) -> None:
    assert "No contact here is failing" in said(opened("vera", PAGE, health_tab="Failing"))
    xero.create("Not In Xero", "taken@example.com")
    create_one.create_in_xero(SYSTEM, practice.unlinked, practice.connection_id)
    sync.tick(practice.connection_id)
    counted = sync_states.count_states()
    assert (counted.failing, counted.not_created) == (1, 1)
    screen = opened("vera", PAGE)
    assert "**1 contact** was not created: Xero refused." in said(screen)
    assert "No contact here is failing" not in said(screen)
    [way] = [link.proto for link in screen.get("page_link") if link.proto.label == "Show them"]
    assert "contacts_linked=Refused+by+Xero" in way.query_string
    shown = opened("vera", "contacts/contact.py", id=practice.unlinked)
    assert "Xero has **Not In Xero** already, which waits in Resolve Match Issues." in said(shown)
    assert "Retry" not in labels(shown)
    assert press(shown, "Resolve").title[0].value == "Resolve Match Issues"


def test_who_differs_is_on_no_tab_and_one_step_away(practice: Practice) -> None:
    screen = opened("vera", PAGE)
    assert "**1 contact** is on none of these tabs: its two sides differ" in said(screen)
    [way] = [link.proto for link in screen.get("page_link") if link.proto.label == "Differences"]
    assert way.query_string == "tab=Differences"
    [one] = differences.list_differences().rows
    differences.choose(SYSTEM, [one.difference_id], "xero")
    assert "on none of these tabs" not in said(opened("vera", PAGE))


def test_every_tab_opens(practice: Practice) -> None:
    for tab in ("Failing", "Waiting", "In sync", "Kept apart", "Excluded"):
        screen = opened("vera", PAGE, health_tab=tab)
        assert not screen.exception, tab


def test_an_ignored_contact_is_excluded_and_let_in(practice: Practice) -> None:
    issue_queue.ignore(SYSTEM, issues.issue_ids(IssueFilter()))
    [item] = list_excluded(ExcludedFilter()).rows
    assert (item.name, item.reason_text) == ("Bob Brown", "Ignored by a person")
    screen = opened("eddie", PAGE, health_tab="Excluded")
    assert list(screen.dataframe[0].value["Xero"]) == [item.xero_url]
    screen.session_state["table.chosen"] = {item.key: item.name}
    screen.run()
    screen.button(key="bulk.Let in").click()
    screen.run()
    assert "**1 contact** would wait in Resolve Match Issues" in said(screen)
    assert list_excluded(ExcludedFilter()).total == 1
    press(screen, "Let in 1 contact")
    assert "1 contact let in" in said(screen)
    assert list_excluded(ExcludedFilter()).total == 0
    assert issues.list_issues(IssueFilter()).total == 1


def test_whoever_lets_contacts_in_sees_first_what_comes_of_it_and_can_take_it_back(
    practice: Practice, xero: Xero
) -> None:
    connection.save_setup(SYSTEM, practice.connection_id, connection.Setup("customers", False, "Client", "create"))
    add("Full Match", "full@example.com", "+64 9 555 0155")
    for name in ("Full Match", "New Nell"):
        xero.create(name, f"{name.split()[0].lower()}@example.com", customer=False, IsSupplier=True)
    xero.archive(xero.create("Old Client", "old@example.com"))
    delta_is_due()
    sync.tick(practice.connection_id)
    keys = excluded.excluded_ids(ExcludedFilter())
    screen = opened("eddie", PAGE, health_tab="Excluded")
    screen.session_state["table.chosen"] = dict.fromkeys(keys, "")
    screen.run()
    screen.button(key="bulk.Let in").click().run()
    told = said(screen)
    assert "**1 contact** would be linked" in told
    assert "**1 blank is filled in Xero**." in told
    assert "**1 contact** would be created here" in told
    assert "**1 contact** cannot be let in" in told
    press(screen, "Let in 2 contacts")
    assert list_excluded(ExcludedFilter()).total == 1
    press(screen, "Undo")
    assert list_excluded(ExcludedFilter()).total == 3
    sync.tick(practice.connection_id)
    assert list_clients(ClientFilter(search="Full")).total == 0


def test_archived_contacts_are_listed_but_only_xero_can_bring_them_back(practice: Practice, xero: Xero) -> None:
    xero.archive(xero.create("Old Client", "old@example.com"))
    sync.tick(practice.connection_id)
    [item] = list_excluded(ExcludedFilter(reason="archived")).rows
    [skipped] = excluded.let_in(SYSTEM, [item.key]).skipped
    assert skipped.reason == "It is archived in Xero. Restore it there, and it takes part again."
