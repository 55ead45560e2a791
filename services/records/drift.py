"""Drift: what differs between the two contacts of a link that ended, since they last agreed.

Comparing takes every field's rules, so it cannot be a condition in SQL: the names of the fields are stored with
the link, whenever it ends or one of its contacts changes afterwards, and lists ask for those.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from models.contact import ContactRow
from models.link import SYNCING, LinkRow
from models.xero_contact import XeroContactRow
from services.reconcile.contact import Contact, Field, base_from_json
from services.reconcile.normalise import agree, same
from services.records.keys import same_xero_contact
from services.records.link_state import ended
from services.records.listing import chunks
from services.records.values import contact_of


@dataclass(frozen=True, slots=True)
class FieldDrift:
    """One field on which the sides differ now; `base` is what they last agreed on, blank if never."""

    field: Field
    base: str
    practice: str
    xero: str


def note(session: Session, link: LinkRow) -> None:
    """Store which fields of an ended link have drifted; for a syncing link, planning stores what stays apart."""
    if link.state != SYNCING:
        store(link, [one.field for one in drift_of(session, link)])


def store(link: LinkRow, fields: Iterable[Field]) -> None:
    """Store the names of fields that have drifted, or are kept apart."""
    drifted = ",".join(fields)
    if link.drift != drifted:  # setting an equal value would still write the row
        link.drift = drifted


def note_contact(session: Session, contact_id: str) -> None:
    """`note` for all ended links of a practice contact whose fields just changed."""
    note_contacts(session, [contact_id])


def note_contacts(session: Session, contact_ids: Sequence[str]) -> None:
    """`note_contact` for many at once."""
    for chunk in chunks(contact_ids):
        note_links(session, col(LinkRow.contact_id).in_(chunk) & ended())


def note_links(session: Session, which: ColumnElement[bool]) -> None:
    """`note` for some links, having read them and their contacts at once."""
    whole = select(LinkRow, ContactRow, XeroContactRow).join(ContactRow, col(ContactRow.id) == col(LinkRow.contact_id))
    rows = session.exec(whole.join(XeroContactRow, same_xero_contact(LinkRow)).where(which)).all()
    for link, _, _ in rows:  # `rows` keeps the contacts in the session, so that `note` finds them without a query
        note(session, link)


def drift_of(session: Session, link: LinkRow) -> tuple[FieldDrift, ...]:
    """Field by field, what has drifted on a link."""
    contact = session.get(ContactRow, link.contact_id)
    xero = session.get(XeroContactRow, (link.connection_id, link.xero_id))
    return _compare(link.base, contact_of(contact), contact_of(xero)) if contact and xero else ()


def _compare(stored: Mapping[str, Any], practice: Contact, xero: Contact) -> tuple[FieldDrift, ...]:
    if practice == xero:  # true of most links, and quick to see
        return ()
    base = base_from_json(stored)
    drifted = []
    for field in Field:
        ours, theirs, agreed = practice.get(field), xero.get(field), base.get(field)
        unmoved = agreed and same(field, ours, agreed.practice) and same(field, theirs, agreed.xero)
        if not unmoved and not agree(field, ours, theirs):
            drifted.append(FieldDrift(field, str(agreed.practice) if agreed else "", str(ours), str(theirs)))
    return tuple(drifted)
