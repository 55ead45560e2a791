"""The Client List: which contacts sync, how each of them fares, and trying again what failed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Select, select
from sqlmodel import Session, col

from models.base import now
from models.connection import ConnectionRow
from models.contact import ContactRow
from models.intent import HELD
from models.link import STOPPED, SYNCING, LinkRow
from models.xero_contact import XeroContactRow
from services.access import Principal, Role, require
from services.db import read
from services.errors import MovedOn
from services.reconcile.contact import Field
from services.records.activity import record
from services.records.bulk import Report, each
from services.records.connections import waits
from services.records.deep_link import contact_url
from services.records.intents import latest_intent, wake
from services.records.link_search import found_in_links
from services.records.link_state import count_syncing, syncing
from services.records.links import (
    FAILING,
    WAITING,
    contact_name,
    delayed_by,
    fares,
    goes_to_xero,
    in_hours,
    linked_rows,
    sync_state,
    unarchived,
)
from services.records.listing import Listing, among, chunks, in_order, ordered, page_of, quick
from services.records.remembered import remembered
from services.records.survivors import Survivor
from services.records.working_hours import opens_at
from services.records.xero_types import TYPES, type_filter, type_of
from services.steps.archiving import ask_to_archive
from services.steps.planning import plan_fields

__all__ = ["ClientFilter", "ClientItem", "Survivor", "client_ids", "linked_with", "list_clients", "retry"]

SORTS: dict[str, tuple[Any, ...]] = {
    "name": (LinkRow.name_key,),
    "email": (LinkRow.email_key,),
    "contact_type": (LinkRow.contact_type, LinkRow.name_key),
    "synced_at": (LinkRow.synced_at,),
}
COLUMNS = (
    LinkRow.id,
    LinkRow.connection_id,
    LinkRow.contact_id,
    LinkRow.xero_id,
    ContactRow.name,
    ContactRow.email,
    ContactRow.phone,
    ContactRow.contact_type,
    ContactRow.is_person,
    XeroContactRow.is_customer,
    XeroContactRow.is_supplier,
    LinkRow.two_way,
    LinkRow.error,
    LinkRow.synced_at,
    ConnectionRow.short_code,
    ConnectionRow.state,
    ConnectionRow.braked_at,
)
ROWS = linked_rows(
    *COLUMNS,
    sync_state().label("sync_state"),
    goes_to_xero().label("goes_to_xero"),
    delayed_by().label("delayed_by"),
)


@dataclass(frozen=True, slots=True)
class ClientFilter:
    """What to list. Blank means any; `sync_state` is ok, waiting, failing, difference or kept."""

    connection_id: str = ""
    search: str = ""
    contact_type: str = ""
    kind: str = ""
    xero_type: str = ""
    sync_state: str = ""
    sort: str = "name"
    descending: bool = False


@dataclass(frozen=True, slots=True)
class ClientItem:
    """A synced contact. `xero_type` is in words; `error` is blank unless the last write was refused.

    `waits` says what a waiting contact waits for, to be said after "A change"; blank for others. `waits_until` is until
    when, if that is known. `goes_to_xero` is whether a change waits that goes there by itself. `delayed_by` says why a
    write has not got through so far; blank unless the sync goes on trying.
    """

    link_id: str
    connection_id: str
    contact_id: str
    xero_id: str
    name: str
    email: str
    phone: str
    contact_type: str
    is_person: bool
    xero_type: str
    two_way: bool
    sync_state: str
    goes_to_xero: bool
    waits: str
    delayed_by: str
    error: str
    synced_at: datetime | None
    xero_url: str
    waits_until: datetime | None = None

    @property
    def why(self) -> str:
        """Why a change was refused or delayed; blank if none was."""
        return self.error or self.delayed_by


def list_clients(f: ClientFilter, page: int = 1, size: int = 100) -> Listing[ClientItem]:
    """One page of the synced contacts that match a filter."""
    listing = _listed(f, page, size)
    sending = {item.connection_id for item in listing.rows if item.goes_to_xero}
    if not sending:
        return listing
    with read() as session:
        opening = {connection_id: opens_at(session, connection_id, now()) for connection_id in sending}
    return Listing(tuple(_in_hours(item, opening) for item in listing.rows), listing.total)


@remembered
def _listed(f: ClientFilter, page: int, size: int) -> Listing[ClientItem]:
    """The same whatever the time is."""
    with read() as session:
        count = None if _filtered(f) else count_syncing
        ids, total = page_of(session, partial(_matching, session, f), page, size, count)
        rows = quick(session.execute(ROWS.where(among(LinkRow.id, ids))))
        return Listing(tuple(_item(row) for row in in_order(rows, ids)), total)


def linked_with(link_ids: Sequence[str]) -> dict[str, tuple[str, str]]:
    """The practice contacts that these links are with now, in the order given: link id → id and name."""
    query = linked_rows(LinkRow.id, LinkRow.contact_id, ContactRow.name)
    with read() as session:
        rows = [row for chunk in chunks(link_ids) for row in session.execute(query.where(among(LinkRow.id, chunk)))]
        return {row.id: (row.contact_id, row.name) for row in in_order(rows, link_ids)}


def client_ids(f: ClientFilter) -> list[str]:
    """The link ids of all synced contacts that match a filter."""
    with read() as session:
        return list(session.scalars(_matching(session, f)))


def retry(actor: Principal, link_ids: Sequence[str]) -> Report:
    """Try again what Xero refused: to write those fields, as they are now, or to archive. Raises: Forbidden."""
    require(actor, Role.EDITOR)

    def act(session: Session, link_id: str) -> None:
        link = session.get(LinkRow, link_id)
        if link is None or not link.error or link.state == STOPPED:
            raise MovedOn("It is not failing any more.")
        if link.state == SYNCING:
            _write_again(session, link)
        else:
            ask_to_archive(session, actor.username, link)
        record(
            session, actor.username, "link.retried", f"Tried {contact_name(session, link_id)} again",
            connection_id=link.connection_id, contact_id=link.contact_id, xero_id=link.xero_id,
        )  # fmt: skip
        wake(session, link.connection_id)

    return each(link_ids, act, contact_name)


def _write_again(session: Session, link: LinkRow) -> None:
    """Plan the fields that Xero refused last; whatever else changed is left to the next tick."""
    intent = latest_intent(session, link.connection_id, link.contact_id)
    body = intent.body if intent is not None and intent.state == HELD and intent.link_id == link.id else {}
    link.error, link.practice_rev = "", 0
    plan_fields(session, link.id, [field for field in Field if field.value in body])


def _filtered(f: ClientFilter) -> bool:
    """Whether a filter leaves anything out."""
    return replace(f, sort="", descending=False) != ClientFilter(sort="")


def _matching(session: Session, f: ClientFilter, backwards: bool = False) -> Select[str]:
    """The ids of the links to list, in order; all that is asked of contacts is repeated in their links."""
    query = select(col(LinkRow.id)).where(fares(FAILING) | unarchived() if f.sync_state == FAILING else syncing())
    query = query.where(found_in_links(session, f.search, "practice_text"))
    if f.connection_id:
        query = query.where(col(LinkRow.connection_id) == f.connection_id)
    if f.contact_type:
        query = query.where(col(LinkRow.contact_type) == f.contact_type)
    if f.kind:
        query = query.where(col(LinkRow.is_person) == (f.kind == "person"))
    if f.xero_type in TYPES:
        query = query.where(type_filter(f.xero_type, LinkRow))
    if f.sync_state and f.sync_state != FAILING:
        query = query.where(fares(f.sync_state))
    first, *others = SORTS.get(f.sort, SORTS["name"])
    return ordered(query, first, f.descending != backwards, *others, LinkRow.id)


def _in_hours(item: ClientItem, opening: dict[str, datetime | None]) -> ClientItem:
    waits, until = in_hours(item.waits, opening[item.connection_id] if item.goes_to_xero else None)
    return replace(item, waits=waits, waits_until=until)


def _item(row: Any) -> ClientItem:
    return ClientItem(
        link_id=row.id,
        connection_id=row.connection_id,
        contact_id=row.contact_id,
        xero_id=row.xero_id,
        name=row.name,
        email=row.email,
        phone=row.phone,
        contact_type=row.contact_type,
        is_person=row.is_person,
        xero_type=type_of(row.is_customer, row.is_supplier),
        two_way=row.two_way,
        sync_state=row.sync_state,
        goes_to_xero=row.sync_state == WAITING and row.goes_to_xero,
        waits=waits(row.state, row.braked_at) if row.sync_state == WAITING else "",
        delayed_by=row.delayed_by,
        error=row.error,
        synced_at=row.synced_at,
        xero_url=contact_url(row.short_code, row.xero_id),
    )
