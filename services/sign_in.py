"""Signing in: what the sign-in form may compare with, failures and locks, and ending sign-ins."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlmodel import col, delete, select, update

from models.base import new_id, now
from models.ended_sign_in import EndedSignInRow
from models.user import UserRow
from services import db, passwords
from services.records import locks
from services.settings import get_settings

COOKIE_MARGIN = timedelta(days=1)
"""More than a cookie can outlast its days when the clocks go back an hour."""


def begin() -> str:
    """The id of a new sign-in."""
    return new_id()


def credentials() -> dict[str, Any]:
    """The active users in the shape that streamlit-authenticator reads.

    A locked user's failures are given as the limit, those of an expired lock as zero, so that the library's own
    comparison with the limit decides.
    """
    with db.read() as session:
        rows = session.exec(select(UserRow).where(col(UserRow.disabled_at).is_(None)))
        return {"usernames": {row.username: _credential(row) for row in rows}}


def failures(given: Mapping[str, Any]) -> dict[str, int]:
    """Username → failures in what `credentials` gave, to see later what an attempt changed."""
    return {username: user["failed_login_attempts"] for username, user in given["usernames"].items()}


def save_failures(before: Mapping[str, int], given: Mapping[str, Any]) -> None:
    """Keep what an attempt did to the counters; the failure that reaches the limit locks the account.

    `before` are the `failures` from before the attempt; `given` is what the library has changed since.
    Counters are added to, not overwritten, so that attempts at the same moment all count.
    """
    for username, after in failures(given).items():
        change = after - before.get(username, 0)
        if change:
            locks.count(username, change)


def locked_until(username: str) -> datetime | None:
    """Until when an account is locked; None when it is not."""
    row = _find(username)
    return locks.lock_of(row) if row else None


def is_disabled(username: str, password: str) -> bool:
    """Whether this is a disabled account and its right password; nobody else is told that it is disabled.

    It takes equally long for everybody, and wrong passwords lock here as elsewhere, so that nobody can go on guessing.
    """
    row = _find(username)
    if row is None or row.disabled_at is None or locks.lock_of(row):
        passwords.waste_time(password)
        return False
    right = passwords.matches(password, row.password_hash)
    if not right:
        locks.count(username, 1)
    return right


def valid_after(username: str) -> datetime:
    """The moment before which a user's sign-ins no longer count; for an unknown name, none ever does."""
    row = _find(username)
    return row.valid_after if row else datetime.max.replace(tzinfo=UTC)


def end(sign_in: str) -> None:
    """End one sign-in, in all tabs of its browser and wherever its cookie was copied to; others go on.

    It is remembered for as long as a cookie of it may last.
    """
    until = now() + timedelta(days=get_settings().sign_in_days) + COOKIE_MARGIN
    with db.write() as session:
        session.execute(delete(EndedSignInRow).where(col(EndedSignInRow.until) < now()))
        session.merge(EndedSignInRow(id=sign_in, until=until))


def revoke(username: str) -> None:
    """End all sign-ins of a user, in every browser."""
    with db.write() as session:
        session.execute(update(UserRow).where(col(UserRow.username) == username).values(valid_after=now()))


def _find(username: str) -> UserRow | None:
    with db.read() as session:
        return session.exec(select(UserRow).where(UserRow.username == username)).first()


def _credential(row: UserRow) -> dict[str, Any]:
    limit = get_settings().lock_after_failures
    counted = 0 if row.locked_until else min(row.failures, limit - 1)
    return {
        "email": row.email,
        "first_name": row.name or row.username,
        "last_name": "",
        "password": row.password_hash,
        "roles": [row.role],
        "failed_login_attempts": limit if locks.lock_of(row) else counted,
    }
