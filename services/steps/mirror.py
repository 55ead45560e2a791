"""Remembering what Xero said: the mirror, and links whose Xero contact is no longer there.

Echoes end here: a record that says what the mirror already holds changes nothing at all. That a contact is gone
is remembered first, and its link ended afterwards, when the brake has seen how many there are.
"""

from collections.abc import Sequence

from sqlalchemy import insert
from sqlmodel import Session, col, select

from models.base import now
from models.link import BROKEN, SYNCING, LinkRow
from models.xero_contact import GONE, XeroContactRow
from services.db import next_revs, write
from services.gateways.store import Record, Status
from services.records.activity import SYNC, record
from services.records.intents import drop_open
from services.records.leases import Lease
from services.records.listing import chunks
from services.records.values import columns_of, contact_of

NOT_THERE = "The contact is no longer in Xero."
REASONS = {
    Status.ARCHIVED.value: "The contact was archived in Xero.",
    Status.ERASED.value: "The contact was erased in Xero at the person's request.",
    GONE: NOT_THERE,
}
MERGED = "The contact was merged into another one in Xero."
BATCH = 100


def remember(session: Session, connection_id: str, records: Sequence[Record]) -> set[str]:
    """Bring the mirror up to date. Returns the Xero ids whose record changed."""
    known = _known(session, connection_id, [item.id for item in records])
    changed = [item for item in _latest(records) if _columns(item) != _stored(known.get(item.id))]
    fresh = []
    for item, rev in zip(changed, next_revs(session, len(changed)) if changed else (), strict=True):
        columns = _columns(item) | {"rev": rev}
        row = known.get(item.id)
        if row is None:
            fresh.append(columns | {"connection_id": connection_id, "xero_id": item.id})
            continue
        for column, value in columns.items():
            setattr(row, column, value)
    session.flush()
    if fresh:
        session.execute(insert(XeroContactRow), fresh)
    return {item.id for item in changed}


def mark_gone(session: Session, connection_id: str, xero_ids: Sequence[str]) -> None:
    """Note that Xero does not know these contacts any more."""
    rows = _known(session, connection_id, xero_ids).values()
    for row, rev in zip(rows, next_revs(session, len(rows)) if rows else (), strict=True):
        row.status, row.rev = GONE, rev


def ending_links(session: Session, connection_id: str, since_rev: int) -> list[str]:
    """Syncing links whose Xero contact changed after `since_rev` and is archived, erased, merged or gone now."""
    query = select(XeroContactRow.xero_id).where(
        col(XeroContactRow.connection_id) == connection_id,
        col(XeroContactRow.rev) > since_rev,
        col(XeroContactRow.status) != Status.ACTIVE.value,
    )
    mine = select(LinkRow.id).where(col(LinkRow.connection_id) == connection_id, col(LinkRow.state) == SYNCING)
    gone = session.exec(query).all()
    return [id_ for chunk in chunks(gone) for id_ in session.exec(mine.where(col(LinkRow.xero_id).in_(chunk)))]


def end_links(link_ids: Sequence[str], lease: Lease) -> None:
    """End links, each for the reason that the mirror tells, in short transactions."""
    for chunk in chunks(link_ids, BATCH):
        with write() as session:
            lease.check(session)
            for link_id in chunk:
                link = session.get_one(LinkRow, link_id)
                xero = session.get_one(XeroContactRow, (link.connection_id, link.xero_id))
                reason = MERGED if xero.merged_into else REASONS.get(xero.status)
                if reason is not None:
                    break_link(session, link.connection_id, link.xero_id, reason)


def break_link(session: Session, connection_id: str, xero_id: str, reason: str) -> None:
    """End a syncing link because its Xero contact is gone; the practice contact stays as it is."""
    query = select(LinkRow).where(
        col(LinkRow.connection_id) == connection_id,
        col(LinkRow.xero_id) == xero_id,
        col(LinkRow.state) == SYNCING,
    )
    link = session.exec(query).first()
    if link is None:
        return
    link.state, link.reason, link.ended_at, link.error = BROKEN, reason, now(), ""
    drop_open(session, link.id)
    record(
        session, SYNC, "link.broken", f"Stopped syncing: {reason}", connection_id=connection_id,
        contact_id=link.contact_id, xero_id=xero_id,
    )  # fmt: skip


def _known(session: Session, connection_id: str, ids: Sequence[str]) -> dict[str, XeroContactRow]:
    found: dict[str, XeroContactRow] = {}
    for chunk in chunks(ids):
        query = select(XeroContactRow).where(
            col(XeroContactRow.connection_id) == connection_id, col(XeroContactRow.xero_id).in_(chunk)
        )
        found.update({row.xero_id: row for row in session.exec(query)})
    return found


def _latest(records: Sequence[Record]) -> list[Record]:
    return list({item.id: item for item in records}.values())


def _columns(item: Record) -> dict[str, object]:
    return {
        **columns_of(item.contact),
        "is_person": item.is_person,
        "is_customer": item.is_customer,
        "is_supplier": item.is_supplier,
        "status": item.status.value,
        "number": item.number,
        "merged_into": item.merged_into,
        "updated_at": item.updated_at,
    }


def _stored(row: XeroContactRow | None) -> dict[str, object] | None:
    if row is None:
        return None
    return {
        **columns_of(contact_of(row)),
        "is_person": row.is_person,
        "is_customer": row.is_customer,
        "is_supplier": row.is_supplier,
        "status": row.status,
        "number": row.number,
        "merged_into": row.merged_into,
        "updated_at": row.updated_at,
    }
