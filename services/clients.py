"""The Client List: who syncs and how it goes, and trying again what failed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col

from models.contact import ContactRow
from models.link import SYNCING, LinkRow
from services.access import Principal, Role, require
from services.db import read
from services.errors import MovedOn
from services.records.activity import record
from services.records.bulk import Report, each
from services.records.deep_link import contact_url
from services.records.intents import wake
from services.records.links import linked_rows, sync_state
from services.records.listing import Listing, Rows, found_in, ordered, paged
from services.records.xero_types import TYPES, type_filter, type_of
from services.steps.planning import plan_one
from services.xero_client import (
    CreatePreview,
    XeroClient,
    create_in_xero,
    drop_create,
    preview_create,
    xero_clients,
)

__all__ = [
    "ClientFilter",
    "ClientItem",
    "CreatePreview",
    "XeroClient",
    "client_ids",
    "create_in_xero",
    "drop_create",
    "list_clients",
    "preview_create",
    "retry",
    "xero_clients",
]

SORTS = {
    "name": ContactRow.name_key,
    "email": ContactRow.email_key,
    "contact_type": ContactRow.contact_type,
    "synced_at": LinkRow.synced_at,
}


@dataclass(frozen=True, slots=True)
class ClientFilter:
    """What to list. Blank means any; `sync_state` is ok, waiting, failing or difference."""

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
    """A synced contact. `xero_type` is in words; `error` is blank unless the last write was refused."""

    link_id: str
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
    error: str
    synced_at: datetime | None
    xero_url: str


def list_clients(f: ClientFilter, page: int = 1, size: int = 100) -> Listing[ClientItem]:
    """One page of the synced contacts that match a filter."""
    with read() as session:
        return paged(session, _query(f), col(LinkRow.id), _item, page, size)


def client_ids(f: ClientFilter) -> list[str]:
    """The link ids of all synced contacts that match a filter."""
    with read() as session:
        return list(session.scalars(_query(f).with_only_columns(col(LinkRow.id))))


def retry(actor: Principal, link_ids: Sequence[str]) -> Report:
    """Try again to write contacts that Xero refused, as they are now. Raises: Forbidden."""
    require(actor, Role.EDITOR)

    def act(session: Session, link_id: str) -> None:
        link = session.get(LinkRow, link_id)
        if link is None or link.state != SYNCING or not link.error:
            raise MovedOn("It is not failing any more.")
        link.error, link.practice_rev = "", 0
        plan_one(session, link_id)
        record(
            session, actor.username, "link.retried", f"Tried {_name(session, link_id)} again",
            connection_id=link.connection_id, contact_id=link.contact_id, xero_id=link.xero_id,
        )  # fmt: skip
        wake(session, link.connection_id)

    return each(link_ids, act, _name)


def _name(session: Session, link_id: str) -> str:
    link = session.get(LinkRow, link_id)
    contact = session.get(ContactRow, link.contact_id) if link else None
    return contact.name if contact else "A contact that is no longer there"


def _query(f: ClientFilter) -> Rows:
    query = linked_rows(sync_state()).where(col(LinkRow.state) == SYNCING)
    if f.connection_id:
        query = query.where(col(LinkRow.connection_id) == f.connection_id)
    if f.search.strip():
        query = query.where(found_in(f.search, ContactRow.name, ContactRow.email, ContactRow.phone))
    if f.contact_type:
        query = query.where(col(ContactRow.contact_type) == f.contact_type)
    if f.kind:
        query = query.where(col(ContactRow.is_person) == (f.kind == "person"))
    if f.xero_type in TYPES:
        query = query.where(type_filter(f.xero_type))
    if f.sync_state:
        query = query.where(sync_state() == f.sync_state)
    return ordered(query, SORTS.get(f.sort, ContactRow.name_key), f.descending, col(LinkRow.id))


def _item(row: Any) -> ClientItem:
    link, contact, xero, short_code, state = row
    return ClientItem(
        link_id=link.id,
        contact_id=contact.id,
        xero_id=link.xero_id,
        name=contact.name,
        email=contact.email,
        phone=contact.phone,
        contact_type=contact.contact_type,
        is_person=contact.is_person,
        xero_type=type_of(xero.is_customer, xero.is_supplier),
        two_way=link.two_way,
        sync_state=state,
        error=link.error,
        synced_at=link.synced_at,
        xero_url=contact_url(short_code, link.xero_id),
    )
