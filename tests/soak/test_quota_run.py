"""The budget of calls in a year of simulated time: never above a limit, whatever processes do and however they end."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from pathlib import Path

import pytest
from sqlalchemy import func, select

from models.api_call import ApiCallRow
from models.connection import ConnectionRow
from services.db import Database, read, write
from services.settings import get_settings
from tests.support.quota_caller import DIED, PROCESSES, SECOND, Clock

CALLS = int(os.environ.get("SOAK_CALLS", "1000000"))
MINUTE, DAY = 60 * SECOND, 86_400 * SECOND
PER_DAY = 5000
ROOT = Path(__file__).parents[2]
Call = tuple[int, int]


@pytest.fixture
def organisation(database: Database, settings: pytest.MonkeyPatch) -> str:
    """A connection with nothing but its budget."""
    settings.setenv("XERO_CALLS_PER_DAY", str(PER_DAY))
    get_settings.cache_clear()
    with write() as session:
        row = ConnectionRow(tenant_id="an organisation", name="An organisation")
        session.add(row)
    return row.id


def calls_made(folder: Path, place: int) -> list[Call]:
    """The calls of one process so far, begun and ended in microseconds."""
    path = folder / f"calls-{place}"
    lines = path.read_text().splitlines() if path.exists() else []
    return [(int(begun), int(ended)) for begun, ended in map(str.split, lines)]


def keep_calling(folder: Path, place: int, organisation: str, calls: int) -> None:
    """Let processes make calls one after the other, a new one when the one before has died, until all are made."""
    life = 0
    while (left := calls - len(calls_made(folder, place))) > 0:
        arguments = [str(folder), str(place), organisation, str(left), f"{place}-{life}"]
        ended = subprocess.run([sys.executable, "-m", "tests.support.quota_caller", *arguments], cwd=ROOT)
        assert ended.returncode in (0, DIED)
        life += 1


def run(folder: Path, organisation: str, calls: int) -> list[Call]:
    """Let processes make that many calls in all. Returns them."""
    Clock.lay_out(folder)
    share = calls // PROCESSES
    watchers = [threading.Thread(target=keep_calling, args=(folder, n, organisation, share)) for n in range(PROCESSES)]
    for watcher in watchers:
        watcher.start()
    for watcher in watchers:
        watcher.join()
    return [call for place in range(PROCESSES) for call in calls_made(folder, place)]


def most_within(calls: Iterable[Call], window: int) -> int:
    """The most calls that Xero can have counted in any period of this length; without a length, the most at once.

    It may count a call at any moment from its begin to its end.
    """
    moments = sorted(moment for begun, ended in calls for moment in ((begun, 1), (ended + window, -1)))
    now = most = 0
    for _, step in moments:
        now += step
        most = max(most, now)
    return most


def judge(calls: list[Call], expected: int) -> None:
    """No limit was exceeded at any time, and all were made use of; a tenth of the day is kept for people."""
    assert len(calls) == expected
    assert most_within(calls, 0) == 5
    assert most_within(calls, MINUTE) == 60
    assert min(expected, PER_DAY * 9 // 10) <= most_within(calls, DAY) <= PER_DAY


def test_four_processes_keep_to_the_limits_of_a_simulated_morning(tmp_path: Path, organisation: str) -> None:
    judge(run(tmp_path, organisation, 1000), 1000)


@pytest.mark.soak
@pytest.mark.timeout(7200)
def test_four_processes_keep_to_the_limits_in_a_million_calls(
    tmp_path: Path, organisation: str, capsys: pytest.CaptureFixture[str]
) -> None:
    begun = time.monotonic()
    calls = run(tmp_path, organisation, CALLS)
    with capsys.disabled():
        sys.stdout.write(f"\n{len(calls):,} calls, {len(calls) / (time.monotonic() - begun):,.0f} a second\n")
    judge(calls, CALLS)
    with read() as session:
        kept = session.execute(select(func.count()).select_from(ApiCallRow)).scalar_one()
    assert kept <= 3 * PER_DAY
