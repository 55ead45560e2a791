"""Differences that a person or a policy decided: the value that lost is kept, and can be restored."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from models.contact import ContactRow
from models.difference import DifferenceRow
from models.link import SYNCING, LinkRow
from services.access import Principal, Role, require
from services.db import read
from services.errors import MovedOn, NotFound
from services.gateways.contact_book import ContactBook
from services.gateways.store import Change
from services.reconcile.contact import Field, Value, value_from_json, values_to_json
from services.reconcile.normalise import same
from services.records.activity import record
from services.records.bulk import Report, each
from services.records.differences import CLOSED
from services.records.intents import wake_all
from services.records.listing import Listing, Rows, found_by_key, paged
from services.records.values import contact_of

OTHER = {"practice": "xero", "xero": "practice"}


@dataclass(frozen=True, slots=True)
class DecidedItem:
    """One decision. `winner` is practice or xero, `actor` who chose it ("sync" for a policy); values are text."""

    difference_id: str
    contact_id: str
    name: str
    field: Field
    winner: str
    actor: str
    kept: str
    lost: str
    closed_at: datetime | None


def list_decided(connection_id: str = "", search: str = "", page: int = 1, size: int = 100) -> Listing[DecidedItem]:
    """One page of the decisions, newest first."""
    with read() as session:
        return paged(session, _query(connection_id, search), col(DifferenceRow.id), _item, page, size)


def restore(actor: Principal, difference_ids: Sequence[str]) -> Report:
    """Put the value that lost back into the practice contact, from where it travels to Xero. Raises: Forbidden.

    Where the winner has been overwritten since, the decision is skipped: its loser is older than what is there now.
    """
    require(actor, Role.EDITOR)

    def act(session: Session, difference_id: str) -> None:
        row, link, contact = _decision(session, difference_id)
        field = Field(row.field)
        lost = _value(row, OTHER[row.winner])
        if link.state != SYNCING or contact.archived_at is not None:
            raise MovedOn("It does not sync any more.")
        if not same(field, contact_of(contact).get(field), _value(row, row.winner)):
            raise MovedOn("The value that won has been changed since.")
        ContactBook(session).update([Change(contact.id, {field: lost})])
        record(
            session, actor.username, "difference.restored", f"Restored {field.label.lower()} of {contact.name}",
            connection_id=link.connection_id, contact_id=contact.id, xero_id=link.xero_id,
            before=values_to_json({field: _value(row, row.winner)}), after=values_to_json({field: lost}),
        )  # fmt: skip
        wake_all(session)

    return each(difference_ids, act, _name)


def _decision(session: Session, difference_id: str) -> tuple[DifferenceRow, LinkRow, ContactRow]:
    row = session.get(DifferenceRow, difference_id)
    if row is None or row.state != CLOSED or not row.winner:
        raise NotFound("There is no such decision.")
    link = session.get_one(LinkRow, row.link_id)
    return row, link, session.get_one(ContactRow, link.contact_id)


def _value(row: DifferenceRow, side: str) -> Value:
    return value_from_json(Field(row.field), row.values[side])


def _query(connection_id: str, search: str) -> Rows:
    query = (
        select(DifferenceRow, ContactRow)
        .join(LinkRow, col(LinkRow.id) == col(DifferenceRow.link_id))
        .join(ContactRow, col(ContactRow.id) == col(LinkRow.contact_id))
        .where(col(DifferenceRow.state) == CLOSED, col(DifferenceRow.winner) != "")
    )
    if connection_id:
        query = query.where(col(LinkRow.connection_id) == connection_id)
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
        kept=str(_value(decision, decision.winner)),
        lost=str(_value(decision, OTHER[decision.winner])),
        closed_at=decision.closed_at,
    )


def _name(session: Session, difference_id: str) -> str:
    try:
        return _decision(session, difference_id)[2].name
    except NotFound:
        return "A contact that is no longer there"
