"""What waits for an admin, on the screens: the brake, a sign-in that ended, and the policies of an organisation."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import event

from models.base import now
from services import brake, clients, connection, contact_files, policies, sync
from services.access import SYSTEM
from services.clients import ClientFilter
from services.contacts import ContactFilter
from services.db import Database
from services.errors import SignInNeeded
from services.reconcile.contact import Field
from services.steps.notices.notifying import look
from tests.pages.support import Practice, labels, opened, press, said
from tests.support.practice import edit, run_import
from tests.support.telling import put
from tests.support.xero import Xero

MANAGE, APPS = "settings/xero.py", "settings/connected_apps.py"
CLIENTS = "xero/client_list.py"
PHONE = {"PhoneType": "DEFAULT", "PhoneNumber": "5550101"}
RETRY = ":material/refresh: Retry"


@pytest.fixture
def braked(people: None, xero: Xero, connection_id: str) -> str:
    """A connection with 25 contacts, of which 21 were archived in Xero."""
    ids = [xero.create(f"Person *{number:02}*", f"p{number}@example.com") for number in range(25)]
    run_import(connection_id)
    for xero_id in ids[:21]:
        xero.archive(xero_id)
    sync.tick(connection_id)
    return connection_id


def test_editors_see_that_the_brake_is_on_and_admins_the_way_to_it(braked: str) -> None:
    assert "stopped before a mass change" in said(opened("eddie"))
    assert "Of 25 syncing contacts, 21 would stop syncing" in said(opened("ada"))
    assert "mass change" not in said(opened("vera", CLIENTS))


def test_an_organisation_that_the_brake_holds_is_not_shown_in_green(braked: str) -> None:
    for page in (MANAGE, APPS, "contacts/overview.py"):
        assert ":orange-badge[Brake on]" in said(opened("ada", page))
        assert ":green-badge[Connected]" not in said(opened("ada", page))


def test_an_admin_reviews_what_would_change_and_releases_it(braked: str) -> None:
    screen = opened("ada", MANAGE, id=braked)
    assert "**21 contacts** would stop syncing" in said(screen)
    assert r"Person \*" in said(screen)
    assert "and 16 others" in said(screen)
    press(screen, "Release")
    press(screen, "Release and sync")
    assert not screen.exception
    assert brake.get_brake(braked) is None
    assert "Release" not in labels(screen)
    sync.tick(braked)
    assert clients.list_clients(ClientFilter()).total == 4


def test_the_page_of_an_organisation_says_once_that_the_brake_is_on(braked: str) -> None:
    for query in ({"id": braked}, {}):
        screen = opened("ada", MANAGE, **query)
        assert "The brake is on" in said(screen)
        assert list(screen.warning) == list(screen.info) == []
    assert len(opened("ada", MANAGE, id="another").warning) == 1


def test_an_admin_sees_each_one_that_is_held_back(braked: str) -> None:
    screen = opened("ada", MANAGE, id=braked)
    press(screen, "See each one")
    [shown] = screen.dataframe
    assert len(shown.value) == 21
    assert set(shown.value["Change"]) == {"The contact was archived in Xero."}
    press(screen, "Close")
    assert brake.get_brake(braked) is not None


def test_a_file_that_brought_the_brake_on_is_undone_from_its_card(people: None, xero: Xero, connection_id: str) -> None:
    for number in range(25):
        xero.create(f"Person {number:02}", f"p{number}@example.com", Phones=[PHONE])
    run_import(connection_id)
    book = contact_files.export_csv(ContactFilter())
    contact_files.import_file(SYSTEM, book.replace(b"5550101", b"5550999"))
    sync.tick(connection_id)
    screen = opened("ada", MANAGE, id=connection_id)
    assert "The brake is on" in said(screen)
    press(screen, "Undo the last file")
    assert contact_files.export_csv(ContactFilter()) == book
    sync.tick(connection_id)
    assert brake.get_brake(connection_id) is None


def test_the_file_of_a_brake_since_is_not_undone_for_the_one_that_was_shown(
    people: None, xero: Xero, connection_id: str
) -> None:
    for number in range(25):
        xero.create(f"Person {number:02}", f"p{number}@example.com", Phones=[PHONE])
    run_import(connection_id)
    book = contact_files.export_csv(ContactFilter())
    contact_files.import_file(SYSTEM, book.replace(b"5550101", b"5550999"))
    sync.tick(connection_id)
    screen = opened("ada", MANAGE, id=connection_id)
    brake.release(SYSTEM, connection_id)
    sync.tick(connection_id)
    theirs = contact_files.export_csv(ContactFilter()).replace(b"5550999", b"5550777")
    contact_files.import_file(SYSTEM, theirs)
    sync.tick(connection_id)
    assert brake.get_brake(connection_id) is not None
    press(screen, "Undo the last file")
    assert contact_files.export_csv(ContactFilter()) == theirs


def test_what_would_be_lost_is_said_before_anything_can_be_pressed(
    people: None, xero: Xero, connection_id: str
) -> None:
    for number in range(25):
        xero.create(f"Person {number:02}", f"p{number}@example.com")
    run_import(connection_id)
    for row in clients.list_clients(ClientFilter()).rows[:21]:
        edit(row.contact_id, email="")
    sync.tick(connection_id)
    assert "21 would lose their billing email in Xero" in said(opened("eddie"))
    screen = opened("ada", MANAGE, id=connection_id)
    assert "**21 contacts** would lose their billing email in Xero" in said(screen)
    [first] = [button.label for button in screen.button if button.proto.type == "primary" and "one" in button.label]
    assert first == "See each one"


def test_cancel_leaves_the_brake_on(braked: str) -> None:
    screen = opened("ada", MANAGE, id=braked)
    press(screen, "Release")
    press(screen, "Cancel")
    assert brake.get_brake(braked) is not None


def test_the_manage_page_tells_the_calls_left_and_why_the_sync_waits(braked: str) -> None:
    screen = opened("ada", MANAGE, id=braked)
    assert next(metric.value for metric in screen.metric if metric.label == "Calls to Xero today").endswith(" left")
    assert "If it is what you want, release it." in said(screen)


def test_a_failing_contact_can_be_tried_again_from_its_menu(practice: Practice, xero: Xero) -> None:
    xero.create("Taken Name", "taken@example.com")
    edit(practice.synced, name="Taken Name")
    sync.tick(practice.connection_id)
    screen = opened("eddie", CLIENTS)
    screen.session_state["table.picked"] = (RETRY, practice.link_ids["Ada Archer"])
    screen.run()
    assert not screen.exception
    assert "1 contact retried" in said(screen)
    states = {item.link_id: item.sync_state for item in clients.list_clients(ClientFilter()).rows}
    assert states[practice.link_ids["Ada Archer"]] == "waiting"


def test_editors_see_that_xero_lets_us_in_no_more_and_admins_the_way_back(practice: Practice, xero: Xero) -> None:
    xero.control("disconnect", tenant=connection.get_connection(practice.connection_id).tenant_id)
    with pytest.raises(SignInNeeded):
        sync.tick(practice.connection_id)
    assert "Xero no longer lets us in" in said(opened("eddie"))
    assert "Nothing is lost" in said(opened("ada"))
    assert "no longer lets us in" not in said(opened("vera", CLIENTS))
    ways = [
        "Connect again" in [link.proto.label for link in opened("ada", page).get("page_link")]
        for page in (MANAGE, APPS)
    ]
    assert ways == [True, False]  # Connected Apps is where the way would lead, and has a button of that name
    assert "Connect again" in labels(opened("ada", APPS))


def test_editors_see_that_no_sync_gets_through_and_why_and_admins_the_way_to_it(practice: Practice) -> None:
    put(practice.connection_id, error="Xero cannot answer now (status 503).")
    look()
    assert "has not got through" not in said(opened("eddie"))
    with time_machine.travel(now() + timedelta(hours=3), tick=False):
        seen = said(opened("eddie"))
        assert "has not got through a sync for more than two hours" in seen
        assert "Xero cannot answer now (status 503)." in seen.replace("\\", "")
        overview = said(opened("vera"))
        assert "No sync has got through" in overview
        assert ":red-badge[Not syncing]" in overview
        assert "more than two hours (" not in said(opened("vera", CLIENTS))


def test_the_page_of_an_organisation_that_does_not_get_through_says_its_error_once(practice: Practice) -> None:
    put(practice.connection_id, error="Xero cannot answer now (status 503).")
    look()
    with time_machine.travel(now() + timedelta(hours=3), tick=False):
        screen = opened("ada", MANAGE, id=practice.connection_id)
    assert "has not got through a sync for more than two hours" in said(screen)
    assert said(screen).replace("\\", "").count("Xero cannot answer now (status 503).") == 1
    assert "Manage" not in [link.proto.label for link in screen.get("page_link")]


def test_where_nothing_can_be_written_any_more_the_screens_still_say_that_nothing_syncs(
    practice: Practice, database: Database
) -> None:
    def full(*_: object) -> None:
        raise OSError("No space left on device")

    event.listen(database.writer, "begin", full)
    with time_machine.travel(now() + timedelta(hours=3), tick=False):
        screen = opened("ada")
    assert not screen.exception
    assert "that the worker runs and can write to the database" in said(screen)


def test_policies_are_set_on_the_manage_page(practice: Practice) -> None:
    screen = opened("ada", MANAGE, id=practice.connection_id)
    wins = {box.label: box for box in screen.selectbox}["Billing email: when both sides changed"]
    wins.select("xero")
    [save] = [button for button in screen.button if "policies_" in (button.key or "") or button.label == "Save"][-1:]
    save.click()
    screen.run()
    assert policies.get_policies(practice.connection_id).fields[Field.EMAIL].wins == "xero"
