"""Contacts on their way into Xero, as conditions on rows of contacts: being sent, or refused and held for a person."""

from sqlalchemy import ColumnElement, ScalarSelect, Select, select
from sqlmodel import Session, col

from models.connection import ConnectionRow
from models.contact import ContactRow
from models.intent import DROPPED, HELD, OPEN_STATES, IntentRow
from services.records.intents import CREATE, settle


def creations(*states: str) -> Select[str]:
    """The contacts of the creations in these states; it names all connections, since the index begins with them."""
    everywhere = col(IntentRow.connection_id).in_(select(col(ConnectionRow.id)))
    return select(col(IntentRow.contact_id)).where(
        everywhere, col(IntentRow.state).in_(states), col(IntentRow.kind) == CREATE
    )


def is_sending() -> ColumnElement[bool]:
    """The contact is being created in some Xero organisation."""
    return col(ContactRow.id).in_(creations(*OPEN_STATES))


def is_held() -> ColumnElement[bool]:
    """Some Xero organisation refused to create the contact, and nobody has answered that yet."""
    return col(ContactRow.id).in_(creations(HELD))


def held_error() -> ScalarSelect[str]:
    """Why the contact's creation was refused last."""
    return (
        select(col(IntentRow.error))
        .where(
            col(IntentRow.contact_id) == col(ContactRow.id),
            col(IntentRow.state) == HELD,
            col(IntentRow.kind) == CREATE,
        )
        .order_by(col(IntentRow.created_at).desc())
        .limit(1)
        .scalar_subquery()
    )


def drop_held(session: Session, connection_id: str, contact_id: str) -> None:
    """Forget what an organisation refused for a contact: it was answered."""
    held = session.scalars(
        select(IntentRow).where(
            col(IntentRow.connection_id) == connection_id,
            col(IntentRow.contact_id) == contact_id,
            col(IntentRow.state) == HELD,
            col(IntentRow.kind) == CREATE,
        )
    )
    for intent in held.all():
        settle(intent, DROPPED, intent.error)
