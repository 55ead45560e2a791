"""The Differences tab: fields that both sides changed, and which value a person chooses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from models.contact import ContactRow
from models.difference import OPEN, DifferenceRow
from models.link import SYNCING, LinkRow
from models.xero_contact import XeroContactRow
from services.access import Principal, Role, require
from services.db import read
from services.errors import MovedOn
from services.reconcile.contact import Field, value_from_json
from services.records.bulk import Report, each
from services.records.differences import find_open
from services.records.intents import wake
from services.records.listing import Listing, Rows, among, found_by_key, paged
from services.records.undoing import before_choice, of_difference
from services.records.values import contact_of, name_of
from services.steps.deciding import PRACTICE, XERO, decide

SETTLED = "This difference has been settled in the meantime."
CHANGED = "A value has changed since it was shown. Check it, then try again."


@dataclass(frozen=True, slots=True)
class DifferenceItem:
    """One field of one link; values as text, `base` None if the sides never agreed."""

    difference_id: str
    link_id: str
    contact_id: str
    name: str
    field: Field
    base: str | None
    practice: str
    xero: str
    created_at: datetime


def list_differences(
    connection_id: str = "", search: str = "", page: int = 1, size: int = 100, field: str = ""
) -> Listing[DifferenceItem]:
    """One page of the open differences, by contact name; of one field, or of all."""
    with read() as session:
        return paged(session, _query(connection_id, search, field), col(DifferenceRow.id), _item, page, size)


def fields_in_question(link_id: str) -> list[Field]:
    """The fields of one link that wait for a choice."""
    query = select(col(DifferenceRow.field)).where(
        col(DifferenceRow.link_id) == link_id, col(DifferenceRow.state) == OPEN
    )
    with read() as session:
        asked = set(session.scalars(query))
    return [field for field in Field if field.value in asked]


def difference_ids(connection_id: str = "", search: str = "", field: str = "") -> list[str]:
    """The ids of all open differences that match."""
    with read() as session:
        query = _query(connection_id, search, field)
        return list(session.scalars(query.with_only_columns(col(DifferenceRow.id))))


def differences_among(difference_ids: Sequence[str], size: int) -> Listing[DifferenceItem]:
    """The first `size` of these that are still open, by contact name, and how many are: what a choice would decide."""
    with read() as session:
        query = _query("", "", "").where(among(DifferenceRow.id, difference_ids))
        return paged(session, query, col(DifferenceRow.id), _item, 1, size)


def choose(actor: Principal, difference_ids: Sequence[str], winner: str) -> Report:
    """Let one side's value win; it is written to the other, and the loser is kept. Raises: Forbidden.

    The choice is about the values that were shown: a difference is skipped if either side has another one by now.
    """
    require(actor, Role.EDITOR)

    def act(session: Session, difference_id: str) -> None:
        _choose_one(session, actor, difference_id, winner)

    return each(difference_ids, act, _name)


def _choose_one(session: Session, actor: Principal, difference_id: str, winner: str) -> None:
    row = session.get(DifferenceRow, difference_id)
    link = session.get(LinkRow, row.link_id) if row else None
    if row is None or link is None or link.state != SYNCING:
        raise MovedOn(SETTLED)
    if row.state != OPEN:
        raise MovedOn(CHANGED if find_open(session, link.id, row.field) else SETTLED)
    _must_be_as_shown(session, row, link)
    contact = session.get_one(ContactRow, link.contact_id)
    before = before_choice(session, link, contact, Field(row.field))
    entry = decide(session, row, link, winner, actor.username)
    entry.undo = of_difference(row, contact, before)
    wake(session, link.connection_id)


def _must_be_as_shown(session: Session, row: DifferenceRow, link: LinkRow) -> None:
    field = Field(row.field)
    practice = contact_of(session.get_one(ContactRow, link.contact_id)).get(field)
    xero = contact_of(session.get_one(XeroContactRow, (link.connection_id, link.xero_id))).get(field)
    if (value_from_json(field, row.values[PRACTICE]), value_from_json(field, row.values[XERO])) != (
        practice,
        xero,
    ):
        raise MovedOn(CHANGED)


def _query(connection_id: str, search: str, field: str) -> Rows:
    query = (
        select(DifferenceRow, LinkRow, ContactRow)
        .join(LinkRow, col(LinkRow.id) == col(DifferenceRow.link_id))
        .join(ContactRow, col(ContactRow.id) == col(LinkRow.contact_id))
        .where(col(DifferenceRow.state) == OPEN, col(LinkRow.state) == SYNCING)
    )
    if connection_id:
        query = query.where(col(LinkRow.connection_id) == connection_id)
    if field:
        query = query.where(col(DifferenceRow.field) == field)
    if search.strip():
        query = query.where(found_by_key(search, ContactRow.name_key))
    return query.order_by(col(ContactRow.name_key), col(DifferenceRow.id))


def _item(row: Any) -> DifferenceItem:
    difference, link, contact = row
    field = Field(difference.field)

    def text(side: str) -> str:
        return str(value_from_json(field, difference.values[side]))

    return DifferenceItem(
        difference_id=difference.id,
        link_id=link.id,
        contact_id=contact.id,
        name=contact.name,
        field=field,
        base=None if difference.values["base"] is None else text("base"),
        practice=text(PRACTICE),
        xero=text(XERO),
        created_at=difference.created_at,
    )


def _name(session: Session, difference_id: str) -> str:
    row = session.get(DifferenceRow, difference_id)
    return name_of(session, row.contact_id if row else "")
