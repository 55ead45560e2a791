"""Who may use the program and what each role may do.

Roles build on each other: a viewer reads, an editor also acts, an admin also has settings and users.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from models.base import now
from services import db
from services.errors import Forbidden
from services.records import activity
from services.records.remembered import remembered
from services.records.users import any_user, standing
from services.settings import get_settings

A_MOMENT = timedelta(minutes=1)


class Role(StrEnum):
    """What a person may do, from least to most."""

    VIEWER = "viewer"
    EDITOR = "editor"
    ADMIN = "admin"

    def includes(self, needed: "Role") -> bool:
        """Whether this role may do all that `needed` may."""
        order = list(Role)
        return order.index(self) >= order.index(needed)


@dataclass(frozen=True, slots=True)
class Principal:
    """The person (or the sync) on whose behalf something is done. `since` is when they signed in, None if they did not.

    `sign_in` is the id of that sign-in, which all tabs of a browser share.
    """

    username: str
    name: str
    role: Role
    since: datetime | None = field(default=None, compare=False)
    sign_in: str = field(default="", compare=False)


SYSTEM = Principal(activity.SYNC, "Sync", Role.ADMIN)
CLI = Principal(activity.CLI, "Command line", Role.ADMIN)


def require(actor: Principal, role: Role) -> None:
    """Raise Forbidden, in words for the person, unless `actor` has at least `role` at this moment.

    The role is read anew: an open page keeps the person it was drawn for, whose role may have changed since.
    """
    held = _role_now(actor)
    if not held.includes(role):
        raise Forbidden(f"Your role is {held}. This needs the role {role}: ask an admin.")


def expired(since: datetime | None) -> bool:
    """Whether a sign-in has lasted too long, or lies in the future: by a clock that was ahead, it would never end."""
    lasts = timedelta(days=get_settings().sign_in_days)
    return since is not None and not now() - lasts <= since <= now() + A_MOMENT


@remembered
def has_users() -> bool:
    """Whether there is any user yet."""
    with db.read() as session:
        return any_user(session)


@remembered
def find_principal(username: str, since: datetime | None = None, sign_in: str = "") -> Principal | None:
    """The person behind a username, with the role they have now; None when unknown or disabled.

    Also None if the sign-in made at `since` was ended afterwards, by itself (`sign_in`) or with all of the person's.
    """
    row = standing(username, sign_in)
    if row is None or _is_out(row, since):
        return None
    return Principal(username, row.name or username, Role(row.role), since, sign_in)


def _role_now(actor: Principal) -> Role:
    """A user's role now. Actors that are no users, such as the sync, have the role they state. Raises: Forbidden."""
    row = None if actor in (SYSTEM, CLI) else standing(actor.username, actor.sign_in)
    if row is None:
        return actor.role
    if _is_out(row, actor.since) or expired(actor.since):
        raise Forbidden("Your sign-in has ended. Sign in again.")
    return Role(row.role)


def _is_out(row: Any, since: datetime | None) -> bool:
    """Whether a user is disabled, or the sign-in made at `since` was ended, by itself or with all of the user's."""
    return row.disabled_at is not None or row.ended or (since is not None and since < row.valid_after)
