"""The practice's time zone and the schedules: admins choose them, the log says so, nonsense is refused."""

from dataclasses import replace
from datetime import time

import pytest

from models.connection import ConnectionRow
from services import practice_settings
from services.access import SYSTEM, Principal, Role
from services.activity import ActivityFilter, list_activity
from services.db import Database, read
from services.errors import BadInput, Forbidden, MovedOn, NotFound
from services.practice_settings import PracticeSettings, Schedule
from services.reconcile.hours import open_now
from tests.support.telling import a_connection

EDITOR = Principal("eddie", "Eddie", Role.EDITOR)
OFFICE = Schedule(600, time(8), time(18), (0, 1, 2, 3, 4))


def test_the_time_zone_is_utc_until_an_admin_chooses_one(database: Database) -> None:
    assert practice_settings.get_settings() == PracticeSettings("UTC")
    with pytest.raises(Forbidden):
        practice_settings.save_settings(EDITOR, PracticeSettings("Pacific/Auckland"))
    practice_settings.save_settings(SYSTEM, PracticeSettings("Pacific/Auckland"))
    practice_settings.save_settings(SYSTEM, PracticeSettings("Pacific/Auckland"))
    assert practice_settings.local_now().tzname() in {"NZST", "NZDT"}
    [entry] = list_activity(ActivityFilter()).rows
    assert (entry.before, entry.after) == ({"time_zone": "UTC"}, {"time_zone": "Pacific/Auckland"})


def test_the_region_is_that_of_each_browser_until_an_admin_chooses_one(database: Database) -> None:
    practice_settings.save_settings(SYSTEM, PracticeSettings("UTC", "en-NZ"))
    assert practice_settings.get_settings().locale == "en-NZ"
    practice_settings.save_settings(SYSTEM, PracticeSettings("Europe/London"))
    summaries = [entry.summary for entry in list_activity(ActivityFilter()).rows]
    assert summaries == [
        "The practice's time zone is Europe/London and its region is that of each person's browser",
        "The practice's region is New Zealand",
    ]
    for locale in ("de-DE", "en", "en-XX"):
        with pytest.raises(BadInput):
            practice_settings.save_settings(SYSTEM, PracticeSettings("UTC", locale))


def test_settings_that_another_admin_saved_meanwhile_are_not_overwritten_and_it_is_said_which(
    database: Database,
) -> None:
    seen = practice_settings.get_settings()
    practice_settings.save_settings(SYSTEM, PracticeSettings("Europe/London", "en-GB"))
    with pytest.raises(MovedOn, match="now the time zone is Europe/London and the region is United Kingdom"):
        practice_settings.save_settings(SYSTEM, PracticeSettings("Pacific/Auckland"), seen)
    assert practice_settings.get_settings() == PracticeSettings("Europe/London", "en-GB")
    practice_settings.save_settings(SYSTEM, PracticeSettings("UTC"), PracticeSettings("Europe/London", "en-GB"))
    assert practice_settings.get_settings() == PracticeSettings("UTC")


@pytest.mark.parametrize("name", ["", "Sydney", "../etc/passwd", "Mars/Base"])
def test_a_time_zone_that_is_none_is_refused(database: Database, name: str) -> None:
    with pytest.raises(BadInput):
        practice_settings.save_settings(SYSTEM, PracticeSettings(name))


def test_the_time_zones_to_choose_from_are_places() -> None:
    zones = practice_settings.time_zones()
    assert zones[0] == "UTC"
    assert {"Europe/London", "Australia/Sydney", "Pacific/Auckland"} <= set(zones)
    assert not {"EST", "Etc/GMT+1", "US/Eastern"} & set(zones)


def test_a_schedule_is_kept_as_the_engine_reads_it(database: Database) -> None:
    connection_id = a_connection()
    assert practice_settings.get_schedule(connection_id) == Schedule()
    practice_settings.save_schedule(SYSTEM, connection_id, OFFICE)
    practice_settings.save_schedule(SYSTEM, connection_id, OFFICE)
    assert practice_settings.get_schedule(connection_id) == OFFICE
    with read() as session:
        row = session.get_one(ConnectionRow, connection_id)
    assert (row.sync_every_seconds, row.push_hours["from"], row.push_hours["to"]) == (600, "08:00", "18:00")
    assert open_now(row.push_hours, practice_settings.local_now()) in {True, False}
    assert [entry.action for entry in list_activity(ActivityFilter()).rows] == ["connection.scheduled"]
    practice_settings.save_schedule(SYSTEM, connection_id, Schedule())
    assert practice_settings.get_schedule(connection_id) == Schedule()


@pytest.mark.parametrize(
    "schedule",
    [
        replace(OFFICE, every_seconds=59), replace(OFFICE, every_seconds=-1), replace(OFFICE, every_seconds=86_401),
        replace(OFFICE, closes=None), replace(OFFICE, days=()), replace(OFFICE, days=(7,)),
    ],
)  # fmt: skip
def test_a_schedule_that_cannot_be_is_refused(database: Database, schedule: Schedule) -> None:
    connection_id = a_connection()
    with pytest.raises(BadInput):
        practice_settings.save_schedule(SYSTEM, connection_id, schedule)


def test_only_an_admin_changes_the_schedule_of_an_organisation_that_is_there(database: Database) -> None:
    with pytest.raises(Forbidden):
        practice_settings.save_schedule(EDITOR, a_connection(), OFFICE)
    with pytest.raises(NotFound):
        practice_settings.save_schedule(SYSTEM, "nonsense", OFFICE)
    with pytest.raises(NotFound):
        practice_settings.get_schedule("nonsense")
