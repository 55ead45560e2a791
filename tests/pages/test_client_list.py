"""The Client List: stopping contacts, one or many, and that the right ones are meant."""

from contextlib import suppress

from sqlalchemy import update
from sqlmodel import col
from streamlit.testing.v1 import AppTest

from models.link import LinkRow
from models.xero_contact import XeroContactRow
from services import connection, imports, links, policies, previous, sync, worker
from services.access import SYSTEM
from services.db import write
from services.errors import ContactSyncError
from services.policies import FieldPolicy, SyncPolicies
from services.previous import PreviousFilter
from services.reconcile.contact import Field
from services.reconcile.policy import Way
from tests.pages.support import Practice, labels, opened, press, said, synced
from tests.support.practice import edit, retry_now, run_import, tick
from tests.support.xero import Xero

PAGE = "xero/client_list.py"
STOP = ":material/sync_disabled: Stop Syncing Contact"
OPEN_XERO = ":material/open_in_new: Open in Xero"


def test_the_row_menu_stops_a_contact_after_saying_what_happens(practice: Practice) -> None:
    screen = opened("eddie", PAGE)
    screen.session_state["table.picked"] = (STOP, practice.link_ids["Dee *Differs*"])
    screen.run()
    assert "**1 contact** stops syncing" in said(screen)
    assert r"Dee \*Differs\*" in said(screen)
    assert "nothing is deleted on either side" in said(screen)
    press(screen, "Unsync")
    assert synced() == ["Ada Archer"]
    assert [item.contact_name for item in previous.list_previous(PreviousFilter()).rows] == [
        "Dee *Differs*",
        "Stan Stopped",
    ]


def test_cancel_stops_nothing(practice: Practice) -> None:
    screen = opened("eddie", PAGE)
    screen.session_state["table.picked"] = (STOP, practice.link_ids["Ada Archer"])
    screen.run()
    press(screen, "Cancel")
    assert "Unsync" not in labels(screen)
    assert synced() == ["Ada Archer", "Dee *Differs*"]


def test_all_that_match_are_stopped_together(practice: Practice) -> None:
    screen = opened("eddie", PAGE)
    screen.session_state["table.chosen"] = {practice.link_ids["Ada Archer"]: "Ada Archer"}
    screen.run()
    assert "**1 selected**" in said(screen)
    press(screen, "Select all 2 contacts that match")
    press(screen, "Stop Syncing Contacts")
    assert "**2 contacts** stop syncing" in said(screen)
    press(screen, "Unsync")
    assert synced() == []
    assert "No synced contact" not in said(screen)


def test_what_was_chosen_elsewhere_is_counted_as_not_shown(practice: Practice) -> None:
    screen = opened("eddie", PAGE)
    screen.session_state["table.chosen"] = {practice.link_ids["Ada Archer"]: "Ada Archer"}
    screen.text_input(key="clients_search").set_value("dee")
    screen.run()
    assert "(1 not shown)" in said(screen)
    press(screen, "Stop Syncing Contact")
    assert "The filters leave **1** of them out" in said(screen)


def test_a_list_whose_contacts_were_all_stopped_leads_to_where_they_are(practice: Practice) -> None:
    links.stop(SYSTEM, list(practice.link_ids.values()))
    screen = opened("eddie", PAGE)
    assert "Nothing syncs now. 3 contacts did" in said(screen)


def test_filters_come_from_the_address(practice: Practice) -> None:
    screen = opened("vera", PAGE, clients_search="ada", clients_state="In sync")
    assert "1–1 of 1" in said(screen)
    assert screen.selectbox(key="clients_state").value == "ok"


def test_the_menu_gives_a_link_to_xero(practice: Practice) -> None:
    screen = opened("vera", PAGE)
    screen.session_state["table.picked"] = (OPEN_XERO, practice.link_ids["Ada Archer"])
    screen.run()
    [link] = screen.get("link_button")
    assert "/Contacts/View/" in link.proto.url


def test_a_contact_gone_from_the_page_meanwhile_is_said_so(practice: Practice) -> None:
    screen = opened("eddie", PAGE)
    screen.session_state["table.picked"] = (STOP, "no-such-link")
    screen.run()
    assert "no longer on this page" in said(screen)
    assert not screen.exception


def test_making_several_two_way_asks_first_and_says_what_cannot_be_undone(practice: Practice) -> None:
    with write() as session:
        session.execute(update(LinkRow).values(two_way=False))
    screen = opened("eddie", PAGE)
    screen.session_state["table.chosen"] = {link_id: name for name, link_id in practice.link_ids.items()}
    press(screen.run(), "Make two-way")
    assert "**2 contacts** sync both ways from now on" in said(screen)
    assert "cannot be undone from here" in said(screen)
    press(screen, "Make two-way")
    assert "2 contacts synced both ways from now on" in said(screen)


