"""The webhook inbox: which Xero contacts were named as changed, and not read since."""

from collections import defaultdict
from collections.abc import Collection, Mapping

from sqlalchemy import delete
from sqlmodel import Session, col, select

from models.base import now
from models.connection import CONNECTED, SIGN_IN_NEEDED, ConnectionRow
from models.inbox import InboxRow
from models.installation import InstallationRow
from services.records.listing import chunks


def listeners(session: Session) -> dict[str, ConnectionRow]:
    """The connections for which events are kept, by tenant id: those whose import has started."""
    query = select(ConnectionRow).where(col(ConnectionRow.state).in_((CONNECTED, SIGN_IN_NEEDED)))
    return {row.tenant_id: row for row in session.exec(query)}


def keep(session: Session, events: Mapping[str, InboxRow]) -> None:
    """Store events by their keys; one whose key is stored already came twice and is skipped."""
    for chunk in chunks(events):
        known = set(session.exec(select(InboxRow.key).where(col(InboxRow.key).in_(chunk))))
        session.add_all(events[key] for key in chunk if key not in known)


def wake(connection: ConnectionRow) -> None:
    """Have the worker turn to a connection now, unless it waits after a failure: that pause stays as it is."""
    if not connection.error:
        connection.next_tick_at = now()


def missed_some(session: Session, first: int, last: int) -> bool:
    """Note the numbers of a batch's events. Returns whether events before them never came.

    Xero numbers an app's events from 1 on, across all organisations, and begins again when the webhook is set up anew.
    """
    installation = session.get_one(InstallationRow, 1)
    known = installation.webhook_sequence
    installation.webhook_sequence = last if first == 1 else max(known, last)
    return first > known + 1


def waiting(session: Session, connection_id: str) -> dict[str, list[str]]:
    """The Xero ids to read, each with the keys of the events that name it."""
    found = defaultdict(list)
    query = select(InboxRow.xero_id, InboxRow.key).where(col(InboxRow.connection_id) == connection_id)
    for xero_id, key in session.exec(query):
        found[xero_id].append(key)
    return dict(found)


def forget(session: Session, keys: Collection[str]) -> None:
    """Delete events whose contacts were read. One that came while they were read has another key and stays."""
    for chunk in chunks(keys):
        session.execute(delete(InboxRow).where(col(InboxRow.key).in_(chunk)))


def empty(session: Session, connection_id: str) -> None:
    """Delete all events of a connection that has ended."""
    session.execute(delete(InboxRow).where(col(InboxRow.connection_id) == connection_id))
