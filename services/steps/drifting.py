"""Drift: for ended links whose sides changed, store which fields differ now. Nothing is written to a contact."""

from collections.abc import Iterator

from sqlmodel import Session, col, select

from models.connection import DISCONNECTED, ConnectionRow
from models.contact import ContactRow
from models.link import LinkRow
from models.xero_contact import XeroContactRow
from services.db import read, write
from services.records import drift
from services.records.leases import Lease
from services.records.link_state import ended
from services.records.listing import LINKS, chunks

BATCH = 200


def note_drift(connection_id: str, since_rev: int, lease: Lease) -> None:
    """Note what has drifted on ended links of which a side changed after `since_rev`, in short transactions."""
    with read() as session:
        changed = set(_changed(session, connection_id, since_rev))
    for chunk in chunks(changed, BATCH):
        with write() as session:
            lease.check(session)
            drift.note_links(session, col(LinkRow.id).in_(chunk))


def note_all(connection_id: str) -> None:
    """Note what has drifted on every ended link of a disconnected organisation, in short transactions."""
    mine = select(LinkRow.id).where(col(LinkRow.connection_id) == connection_id, ended())
    with read() as session:
        ids = session.exec(mine).all()
    for chunk in chunks(ids, BATCH):
        with write() as session:
            drift.note_links(session, col(LinkRow.id).in_(chunk))
    with write() as session:
        connection = session.get_one(ConnectionRow, connection_id)
        if connection.state == DISCONNECTED:  # and not connected again meanwhile
            connection.next_tick_at = None


def _changed(session: Session, connection_id: str, since_rev: int) -> Iterator[str]:
    """Ids of ended links, found from the contacts that changed, an index range on each side; may repeat some.

    A connection without ended links costs one look-up.
    """
    mine = select(LinkRow.id).where(col(LinkRow.connection_id) == connection_id, ended())
    if session.exec(mine.limit(1)).first() is None:
        return
    contacts = select(ContactRow.id).where(col(ContactRow.rev) > since_rev)
    for chunk in chunks(session.exec(contacts).all(), LINKS):
        yield from session.exec(mine.where(col(LinkRow.contact_id).in_(chunk)))
    xero = select(XeroContactRow.xero_id).where(
        col(XeroContactRow.connection_id) == connection_id, col(XeroContactRow.rev) > since_rev
    )
    for chunk in chunks(session.exec(xero).all(), LINKS):
        yield from session.exec(mine.where(col(LinkRow.xero_id).in_(chunk)))
