"""Setting up the first administrator of a new installation, with a code that only its operator sees."""

import secrets
from hashlib import sha256
from hmac import compare_digest

from sqlmodel import Session

from models.installation import InstallationRow
from services import db
from services.access import Role
from services.errors import Forbidden
from services.records.users import any_user, insert
from services.users import new_user

CODE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # without those that look alike


def new_code() -> str | None:
    """A fresh one-time code; None once there are users.

    Only its hash is kept, and an earlier code is void: show it where only the operator looks.
    """
    code = "-".join("".join(secrets.choice(CODE_LETTERS) for _ in range(4)) for _ in range(4))
    with db.write() as session:
        if any_user(session):
            return None
        _installation(session).setup_code_hash = _hash_code(code)
    return code


def create_admin(code: str, username: str, name: str, email: str, password: str) -> None:
    """Add the first user, an admin. Raises: Forbidden for a wrong code, or if there are users already; BadInput."""
    with db.read() as session:
        _check_code(session, code)
    user = new_user(username, name, email, password, Role.ADMIN)
    with db.write() as session:
        _check_code(session, code)
        insert(session, user.username, user)
        _installation(session).setup_code_hash = ""


def _installation(session: Session) -> InstallationRow:
    row = session.get(InstallationRow, 1)
    if row is None:
        row = InstallationRow()
        session.add(row)
    return row


def _check_code(session: Session, code: str) -> None:
    if any_user(session):
        raise Forbidden("This installation is already set up. Sign in instead.")
    row = session.get(InstallationRow, 1)
    if row is None or not compare_digest(_hash_code(code), row.setup_code_hash):
        raise Forbidden("That is not the code on the server's console.")


def _hash_code(code: str) -> str:
    return sha256(code.strip().upper().encode()).hexdigest()
