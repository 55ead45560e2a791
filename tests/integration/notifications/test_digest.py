"""The daily digest: at the hour chosen on the practice's clock, once a day, with the counts of the day before."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from services import notifications, practice_settings, sync
from services.access import SYSTEM
from services.db import Database
from services.notifications import TargetForm
from services.practice_settings import PracticeSettings
from tests.support.post_office import PostOffice
from tests.support.practice import add, edit, run_import
from tests.support.telling import tell
from tests.support.xero import Xero

EIGHT_IN_SYDNEY = datetime(2026, 7, 14, 22, 0, tzinfo=UTC)  # 15 July, 08:00


def digest_for(address: str, *, hour: int = 8, with_names: bool = False) -> str:
    form = TargetForm("email", "", address, ("digest",), hour, with_names)
    return notifications.add_target(SYSTEM, form)


def choose(target_id: str, events: tuple[str, ...], *, hour: int = 8) -> None:
    notifications.edit_target(SYSTEM, target_id, TargetForm("email", "", "", events, hour))


def spans(office: PostOffice) -> list[str]:
    """Of which time each digest tells."""
    return [mail.get_content().splitlines()[0] for mail in office.mails]


@pytest.fixture
def sydney(database: Database) -> None:
    practice_settings.save_settings(SYSTEM, PracticeSettings("Australia/Sydney"))


def test_it_comes_at_the_hour_of_the_practice_s_clock_and_once_a_day(sydney: None, office: PostOffice) -> None:
    with time_machine.travel(EIGHT_IN_SYDNEY - timedelta(hours=1), tick=False) as clock:
        digest_for("office@practice.example")
        tell()
        clock.shift(timedelta(minutes=59))
        tell()
        assert office.texts() == []
        clock.shift(timedelta(minutes=1))
        for _ in range(3):
            tell()
            clock.shift(timedelta(hours=7))
        assert office.texts() == ["Daily digest: no change"]
        clock.shift(timedelta(hours=3))
        tell()
    assert len(office.mails) == 2
    text = office.mails[0].get_content()
    assert "Between 14 Jul 2026, 08:00 and 15 Jul 2026, 08:00 (Australia/Sydney)" in text


def test_it_is_written_in_the_way_of_the_region(database: Database, office: PostOffice) -> None:
    practice_settings.save_settings(SYSTEM, PracticeSettings("Australia/Sydney", "en-US"))
    with time_machine.travel(EIGHT_IN_SYDNEY - timedelta(hours=1), tick=False) as clock:
        digest_for("office@practice.example")
        clock.shift(timedelta(hours=1))
        tell()
    text = office.mails[0].get_content()
    assert "Between Jul 14, 2026, 8:00 AM and Jul 15, 2026, 8:00 AM (Australia/Sydney)" in text


def test_a_server_that_was_off_at_the_hour_sends_it_when_it_is_back(sydney: None, office: PostOffice) -> None:
    with time_machine.travel(EIGHT_IN_SYDNEY - timedelta(hours=1), tick=False) as clock:
        digest_for("office@practice.example")
        clock.shift(timedelta(hours=9))
        tell()
    assert len(office.mails) == 1


def test_who_is_added_after_the_hour_waits_for_the_next_day(sydney: None, office: PostOffice) -> None:
    with time_machine.travel(EIGHT_IN_SYDNEY + timedelta(minutes=1), tick=False):
        digest_for("office@practice.example")
        tell()
    assert office.mails == []


def test_the_hour_is_right_across_the_change_of_clocks(sydney: None, office: PostOffice) -> None:
    changed = datetime(2026, 10, 3, 21, 0, tzinfo=UTC)  # 4 October, 08:00, an hour after which there is none less
    with time_machine.travel(changed - timedelta(hours=23), tick=False) as clock:
        digest_for("office@practice.example")
        clock.shift(timedelta(hours=23) - timedelta(minutes=1))
        tell()
        assert office.mails == []
        clock.shift(timedelta(minutes=1))
        tell()
    assert len(office.mails) == 1


def test_another_hour_leaves_no_time_between_two_digests(sydney: None, office: PostOffice) -> None:
    with time_machine.travel(EIGHT_IN_SYDNEY - timedelta(hours=1), tick=False) as clock:
        target_id = digest_for("office@practice.example")
        clock.shift(timedelta(hours=1))
        tell()
        clock.shift(timedelta(hours=2))
        choose(target_id, ("digest",), hour=18)
        for hours in (8, 24):  # 18:00 of the day that had one, and of the next
            clock.shift(timedelta(hours=hours))
            tell()
    assert spans(office) == [
        "Between 14 Jul 2026, 08:00 and 15 Jul 2026, 08:00 (Australia/Sydney)",
        "Between 15 Jul 2026, 08:00 and 16 Jul 2026, 18:00 (Australia/Sydney)",
    ]


def test_days_when_the_server_was_off_are_in_the_next_digest(sydney: None, office: PostOffice) -> None:
    with time_machine.travel(EIGHT_IN_SYDNEY - timedelta(hours=1), tick=False) as clock:
        digest_for("office@practice.example")
        for hours in (1, 73):
            clock.shift(timedelta(hours=hours))
            tell()
    assert spans(office)[1] == "Between 15 Jul 2026, 08:00 and 18 Jul 2026, 08:00 (Australia/Sydney)"


def test_who_wants_digests_again_is_told_of_a_day_and_not_of_all_since(sydney: None, office: PostOffice) -> None:
    with time_machine.travel(EIGHT_IN_SYDNEY - timedelta(hours=1), tick=False) as clock:
        target_id = digest_for("office@practice.example")
        clock.shift(timedelta(hours=1))
        tell()
        choose(target_id, ("brake",))
        clock.shift(timedelta(days=30))
        choose(target_id, ("digest",))
        clock.shift(timedelta(days=1))
        tell()
    assert spans(office)[1] == "Between 14 Aug 2026, 08:00 and 15 Aug 2026, 08:00 (Australia/Sydney)"


def test_it_counts_what_happened_links_to_what_is_open_and_names_contacts_only_if_asked_to(
    xero: Xero, connection_id: str, office: PostOffice
) -> None:
    both = add("Ada Archer", "ada@example.com", "+64 9 555 0101")
    theirs = xero.create("Ada Archer", "ada@example.com", Phones=[phone("555 0101")])
    add("Robert Brown", "rob@example.com")
    xero.create("Bob Brown", "rob@example.com")
    for number in range(6):
        xero.create(f"From Xero {number}", f"x{number}@example.com")
    digest_for("plain@practice.example")
    digest_for("names@practice.example", with_names=True)
    run_import(connection_id)
    edit(both, email="ada@archer.example")
    sync.tick(connection_id)
    xero.change(theirs, Phones=[phone("555 0199")])
    sync.tick(connection_id)
    eight = datetime.now(UTC).replace(hour=8, minute=0, second=0, microsecond=0)
    with time_machine.travel(eight if eight > datetime.now(UTC) else eight + timedelta(days=1), tick=False):
        tell()
    texts = {str(mail["To"]): mail.get_content().replace("\r\n", "\n") for mail in office.mails}
    plain, named = texts["plain@practice.example"], texts["names@practice.example"]
    assert "Newly synced: 7\n" in plain
    assert "Updated from Xero: 1\n" in plain
    assert "Updated in Xero: 1\n" in plain
    assert "New match issues: 1\n" in plain
    assert "Match issues: 1   http://localhost:8501/match_issues\n" in plain
    assert "Differences: 0\n" in plain
    assert "Failing contacts: 0\nNot created in Xero: 0\n" in plain
    assert not any(name in plain for name in ("Ada", "Brown", "From Xero 1"))
    assert "Newly synced: 7\n  - Ada Archer\n  - From Xero 0\n" in named
    assert "  - and 2 more\n" in named
    assert "New match issues: 1\n  - Bob Brown\n" in named


def phone(number: str) -> dict[str, str]:
    return {"PhoneType": "DEFAULT", "PhoneCountryCode": "64", "PhoneAreaCode": "9", "PhoneNumber": number}
