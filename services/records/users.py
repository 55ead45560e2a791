"""Rows of users: what one may do now, and adding one."""

from typing import Any

from sqlalchemy import bindparam, exists
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from models.ended_sign_in import EndedSignInRow
from models.user import UserRow
from services import db
from services.errors import BadInput, NotFound, Problem
from services.records import activity

ENDED = exists().where(col(EndedSignInRow.id) == bindparam("sign_in")).label("ended")
PERSON = sql_select(
    col(UserRow.name), col(UserRow.role), col(UserRow.disabled_at), col(UserRow.valid_after), ENDED
).where(col(UserRow.username) == bindparam("username"))
"""Run on every click, so the query is built once, and reads columns rather than an object that tracks changes."""


def standing(username: str, sign_in: str) -> Any:
    """Name, role, `disabled_at` and `valid_after` of a user as they are now, and whether this sign-in has `ended`.

    None if no user has this name.
    """
    with db.read() as session:
        return session.execute(PERSON, {"username": username, "sign_in": sign_in}).first()


def any_user(session: Session) -> bool:
    """Whether there is any user, disabled ones included."""
    return session.exec(select(UserRow.id).limit(1)).first() is not None


def user_row(session: Session, username: str) -> UserRow:
    """A user's row. Raises: NotFound."""
    row = session.exec(select(UserRow).where(UserRow.username == username)).first()
    if row is None:
        raise NotFound(f"There is no user {username}.")
    return row


def insert(session: Session, actor: str, user: UserRow) -> None:
    """Store a new user. Raises: BadInput where the name is taken."""
    same_name = select(UserRow.id).where(UserRow.username == user.username)
    if user.username in (activity.SYNC, activity.CLI) or session.exec(same_name).first():
        raise BadInput([Problem("Username", "is taken")])
    session.add(user)
    activity.record(session, actor, "user.added", f"{user.username} was added as {user.role}")