def test_a_contact_that_is_kept_apart_is_found_from_the_overview_and_says_why(practice: Practice) -> None:
    fields = dict.fromkeys(Field, FieldPolicy()) | {Field.EMAIL: FieldPolicy(way=Way.TO_PRACTICE)}
    policies.save_policies(SYSTEM, practice.connection_id, SyncPolicies(fields))
    assert "kept apart" not in str([link.proto.label for link in opened("vera").get("page_link")])
    edit(practice.synced, email="ada@practice.example")
    sync.tick(practice.connection_id)
    [way] = [link.proto for link in opened("vera").get("page_link") if link.proto.label == "1 kept apart"]
    assert "clients_state=Kept+apart" in way.query_string
    screen = opened("vera", PAGE, clients_state="Kept apart")
    assert list(screen.dataframe[0].value["Contact name"]) == ["Ada Archer"]
    assert [list(state) for state in screen.dataframe[0].value["State"]] == [["Kept apart"]]
    shown = opened("vera", "contacts/contact.py", id=practice.synced)
    assert "Kept apart, as set under Connected Apps: billing email." in said(shown)
    health = opened("vera", "xero/health.py", health_tab="Kept apart")
    [what] = health.dataframe[0].value["What"]
    assert what.startswith("A change stays on one side")


def test_who_is_customer_and_supplier_is_called_both_where_there_is_little_room(practice: Practice) -> None:
    with write() as session:
        session.execute(update(LinkRow).values(is_customer=True, is_supplier=True))
        session.execute(update(XeroContactRow).values(is_customer=True, is_supplier=True))
    assert set(opened("vera", PAGE).dataframe[0].value["Xero type"]) == {"Both"}


def test_why_a_sync_stopped_is_told_no_more_once_another_has_got_as_far_as_the_brake(
    practice: Practice, xero: Xero
) -> None:
    many = [xero.create(f"Person {number}", f"p{number}@example.com") for number in range(30)]
    run_import(practice.connection_id)
    xero.fault(action="status", status=503, times=5)
    imports.sync_now(SYSTEM, practice.connection_id)
    worker.run_jobs()
    assert "The last sync stopped" in said(opened("eddie", PAGE))
    xero.forget_faults()
    for xero_id in many:
        xero.archive(xero_id)
    retry_now()
    tick(practice.connection_id)
    told = said(opened("eddie", PAGE))
    assert "stopped before a mass change" in told
    assert "The last sync stopped" not in told


def test_why_the_latest_sync_stopped_is_told_and_not_why_an_earlier_one_did(practice: Practice, xero: Xero) -> None:
    xero.fault(action="status", status=503, times=5)
    imports.sync_now(SYSTEM, practice.connection_id)
    worker.run_jobs()
    before = connection.get_connection(practice.connection_id).error
    xero.forget_faults()
    xero.fault(action="status", status=429, times=3, headers={"X-Rate-Limit-Problem": "day", "Retry-After": "3600"})
    retry_now()
    with suppress(ContactSyncError):
        tick(practice.connection_id)
    now = connection.get_connection(practice.connection_id).error
    assert now != before
    told = said(opened("eddie", PAGE)).replace("\\", "")
    assert now in told
    assert before not in told


def test_a_row_that_fails_says_why_and_no_column_is_there_for_it_where_none_fails(practice: Practice) -> None:
    assert "Why" not in columns(opened("vera", PAGE))
    with write() as session:
        failing = col(LinkRow.id) == practice.link_ids["Ada Archer"]
        session.execute(update(LinkRow).where(failing).values(error="The name is taken in Xero."))
    screen = opened("eddie", PAGE)
    screen.session_state["table.chosen"] = {practice.link_ids["Ada Archer"]: "Ada Archer"}
    assert r"**1 selected** · The name is taken in Xero\." in said(screen.run())
    found = columns(opened("vera", PAGE))
    assert found["Why"] == ["The name is taken in Xero.", ""]
    assert list(found).index("Why") == list(found).index("State") + 1


def columns(screen: AppTest) -> dict[str, list[object]]:
    """What the table holds, by column."""
    return screen.dataframe[0].value.to_dict("list")


def test_what_is_chosen_and_left_out_by_a_filter_that_nothing_fits_is_still_said_and_can_be_let_go(
    practice: Practice,
) -> None:
    for page, area in ((PAGE, "clients"), ("contacts/contacts.py", "contacts")):
        screen = opened("eddie", page)
        screen.session_state["table.chosen"] = {practice.link_ids["Ada Archer"]: "Ada Archer"}
        screen.text_input(key=f"{area}_search").set_value("nobody at all").run()
        assert "**1 selected** :gray[(1 not shown)]" in said(screen)
        press(screen, "Clear")
        assert "selected" not in said(screen)
