"""Activity: the days to look at are typed in the practice's way, and kept in the address like every other filter."""

from datetime import UTC, datetime, timedelta

from services.access import SYSTEM
from services.practice_settings import PracticeSettings, save_settings
from tests.pages.support import opened, said

PAGE = "settings/activity.py"


def test_the_days_to_look_at_stand_in_the_address(people: None) -> None:
    soon = datetime.now(UTC).date() + timedelta(days=30)
    screen = opened("ada", PAGE, activity_days=soon.isoformat())
    assert screen.date_input[0].value == (soon,)
    assert "No entry matches these filters." in said(screen)


def test_days_are_typed_as_the_practice_writes_them(people: None) -> None:
    save_settings(SYSTEM, PracticeSettings("UTC", "en-NZ"))
    assert opened("ada", PAGE).date_input[0].proto.format == "DD/MM/YYYY"
    save_settings(SYSTEM, PracticeSettings("UTC", "en-US"))
    assert opened("ada", PAGE).date_input[0].proto.format == "MM/DD/YYYY"
