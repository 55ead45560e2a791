"""Xero's single-use refresh tokens: renewed once at a time, kept before use, survivable at any point."""

import os
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select, update

from models.activity import ActivityRow
from models.authorisation import AuthorisationRow
from models.connection import SIGN_IN_NEEDED, ConnectionRow
from models.lease import LeaseRow
from services.db import Database, read, write
from services.errors import SettingsError, SignInNeeded, Unavailable
from services.gateways.xero import oauth, tokens
from services.gateways.xero.oauth import TokenPair
from services.gateways.xero.tokens import access_token
from services.gateways.xero.wire import store_for
from services.settings import get_settings
from services.vault import seal
from tests.integration.xero.conftest import Xero

TOKEN = "/connect/token"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
WHEN_TOLD = """
import sys
from services.gateways.xero.tokens import access_token
print("ready", flush=True)
sys.stdin.readline()
print(access_token(sys.argv[1]), flush=True)
"""
CRASH = """
import os, sys
from services.gateways.xero import oauth, tokens
tokens._commit = lambda *_: os._exit(9)
tokens.access_token(sys.argv[1])
"""


def expire(authorisation_id: str) -> str:
    """Let the stored access token run out; returns the refresh token."""
    pair = tokens.stored_pair(authorisation_id)
    stale = TokenPair("an old token", pair.refresh, LONG_AGO)
    with write() as session:
        row = session.get_one(AuthorisationRow, authorisation_id)
        row.sealed, row.expires_at = seal(stale.to_json()), LONG_AGO
    return pair.refresh


