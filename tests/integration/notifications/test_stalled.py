"""A sync that does not get through for hours: told once with its last reason, and so is its end."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine

from models.base import now
from models.connection import SIGN_IN_NEEDED
from services import connection as connections
from services import sync, worker
from services.access import SYSTEM
from services.errors import SyncError
from services.settings import get_settings
from services.steps.notices.notifying import messenger
from tests.support.post_office import PostOffice
from tests.support.practice import edit, run_import, synced, tick
from tests.support.telling import put, tell
from tests.support.xero import Xero, connect

MINUTES = 30


@pytest.fixture
def syncing(xero: Xero, connection_id: str, office: PostOffice, by_mail: str) -> str:
    """A connection that syncs, of which somebody is told."""
    run_import(connection_id)
    return connection_id


def pass_hours(begin: int, end: int) -> None:
    """Let the worker have a turn every half hour, between so many hours from now."""
    start = now()
    for minutes in range(begin * 60, end * 60 + 1, MINUTES):
        with time_machine.travel(start + timedelta(minutes=minutes), tick=False):
            messenger._next_look = 0.0
            worker.take_turn()
            tell()


def later(hours: int) -> time_machine.travel:
    """A look at it so many hours from now."""
    return time_machine.travel(now() + timedelta(hours=hours), tick=False)


def xero_is_away(xero: Xero, settings: pytest.MonkeyPatch) -> str:
    xero.fault(action="status", path="/api.xro", times=1000)
    return "Xero cannot answer now (status 503)."


def the_key_is_changed(xero: Xero, settings: pytest.MonkeyPatch) -> str:
    settings.setenv("APP_SECRET_KEY", "another key, as long as one has to be to count")
    get_settings.cache_clear()
    return "The setting APP_SECRET_KEY is not the one that encrypted the sign-in at Xero."


def we_fail(xero: Xero, settings: pytest.MonkeyPatch) -> str:
    def fall_over(*_: object) -> None:
        raise ZeroDivisionError("Ada Archer")

    settings.setattr(sync, "resume_links", fall_over)
    return "Something went wrong in this program; the server's log says what."


@pytest.mark.parametrize("trouble", [xero_is_away, the_key_is_changed, we_fail])
def test_a_sync_that_does_not_get_through_for_hours_is_told_once_with_the_reason(
    xero: Xero, syncing: str, office: PostOffice, settings: pytest.MonkeyPatch,
    trouble: Callable[[Xero, pytest.MonkeyPatch], str],
) -> None:  # fmt: skip
    reason = trouble(xero, settings)
    pass_hours(1, 2)
    with later(2):
        assert connections.get_connection(syncing).stalled == ""
    assert office.texts() == []
    pass_hours(3, 6)
    [mail] = office.mails
    with later(6):
        assert connections.get_connection(syncing).stalled.startswith(reason)
    assert office.texts() == ["The sync does not get through: Demo Company (NZ)"]
    words = " ".join(mail.get_content().split())
    assert reason in words
    assert "Ada Archer" not in words
    assert f"/xero?id={syncing}" in words


def test_a_sync_that_gets_through_again_is_said_to_be_well(xero: Xero, syncing: str, office: PostOffice) -> None:
    xero.fault(action="status", path="/api.xro", times=1000)
    pass_hours(1, 4)
    xero.forget_faults()
    pass_hours(5, 6)
    with later(6):
        assert connections.get_connection(syncing).stalled == ""
    assert office.texts()[1:] == ["All well again: Demo Company (NZ)"]
    assert "gets through again" in office.mails[1].get_content()


@pytest.mark.parametrize("edits", [1, 15])
def test_a_sync_that_reads_and_gets_no_write_through_is_told_once(
    xero: Xero, syncing: str, office: PostOffice, edits: int
) -> None:
    for number in range(edits):
        xero.create(f"Person {number:02}", f"p{number}@example.com")
    tick(syncing)
    for row in synced():
        edit(row.contact_id, phone="+64 9 300 9000")
    xero.fault(action="status", status=503, method="POST", path="/Contacts", times=100_000)
    pass_hours(1, 8)
    with later(8):
        assert "status 503" in connections.get_connection(syncing).stalled
    assert office.texts() == ["The sync does not get through: Demo Company (NZ)"]
    xero.forget_faults()
    pass_hours(9, 10)
    assert office.texts()[1:] == ["All well again: Demo Company (NZ)"]


def test_a_sync_whose_sign_in_has_ended_since_is_not_said_to_be_well(
    connection: str, office: PostOffice, by_mail: str
) -> None:
    put(connection, error="Xero cannot answer now (status 503).")
    tell()
    with later(3):
        tell()
        put(connection, state=SIGN_IN_NEEDED)
        tell()
    assert [text.partition(":")[0] for text in office.texts()] == [
        "The sync does not get through", "Xero has to be connected again",
    ]  # fmt: skip


def test_a_sync_that_has_only_been_connected_again_is_not_said_to_be_well_before_it_is(
    xero: Xero, syncing: str, office: PostOffice
) -> None:
    xero.fault(action="status", path="/api.xro", times=1000)
    pass_hours(1, 4)
    connect()
    tell()
    assert connections.get_connection(syncing).error == "Xero cannot answer now (status 503)."
    assert office.texts() == ["The sync does not get through: Demo Company (NZ)"]


def test_a_sync_that_fails_now_and_then_is_not_told(connection: str, office: PostOffice, by_mail: str) -> None:
    for hours in range(6):
        with later(hours):
            put(connection, error="Xero cannot answer now (status 503)." if hours % 2 == 0 else "")
            tell()
    assert office.mails == []


def test_where_nothing_runs_and_nothing_can_be_noted_screens_say_so(xero: Xero, syncing: str) -> None:
    with later(3):
        assert "that the worker runs" in connections.get_connection(syncing).stalled


def test_what_was_set_up_days_after_it_was_connected_is_not_late_at_once(xero: Xero, connection_id: str) -> None:
    put(connection_id, next_tick_at=now() - timedelta(days=3))
    run_import(connection_id)
    put(connection_id, next_tick_at=now() - timedelta(days=3))
    assert connections.get_connection(connection_id).stalled == ""


def test_one_that_syncs_rarely_is_not_late_between_two_looks(xero: Xero, syncing: str) -> None:
    put(syncing, sync_every_seconds=86_400, next_delta_at=None)
    sync.tick(syncing)
    with later(20):
        assert connections.get_connection(syncing).stalled == ""


def test_a_refused_tick_is_no_reason_once_disconnected(xero: Xero, syncing: str, office: PostOffice) -> None:
    xero.fault(action="status", path="/api.xro", times=1000)
    put(syncing, next_delta_at=None)
    with pytest.raises(SyncError):
        sync.tick(syncing)
    xero.forget_faults()
    connections.disconnect(SYSTEM, syncing)
    with later(3):
        tell()
        assert connections.get_connection(syncing).stalled == ""
    assert office.mails == []
