"""The Previously Synced list: links that ended, and what has drifted since."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import col

from models.contact import ContactRow
from models.link import BROKEN, STOPPED, LinkRow
from models.xero_contact import XeroContactRow
from services.db import read
from services.reconcile.contact import Contact, Field, base_from_json
from services.reconcile.normalise import agree, same
from services.records.deep_link import contact_url
from services.records.links import linked_rows
from services.records.listing import Listing, Rows, found_in, ordered
from services.records.values import contact_of

SORTS = {"name": ContactRow.name_key, "ended_at": LinkRow.ended_at}


@dataclass(frozen=True, slots=True)
class PreviousFilter:
    """What to list. Blank means any; `drift` is drifted or same, `state` stopped or broken."""

    connection_id: str = ""
    search: str = ""
    drift: str = ""
    state: str = ""
    sort: str = "name"
    descending: bool = False


@dataclass(frozen=True, slots=True)
class FieldDrift:
    """One field on which the sides differ now; `base` is what they last agreed on, blank if never."""

    field: Field
    base: str
    practice: str
    xero: str


@dataclass(frozen=True, slots=True)
class PreviousItem:
    """A link that ended. `reason` says why, when it was not a person's wish."""

    link_id: str
    connection_id: str
    contact_id: str
    contact_name: str
    xero_id: str
    xero_name: str
    xero_email: str
    state: str
    reason: str
    ended_at: datetime | None
    drift: tuple[FieldDrift, ...]
    xero_url: str


def list_previous(f: PreviousFilter, page: int = 1, size: int = 100) -> Listing[PreviousItem]:
    """One page of ended links that match a filter."""
    rows = _matching(f)
    start = (max(page, 1) - 1) * size
    return Listing(tuple(rows[start : start + size]), len(rows))


def previous_ids(f: PreviousFilter) -> list[str]:
    """The link ids of all ended links that match a filter."""
    return [item.link_id for item in _matching(f)]


def _matching(f: PreviousFilter) -> list[PreviousItem]:
    """Drift is found by comparing values, not in SQL; ended links are few beside syncing ones."""
    with read() as session:
        items = [_item(row) for row in session.execute(_query(f))]
    if f.drift:
        items = [item for item in items if bool(item.drift) == (f.drift == "drifted")]
    return items


def _query(f: PreviousFilter) -> Rows:
    query = linked_rows().where(col(LinkRow.state).in_((f.state,) if f.state else (STOPPED, BROKEN)))
    if f.connection_id:
        query = query.where(col(LinkRow.connection_id) == f.connection_id)
    if f.search.strip():
        query = query.where(found_in(f.search, ContactRow.name, XeroContactRow.name, XeroContactRow.email))
    return ordered(query, SORTS.get(f.sort, ContactRow.name_key), f.descending, col(LinkRow.id))


def _item(row: Any) -> PreviousItem:
    link, contact, xero, short_code = row
    return PreviousItem(
        link_id=link.id,
        connection_id=link.connection_id,
        contact_id=contact.id,
        contact_name=contact.name,
        xero_id=link.xero_id,
        xero_name=xero.name,
        xero_email=xero.email,
        state=link.state,
        reason=link.reason,
        ended_at=link.ended_at,
        drift=_drift(link.base, contact_of(contact), contact_of(xero)),
        xero_url=contact_url(short_code, link.xero_id),
    )


def _drift(stored: Mapping[str, Any], practice: Contact, xero: Contact) -> tuple[FieldDrift, ...]:
    base = base_from_json(stored)
    drifted = []
    for field in Field:
        ours, theirs, agreed = practice.get(field), xero.get(field), base.get(field)
        unmoved = agreed and same(field, ours, agreed.practice) and same(field, theirs, agreed.xero)
        if not unmoved and not agree(field, ours, theirs):
            drifted.append(FieldDrift(field, str(agreed.practice) if agreed else "", str(ours), str(theirs)))
    return tuple(drifted)
