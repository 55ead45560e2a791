"""Making links: the few acts that matching, people's answers and creations in Xero all end in."""

from sqlmodel import Session, col, select

from models.base import now
from models.connection import ConnectionRow
from models.contact import ContactRow
from models.issue import RESOLVED, IssueRow
from models.link import SYNCING, LinkRow
from models.xero_contact import XeroContactRow
from services.errors import MovedOn
from services.gateways.contact_book import ContactBook
from services.gateways.store import Draft, Record
from services.reconcile.contact import Base, base_to_json, contact_to_json
from services.records.activity import record
from services.records.values import contact_of
from services.steps.planning import plan_one

ORIGINS = {
    "match": "Linked {contact} with {xero} in Xero",
    "create_practice": "Created {contact} from Xero and linked it",
    "create_xero": "Created {contact} in Xero and linked it",
    "rematch": "Linked {contact} with {xero} in Xero again",
}


def add_link(
    session: Session, xero: XeroContactRow, contact_id: str, actor: str, *,
    origin: str, two_way: bool = True, base: Base | None = None,
) -> LinkRow:  # fmt: skip
    """Link a Xero contact with a practice contact, afresh or again, and compare the two at once.

    The base of a former link is forgotten: the two were let drift apart on purpose, so where they differ now
    is a question again, never an overwrite. Raises: MovedOn if either contact is archived or linked already.
    """
    _must_be_free(session, xero, contact_id)
    link = _former(session, xero) or LinkRow(
        connection_id=xero.connection_id, contact_id=contact_id, xero_id=xero.xero_id
    )
    link.contact_id, link.base = contact_id, base_to_json(base or {})
    link.state, link.origin, link.two_way = SYNCING, origin, two_way
    link.reason, link.error, link.ended_at, link.linked_at = "", "", None, now()
    link.practice_rev = link.xero_rev = 0
    session.add(link)
    session.flush()
    resolve_issue(session, xero)
    _tell(session, link, xero, actor, origin)
    plan_one(session, link.id)
    return link


def contact_from_xero(session: Session, connection: ConnectionRow, xero: XeroContactRow, actor: str) -> str:
    """A new practice contact with the Xero contact's four fields. Returns its id."""
    draft = Draft(contact_of(xero), is_person=xero.is_person, contact_type=connection.default_contact_type)
    outcome = ContactBook(session).create([draft], key="")[0]
    assert isinstance(outcome, Record)
    record(
        session, actor, "contact.created_from_xero", f"Created {xero.name} from Xero",
        connection_id=connection.id, contact_id=outcome.id, xero_id=xero.xero_id,
        after=contact_to_json(outcome.contact),
    )  # fmt: skip
    return outcome.id


def resolve_issue(session: Session, xero: XeroContactRow) -> None:
    """Close the match issue of a Xero contact, if it has one."""
    query = select(IssueRow).where(
        col(IssueRow.connection_id) == xero.connection_id, col(IssueRow.xero_id) == xero.xero_id
    )
    issue = session.exec(query).first()
    if issue is not None:
        issue.state, issue.resolved_at = RESOLVED, now()


def _must_be_free(session: Session, xero: XeroContactRow, contact_id: str) -> None:
    contact = session.get(ContactRow, contact_id)
    if contact is None or contact.archived_at is not None:
        raise MovedOn("That contact is archived or no longer in the contact book.")
    if xero.status != "active":
        raise MovedOn(f"{xero.name} is no longer active in Xero.")
    syncing = select(LinkRow).where(col(LinkRow.connection_id) == xero.connection_id, col(LinkRow.state) == SYNCING)
    if session.exec(syncing.where(col(LinkRow.xero_id) == xero.xero_id)).first():
        raise MovedOn(f"{xero.name} has been linked in the meantime.")
    if session.exec(syncing.where(col(LinkRow.contact_id) == contact_id)).first():
        raise MovedOn(f"{contact.name} is linked with another contact in Xero already.")


def _former(session: Session, xero: XeroContactRow) -> LinkRow | None:
    query = select(LinkRow).where(
        col(LinkRow.connection_id) == xero.connection_id, col(LinkRow.xero_id) == xero.xero_id
    )
    return session.exec(query).first()


def _tell(session: Session, link: LinkRow, xero: XeroContactRow, actor: str, origin: str) -> None:
    contact = session.get_one(ContactRow, link.contact_id)
    summary = ORIGINS[origin].format(contact=contact.name, xero=xero.name)
    record(
        session, actor, f"link.{origin}", summary,
        connection_id=link.connection_id, contact_id=link.contact_id, xero_id=link.xero_id,
    )  # fmt: skip
