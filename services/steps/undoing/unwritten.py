"""What an action led to in Xero: it is taken back only while nothing of it has reached Xero."""

from collections.abc import Iterable

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from models.difference import DifferenceRow
from models.intent import DONE, SENT, IntentRow
from models.link import LinkRow
from models.xero_contact import XeroContactRow
from services.errors import MovedOn
from services.reconcile.contact import Field, value_from_json
from services.records.listing import among
from services.records.values import contact_of

STOP_INSTEAD = "Stop syncing the contact instead."
RESTORE_INSTEAD = "Restore the other value instead."
ON_THE_WIRE = "The change may have been written to Xero already. Look again in a minute."


def drop_unsent(session: Session, link: LinkRow, earlier: list[str]) -> None:
    """Delete the writes that an action led to, refused ones too, but none of the `earlier`. Raises: MovedOn if one may
    have reached Xero.
    """
    later = session.exec(_later(link, earlier)).all()
    _must_be_unwritten(later, STOP_INSTEAD)
    for intent in later:
        session.delete(intent)
    session.flush()


def must_be_kept_in_xero(session: Session, link: LinkRow, row: DifferenceRow, earlier: list[str]) -> None:
    """Refuse to ask again about a value that lost and that Xero may no longer have: as a question about other values,
    it would be lost. Raises: MovedOn.
    """
    _must_be_unwritten([one for one in session.exec(_later(link, earlier)) if row.field in one.body], RESTORE_INSTEAD)
    field, xero = Field(row.field), session.get_one(XeroContactRow, (link.connection_id, link.xero_id))
    if contact_of(xero).get(field) != value_from_json(field, row.values["xero"]):
        raise MovedOn(f"The field has been changed in Xero since. {RESTORE_INSTEAD}")


def _must_be_unwritten(intents: Iterable[IntentRow], instead: str) -> None:
    """Refuse if one of these writes may have reached Xero. Raises: MovedOn, saying what to do `instead`."""
    for intent in intents:
        if intent.state == SENT:
            raise MovedOn(ON_THE_WIRE)
        if intent.state == DONE or intent.unanswered:
            raise MovedOn(f"Xero {'has' if intent.state == DONE else 'may have'} been updated since. {instead}")


def _later(link: LinkRow, earlier: list[str]) -> SelectOfScalar[IntentRow]:
    """The writes of a link that are not among the earlier ones."""
    return select(IntentRow).where(col(IntentRow.link_id) == link.id, ~among(IntentRow.id, earlier))
