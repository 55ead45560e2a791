"""From Connect to the first import, and Disconnect: the screens an admin meets, in order."""

from urllib.parse import parse_qs, urlsplit

import pytest
from sqlmodel import update
from streamlit.testing.v1 import AppTest

from models.connection import SIGN_IN_NEEDED, ConnectionRow
from services import connection, differences, worker
from services.access import SYSTEM
from services.clients import ClientFilter, list_clients
from services.db import write
from services.reconcile.contact import Address, Field
from tests.pages.support import Practice, labels, opened, press, said
from tests.support.practice import add, delta_is_due
from tests.support.xero import Xero, ask

APPS, XERO = "settings/connected_apps.py", "settings/xero.py"


def answer(screen: AppTest, decision: str) -> connection.ConsentItem:
    """Follow the dialog's link to Xero and answer there; what the redirect back comes to."""
    [link] = screen.get("link_button")
    reply = ask("POST", link.proto.url, data={"decision": decision})
    query = {name: values[0] for name, values in parse_qs(urlsplit(reply.headers["location"]).query).items()}
    return connection.finish(query["state"], query.get("code", ""), query.get("error", ""))


@pytest.fixture
def connected(people: None, xero: Xero) -> AppTest:
    """The set-up screen, right after coming back from Xero."""
    screen = press(opened("ada", APPS), "Connect")
    consent = answer(screen, "allow")
    assert opened("ada", APPS, consent=consent.id).title[0].value.startswith("Demo Company")
    return opened("ada", XERO, id=str(consent.connection_id))


def test_connecting_leads_to_the_set_up(connected: AppTest) -> None:
    assert connected.title[0].value.startswith("Demo Company")
    assert "**1 Set up**" in said(connected)
    assert "Contact Code field" in said(connected)


def test_refusing_at_xero_is_said_with_the_way_to_try_again(people: None, xero: Xero) -> None:
    consent = answer(press(opened("ada", APPS), "Connect"), "cancel")
    screen = opened("ada", APPS, consent=consent.id)
    assert "Xero was not connected" in screen.error[0].value
    assert "Connect" in labels(screen)


@pytest.mark.parametrize(("decision", "told"), [("allow", "is connected"), ("cancel", "Xero was not connected")])
def test_the_tab_one_went_to_xero_from_goes_on_once_xero_was_answered(
    people: None, xero: Xero, decision: str, told: str
) -> None:
    screen = press(opened("ada", APPS), "Connect")
    assert "Nothing is imported or changed until you have seen a preview." in said(screen)
    answer(screen, decision)
    screen.run()
    assert told in said(screen)
    assert not screen.get("link_button")
    assert ("Set up" in labels(screen)) is (decision == "allow")


def test_whoever_connects_again_is_told_that_the_sync_goes_on_at_once(practice: Practice) -> None:
    with write() as session:
        session.execute(update(ConnectionRow).values(state=SIGN_IN_NEEDED))
    screen = press(opened("ada", APPS), "Connect again")
    assert "the sync goes on at once. What changed on either side meanwhile travels." in said(screen)
    assert "Of an organisation that is new here nothing is imported" in said(screen)
    connection.disconnect(SYSTEM, practice.connection_id)
    screen = press(opened("ada", APPS), "Connect")
    assert "syncs at once as it was set up before" in said(screen)


def test_a_made_up_consent_is_said_to_be_unknown(people: None) -> None:
    assert "not known here" in said(opened("ada", APPS, consent="made-up"))


def test_set_up_preview_and_import_follow_each_other(connected: AppTest, xero: Xero) -> None:
    add("Ada Archer", "ada@example.com")
    for name, email in (("Ada Archer", "ada@example.com"), ("New Nell", "nell@example.com")):
        xero.create(name, email)
    screen = press(connected, "Save and preview")
    assert "Reading contacts from Xero" in said(screen)
    worker.run_jobs()
    screen.run()
    assert [(metric.label, metric.value) for metric in screen.metric] == [
        ("Link", "1"), ("Create here", "1"), ("Resolve", "0")
    ]  # fmt: skip
    press(screen, "Start import")
    worker.run_jobs()
    screen.run()
    assert "**The import is done.** 1 linked, 1 created here" in said(screen)
    assert list_clients(ClientFilter()).total == 2


