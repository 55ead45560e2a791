"""Remembering what Xero said: the mirror.

Echoes end here: a record that says what the mirror already holds changes nothing at all. Nor does one that is older
than what Xero has said lately: lists may be *behind* what it answered to a write. After an hour Xero is believed
whatever it says, since nobody knows how exact its times are. When a contact is gone, only the mirror says so at first;
its link ends later, once the brake has counted how many links would end.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta

from sqlalchemy import insert, update
from sqlmodel import Session, col, select

from models.base import WHOLESALE, now
from models.link import BROKEN, LinkRow
from models.xero_contact import GONE, XeroContactRow
from services.db import next_revs
from services.gateways.store import Record, Status
from services.records.creations import try_refused_again
from services.records.link_state import failing
from services.records.listing import chunks
from services.records.values import columns_of, contact_of

NOT_THERE = "The contact is no longer in Xero."
ACTIVE = Status.ACTIVE.value
SETTLED = timedelta(hours=1)
"""Longer than a change may take until Xero's lists show it."""


def remember(session: Session, connection_id: str, records: Sequence[Record]) -> set[str]:
    """Bring the mirror up to date. Returns the Xero ids whose record changed."""
    known = _known(session, connection_id, [item.id for item in records])
    changed = [item for item in _latest(records) if _is_news(item, known.get(item.id))]
    fresh, freed, left = [], dict[str, str](), set[str]()
    for item, rev in zip(changed, next_revs(session, len(changed)) if changed else (), strict=True):
        columns = _columns(item) | {"rev": rev}
        row = known.get(item.id)
        if row is None:
            fresh.append(columns | {"connection_id": connection_id, "xero_id": item.id})
            continue
        if row.status == ACTIVE and (columns["status"], columns["name_key"]) != (ACTIVE, row.name_key):
            freed[item.id] = row.name_key
        if columns["status"] != ACTIVE:
            left.add(item.id)
        for column, value in columns.items():
            setattr(row, column, value)
    session.flush()
    _look_anew(session, connection_id, freed)
    _forget_refusals(session, connection_id, left)
    if fresh:
        session.execute(insert(XeroContactRow), fresh)
    return {item.id for item in changed}


def behind(session: Session, connection_id: str, asked: Collection[str], answered: Sequence[Record]) -> set[str]:
    """The contacts of which Xero was asked by id, and answered an older version than it has told us lately, or none."""
    records = {item.id: item for item in answered}
    known = _known(session, connection_id, list(asked))
    return {xero_id for xero_id, row in known.items() if _is_behind(records.get(xero_id), row)}


def mark_gone(session: Session, connection_id: str, xero_ids: Sequence[str]) -> None:
    """Note that Xero does not know these contacts any more."""
    rows = _known(session, connection_id, xero_ids).values()
    for row, rev in zip(rows, next_revs(session, len(rows)) if rows else (), strict=True):
        row.status, row.rev = GONE, rev
    _look_anew(session, connection_id, {row.xero_id: row.name_key for row in rows})
    _forget_refusals(session, connection_id, xero_ids)


def _look_anew(session: Session, connection_id: str, freed: Mapping[str, str]) -> None:
    """Have what may have been refused because of these names tried again: Xero contacts, by id, have given them up.
    What Xero said of the refusal of a link's name does not tell: it may not have shown yet who had the name.
    """
    refused = col(LinkRow.connection_id) == connection_id, failing()
    for chunk in chunks(set(freed.values())):
        waiting = update(LinkRow).where(*refused, col(LinkRow.name_key).in_(chunk))
        session.execute(waiting.values(practice_rev=0), execution_options=WHOLESALE)
    if freed:
        try_refused_again(session, connection_id, freed)


def _forget_refusals(session: Session, connection_id: str, xero_ids: Collection[str]) -> None:
    """Clear the errors of ended links whose contact Xero refused to archive: somebody in Xero has done it."""
    failed = (col(LinkRow.connection_id) == connection_id, col(LinkRow.state) == BROKEN, col(LinkRow.error) != "")
    for chunk in chunks(xero_ids):
        done = update(LinkRow).where(*failed, col(LinkRow.xero_id).in_(chunk)).values(error="")
        session.execute(done, execution_options={"synchronize_session": "fetch"})


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


def _is_news(item: Record, row: XeroContactRow | None) -> bool:
    return _columns(item) != _stored(row) and not _is_behind(item, row)


def _is_behind(item: Record | None, row: XeroContactRow | None) -> bool:
    if row is None or row.status == GONE or row.updated_at is None or row.updated_at < now() - SETTLED:
        return False
    return item is None or (item.updated_at is not None and item.updated_at < row.updated_at)


def _columns(item: Record) -> dict[str, object]:
    return {
        **columns_of(item.contact),
        "is_person": item.is_person,
        "is_customer": item.is_customer,
        "is_supplier": item.is_supplier,
        "status": item.status.value,
        "number": item.number,
        "registration": item.registration,
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
        "registration": row.registration,
        "merged_into": row.merged_into,
        "updated_at": row.updated_at,
    }
