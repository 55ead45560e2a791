"""Having the next tick decide again about contacts in Xero that have not changed themselves."""

from collections.abc import Collection

from sqlalchemy import func, select, true
from sqlmodel import Session, col

from models.issue import OPEN, IssueRow
from models.xero_contact import XeroContactRow
from services.db import next_revs
from services.records.keys import same_xero_contact
from services.records.listing import among, chunks


def look_again(session: Session, contacts: Collection[XeroContactRow]) -> None:
    """Give these contacts a new change number, so that the next tick decides about them again."""
    for xero, rev in zip(contacts, next_revs(session, len(contacts)) if contacts else (), strict=True):
        xero.rev = rev


def once_removed(session: Session, contact_ids: Collection[str]) -> None:
    """Look again at whom people are asked about because of practice contacts that are removed for good."""
    named = func.json_each(col(IssueRow.candidates), "$.ids").table_valued("value")
    asked = select(XeroContactRow).join(IssueRow, same_xero_contact(IssueRow)).join(named, true()).distinct()
    for chunk in chunks(contact_ids):
        about = asked.where(col(IssueRow.state) == OPEN, among(named.c.value, chunk))
        look_again(session, session.scalars(about).all())
