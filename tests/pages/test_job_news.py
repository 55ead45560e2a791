"""What is told when long work ends, and when a bulk command left many rows as they were."""

from services import imports, links, sync, worker
from services.access import SYSTEM
from services.clients import ClientFilter, client_ids
from tests.pages.support import Practice, labels, opened, press, said, visit
from tests.support.practice import add, run_import
from tests.support.xero import Xero


def test_a_job_that_ends_is_told_on_whatever_page_one_is_by_then(practice: Practice, xero: Xero) -> None:
    xero.create("New Nell", "nell@example.com")
    imports.start_import(SYSTEM, practice.connection_id)
    screen = opened("vera")
    assert [toast.value for toast in screen.toast] == []
    worker.run_jobs()
    visit(screen, "contacts/contacts.py")
    [toast] = screen.toast
    assert "is done: 1 created here" in toast.value
    screen.run()
    assert list(screen.toast) == []


def test_a_toast_counts_what_another_worker_did_before_the_job_had_its_turn(practice: Practice, xero: Xero) -> None:
    xero.create("New Nell", "nell@example.com")
    xero.create("Not In Xero", "doubtful@example.com")
    imports.start_import(SYSTEM, practice.connection_id)
    screen = opened("vera")
    sync.tick(practice.connection_id)
    add("New Ned", "doubtful@example.com")
    worker.run_jobs()
    visit(screen, "contacts/contacts.py")
    [toast] = screen.toast
    assert "is done: 1 created here, 1 to resolve." in toast.value


def toast_after_a_sync(connection_id: str) -> str:
    imports.sync_now(SYSTEM, connection_id)
    screen = opened("ada")
    worker.run_jobs()
    screen.run()
    [toast] = screen.toast
    return str(toast.value)


def test_a_sync_tells_what_it_found_and_when_the_brake_stopped_it(practice: Practice, xero: Xero) -> None:
    assert "is done; nothing was new in Xero." in toast_after_a_sync(practice.connection_id)
    many = [xero.create(f"Person {number}", f"p{number}@example.com") for number in range(30)]
    assert "is done: 30 changed in Xero, 30 created here." in toast_after_a_sync(practice.connection_id)
    for xero_id in many:
        xero.archive(xero_id)
    assert "stopped before a mass change" in toast_after_a_sync(practice.connection_id)


def test_all_that_a_bulk_command_left_as_they_were_can_be_seen_with_the_reason(practice: Practice, xero: Xero) -> None:
    for number in range(4):
        add(f"Person {number}", f"p{number}@example.com")
        xero.create(f"Person {number}", f"p{number}@example.com")
    run_import(practice.connection_id)
    ids = client_ids(ClientFilter(search="Person"))
    screen = opened("eddie", "xero/client_list.py")
    screen.session_state["table.chosen"] = dict.fromkeys([*ids, practice.link_ids["Ada Archer"]], "")
    press(screen.run(), "Stop Syncing Contacts")
    links.stop(SYSTEM, ids)
    press(screen, "Unsync")
    assert "1 contact stopped syncing. **4 contacts** left as they were" in said(screen)
    assert "Undo" in labels(screen)
    press(screen, "See why")
    assert set(screen.dataframe[-1].value["Why"]) == {"It is not syncing any more."}
