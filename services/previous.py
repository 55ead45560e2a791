"""The Previously Synced list: links that ended, and what has drifted since."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Select, select
from sqlmodel import Session, col

from models.connection import ConnectionRow
from models.contact import ContactRow
from models.link import LinkRow
from models.xero_contact import GONE, XeroContactRow
from services.db import read
from services.gateways.store import Status
from services.reconcile.contact import Field
from services.reconcile.match import Keys
from services.records.deep_link import contact_url
from services.records.drift import FieldDrift, drift_of
from services.records.keys import keys_of
from services.records.link_search import found_in_links
from services.records.link_state import count_previous, drifted, ended, followed
from services.records.links import linked_rows, survivor_of
from services.records.listing import Listing, among, chunks, in_order, ordered, page_of, quick
from services.records.remembered import remembered
from services.records.survivors import Survivor, known_survivor

__all__ = [
    "FieldDrift",
    "PreviousFilter",
    "PreviousItem",
    "get_drift",
    "list_previous",
    "partners",
    "previous_ids",
    "previous_items",
    "without_partner",
]

SORTS = {"name": LinkRow.name_key, "ended_at": LinkRow.ended_at}
COLUMNS: tuple[Any, ...] = (
    LinkRow.id,
    LinkRow.connection_id,
    LinkRow.contact_id,
    col(ContactRow.name).label("contact_name"),
    ContactRow.archived_at,
    LinkRow.xero_id,
    col(XeroContactRow.name).label("xero_name"),
    col(XeroContactRow.email).label("xero_email"),
    col(XeroContactRow.status).label("xero_status"),
    col(XeroContactRow.rev).label("xero_rev"),
    XeroContactRow.merged_into,
    LinkRow.state,
    LinkRow.cause,
    LinkRow.reason,
    LinkRow.ended_at,
    LinkRow.drift,
    ConnectionRow.short_code,
)
ROWS = linked_rows(*COLUMNS)
LOST = {
    Status.ARCHIVED.value: "It is archived in Xero. Restore it there first.",
    Status.ERASED.value: "It was erased in Xero.",
    GONE: "It is no longer in Xero.",
}


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
class PreviousItem:
    """A link that ended. `reason` says why, unless a person stopped it; `drift` names what has differed since.

    What can be done about it depends on four of these: `cause` (a constant of `models/link.py`), `xero_status` (active,
    archived, erased or gone), `survivor` (the contact that its Xero contact was merged into) and `archived` (whether
    its practice contact is).
    """

    link_id: str
    connection_id: str
    contact_id: str
    contact_name: str
    xero_id: str
    xero_name: str
    xero_email: str
    xero_status: str
    xero_rev: int
    state: str
    cause: str
    reason: str
    ended_at: datetime | None
    drift: tuple[Field, ...]
    xero_url: str
    archived: bool
    survivor: Survivor | None

    @property
    def partner_id(self) -> str:
        """The id of the Xero contact that it may be linked with: its own, or the one that its own was merged into."""
        return self.survivor.xero_id if self.survivor else self.xero_id

    @property
    def partner_name(self) -> str:
        """What that contact is called."""
        return self.survivor.name if self.survivor else self.xero_name

    @property
    def partner_rev(self) -> int:
        """The change number of that contact."""
        return self.survivor.rev if self.survivor else self.xero_rev

    @property
    def why_not(self) -> str:
        """Why there is no contact in Xero to link with, neither its own nor a survivor; blank if there is one."""
        if self.xero_status == Status.ACTIVE.value or (self.survivor and self.survivor.is_free):
            return ""
        if self.survivor is None:
            return LOST.get(self.xero_status, LOST[GONE])
        into = f"It was merged into {self.survivor.name} in Xero, which is"
        return f"{into} linked with {self.survivor.with_name}." if self.survivor.with_id else f"{into} archived there."


@remembered
def list_previous(f: PreviousFilter, page: int = 1, size: int = 100) -> Listing[PreviousItem]:
    """One page of ended links that match a filter."""
    with read() as session:
        count = None if _filtered(f) else count_previous
        ids, total = page_of(session, partial(_matching, session, f), page, size, count)
        rows = quick(session.execute(ROWS.where(among(LinkRow.id, ids))))
        return Listing(tuple(_item(session, row) for row in in_order(rows, ids)), total)


def previous_items(link_ids: Sequence[str]) -> list[PreviousItem]:
    """Those of these links that are ended, in the order given."""
    with read() as session:
        rows = session.execute(linked_rows(*COLUMNS).where(col(LinkRow.id).in_(link_ids), ended()))
        return [_item(session, row) for row in in_order(rows, link_ids)]


def without_partner(link_ids: Sequence[str]) -> list[PreviousItem]:
    """Those of these ended links with no contact in Xero to link with; each says why not."""
    gone = ROWS.where(ended(), col(XeroContactRow.status) != Status.ACTIVE.value)
    with read() as session:
        rows = (row for chunk in chunks(link_ids) for row in session.execute(gone.where(among(LinkRow.id, chunk))))
        return [item for row in in_order(rows, link_ids) if (item := _item(session, row)).why_not]


def partners(link_ids: Sequence[str]) -> dict[str, Keys]:
    """The Xero contacts that these ended links may be linked with now, by the links' ids."""
    rows = linked_rows(LinkRow.id, XeroContactRow)
    with read() as session:
        mine = (row for chunk in chunks(link_ids) for row in session.execute(rows.where(among(LinkRow.id, chunk))))
        return {link_id: keys_of(survivor_of(session, xero) or xero) for link_id, xero in mine}


