"""Differences that a person or a policy decided: the value that lost is kept, and can be restored."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from models.contact import ContactRow
from models.difference import CLOSED, DifferenceRow
from models.link import LinkRow
from services.access import Principal, Role, require
from services.db import read
from services.errors import NotFound
from services.reconcile.contact import Field
from services.records.bulk import Report, each
from services.records.listing import Listing, Rows, found_by_key, paged
from services.records.values import name_of
from services.steps.restoring import OTHER, value_of
from services.steps.restoring import restore as put_back


@dataclass(frozen=True, slots=True)
class DecidedItem:
    """One decision, about the contact that was linked at that time. `winner` is practice or xero, `actor` who chose it
    ("sync" for a policy); values are text.
    """

    difference_id: str
    contact_id: str
    name: str
    field: Field
    winner: str
    actor: str
    kept: str
    lost: str
    closed_at: datetime | None


def list_decided(
    connection_id: str = "", search: str = "", page: int = 1, size: int = 100, field: str = ""
) -> Listing[DecidedItem]:
    """One page of the decisions, newest first; about one field, or about all."""
    with read() as session:
        return paged(session, _query(connection_id, search, field), col(DifferenceRow.id), _item, page, size)


def restore(actor: Principal, difference_ids: Sequence[str]) -> Report:
    """Put the value that lost back into the practice contact, from where it travels to Xero. Raises: Forbidden.

    What has moved on since, or would not travel, is skipped with the reason.
    """
    require(actor, Role.EDITOR)

    def act(session: Session, difference_id: str) -> None:
        put_back(session, actor.username, _decision(session, difference_id))

    return each(difference_ids, act, _name)


def _decision(session: Session, difference_id: str) -> DifferenceRow:
    row = session.get(DifferenceRow, difference_id)
    if row is None or row.state != CLOSED or not row.winner:
        raise NotFound("There is no such decision.")
    return row


def _query(connection_id: str, search: str, field: str) -> Rows:
    query = (
        select(DifferenceRow, ContactRow)
        .join(LinkRow, col(LinkRow.id) == col(DifferenceRow.link_id))
        .join(ContactRow, col(ContactRow.id) == col(DifferenceRow.contact_id))
        .where(col(DifferenceRow.state) == CLOSED, col(DifferenceRow.winner) != "")
    )
    if connection_id:
        query = query.where(col(LinkRow.connection_id) == connection_id)
    if field:
        query = query.where(col(DifferenceRow.field) == field)
    if search.strip():
        query = query.where(found_by_key(search, ContactRow.name_key))
    return query.order_by(col(DifferenceRow.closed_at).desc(), col(DifferenceRow.id))


def _item(row: Any) -> DecidedItem:
    decision, contact = row
    return DecidedItem(
        difference_id=decision.id,
        contact_id=contact.id,
        name=contact.name,
        field=Field(decision.field),
        winner=decision.winner,
        actor=decision.actor,
        kept=str(value_of(decision, decision.winner)),
        lost=str(value_of(decision, OTHER[decision.winner])),
        closed_at=decision.closed_at,
    )


def _name(session: Session, difference_id: str) -> str:
    try:
        return name_of(session, _decision(session, difference_id).contact_id)
    except NotFound:
        return name_of(session, "")
