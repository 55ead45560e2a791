"""When the sync has used its share of the day's calls: what is kept for whom is told, and when it goes on."""

from datetime import timedelta

import pytest

from models.api_call import ApiCallRow
from models.base import now
from services import connection, worker
from services.db import write
from services.settings import get_settings
from tests.pages.support import Practice, opened, said
from tests.support.practice import delta_is_due

KEPT = "The last tenth is kept for what people ask for, such as Sync now."


def use_up(practice: Practice, settings: pytest.MonkeyPatch, number: int) -> None:
    """Let so many calls of sixty a day have been made two hours ago, and the sync meet it."""
    settings.setenv("XERO_CALLS_PER_DAY", "60")
    get_settings.cache_clear()
    with write() as session:
        made = number - connection.get_connection(practice.connection_id).calls_used_today
        at = now() - timedelta(hours=2)
        session.add_all(ApiCallRow(connection_id=practice.connection_id, at=at) for _ in range(made))
    delta_is_due()
    worker.take_turn()


def test_calls_kept_for_people_are_told_once_and_not_blamed_on_xero(
    practice: Practice, settings: pytest.MonkeyPatch
) -> None:
    use_up(practice, settings, 54)
    screen = opened("ada", "settings/xero.py", id=practice.connection_id)
    told = said(screen).replace("\\", "")
    assert told.count(KEPT) == 1
    assert "The sync goes on as calls become free, each 24 hours after it was made." in told
    assert "limit" not in told
    assert not screen.error
    told = said(opened("ada")).replace("\\", "")
    assert f":orange[:material/hourglass_top:] Nine tenths of the day's calls to Xero are used. {KEPT}" in told
    assert "next sync in 22 hours" in told


def test_calls_that_are_all_used_are_not_said_to_be_kept(practice: Practice, settings: pytest.MonkeyPatch) -> None:
    use_up(practice, settings, 60)
    told = said(opened("ada", "settings/xero.py", id=practice.connection_id)).replace("\\", "")
    assert "The day's calls to Xero are used, also those kept for what people ask for." in told
    assert KEPT not in told