def test_a_done_import_leads_to_what_it_asks_and_to_the_differences(practice: Practice) -> None:
    screen = opened("ada", XERO, id=practice.connection_id, step="import")
    assert "to resolve, 1 difference." in said(screen)
    ways = {link.proto.label: link.proto.query_string for link in screen.get("page_link")}
    assert (ways["Resolve Match Issues"], ways["Differences"]) == ("tab=Match+Issues", "tab=Differences")


def test_the_preview_says_what_linking_writes_and_asks_about(connected: AppTest, xero: Xero) -> None:
    road = Address("1 Long Road", "Auckland")
    add("Ada Archer", "ada@example.com", "+64 9 555 0101")
    add("Dee Differs", "dee@example.com", "+64 9 555 0102", road)
    add("Same Sam", "sam@example.com")
    xero.create("Ada Archer", "ada@example.com")
    xero.create("Dee Differs", "dee@example.com", Phones=[{"PhoneType": "DEFAULT", "PhoneNumber": "5550103"}])
    xero.create("Same Sam", "sam@example.com")
    screen = press(connected, "Save and preview")
    worker.run_jobs()
    screen.run()
    assert "**2 blanks are filled in Xero**; **1 field** differs, and you choose." in said(screen)
    assert list(screen.dataframe[0].value["Why"]) == [
        "Fills primary phone in Xero.",
        "Fills billing address in Xero; asks about primary phone.",
        "Both sides have the same values.",
    ]
    press(screen, "Start import")
    worker.run_jobs()
    assert [row.field for row in differences.list_differences().rows] == [Field.PHONE]
    assert len([call for call in xero.calls() if call["method"] == "POST"]) == 1


def test_whoever_connects_without_contacts_is_told_to_import_them_first(connected: AppTest, xero: Xero) -> None:
    xero.create("New Nell", "nell@example.com")
    assert "**You have no contacts here yet**, so none of those in Xero can be matched." in said(connected)
    screen = press(connected, "Save and preview")
    worker.run_jobs()
    screen.run()
    assert "so none of the 1 contact in Xero can be matched. If yours are in another system" in said(screen)
    add("Ada Archer", "ada@example.com")
    assert "You have no contacts here yet" not in said(screen.run())


def test_the_filter_can_be_changed_before_the_import(connected: AppTest, xero: Xero) -> None:
    screen = press(connected, "Save and preview")
    worker.run_jobs()
    screen.run()
    press(screen, "Back to set-up")
    screen.radio[0].set_value("all")
    press(screen, "Save and preview")
    assert [one.type_filter for one in connection.list_connections()] == ["all"]


def test_an_import_does_not_start_with_a_set_up_that_another_admin_chose_after_the_preview_was_drawn(
    connected: AppTest, xero: Xero
) -> None:
    xero.create("Neither One", customer=False)
    screen = press(connected, "Save and preview")
    worker.run_jobs()
    screen.run()
    [one] = connection.list_connections()
    connection.save_setup(SYSTEM, one.id, connection.Setup("all", True, "Client", "create"))
    press(screen, "Start import")
    assert "filter, contacts that are neither customer nor supplier" in said(screen)
    worker.run_jobs()
    assert list_clients(ClientFilter()).total == 0
    assert [(metric.label, metric.value) for metric in screen.metric][1] == ("Create here", "1")
    press(screen, "Start import")
    worker.run_jobs()
    assert list_clients(ClientFilter()).total == 1


@pytest.mark.parametrize("named", [True, False])
def test_disconnecting_says_what_happens_and_keeps_the_links(practice: Practice, named: bool) -> None:
    screen = press(opened("ada", XERO, **({"id": practice.connection_id} if named else {})), "Disconnect")
    assert "Nothing is deleted here or in Xero" in said(screen)
    press(screen, "Disconnect")
    assert connection.list_connections() == []
    assert "Its links are under Previously Synced" in said(screen)
    assert "Previously Synced" in [link.proto.label for link in screen.get("page_link")]
    again = press(screen, "Connect again")
    assert "Disconnected: Demo Company" in said(again)
    assert "syncs at once as it was set up before" in said(press(opened("ada", APPS), "Connect again"))


