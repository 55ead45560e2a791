"""Working hours: outside them only what a person asked for is sent, and what may be on the wire already."""

from datetime import UTC, datetime, time

import pytest
from sqlmodel import select

from models.base import new_id
from models.intent import IntentRow
from services import practice_settings
from services.access import SYSTEM
from services.db import read, write
from services.practice_settings import PracticeSettings, Schedule
from services.records.working_hours import may_go
from tests.support.practice import add
from tests.support.telling import a_connection


@pytest.fixture
def connection_id(database: object) -> str:
    """A connection whose changes go from 8 to 18 in Sydney on weekdays, and three intents."""
    made = a_connection()
    practice_settings.save_settings(SYSTEM, PracticeSettings("Australia/Sydney"))
    practice_settings.save_schedule(SYSTEM, made, Schedule(0, time(8), time(18)))
    for error, actor, state in (("compared", "", "new"), ("asked", "eddie", "new"), ("on the wire", "", "sent")):
        contact_id = add(f"Person {new_id()}")
        with write() as session:
            row = IntentRow(connection_id=made, contact_id=contact_id, kind="update", actor=actor, state=state)
            row.error = error
            session.add(row)
    return made


@pytest.mark.parametrize(
    ("moment", "going"),
    [
        (datetime(2026, 7, 14, 22, 0, tzinfo=UTC), {"compared", "asked", "on the wire"}),  # Wednesday 08:00
        (datetime(2026, 7, 14, 21, 59, tzinfo=UTC), {"asked", "on the wire"}),  # Wednesday 07:59
        (datetime(2026, 7, 17, 23, 0, tzinfo=UTC), {"asked", "on the wire"}),  # Saturday 09:00
    ],
)
def test_what_nobody_asked_for_waits_for_the_practice_to_open(
    connection_id: str, moment: datetime, going: set[str]
) -> None:
    with read() as session:
        found = session.exec(select(IntentRow.error).where(may_go(session, connection_id, moment))).all()
    assert set(found) == going
