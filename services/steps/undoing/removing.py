"""Removing practice contacts for good, to take back their creation: only new ones that nothing else refers to."""

from collections.abc import Sequence

from sqlalchemy import delete
from sqlmodel import Session

from models.contact import ContactRow
from models.suggestion import SuggestionRow
from services.records import match_index
from services.records.another_look import once_removed
from services.records.listing import among, chunks


def remove(session: Session, contact_ids: Sequence[str]) -> None:
    """Remove contacts, and the candidates that were worked out with them."""
    once_removed(session, contact_ids)
    match_index.mark_gone(session, contact_ids)
    for chunk in chunks(contact_ids):
        session.execute(delete(SuggestionRow).where(among(SuggestionRow.contact_id, chunk)))
        session.execute(delete(ContactRow).where(among(ContactRow.id, chunk)))
