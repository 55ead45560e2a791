"""What making links two-way would write to Xero at once: changes kept here because they take changes from Xero only."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col

from models.connection import ConnectionRow
from models.contact import ContactRow
from models.link import LinkRow
from models.xero_contact import XeroContactRow
from services.db import read
from services.reconcile.contact import Field, base_from_json
from services.reconcile.plan import plan_link
from services.reconcile.policy import policies
from services.records.link_state import syncing
from services.records.links import linked_rows
from services.records.listing import among, chunks
from services.records.remembered import remembered
from services.records.values import contact_of

MOST = 200


@dataclass(frozen=True, slots=True)
class Write:
    """One field that would be written to Xero, and what it says there now."""

    name: str
    field: Field
    written: str
    replaced: str


@dataclass(frozen=True, slots=True)
class KeptHere:
    """The fields that were changed here and not written to Xero: the first of them by contact name, and how many."""

    first: tuple[Write, ...]
    total: int


@remembered
def kept_here(link_ids: tuple[str, ...]) -> KeptHere:
    """What those of these links that take changes from Xero only would write there if they were two-way."""
    with read() as session:
        found = sorted(_writes(session, link_ids), key=lambda one: (one[0], one[1].field.label))
    return KeptHere(tuple(write for _, write in found[:MOST]), len(found))


def _writes(session: Session, link_ids: tuple[str, ...]) -> Iterator[tuple[str, Write]]:
    """The writes, each with the key by which its contact is sorted."""
    query = linked_rows(LinkRow, ContactRow, XeroContactRow, ConnectionRow).where(syncing(), ~col(LinkRow.two_way))
    for chunk in chunks(link_ids):
        for row in session.execute(query.where(among(LinkRow.id, chunk))):
            yield from _of_one(*row)


def _of_one(link: Any, contact: Any, xero: Any, connection: Any) -> Iterator[tuple[str, Write]]:
    ways = policies(connection.field_rules, connection.blank_policy)
    practice, there = contact_of(contact), contact_of(xero)
    plan = plan_link(base_from_json(link.base), practice, there, ways)
    for field, value in plan.to_xero.items():
        yield contact.name_key, Write(contact.name, field, str(value), str(there.get(field)))
