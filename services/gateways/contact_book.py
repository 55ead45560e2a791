"""The practice side when it is our own contact book: the store contract over tables in our database.

It works inside the caller's transaction, so a change to a contact and what the sync remembers of it
become true together or not at all.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlmodel import Session, col

from models.base import new_id, now
from models.contact import ContactRow
from services.db import next_revs
from services.errors import Gone
from services.gateways.store import Change, Draft, Outcome, Page, Record, Status
from services.reconcile.contact import Contact
from services.records.drift import note_contact
from services.records.values import columns_of, contact_of, put_values

PAGE_SIZE = 1000


class ContactBook:
    """The contact book within one session; commits are the caller's."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def page(self, number: int = 1, changed_since: datetime | None = None) -> Page:
        """One page of up to 1,000 contacts, ordered by id."""
        query = select(ContactRow).order_by(col(ContactRow.id))
        if changed_since is not None:
            query = query.where(col(ContactRow.updated_at) >= changed_since)
        count = self.session.execute(select(func.count()).select_from(query.subquery())).scalar_one()
        rows = self.session.scalars(query.limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE))
        pages = -(-count // PAGE_SIZE)
        return Page(tuple(map(record_of, rows)), number, pages, int(count), now())

    def by_ids(self, ids: Sequence[str]) -> list[Record]:
        """The contacts that exist among `ids`."""
        rows = self.session.scalars(select(ContactRow).where(col(ContactRow.id).in_(ids)))
        return [record_of(row) for row in rows]

    def by_number(self, number: str) -> list[Record]:
        """The contact that came from outside under this id, if any."""
        rows = self.session.scalars(select(ContactRow).where(col(ContactRow.external_id) == number))
        return [record_of(row) for row in rows]

    def create(self, drafts: Sequence[Draft], key: str) -> list[Outcome]:
        """Add contacts. The transaction makes repetition harmless, so `key` is not needed."""
        rows = [self._row(draft, rev) for draft, rev in zip(drafts, self._revs(drafts), strict=True)]
        self.session.add_all(rows)
        self.session.flush()
        return [record_of(row) for row in rows]

    def update(self, changes: Sequence[Change]) -> list[Outcome]:
        """Overwrite the named fields of active contacts."""
        return [self._update(change, rev) for change, rev in zip(changes, self._revs(changes), strict=True)]

    def archive(self, ids: Sequence[str]) -> list[Outcome]:
        """Archive active contacts."""
        return [self._archive(contact_id, rev) for contact_id, rev in zip(ids, self._revs(ids), strict=True)]

    def _revs(self, items: Sequence[object]) -> range:
        return next_revs(self.session, len(items))

    def _row(self, draft: Draft, rev: int) -> ContactRow:
        """A new row, or the one that an earlier creation under the same number made."""
        same_number = select(ContactRow).where(col(ContactRow.external_id) == draft.number)
        if draft.number and (earlier := self.session.scalars(same_number).first()):
            return earlier
        columns = _columns(draft.contact, rev, now()) | {"external_id": draft.number or None}
        return ContactRow(**columns, is_person=draft.is_person, contact_type=draft.contact_type or "Client")

    def _update(self, change: Change, rev: int) -> Outcome:
        row = self._active(change.id)
        if isinstance(row, Gone):
            return row
        put_values(row, change.values)
        row.rev, row.updated_at = rev, now()
        note_contact(self.session, row.id)
        return record_of(row)

    def _archive(self, contact_id: str, rev: int) -> Outcome:
        row = self._active(contact_id)
        if isinstance(row, Gone):
            return row
        row.archived_at = row.updated_at = now()
        row.rev = rev
        return record_of(row)

    def _active(self, contact_id: str) -> ContactRow | Gone:
        row = self.session.get(ContactRow, contact_id)
        if row is None or row.archived_at is not None:
            return Gone("This contact is archived in the contact book or no longer there.")
        return row


def record_of(row: ContactRow) -> Record:
    """A row of the contact book as a record of the store contract."""
    return Record(
        id=row.id,
        contact=contact_of(row),
        status=Status.ACTIVE if row.archived_at is None else Status.ARCHIVED,
        is_person=row.is_person,
        number=row.external_id or "",
        updated_at=row.updated_at,
    )


def add_all(session: Session, contacts: Sequence[tuple[Contact, dict[str, Any]]]) -> list[str]:
    """Add contacts, each with its other columns, in one statement. Returns their ids, in the same order.

    They share one creation time, and their change numbers are consecutive.
    """
    if not contacts:
        return []
    revs, at = next_revs(session, len(contacts)), now()
    rows = [_columns(contact, rev, at) | others for (contact, others), rev in zip(contacts, revs, strict=True)]
    session.execute(insert(ContactRow), rows)
    return [row["id"] for row in rows]


def _columns(contact: Contact, rev: int, at: datetime) -> dict[str, Any]:
    fresh = {"id": new_id(), "created_at": at, "updated_at": at, "rev": rev}
    return fresh | {"external_id": None, "notes": ""} | columns_of(contact)