def process(program: str, authorisation_id: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", program, authorisation_id]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=dict(os.environ), text=True)


def test_a_good_token_is_used_as_it_is(xero: Xero, authorisation_id: str) -> None:
    assert access_token(authorisation_id) == tokens.stored_pair(authorisation_id).access
    assert xero.calls(TOKEN) == []


def test_an_expired_token_is_renewed_and_kept_before_it_is_used(xero: Xero, authorisation_id: str) -> None:
    old = expire(authorisation_id)
    fresh = access_token(authorisation_id)
    kept = tokens.stored_pair(authorisation_id)
    assert (kept.access, kept.refresh != old) == (fresh, True)
    assert kept.expires_at > datetime.now(UTC) + timedelta(minutes=25)
    with read() as session:
        assert session.get_one(AuthorisationRow, authorisation_id).version == 2


def test_a_token_is_renewed_a_minute_before_it_runs_out(xero: Xero, authorisation_id: str) -> None:
    pair = tokens.stored_pair(authorisation_id)
    soon = TokenPair(pair.access, pair.refresh, datetime.now(UTC) + timedelta(seconds=30))
    with write() as session:
        session.get_one(AuthorisationRow, authorisation_id).sealed = seal(soon.to_json())
    assert access_token(authorisation_id) != pair.access


def test_a_token_that_xero_refused_is_renewed_although_it_looks_good(xero: Xero, authorisation_id: str) -> None:
    refused = access_token(authorisation_id)
    fresh = access_token(authorisation_id, refused)
    assert fresh != refused
    assert access_token(authorisation_id, refused) == fresh
    assert len(xero.calls(TOKEN)) == 1


def test_many_threads_renew_a_token_with_one_call(xero: Xero, authorisation_id: str) -> None:
    expire(authorisation_id)
    xero.fail(TOKEN, "delay", seconds=0.3)
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(access_token(authorisation_id))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 6
    assert set(found) == {tokens.stored_pair(authorisation_id).access}
    assert len(xero.calls(TOKEN)) == 1


def test_two_processes_renew_a_token_with_one_call(xero: Xero, authorisation_id: str) -> None:
    expire(authorisation_id)
    xero.fail(TOKEN, "delay", seconds=0.5)
    processes = [process(WHEN_TOLD, authorisation_id) for _ in range(2)]
    assert [started.stdout.readline().strip() for started in processes if started.stdout] == ["ready", "ready"]
    for started in processes:
        assert started.stdin is not None
        started.stdin.write("go\n")
        started.stdin.flush()
    found = [started.communicate(timeout=60)[0].strip() for started in processes]
    assert found == [tokens.stored_pair(authorisation_id).access] * 2
    assert len(xero.calls(TOKEN)) == 1


def test_a_crash_between_xeros_answer_and_our_commit_is_survived(xero: Xero, authorisation_id: str) -> None:
    old = expire(authorisation_id)
    assert process(CRASH, authorisation_id).wait(timeout=60) == 9
    assert len(xero.calls(TOKEN)) == 1
    assert tokens.stored_pair(authorisation_id).refresh == old
    with write() as session:  # instead of waiting a minute for the dead process's lease to run out
        session.execute(update(LeaseRow).values(until=LONG_AGO))
    assert access_token(authorisation_id) in xero.sim.state.authority.access


def test_a_lost_answer_is_asked_for_again(xero: Xero, authorisation_id: str) -> None:
    expire(authorisation_id)
    xero.fail(TOKEN, "drop", effect="after")
    assert access_token(authorisation_id) in xero.sim.state.authority.access
    assert len(xero.calls(TOKEN)) == 2


@pytest.mark.parametrize("action", ["drop", "truncate", "status"])
def test_a_renewal_that_fails_is_a_pause_and_ends_nothing(xero: Xero, authorisation_id: str, action: str) -> None:
    expire(authorisation_id)
    xero.fail(TOKEN, action, times=2)
    with pytest.raises(Unavailable):
        access_token(authorisation_id)
    assert access_token(authorisation_id) in xero.sim.state.authority.access


@pytest.mark.parametrize("status", [400, 401, 403, 404, 500])
def test_only_xeros_own_word_ends_a_sign_in(xero: Xero, authorisation_id: str, status: int) -> None:
    expire(authorisation_id)
    xero.fail(TOKEN, "status", status=status, body="<html>Blocked by a proxy</html>", times=2)
    with pytest.raises(Unavailable):
        access_token(authorisation_id)
    assert access_token(authorisation_id) in xero.sim.state.authority.access


def test_a_busy_sign_in_is_not_pressed(xero: Xero, authorisation_id: str) -> None:
    expire(authorisation_id)
    xero.fail(TOKEN, "status", status=429, headers={"Retry-After": "9"})
    with pytest.raises(Unavailable) as caught:
        access_token(authorisation_id)
    assert caught.value.retry_after == 9.0
    assert len(xero.calls(TOKEN)) == 1


def test_a_sign_in_that_xero_ended_waits_for_an_admin(xero: Xero, connection_id: str, authorisation_id: str) -> None:
    expire(authorisation_id)
    xero.sim.state.authority.revoke_all()
    for _ in range(2):
        with pytest.raises(SignInNeeded):
            store_for(connection_id).page()
    assert len(xero.calls(TOKEN)) == 1
    with read() as session:
        connection = session.get_one(ConnectionRow, connection_id)
        assert (connection.state, bool(connection.error)) == (SIGN_IN_NEEDED, True)
        assert session.get_one(AuthorisationRow, authorisation_id).ended_at is not None
        (entry,) = session.exec(select(ActivityRow)).all()
        assert (entry.actor, entry.action) == ("sync", "connection.sign_in_ended")


def test_a_late_refusal_does_not_end_a_sign_in_that_was_renewed_meanwhile(
    xero: Xero, connection_id: str, authorisation_id: str
) -> None:
    tokens._end(authorisation_id, version=0)
    assert store_for(connection_id).page().count == 0


def test_who_is_refused_with_a_token_that_was_renewed_meanwhile_goes_on_with_the_new_one(
    xero: Xero, authorisation_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = tokens.stored_pair(authorisation_id)
    expire(authorisation_id)

    def refused_after_another_renewed(_pair: TokenPair) -> TokenPair:
        with write() as session:
            row = session.get_one(AuthorisationRow, authorisation_id)
            row.sealed, row.expires_at, row.version = seal(good.to_json()), good.expires_at, row.version + 1
        raise SignInNeeded("Xero ended the sign-in.")

    monkeypatch.setattr(oauth, "refresh", refused_after_another_renewed)
    assert access_token(authorisation_id) == good.access


def test_a_late_pair_does_not_replace_a_later_one(xero: Xero, authorisation_id: str) -> None:
    pair = tokens.stored_pair(authorisation_id)
    assert not tokens._commit(authorisation_id, 0, TokenPair("late", "late", LONG_AGO))
    assert tokens.stored_pair(authorisation_id) == pair


def test_wrong_credentials_name_the_settings(xero: Xero, authorisation_id: str, settings: pytest.MonkeyPatch) -> None:
    expire(authorisation_id)
    settings.setenv("XERO_CLIENT_SECRET", "wrong")
    get_settings.cache_clear()
    with pytest.raises(SettingsError, match="XERO_CLIENT_SECRET"):
        access_token(authorisation_id)


def test_no_token_lies_readable_in_the_database_or_in_a_text(
    xero: Xero, database: Database, authorisation_id: str
) -> None:
    expire(authorisation_id)
    access_token(authorisation_id)
    pair = tokens.stored_pair(authorisation_id)
    with read() as session:
        stored = session.scalars(select(col(AuthorisationRow.sealed))).one()
    database.close()
    path = Path(database.url.removeprefix("sqlite:///"))
    raw = b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
    assert stored.encode() in raw
    for secret in (pair.access, pair.refresh):
        assert secret.encode() not in raw
        assert secret not in repr(pair)
