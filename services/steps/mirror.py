"""Remembering what Xero said: the mirror, and links whose Xero contact is no longer there.

Echoes end here: a record that says what the mirror already holds changes nothing at all.
"""

from collections.abc import Sequence

from sqlalchemy import insert
from sqlmodel import Session, col, select

from models.base import now
from models.link import BROKEN, SYNCING, LinkRow
from models.xero_contact import XeroContactRow
from services.db import next_revs
from services.gateways.store import Record, Status
from services.records.activity import SYNC, record
from services.records.intents import drop_open
from services.records.listing import chunks
from services.records.values import columns_of, contact_of

REASONS = {
    Status.ARCHIVED: "The contact was archived in Xero.",
    Status.ERASED: "The contact was erased in Xero at the person's request.",
}
MERGED = "The contact was merged into another one in Xero."


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
        if item.status is not Status.ACTIVE:
            break_link(session, connection_id, item.id, MERGED if item.merged_into else REASONS[item.status])
    session.flush()
    if fresh:
        session.execute(insert(XeroContactRow), fresh)
    return {item.id for item in changed}


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
