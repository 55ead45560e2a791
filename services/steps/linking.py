"""Making links: matching, people's answers and creations in Xero all end here."""

from collections.abc import Collection, Sequence

from sqlmodel import Session, col, select

from models.activity import ActivityRow
from models.base import now
from models.connection import ConnectionRow
from models.contact import ContactRow
from models.issue import RESOLVED, IssueRow
from models.link import SYNCING, LinkRow
from models.xero_contact import XeroContactRow
from services.errors import MovedOn
from services.gateways.contact_book import ContactBook
from services.gateways.store import Draft, Record
from services.reconcile.contact import Base, Field, base_to_json, contact_to_json
from services.records import creations, differences, undoing
from services.records.activity import record
from services.records.another_look import once_free, once_linked
from services.records.intents import drop_all, drop_open, open_intent, wake
from services.records.values import contact_of
from services.steps.lost_answers import landed
from services.steps.planning import plan_fields, plan_of, plan_pair

ORIGINS = {
    "match": "Linked {contact} with {xero} in Xero",
    "create_practice": "Created {contact} from Xero and linked it",
    "create_xero": "Created {contact} in Xero and linked it",
    "rematch": "Linked {contact} with {xero} in Xero again",
}


def add_link(
    session: Session, xero: XeroContactRow, contact_id: str, actor: str, *,
    origin: str, two_way: bool = True, base: Base | None = None,
) -> ActivityRow:  # fmt: skip
    """Link a Xero contact with a practice contact, afresh or again, and compare the two. Returns the log entry.

    The base of a former link is forgotten. People let the two contacts drift apart on purpose, so a field in which they
    differ now is a question. What a policy decides instead is left to the next tick, whose brake counts it first. What
    was created in Xero keeps the base it was created with; if somebody has changed it there since, comparing the two is
    left to the next tick as well.
    Raises: MovedOn if either contact is archived or linked already.
    """
    contact = _free(session, xero, contact_id)
    former = _former(session, xero)
    before = undoing.snapshot(session, former, contact, issue_of(session, xero))
    if former:
        _forget_what_is_open(session, former, xero, contact)
    once_linked(session, xero, contact.id)
    link = former or _new_link(xero, contact)
    link.contact_id, link.base = contact.id, base_to_json(base or {})
    link.state, link.origin, link.two_way = SYNCING, origin, two_way
    link.cause, link.reason, link.error, link.drift = "", "", "", ""
    link.ended_at, link.linked_at = None, now()
    link.practice_rev = link.xero_rev = 0
    resolve_issue(session, xero)
    before["forgotten"] = creations.forget(session, link.connection_id, contact.id)
    entry = _tell(session, link, contact, xero, actor)
    _compare(session, link, contact, xero, at_once=origin != "create_xero")
    if origin != "create_xero":
        entry.undo = undoing.of_link(link, contact, xero, before)
    return entry


def add_first_link(session: Session, xero: XeroContactRow, contact: ContactRow, actor: str, origin: str) -> None:
    """`add_link` for a Xero contact known never to have had a link, with a practice contact known to be free.

    If something would be overwritten, comparing the two is left to the next tick, whose brake counts it first.
    """
    link = _new_link(xero, contact)
    link.origin = origin
    if origin != "create_practice":
        creations.forget(session, link.connection_id, contact.id)
    _tell(session, link, contact, xero, actor)
    _compare(session, link, contact, xero, at_once=False)


def add_unplanned_link(session: Session, xero: XeroContactRow, contact_id: str, actor: str, base: Base) -> LinkRow:
    """A first link with what was created in Xero for a contact. The caller ends it at once, so nothing is compared."""
    contact = session.get_one(ContactRow, contact_id)
    link = _new_link(xero, contact)
    link.origin, link.two_way, link.base = "create_xero", False, base_to_json(base)
    resolve_issue(session, xero)
    _tell(session, link, contact, xero, actor)
    return link


def contacts_from_xero(
    session: Session, connection: ConnectionRow, xero: Sequence[XeroContactRow], actor: str
) -> list[ContactRow]:
    """New practice contacts with the Xero contacts' four fields, in the same order."""
    kind = connection.default_contact_type
    drafts = [Draft(contact_of(row), is_person=row.is_person, contact_type=kind) for row in xero]
    made = [outcome for outcome in ContactBook(session).create(drafts, key="") if isinstance(outcome, Record)]
    for row, outcome in zip(xero, made, strict=True):
        record(
            session, actor, "contact.created_from_xero", f"Created {row.name} from Xero",
            connection_id=connection.id, contact_id=outcome.id, xero_id=row.xero_id,
            after=contact_to_json(outcome.contact),
        )  # fmt: skip
    ids = [outcome.id for outcome in made]
    rows = {row.id: row for row in session.exec(select(ContactRow).where(col(ContactRow.id).in_(ids)))}
    return [rows[contact_id] for contact_id in ids]