def previous_ids(f: PreviousFilter) -> list[str]:
    """The link ids of all ended links that match a filter."""
    with read() as session:
        return list(session.scalars(_matching(session, f)))


def get_drift(link_id: str) -> tuple[FieldDrift, ...]:
    """The fields that have drifted on an ended link, with their values now; none for a link that is not there."""
    with read() as session:
        link = session.get(LinkRow, link_id)
        return drift_of(session, link) if link else ()


def _filtered(f: PreviousFilter) -> bool:
    """Whether a filter leaves anything out."""
    return replace(f, sort="", descending=False) != PreviousFilter(sort="")


def _matching(session: Session, f: PreviousFilter, backwards: bool = False) -> Select[str]:
    """The ids of the links to list, in order."""
    query = select(col(LinkRow.id)).where(ended(), ~followed())
    query = query.where(found_in_links(session, f.search, "practice_text", "xero_text"))
    if f.state:
        query = query.where(col(LinkRow.state) == f.state)
    if f.connection_id:
        query = query.where(col(LinkRow.connection_id) == f.connection_id)
    if f.drift:
        query = query.where(drifted() if f.drift == "drifted" else col(LinkRow.drift) == "")
    return ordered(query, SORTS.get(f.sort, LinkRow.name_key), f.descending != backwards, col(LinkRow.id))


def _survivor(session: Session, row: Any) -> Survivor | None:
    return known_survivor(session, row.connection_id, row.xero_id) if row.merged_into else None


def _item(session: Session, row: Any) -> PreviousItem:
    return PreviousItem(
        link_id=row.id,
        connection_id=row.connection_id,
        contact_id=row.contact_id,
        contact_name=row.contact_name,
        xero_id=row.xero_id,
        xero_name=row.xero_name,
        xero_email=row.xero_email,
        xero_status=row.xero_status,
        xero_rev=row.xero_rev,
        state=row.state,
        cause=row.cause,
        reason=row.reason,
        ended_at=row.ended_at,
        drift=tuple(Field(name) for name in row.drift.split(",") if name),
        xero_url=contact_url(row.short_code, row.xero_id),
        archived=row.archived_at is not None,
        survivor=_survivor(session, row),
    )
