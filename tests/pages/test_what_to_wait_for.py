"""What people are told to wait for, or to do first: working hours, and restoring a contact on the right side."""

from datetime import UTC, datetime, time, timedelta

import pytest

from services import archive, practice_settings, previous, sync
from services.access import SYSTEM
from services.practice_settings import Schedule
from services.previous import PreviousFilter
from tests.pages.support import Practice, opened, said
from tests.support.practice import delta_is_due, edit, xero_client
from tests.support.xero import Xero

CONTACT, HEALTH, ISSUES = "contacts/contact.py", "xero/health.py", "xero/match_issues.py"


def sync_again(practice: Practice) -> None:
    delta_is_due()
    sync.tick(practice.connection_id)


def test_a_change_says_until_when_it_waits_for_working_hours(practice: Practice) -> None:
    day = datetime.now(UTC).date() + timedelta(days=3)
    practice_settings.save_schedule(SYSTEM, practice.connection_id, Schedule(0, time(8), time(18), (day.weekday(),)))
    edit(practice.synced, phone="+64 9 555 0199")
    words = f"A change waits for working hours, until {day.day} {day:%b %Y}, 08:00 UTC."
    [listed] = opened("vera", HEALTH, health_tab="Waiting").dataframe[0].value["What"]
    assert listed == words
    assert words in said(opened("vera", CONTACT, id=practice.synced)).replace("\\", "")


@pytest.fixture
def archived_twice(practice: Practice, xero: Xero) -> str:
    """A contact that was archived in Xero, and then here. Returns its id in Xero."""
    [found] = xero.contacts(name="Ada Archer")
    xero.archive(found["ContactID"])
    sync_again(practice)
    archive.archive_contact(SYSTEM, practice.synced)
    return str(found["ContactID"])


def test_who_is_archived_on_both_sides_is_to_be_restored_on_both(practice: Practice, archived_twice: str) -> None:
    words = said(opened("eddie", CONTACT, id=practice.synced))
    assert "It is archived here too. It syncs again once it is in use on both sides." in words
    screen = opened("eddie", ISSUES, tab="Previously Synced", previous_state="Broken")
    [item] = previous.list_previous(PreviousFilter(state="broken")).rows
    [menu] = screen.dataframe[0].value[" "]
    assert menu[0].endswith("Restore in Xero")
    screen.session_state["table.picked"] = (menu[0], item.link_id)
    assert "It is archived here too: once you have restored it here as well, it syncs again." in said(screen.run())


def test_who_was_archived_on_both_sides_and_restored_in_xero_is_to_be_restored_here(
    practice: Practice, xero: Xero, archived_twice: str
) -> None:
    xero.restore(archived_twice)
    sync_again(practice)
    assert "It is in use there again. Restore it here, and it syncs again." in said(
        opened("eddie", CONTACT, id=practice.synced)
    )
    archive.restore_contact(SYSTEM, practice.synced)
    assert xero_client(practice.synced).state == "syncing"
