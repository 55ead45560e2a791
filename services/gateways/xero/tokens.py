"""A valid access token whenever one is needed, renewed once at a time across threads and processes.

Xero's refresh tokens are single-use, so a renewal needs care. A lease lets one caller renew while the
others wait. The new pair is committed before its first use. If the program dies, or Xero's answer is
lost, between the call and the commit, the stored refresh token is tried again: Xero honours it for
another 30 minutes.
"""

import time
from datetime import timedelta

from sqlalchemy import update
from sqlmodel import Session, col, select

from models.authorisation import AuthorisationRow
from models.base import now
from models.connection import CONNECTED, SETTING_UP, SIGN_IN_NEEDED, ConnectionRow
from services.db import read, write
from services.errors import SignInNeeded, Unavailable
from services.gateways.xero import oauth
from services.gateways.xero.oauth import TokenPair
from services.records import activity, leases
from services.vault import open_sealed, seal

MARGIN = timedelta(seconds=60)
LEASE = timedelta(seconds=60)
"""Longer than two attempts to renew take, so that nobody else renews meanwhile."""
PATIENCE = 75.0
PAUSE = 0.1
ENDED = "Xero ended the sign-in. Connect again."


def access_token(authorisation_id: str, refused: str = "") -> str:
    """An access token good for another minute, other than `refused` (one that Xero just turned down).

    Raises: SignInNeeded when Xero no longer honours the sign-in; Unavailable when it cannot be renewed now.
    """
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        pair = stored_pair(authorisation_id)
        if _good(pair, refused):
            return pair.access
        if lease := leases.take(f"refresh:{authorisation_id}", LEASE):
            try:
                return _renewed(authorisation_id, refused)
            finally:
                leases.give_back(lease)
        time.sleep(PAUSE)
    raise Unavailable("Another process has been renewing the sign-in at Xero for too long.")


def stored_pair(authorisation_id: str) -> TokenPair:
    """The pair as it is stored, expired or not. Raises: SignInNeeded if the sign-in has ended."""
    return _load(authorisation_id)[0]


def not_ended(session: Session) -> list[str]:
    """The authorisations that Xero still honours, as far as is known."""
    return list(session.exec(select(AuthorisationRow.id).where(col(AuthorisationRow.ended_at).is_(None))))


def keep(session: Session, pair: TokenPair, xero_user: str) -> str:
    """Store a new authorisation, encrypted. Returns its id."""
    row = AuthorisationRow(sealed=seal(pair.to_json()), expires_at=pair.expires_at, xero_user=xero_user)
    session.add(row)
    session.flush()
    return row.id


def forget(session: Session, authorisation_id: str) -> None:
    """Wipe the tokens of an authorisation that nothing needs any more. A renewal under way cannot store new ones."""
    row = session.get(AuthorisationRow, authorisation_id)
    if row is not None:
        row.sealed, row.ended_at, row.version = "", row.ended_at or now(), row.version + 1


def _load(authorisation_id: str) -> tuple[TokenPair, int]:
    with read() as session:
        row = session.get(AuthorisationRow, authorisation_id)
    if row is None or row.ended_at is not None:
        raise SignInNeeded(ENDED)
    return TokenPair.from_json(open_sealed(row.sealed)), row.version


def _good(pair: TokenPair, refused: str) -> bool:
    return pair.access != refused and pair.expires_at > now() + MARGIN


def _renewed(authorisation_id: str, refused: str) -> str:
    """Renew, unless whoever held the lease before us has just done so. Returns the access token."""
    pair, version = _load(authorisation_id)
    if _good(pair, refused):
        return pair.access
    try:
        fresh = _refresh(pair)
    except SignInNeeded:
        if _end(authorisation_id, version):
            raise
        return _load(authorisation_id)[0].access
    if _commit(authorisation_id, version, fresh):
        return fresh.access
    return _load(authorisation_id)[0].access


def _refresh(pair: TokenPair) -> TokenPair:
    """Ask for the next pair, and once more if the answer was lost."""
    try:
        return oauth.refresh(pair)
    except Unavailable as lost:
        if lost.retry_after is not None:
            raise
        return oauth.refresh(pair)


def _commit(authorisation_id: str, version: int, pair: TokenPair) -> bool:
    """Store a pair in place of the version it came from; False if a later one is stored already."""
    statement = (
        update(AuthorisationRow)
        .where(col(AuthorisationRow.id) == authorisation_id, col(AuthorisationRow.version) == version)
        .values(sealed=seal(pair.to_json()), expires_at=pair.expires_at, version=version + 1)
    )
    with write() as session:
        return bool(session.execute(statement).rowcount)  # type: ignore[attr-defined]


def _end(authorisation_id: str, version: int) -> bool:
    """Mark an authorisation that Xero no longer honours, and every connection that used it.

    False if it was renewed meanwhile: then what Xero refused was merely an old token.
    """
    with write() as session:
        row = session.get(AuthorisationRow, authorisation_id)
        if row is not None and row.version != version:
            return False
        if row is None:
            return True
        row.ended_at = now()
        query = select(ConnectionRow).where(
            col(ConnectionRow.authorisation_id) == authorisation_id,
            col(ConnectionRow.state).in_((SETTING_UP, CONNECTED)),
        )
        for connection in session.exec(query):
            connection.state, connection.error = SIGN_IN_NEEDED, ENDED
            summary = f"Xero ended the sign-in of {connection.name}"
            activity.record(session, activity.SYNC, "connection.sign_in_ended", summary, connection_id=connection.id)
    return True
