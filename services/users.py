"""Users: adding them, their roles and passwords, shutting them out and letting them in again.

Every change of a user is recorded, and ends the sign-ins that it should end.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from models.base import now
from models.user import UserRow
from services import db, passwords
from services.access import Principal, Role, require
from services.errors import BadInput, Forbidden, Problem
from services.reconcile.rules import is_email, is_short_line
from services.records import activity, locks
from services.records.users import insert, user_row

LONGEST_NAME, LONGEST_EMAIL = 100, 254
USERNAME = re.compile(r"[a-z0-9][a-z0-9._@-]{1,63}")


@dataclass(frozen=True, slots=True)
class UserItem:
    """One user as screens see them. `locked_until` is None unless the account is locked now."""

    username: str
    name: str
    email: str
    role: Role
    disabled: bool
    locked_until: datetime | None
    created_at: datetime


def list_users() -> list[UserItem]:
    """Everybody, by name."""
    with db.read() as session:
        rows = session.exec(select(UserRow).order_by(func.lower(UserRow.name), col(UserRow.username)))
        return [_item(row) for row in rows]


def add_user(actor: Principal, username: str, name: str, email: str, password: str, role: Role) -> None:
    """Add a user. Raises: Forbidden; BadInput for a bad or taken username or a weak password."""
    require(actor, Role.ADMIN)
    user = new_user(username, name, email, password, role)
    with db.write() as session:
        insert(session, actor.username, user)


def set_role(actor: Principal, username: str, role: Role) -> None:
    """Change what a user may do. Raises: Forbidden, also when no admin would be left; NotFound."""
    require(actor, Role.ADMIN)
    with db.write() as session:
        user = user_row(session, username)
        if role is not Role.ADMIN:
            _keep_an_admin(session, user)
        before, user.role = {"role": user.role}, role.value
        after = {"role": user.role}
        summary = f"{username} is now {role.value}"
        activity.record(session, actor.username, "user.role", summary, before=before, after=after)


def set_password(actor: Principal, username: str, password: str) -> None:
    """Give a user a new password; ends their sign-ins and lock. Raises: Forbidden, NotFound, BadInput."""
    require(actor, Role.ADMIN)
    new_hash = passwords.hashed(password)
    with db.write() as session:
        _put_password(user_row(session, username), new_hash)
        activity.record(session, actor.username, "user.password", f"The password of {username} was reset")


def change_own_password(actor: Principal, current: str, new: str) -> None:
    """Change one's own password; this ends all of one's sign-ins. Wrong guesses at the current one lock the account.

    Raises: Forbidden, BadInput.
    """
    require(actor, Role.VIEWER)
    with db.read() as session:
        user = user_row(session, actor.username)
    _not_locked(user)
    if not passwords.matches(current, user.password_hash):
        locks.count(user.username, 1)
        raise BadInput([Problem("Current password", "is not right")])
    new_hash = passwords.hashed(new)
    with db.write() as session:
        user = user_row(session, actor.username)
        _not_locked(user)  # other attempts at the same moment may have locked it
        _put_password(user, new_hash)
        activity.record(session, actor.username, "user.password", f"{actor.username} changed their password")


def disable(actor: Principal, username: str) -> None:
    """Shut a user out at once. Raises: Forbidden, also when no admin would be left; NotFound."""
    require(actor, Role.ADMIN)
    with db.write() as session:
        user = user_row(session, username)
        _keep_an_admin(session, user)
        user.disabled_at = user.valid_after = now()
        activity.record(session, actor.username, "user.disabled", f"{username} was disabled")


def enable(actor: Principal, username: str) -> None:
    """Let a disabled or locked user in again. Raises: Forbidden, NotFound."""
    require(actor, Role.ADMIN)
    with db.write() as session:
        user = user_row(session, username)
        user.disabled_at = user.locked_until = None
        user.failures = 0
        activity.record(session, actor.username, "user.enabled", f"{username} was enabled")


def unlock(actor: Principal, username: str) -> None:
    """Let a locked user try again; one who is disabled stays shut out. Raises: Forbidden, NotFound."""
    require(actor, Role.ADMIN)
    with db.write() as session:
        user = user_row(session, username)
        user.locked_until, user.failures = None, 0
        activity.record(session, actor.username, "user.unlocked", f"{username} was unlocked")


def new_user(username: str, name: str, email: str, password: str, role: Role) -> UserRow:
    """A user that is not stored yet. Raises: BadInput."""
    username, name, email = username.strip().lower(), name.strip(), email.strip()
    rule = "must have 2 to 64 of the characters a-z, 0-9, . _ - and @, and begin with a letter or digit"
    checks = (
        ("Username", bool(USERNAME.fullmatch(username)), rule),
        ("Name", is_short_line(name, LONGEST_NAME), f"must have at most {LONGEST_NAME} characters, all on one line"),
        ("Email", len(email) <= LONGEST_EMAIL and is_email(email), "must be a valid email address"),
    )
    if problems := [Problem(field, rule) for field, kept, rule in checks if not kept]:
        raise BadInput(problems)
    return UserRow(
        username=username,
        name=name,
        email=email,
        password_hash=passwords.hashed(password),
        role=role.value,
    )


def _item(row: UserRow) -> UserItem:
    disabled = row.disabled_at is not None
    return UserItem(row.username, row.name, row.email, Role(row.role), disabled, locks.lock_of(row), row.created_at)


def _not_locked(user: UserRow) -> None:
    if locks.lock_of(user):
        raise BadInput(
            [Problem("Current password", "was wrong too often; wait, or ask an admin to unlock your account")]
        )


def _put_password(user: UserRow, password_hash: str) -> None:
    user.password_hash = password_hash
    user.valid_after = now()
    user.failures = 0
    user.locked_until = None


def _keep_an_admin(session: Session, user: UserRow) -> None:
    admins = session.exec(
        select(UserRow.id).where(UserRow.role == Role.ADMIN.value, col(UserRow.disabled_at).is_(None))
    ).all()
    if list(admins) == [user.id]:
        raise Forbidden(f"{user.username} is the only admin left. Make someone else an admin first.")
