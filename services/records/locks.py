"""Counting wrong passwords: several in a row lock an account for a while, on whichever page they were entered."""

from datetime import datetime, timedelta

from sqlmodel import select

from models.base import now
from models.user import UserRow
from services import db
from services.records import activity
from services.settings import get_settings


def lock_of(user: UserRow) -> datetime | None:
    """Until when a user is locked; None when they are not."""
    return user.locked_until if user.locked_until and user.locked_until > now() else None


def count(username: str, change: int) -> None:
    """Add to a user's failures, or set them to zero when `change` is negative. At the limit the account is locked.

    A right password does not lift a lock that began while it was being checked.
    """
    settings = get_settings()
    with db.write() as session:
        user = session.exec(select(UserRow).where(UserRow.username == username)).one()
        if change < 0 and lock_of(user):
            return
        start_again = change < 0 or (user.locked_until is not None and not lock_of(user))
        user.failures = max(0, change) + (0 if start_again else user.failures)
        user.locked_until = None if start_again else user.locked_until
        if user.failures >= settings.lock_after_failures and user.locked_until is None:
            user.locked_until = now() + timedelta(minutes=settings.lock_minutes)
            activity.record(session, username, "user.locked", f"{username} was locked after wrong passwords")
