"""Changing many contacts of the practice at once, and which of them sync."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlmodel import Session, col

from models.base import now
from models.link import LinkRow
from services.access import Principal, Role, require
from services.contact_forms import check_type
from services.db import next_revs, read
from services.errors import BadInput, MovedOn
from services.records.activity import record
from services.records.bulk import Report, each
from services.records.intents import wake_all
from services.records.link_state import syncing
from services.records.listing import chunks
from services.records.undoing import of_contact_type
from services.records.values import contact_row, contact_rows, name_of


def syncing_among(contact_ids: Sequence[str]) -> set[str]:
    """Those of these contacts that sync with Xero."""
    query = select(col(LinkRow.contact_id)).where(syncing())
    with read() as session:
        parts = (query.where(col(LinkRow.contact_id).in_(chunk)) for chunk in chunks(contact_ids))
        return {contact_id for part in parts for contact_id in session.scalars(part)}


def set_contact_type(actor: Principal, contact_ids: Sequence[str], contact_type: str) -> Report:
    """Give contacts another type; those that have it already are not touched. Raises: BadInput, Forbidden."""
    require(actor, Role.EDITOR)
    contact_type = contact_type.strip()
    if problems := check_type(contact_type):
        raise BadInput(problems)

    def act(session: Session, contact_id: str) -> None:
        row = contact_row(session, contact_id)
        if row.contact_type == contact_type:
            raise MovedOn(f"Its contact type is already {contact_type}.")
        before, row.contact_type = row.contact_type, contact_type
        row.rev, row.updated_at = next_revs(session)[0], now()
        record(
            session, actor.username, "contact.retyped",
            f"Changed the contact type of {row.name} from {before} to {contact_type}",
            contact_id=row.id, before={"contact_type": before}, after={"contact_type": contact_type},
            undo=of_contact_type(row, before),
        )  # fmt: skip
        wake_all(session)  # until the sync has looked, screens say that the change waits for it

    return each(contact_ids, act, name_of, contact_rows)
