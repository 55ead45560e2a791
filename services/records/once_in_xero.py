"""Contacts of ours that were in Xero before and whose link broke: creating many at once leaves them out.

Otherwise one press could undo what people did in Xero. On the page of each contact a person decides whether to restore
it in Xero, to link it with the contact it was merged into, or to create it again.
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from models.link import ARCHIVED_IN_PRACTICE, ARCHIVED_IN_XERO, BROKEN, ERASED, GONE, MERGED, LinkRow
from models.xero_contact import XeroContactRow
from services.errors import Problem
from services.records.links import survivor_of
from services.records.listing import chunks

RULES = {
    ARCHIVED_IN_XERO: "was archived in Xero: restore it there, or create it again from its page",
    ARCHIVED_IN_PRACTICE: "was archived here and has not synced since: its page says what you can do",
    MERGED: "was merged into {survivor} in Xero: its page says what you can do",
    ERASED: "was erased in Xero at the person's request: create it again from its page if you need it there",
    GONE: "was removed in Xero: create it again from its page if you need it there",
}
"""Why a contact is left out when many are created at once, by the cause of its broken link."""


def once_in_xero(session: Session, connection_id: str, contact_ids: Collection[str]) -> dict[str, Problem]:
    """The contacts whose last link with an organisation broke, by id, each with why it is left out."""
    links: dict[str, Any] = {}
    for link in _links(session, connection_id, contact_ids):
        if link.contact_id not in links or link.state != BROKEN:
            links[link.contact_id] = link
    return {one: _problem(session, link) for one, link in links.items() if link.state == BROKEN}


def _links(session: Session, connection_id: str, contact_ids: Collection[str]) -> list[Any]:
    """The links of these contacts with an organisation: ended ones first, the latest of them at the top."""
    columns = ("contact_id", "connection_id", "xero_id", "state", "cause", "ended_at")
    query = select(*(getattr(LinkRow, name) for name in columns))
    rows = (
        row for chunk in chunks(contact_ids) for row in session.execute(query.where(col(LinkRow.contact_id).in_(chunk)))
    )
    mine = (row for row in rows if row.connection_id == connection_id)
    return sorted(mine, key=lambda row: (row.ended_at is not None, row.ended_at or 0), reverse=True)


def _problem(session: Session, link: Any) -> Problem:
    xero = session.get(XeroContactRow, (link.connection_id, link.xero_id)) if link.cause == MERGED else None
    survivor = survivor_of(session, xero) if xero else None
    name = survivor.name if survivor and survivor.name else "another contact"
    return Problem("Contact", RULES.get(link.cause, RULES[GONE]).format(survivor=name))
