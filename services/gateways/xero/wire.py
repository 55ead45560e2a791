"""Putting a store together for a stored connection: its organisation, its sign-in, its budget of calls."""

import contextlib
from functools import partial

from sqlmodel import col, select

from models.connection import DISCONNECTED, ConnectionRow
from models.consent import CHOOSING, ConsentRow
from services.db import read
from services.errors import SettingsError, SignInNeeded, SyncError
from services.gateways.xero import oauth
from services.gateways.xero.client import Client
from services.gateways.xero.store import XeroStore
from services.gateways.xero.tokens import access_token, not_ended, stored_pair
from services.records.connections import row_of
from services.records.leases import Lease
from services.records.quota import Budget


def store_for(connection_id: str, for_person: bool = False, lease: Lease | None = None) -> XeroStore:
    """The Xero side of a connection. Keep it for a piece of work: it reuses its network connection.

    Work that a person asked for (`for_person`) may use the part of the day's calls that is kept for people. Work under
    a `lease` goes on only while it holds the lease, and renews it with each call.

    Raises: NotFound if there is no such connection; SignInNeeded if it is disconnected.
    """
    tenant_id, _ = _signed_in(connection_id)
    budget = Budget(connection_id, for_person, lease)
    return XeroStore(Client(tenant_id, token=partial(_token, connection_id), budget=budget))


def removed_at_xero(row: ConnectionRow) -> bool:
    """Remove a connection at Xero, and if nothing else is connected, end all sign-ins there. Returns whether Xero could
    be told of the removal.

    All sign-ins means those of every person, since ending one ends only what that person allowed.
    """
    told = _removed(row)
    for authorisation_id in _needed_no_more(row.id):
        with contextlib.suppress(SyncError, SettingsError):
            oauth.revoke(stored_pair(authorisation_id))
    return told


def _removed(row: ConnectionRow) -> bool:
    authorisation_id = row.authorisation_id or ""
    try:
        token = access_token(authorisation_id)
        try:
            oauth.remove(token, row.remote_id)
        except SignInNeeded:  # a token that seemed good by our clock
            oauth.remove(access_token(authorisation_id, token), row.remote_id)
    except (SyncError, SettingsError):
        return False
    return True


def _token(connection_id: str, refused: str) -> str:
    """A token of the sign-in that the connection has now, since an admin may renew it while a store is in use."""
    _, authorisation_id = _signed_in(connection_id)
    try:
        return access_token(authorisation_id, refused)
    except SignInNeeded:
        _, renewed = _signed_in(connection_id)
        if renewed == authorisation_id:
            raise
        return access_token(renewed, refused)


def _signed_in(connection_id: str) -> tuple[str, str]:
    """The organisation and the authorisation of a connection. Raises: as `store_for`."""
    with read() as session:
        row = row_of(session, connection_id)
    if row.state == DISCONNECTED or row.authorisation_id is None:
        raise SignInNeeded(f"{row.name} is disconnected from Xero.")
    return row.tenant_id, row.authorisation_id


def _needed_no_more(connection_id: str) -> list[str]:
    """The ids of all sign-ins, unless another organisation is connected or still to be chosen: then none.

    Ending a sign-in ends everything that its person allowed, also through another sign-in of theirs.
    """
    others = select(ConnectionRow.id).where(
        col(ConnectionRow.id) != connection_id, col(ConnectionRow.state) != DISCONNECTED
    )
    choosing = select(ConsentRow.id).where(col(ConsentRow.outcome) == CHOOSING)
    with read() as session:
        needed = any(session.exec(query).first() is not None for query in (others, choosing))
        return [] if needed else not_ended(session)
