"""Which contact another one was merged into in Xero, and whether it can take that one's place here."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlmodel import Session, col, select

from models.link import LinkRow
from models.xero_contact import XeroContactRow
from services.reconcile.contact import NAMELESS
from services.records.links import partner_of, survivor_of
from services.records.listing import among, chunks


@dataclass(frozen=True, slots=True)
class Survivor:
    """The contact in Xero that another one was merged into in the end; `active` while it is in use there.

    `rev` is its change number; `with_id` and `with_name` are those of the contact of ours that it syncs with, if any.
    """

    xero_id: str
    rev: int
    name: str
    active: bool
    with_id: str = ""
    with_name: str = ""

    @property
    def is_free(self) -> bool:
        """Whether a contact of ours can be linked with it."""
        return self.active and not self.with_id


def known_survivor(session: Session, connection_id: str, xero_id: str) -> Survivor | None:
    """The survivor of a Xero contact; None if it was not merged, or the survivor is not known."""
    row = survivor_of(session, session.get_one(XeroContactRow, (connection_id, xero_id)))
    if row is None:
        return None
    with_id, with_name = partner_of(session, row) or ("", "")
    return Survivor(row.xero_id, row.rev, row.name or NAMELESS, row.status == "active", with_id, with_name or NAMELESS)


def linked_by_merged(session: Session, connection_id: str, xero_ids: Collection[str]) -> dict[str, list[str]]:
    """The practice contacts that are linked with what was merged into these Xero contacts, by the ids of these."""
    survivors, newest = dict[str, str](), {one: one for one in xero_ids}
    while newest:
        found = _merged_into(session, connection_id, newest)
        newest = {one: newest[into] for one, into in found.items() if one not in survivors}
        survivors |= newest
    query = select(LinkRow.xero_id, LinkRow.contact_id).where(col(LinkRow.connection_id) == connection_id)
    by_survivor: dict[str, list[str]] = {}
    for chunk in chunks(survivors):
        for xero_id, contact_id in session.exec(
            query.where(among(LinkRow.xero_id, chunk)).order_by(col(LinkRow.contact_id))
        ):
            by_survivor.setdefault(survivors[xero_id], []).append(contact_id)
    return by_survivor


def _merged_into(session: Session, connection_id: str, xero_ids: Collection[str]) -> dict[str, str]:
    """Which Xero contacts were merged into one of these, each with that one. They are looked up by it alone: given the
    organisation as well, SQLite would go by that and read all of its contacts.
    """
    row = XeroContactRow
    query = select(row.connection_id, row.xero_id, row.merged_into)
    parts = (session.exec(query.where(among(row.merged_into, chunk))) for chunk in chunks(xero_ids))
    return {xero_id: into for part in parts for place, xero_id, into in part if place == connection_id and into}
