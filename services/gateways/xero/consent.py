"""The round trip of a consent: away to Xero with a single-use state, back with a code, and what it gave.

The state is random, stored only as a hash, good for ten minutes and for one return. It ties the return
to the person who began; PKCE ties the code to this program.
"""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import update
from sqlmodel import col, select

from models.base import now
from models.consent import ConsentRow
from services.db import read, write
from services.errors import SignInNeeded, SyncError, Unavailable, UsageError
from services.gateways.xero import oauth
from services.gateways.xero.oauth import Grant, Granted
from services.vault import open_sealed, seal

LIFETIME = timedelta(minutes=10)
AGAIN = "Start again with Connect."
FORGED = f"Xero sent you back with a sign-in that was not started here. {AGAIN}"
REUSED = f"This sign-in has already been used. {AGAIN}"
EXPIRED = f"The sign-in at Xero took longer than ten minutes. {AGAIN}"
INTERRUPTED = f"The sign-in was interrupted before it was finished. {AGAIN}"
DENIED = "Access was not allowed in Xero, so nothing was connected."
NO_CODE = f"Xero sent no authorisation code. {AGAIN}"
CODE_REFUSED = f"Xero did not accept the authorisation code. {AGAIN}"
UNREACHABLE = "Xero could not be reached to finish the sign-in. Start again with Connect in a few minutes."
NO_ORGANISATION = "No organisation was chosen in Xero. Start again with Connect and choose one."


@dataclass(frozen=True, slots=True)
class Consented:
    """What a person allowed: tokens, and the organisations they are good for (at least one)."""

    grant: Grant
    organisations: tuple[Granted, ...]


def start(username: str) -> tuple[str, str]:
    """Begin a consent for a person. Returns its id and the address at Xero to send their browser to."""
    state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(64)
    row = ConsentRow(state_hash=_hash(state), sealed_verifier=seal(verifier), username=username)
    with write() as session:
        session.add(row)
    return row.id, oauth.authorize_url(state, verifier)


def find(state: str) -> ConsentRow | None:
    """The consent that a returning state belongs to, used or not; None for one never given out."""
    with read() as session:
        return session.exec(select(ConsentRow).where(ConsentRow.state_hash == _hash(state))).first()


def take(consent_id: str) -> bool:
    """Use up a consent's state; only the first of any number of callers gets True."""
    statement = (
        update(ConsentRow)
        .where(col(ConsentRow.id) == consent_id, col(ConsentRow.used_at).is_(None))
        .values(used_at=now())
        .returning(col(ConsentRow.id))
    )
    with write() as session:
        return session.execute(statement).first() is not None


def expired(consent: ConsentRow) -> bool:
    """Whether the person took too long."""
    return consent.created_at < now() - LIFETIME


def complete(consent: ConsentRow, code: str, error: str) -> Consented:
    """Exchange the code and ask which organisations it opened.

    Raises: UsageError with a sentence for the person; SettingsError for whoever deploys.
    """
    if expired(consent):
        raise UsageError(EXPIRED)
    if error or not code:
        raise UsageError(_refusal(error))
    grant = _exchanged(code, open_sealed(consent.sealed_verifier))
    try:
        organisations = _organisations(grant)
    except SyncError:
        raise UsageError(UNREACHABLE) from None
    if not organisations:
        raise UsageError(NO_ORGANISATION)
    return Consented(grant, tuple(organisations))


def _exchanged(code: str, verifier: str) -> Grant:
    try:
        return oauth.exchange(code, verifier)
    except SignInNeeded:
        raise UsageError(CODE_REFUSED) from None
    except Unavailable:
        raise UsageError(UNREACHABLE) from None


def _organisations(grant: Grant) -> list[Granted]:
    """The organisations of this consent, if Xero can tell; else all that this person ever allowed."""
    chosen = oauth.granted(grant.pair.access, grant.event_id) if grant.event_id else []
    return chosen or oauth.granted(grant.pair.access)


def _refusal(error: str) -> str:
    """A sentence for an error code. Its description is not shown: anyone could write one."""
    if error == "access_denied":
        return DENIED
    if not error:
        return NO_CODE
    known = f" ({error})" if re.fullmatch(r"[a-z_]{1,40}", error) else ""
    return f"Xero reported a problem with the sign-in{known}. {AGAIN}"


def _hash(state: str) -> str:
    return hashlib.sha256(state.encode()).hexdigest()