def create_and_link(session: Session, xero: XeroContactRow, actor: str) -> None:
    """A new practice contact from a Xero contact, linked and syncing. Raises: MovedOn if it is linked already."""
    connection = session.get_one(ConnectionRow, xero.connection_id)
    [contact] = contacts_from_xero(session, connection, [xero], actor)
    entry = add_link(session, xero, contact.id, actor, origin="create_practice")
    entry.undo = entry.undo | {"created": True}


def must_be_new(session: Session, xero: XeroContactRow, shown: Collection[str]) -> None:
    """Refuse to create a contact beside an equal one that is in use, unless that was `shown`; a blank equals nothing.

    Raises: MovedOn.
    """
    if not (xero.name_key and xero.email_key):
        return
    same = select(ContactRow.id).where(ContactRow.name_key == xero.name_key, ContactRow.email_key == xero.email_key)
    if set(session.exec(same.where(col(ContactRow.archived_at).is_(None)))) - set(shown):
        raise MovedOn("A contact of yours has the same name and billing email. Compare the two, then try again.")


def resolve_issue(session: Session, xero: XeroContactRow) -> None:
    """Close the match issue of a Xero contact, if it has one."""
    issue = issue_of(session, xero)
    if issue is not None:
        issue.state, issue.resolved_at = RESOLVED, now()


def issue_of(session: Session, xero: XeroContactRow) -> IssueRow | None:
    """The match issue of a Xero contact, whatever its state."""
    query = select(IssueRow).where(
        col(IssueRow.connection_id) == xero.connection_id, col(IssueRow.xero_id) == xero.xero_id
    )
    return session.exec(query).first()


def _compare(session: Session, link: LinkRow, contact: ContactRow, xero: XeroContactRow, *, at_once: bool) -> None:
    """Plan a new link. If something would be overwritten, that is left to the next tick, whose brake has to count it;
    the other fields are planned `at_once` or left as well.

    The first import does so at once in any case: its preview tells.
    """
    is_imported = session.get_one(ConnectionRow, link.connection_id).last_sync_at is not None
    overwriting = plan_of(session, link, contact, xero).overwriting if is_imported else set()
    if not overwriting:
        plan_pair(session, link, contact, xero)
        return
    wake(session, link.connection_id)
    if at_once:
        session.flush()
        plan_fields(session, link.id, set(Field) - overwriting)


def _tell(session: Session, link: LinkRow, contact: ContactRow, xero: XeroContactRow, actor: str) -> ActivityRow:
    session.add(link)
    return record(
        session, actor, f"link.{link.origin}", ORIGINS[link.origin].format(contact=contact.name, xero=xero.name),
        connection_id=link.connection_id, contact_id=link.contact_id, xero_id=link.xero_id,
    )  # fmt: skip


def _new_link(xero: XeroContactRow, contact: ContactRow) -> LinkRow:
    return LinkRow(connection_id=xero.connection_id, contact_id=contact.id, xero_id=xero.xero_id)


def _free(session: Session, xero: XeroContactRow, contact_id: str) -> ContactRow:
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
    return contact


def _forget_what_is_open(session: Session, former: LinkRow, xero: XeroContactRow, contact: ContactRow) -> None:
    """Close what a former link has open: its differences, if they are about another contact, and its writes.

    When the same two contacts are linked again, a write whose answer was lost stays open until Xero has been read: if
    it landed, Xero's new value is our own and nobody's edit.
    """
    if former.contact_id != contact.id:
        differences.part(session, former)
        once_free(session, former.connection_id, former.contact_id)
    sent = open_intent(session, former.connection_id, former.contact_id)
    if former.contact_id == contact.id and sent is not None and not landed(sent, contact_of(xero)):
        drop_open(session, former.id)
    else:
        drop_all(session, former.id)


def _former(session: Session, xero: XeroContactRow) -> LinkRow | None:
    query = select(LinkRow).where(
        col(LinkRow.connection_id) == xero.connection_id, col(LinkRow.xero_id) == xero.xero_id
    )
    return session.exec(query).first()
