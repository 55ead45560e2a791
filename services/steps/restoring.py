"""Restoring the value that lost a difference, and taking that back: an edit in the practice that travels to Xero."""

from sqlmodel import Session

from models.base import Json
from models.contact import ContactRow
from models.difference import DifferenceRow
from models.link import SYNCING, LinkRow
from services.errors import MovedOn
from services.gateways.contact_book import ContactBook
from services.gateways.store import Change
from services.reconcile.contact import Agreed, Field, Value, value_from_json, values_to_json
from services.reconcile.merge import Action, FieldStep
from services.reconcile.normalise import same
from services.records.activity import record
from services.records.intents import wake_all
from services.records.undoing import of_restore
from services.records.values import contact_of
from services.steps.deciding import must_travel
from services.steps.undoing.giving_back import give_back

OTHER = {"practice": "xero", "xero": "practice"}
ELSE = "An admin can change this under Connected Apps, Manage."


def restore(session: Session, actor: str, row: DifferenceRow) -> None:
    """Put the value that lost a decided difference back into the practice contact.

    Raises: MovedOn if the winner has been overwritten since, because the loser is then older than what is there now;
    and if a policy would keep the value from reaching Xero, because the sides would then differ unasked.
    """
    field, link = Field(row.field), session.get_one(LinkRow, row.link_id)
    contact = session.get_one(ContactRow, link.contact_id)
    won, lost = value_of(row, row.winner), value_of(row, OTHER[row.winner])
    if link.state != SYNCING or contact.archived_at is not None:
        raise MovedOn("It is no longer syncing.")
    if row.contact_id != link.contact_id:
        raise MovedOn("The contact in Xero has been linked with another contact of yours since.")
    before = contact_of(contact).get(field)
    if not same(field, before, won):
        raise MovedOn("The value that won has been changed since.")
    _must_travel(session, link, contact, field, lost)
    ContactBook(session).update([Change(contact.id, {field: lost})])
    wake_all(session)
    record(
        session, actor, "difference.restored", f"Restored {field.label.lower()} of {contact.name}",
        connection_id=link.connection_id, contact_id=contact.id, xero_id=link.xero_id,
        before=values_to_json({field: won}), after=values_to_json({field: lost}),
        undo=of_restore(link, contact, field, before),
    )  # fmt: skip


def take_back(session: Session, actor: str, noted: Json) -> None:
    """Undo a restoring: put back the value it replaced. Raises: MovedOn if the contact has been edited since."""
    link, field = session.get(LinkRow, noted["link"]), Field(noted["field"])
    if link is None or link.state != SYNCING or link.contact_id != noted["contact"]:
        raise MovedOn("The contact has been linked or stopped since.")
    contact = session.get_one(ContactRow, link.contact_id)
    if contact_of(contact).get(field) != value_from_json(field, noted["practice_now"]):
        raise MovedOn("The contact has been edited since.")
    value = value_from_json(field, noted["practice"])
    _must_travel(session, link, contact, field, value)
    give_back(session, contact, {field: value})
    wake_all(session)


def value_of(row: DifferenceRow, side: str) -> Value:
    """What one side said when a difference was decided."""
    return value_from_json(Field(row.field), row.values[side])


def _must_travel(session: Session, link: LinkRow, contact: ContactRow, field: Field, value: Value) -> None:
    there = contact_of(contact).get(field)
    must_travel(session, link, FieldStep(field, Action.TO_XERO, Agreed(there, there), value, there, ""), ELSE)
