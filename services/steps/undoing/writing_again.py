"""Taking up again the writes to Xero that linking a contact anew dropped: what became of them is not known here, or a
person wants them still.
"""

from sqlmodel import Session, select

from models.base import Json
from models.contact import ContactRow
from models.intent import ARCHIVE, DROPPED, LATER, IntentRow
from models.link import LinkRow
from services.records.intents import open_intent
from services.records.listing import among
from services.records.undoing import stamp


def take_up(session: Session, link: LinkRow, earlier: Json) -> None:
    """Open the writes again that a link had open before it was made anew, unless another of its contact is open by now.

    A write whose answer was lost may have landed. A wish to archive a contact in Xero holds while the contact has been
    archived here all the time.
    """
    contact, were = session.get_one(ContactRow, link.contact_id), earlier.get("open", {})
    stays_archived = stamp(contact.archived_at) == earlier.get("archived_at")
    dropped = [one for one in session.exec(select(IntentRow).where(among(IntentRow.id, were))) if one.state == DROPPED]
    for intent in sorted(dropped, key=lambda one: were[one.id][0] == LATER):
        state, error = were[intent.id]
        busy = state != LATER and open_intent(session, link.connection_id, link.contact_id) is not None
        if not busy and (intent.kind != ARCHIVE or stays_archived):
            intent.state, intent.error, intent.settled_at = state, error, None
            session.flush()
