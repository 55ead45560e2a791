"""Settings, Practice: the time zone and region that screens go by, and when each organisation is synced."""

from dataclasses import replace
from datetime import UTC, datetime, time

from models.connection import ConnectionRow
from services import practice_settings
from services.access import SYSTEM
from services.db import write
from services.practice_settings import PracticeSettings, Schedule
from tests.pages.support import opened, press, said
from tests.support.telling import a_connection

PAGE = "settings/practice.py"


def test_an_admin_chooses_the_time_zone_and_exact_times_go_by_it(people: None) -> None:
    with write() as session:
        session.add(connected(datetime(2026, 7, 14, 22, 5, tzinfo=UTC)))
    screen = opened("ada", PAGE)
    screen.selectbox[0].set_value("Australia/Sydney").run()
    press(screen, "Save time zone")
    assert not screen.exception
    assert practice_settings.get_settings().time_zone == "Australia/Sydney"
    overview = opened("vera")
    assert "15 Jul 2026, 08:05 AEST" in [caption.help for caption in overview.caption]


def test_an_admin_chooses_how_often_and_during_which_hours_an_organisation_is_synced(people: None) -> None:
    connection_id = a_connection("Fern *& Co*")
    practice_settings.save_settings(SYSTEM, PracticeSettings("Europe/London"))
    screen = opened("ada", PAGE)
    assert r"Fern \*\& Co\*" in [one.value for one in screen.header]
    screen.selectbox(key=f"every.{connection_id}").set_value(15)
    screen.toggle(key=f"limited.{connection_id}").set_value(True).run()
    screen.time_input(key=f"closes.{connection_id}").set_value(time(17, 30)).run()
    press(screen, "Save schedule")
    assert not screen.exception
    assert practice_settings.get_schedule(connection_id) == Schedule(900, time(8), time(17, 30), (0, 1, 2, 3, 4))


def test_saving_how_often_does_not_put_back_the_hours_that_another_admin_has_changed(people: None) -> None:
    connection_id, theirs = a_connection("Fern"), Schedule(0, time(9), time(17), (0, 1))
    screen = opened("ada", PAGE)
    practice_settings.save_schedule(SYSTEM, connection_id, theirs)
    screen.selectbox(key=f"every.{connection_id}").set_value(15).run()
    assert [one.value for one in screen.time_input] == [time(9), time(17)]
    press(screen, "Save schedule")
    assert not screen.exception
    assert practice_settings.get_schedule(connection_id) == replace(theirs, every_seconds=900)


def test_a_choice_that_was_not_shown_yet_when_save_was_pressed_is_not_left_out(people: None) -> None:
    connection_id = a_connection("Fern")
    screen = opened("ada", PAGE)
    screen.selectbox[0].set_value("Australia/Sydney")
    screen.selectbox(key=f"every.{connection_id}").set_value(15)
    screen.toggle(key=f"limited.{connection_id}").set_value(True).run()
    screen.toggle(key=f"limited.{connection_id}").set_value(False).run()
    screen.selectbox[0].set_value("Europe/London")
    press(screen, "Save time zone")
    assert "Your last choice was not shown yet" in said(screen)
    press(screen, "Save time zone")
    assert practice_settings.get_settings().time_zone == "Europe/London"
    screen.toggle(key=f"limited.{connection_id}").set_value(True)
    press(screen, "Save schedule")
    assert "Your last choice was not shown yet" in said(screen)
    screen.toggle(key=f"limited.{connection_id}").set_value(False).run()
    press(screen, "Save schedule")
    assert practice_settings.get_schedule(connection_id) == Schedule(900)


def test_what_two_admins_change_at_once_is_shown_before_it_is_saved_again(people: None) -> None:
    connection_id = a_connection("Fern")
    screen = opened("ada", PAGE)
    screen.selectbox(key=f"every.{connection_id}").set_value(15).run()
    practice_settings.save_schedule(SYSTEM, connection_id, Schedule(300))
    press(screen, "Save schedule")
    assert "Somebody else has changed this schedule" in said(screen)
    assert "Saved" not in said(screen)
    assert practice_settings.get_schedule(connection_id) == Schedule(300)
    assert [box.value for box in screen.selectbox if box.label == "Look at Xero"] == [5]


def test_a_time_zone_that_another_admin_chose_meanwhile_is_shown_and_not_overwritten(people: None) -> None:
    screen = opened("ada", PAGE)
    screen.selectbox[0].set_value("Australia/Sydney").run()
    practice_settings.save_settings(SYSTEM, PracticeSettings("Europe/London"))
    press(screen, "Save time zone")
    assert "now the time zone is Europe/London" in said(screen).replace("\\", "")
    assert "Saved." not in said(screen)
    assert practice_settings.get_settings().time_zone == "Europe/London"
    assert screen.selectbox[0].value == "Europe/London"
    screen.selectbox[0].set_value("Australia/Sydney").run()
    press(screen, "Save time zone")
    assert practice_settings.get_settings().time_zone == "Australia/Sydney"


def test_saving_the_time_zone_does_not_put_back_a_region_that_another_admin_chose(people: None) -> None:
    screen = opened("ada", PAGE)
    screen.selectbox[0].set_value("Australia/Sydney").run()
    practice_settings.save_settings(SYSTEM, PracticeSettings("UTC", "en-NZ"))
    press(screen, "Save time zone")
    assert "now the region is New Zealand" in said(screen)
    assert practice_settings.get_settings() == PracticeSettings("UTC", "en-NZ")


def test_an_admin_chooses_the_region_and_all_is_written_in_its_way(people: None) -> None:
    with write() as session:
        session.add(connected(datetime(2026, 7, 14, 22, 5, tzinfo=UTC)))
    practice_settings.save_settings(SYSTEM, PracticeSettings("Australia/Sydney"))
    screen = opened("ada", PAGE)
    screen.selectbox[1].set_value("en-US").run()
    assert "1,234,567" in said(screen)
    press(screen, "Save region")
    assert not screen.exception
    assert practice_settings.get_settings() == PracticeSettings("Australia/Sydney", "en-US")
    assert "Jul 15, 2026, 8:05 AM AEST" in [caption.help for caption in opened("vera").caption]


def connected(last_sync_at: datetime) -> ConnectionRow:
    """An organisation that was synced last at that moment."""
    return ConnectionRow(
        tenant_id="t", name="Fern", state="connected", started_at=last_sync_at, last_sync_at=last_sync_at
    )