def test_a_lost_sign_in_is_told_on_every_page_to_those_who_act(practice: Practice) -> None:
    with write() as session:
        session.execute(update(ConnectionRow).values(state=SIGN_IN_NEEDED))
    for username, told in (("ada", True), ("eddie", True), ("vera", False)):
        screen = opened(username, "contacts/contacts.py")
        assert ("Xero no longer lets us in" in said(screen)) is told
    assert "Connect again" in labels(opened("ada", APPS))


def test_sync_now_runs_in_the_background(practice: Practice) -> None:
    screen = press(opened("eddie", "xero/client_list.py"), "Sync now")
    assert not screen.error
    [button] = [button for button in screen.button if button.label == "Sync now"]
    assert button.disabled
    worker.run_jobs()
    screen.run()
    [button] = [button for button in screen.button if button.label == "Sync now"]
    assert not button.disabled


def test_a_used_up_day_is_told_once_and_leaves_no_calls(practice: Practice, xero: Xero) -> None:
    day = {"Retry-After": "4000", "X-Rate-Limit-Problem": "day"}
    xero.fault(action="status", status=429, headers=day, path="/contacts", times=9)
    press(opened("ada", "xero/client_list.py"), "Sync now")
    worker.run_jobs()
    screen = opened("ada", XERO, id=practice.connection_id)
    [told] = [str(error.value).replace("\\", "") for error in screen.error]
    assert told == "The last sync stopped. Xero's day limit of calls is used up. The sync tries again in 1 hour."
    assert "calls are used up" not in said(screen)
    assert {metric.label: metric.value for metric in screen.metric}["Calls to Xero today"] == "0 left"


def test_a_used_up_day_that_no_job_has_met_is_told_once_too(practice: Practice, xero: Xero) -> None:
    day = {"Retry-After": "4000", "X-Rate-Limit-Problem": "day"}
    xero.fault(action="status", status=429, headers=day, path="/contacts", times=9)
    delta_is_due()
    worker.take_turn()
    screen = opened("ada", XERO, id=practice.connection_id)
    assert "Xero says that today\\'s calls are used up" in said(screen)
    assert not screen.error


def test_a_filter_is_not_saved_before_it_was_shown_what_it_would_bring_in(practice: Practice) -> None:
    connection.save_setup(SYSTEM, practice.connection_id, connection.Setup("customers", False, "Client", "create"))
    screen = opened("ada", XERO, id=practice.connection_id)
    screen.radio[0].set_value("all").run()
    screen.radio[0].set_value("suppliers_customers")
    press(screen, "Save set-up")
    assert "Your last choice was not shown yet" in said(screen)
    assert connection.get_connection(practice.connection_id).type_filter == "customers"
    press(screen, "Save set-up")
    assert connection.get_connection(practice.connection_id).type_filter == "suppliers_customers"


def test_another_filter_says_before_it_is_saved_what_it_would_bring_in(practice: Practice, xero: Xero) -> None:
    xero.create("Sue *Supplier*", "sue@example.com", customer=False, IsSupplier=True)
    setup = connection.Setup("customers", False, "Client", "create")
    connection.save_setup(SYSTEM, practice.connection_id, setup)
    delta_is_due()
    worker.take_turn()
    screen = opened("ada", XERO, id=practice.connection_id)
    assert [button.disabled for button in screen.button if button.label == "Save set-up"] == [True]
    screen.radio[0].set_value("all").run()
    assert "**1 contact** would be created here" in said(screen)
    assert r"Sue \*Supplier\*" in said(screen)
    assert "Contacts that sync already keep syncing" in said(screen)
    press(screen, "Save set-up")
    assert connection.get_connection(practice.connection_id).type_filter == "all"
    assert "would be created here" not in said(screen)
