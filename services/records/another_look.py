"""Having the next tick decide again about contacts in Xero that have not changed themselves."""

from collections.abc import Collection

from sqlalchemy import func, select, true
from sqlmodel import Session, col

from models.contact import ContactRow
from models.issue import OPEN, IssueRow
from models.xero_contact import XeroContactRow
from services.db import next_revs
from services.reconcile.marker import created_for
from services.records.keys import same_xero_contact
from services.records.listing import among, chunks
from services.records.markers import installation, marked_for


def look_again(session: Session, contacts: Collection[XeroContactRow]) -> None:
    """Give these contacts a new change number, so that the next tick decides about them again."""
    for xero, rev in zip(contacts, next_revs(session, len(contacts)) if contacts else (), strict=True):
        xero.rev = rev


def once_removed(session: Session, contact_ids: Collection[str]) -> None:
    """Look again at whom people are asked about because of practice contacts that are removed for good."""
    named = func.json_each(col(IssueRow.candidates), "$.ids").table_valued("value")
    asked = select(col(IssueRow.connection_id), col(IssueRow.xero_id)).join(named, true()).distinct()
    for chunk in chunks(contact_ids):
        found = session.execute(asked.where(col(IssueRow.state) == OPEN, among(named.c.value, chunk))).all()
        look_again(session, [session.get_one(XeroContactRow, tuple(one)) for one in found])


def once_linked(session: Session, xero: XeroContactRow, contact_id: str) -> None:
    """Look again at whom people are asked about because a Xero contact, which is linked now, has the same name and
    billing email, or was created for another contact of ours.
    """
    _ask_anew(session, xero.connection_id, _named_as(session, xero) - {xero.xero_id})
    ours = created_for(xero.number, installation(session))
    if ours not in ("", contact_id):
        once_free(session, xero.connection_id, ours)


def once_free(session: Session, connection_id: str, contact_id: str) -> None:
    """Look again at whom people are asked about because they have the name and billing email of a contact of ours, or
    were created for it, and it had another link.
    """
    if contact := session.get(ContactRow, contact_id):
        created = marked_for(session, connection_id, contact_id)
        _ask_anew(session, connection_id, _named_as(session, contact).union(created))


def _ask_anew(session: Session, connection_id: str, xero_ids: Collection[str]) -> None:
    """Look again at those of these that people are asked about."""
    asked = select(XeroContactRow).join(IssueRow, same_xero_contact(IssueRow)).where(col(IssueRow.state) == OPEN)
    mine = asked.where(col(IssueRow.connection_id) == connection_id)
    for chunk in chunks(xero_ids):
        look_again(session, session.scalars(mine.where(among(IssueRow.xero_id, chunk))).all())


def _named_as(session: Session, contact: ContactRow | XeroContactRow) -> set[str]:
    """The Xero contacts with the same name and billing email, looked up by the name: few have the same."""
    row = XeroContactRow
    named = select(col(row.xero_id), col(row.email_key)).where(col(row.name_key) == contact.name_key)
    found = session.execute(named) if contact.name_key else ()
    return {xero_id for xero_id, email_key in found if email_key == contact.email_key}
