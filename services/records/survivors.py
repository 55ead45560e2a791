"""Which contact another one was merged into in Xero, and whether it can take that one's place here."""

from dataclasses import dataclass

from sqlmodel import Session

from models.xero_contact import XeroContactRow
from services.reconcile.contact import NAMELESS
from services.records.links import partner_of, survivor_of


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
