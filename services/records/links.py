"""What several use cases need of links: finding them, stopping them, and telling how they fare."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, and_, case, func, or_, select, union_all
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from models.base import now
from models.connection import DISCONNECTED, ConnectionRow
from models.contact import ContactRow
from models.difference import OPEN, DifferenceRow
from models.intent import ARCHIVE, HELD, NEW, OPEN_STATES, IntentRow
from models.link import BROKEN, STOPPED, STOPPED_BY_PERSON, SYNCING, LinkRow
from models.xero_contact import XeroContactRow
from services.records import drift
from services.records.activity import record_all
from services.records.connections import NEXT_SYNC, WORKING_HOURS, waits
from services.records.intents import drop_open
from services.records.keys import same_xero_contact
from services.records.link_state import failing, kept_apart, syncing, unplanned
from services.records.listing import Rows, among
from services.records.undoing import of_stop
from services.records.values import NO_LONGER_THERE
from services.records.working_hours import opens_at

OK, WAITING, FAILING, DIFFERENCE, KEPT = "ok", "waiting", "failing", "difference", "kept"

Whole = tuple[LinkRow, ContactRow, XeroContactRow]
"""A link with its two contacts."""
Side = type[ContactRow] | type[XeroContactRow]
SAME_CONTACT = col(ContactRow.id) == col(LinkRow.contact_id)
SAME_XERO_CONTACT = same_xero_contact(LinkRow)
SIDES: tuple[tuple[Side, ColumnElement[bool], ColumnElement[bool]], ...] = (
    (ContactRow, SAME_CONTACT, col(LinkRow.two_way) & (col(ContactRow.rev) > col(LinkRow.practice_rev))),
    (XeroContactRow, SAME_XERO_CONTACT, col(XeroContactRow.rev) > col(LinkRow.xero_rev)),
)
"""The sides of a link: how each is found, and whether it changed since the link was compared and may travel."""


def link_of(session: Session, connection_id: str, contact_id: str) -> LinkRow | None:
    """The link that matters most: the syncing one, else a stopped one, else the one that broke last.

    It is looked up by the contact alone, which has few: given the organisation, SQLite would read all of its links.
    """
    query = (
        select(LinkRow)
        .where(col(LinkRow.contact_id) == contact_id)
        .order_by(
            (col(LinkRow.state) == SYNCING).desc(),
            (col(LinkRow.state) == STOPPED).desc(),
            col(LinkRow.ended_at).desc(),
        )
    )
    return next((link for link in session.scalars(query) if link.connection_id == connection_id), None)


def links_at_hand(session: Session, link_ids: Sequence[str]) -> Sequence[Any]:
    """Links with their contacts and organisations, read at once."""
    rows = linked_rows(LinkRow, ContactRow, XeroContactRow, ConnectionRow)
    return session.execute(rows.where(among(LinkRow.id, link_ids))).all()


def whole(session: Session, link_ids: Sequence[str]) -> dict[str, Whole]:
    """Links with their two contacts, read at once, by their ids; those that do not exist are left out."""
    rows = session.execute(linked_rows(LinkRow, ContactRow, XeroContactRow).where(among(LinkRow.id, link_ids)))
    return {link.id: (link, contact, xero) for link, contact, xero in rows}


def stop_links(session: Session, actor: str, links: Sequence[Whole]) -> None:
    """Stop links: nothing is written to either side any more, what was not sent yet is dropped, the base is kept."""
    at = now()
    for link, _, _ in links:
        link.state, link.cause, link.reason = STOPPED, STOPPED_BY_PERSON, ""
        link.ended_at, link.error = at, ""
        drift.note(session, link)
    drop_open(session, *(link.id for link, _, _ in links))
    entries = [
        {
            "summary": f"Stopped syncing {contact.name}", "undo": of_stop(link, contact, xero),
            "connection_id": link.connection_id, "contact_id": link.contact_id, "xero_id": link.xero_id,
        }
        for link, contact, xero in links
    ]  # fmt: skip
    record_all(session, actor, "link.stopped", entries)


def contact_name(session: Session, link_id: str) -> str:
    """The name of a link's practice contact, for reports."""
    link = session.get(LinkRow, link_id)
    contact = session.get(ContactRow, link.contact_id) if link else None
    return contact.name if contact else NO_LONGER_THERE


def survivor_of(session: Session, xero: XeroContactRow) -> XeroContactRow | None:
    """The Xero contact that one was merged into in the end, as far as it is known; None if it was not merged."""
    seen = {xero.xero_id}
    survivor = None
    while xero.merged_into and xero.merged_into not in seen:
        seen.add(xero.merged_into)
        found = session.get(XeroContactRow, (xero.connection_id, xero.merged_into))
        if found is None:
            break
        survivor = xero = found
    return survivor


def partner_of(session: Session, xero: XeroContactRow) -> tuple[str, str] | None:
    """The id and name of the practice contact that a Xero contact syncs with."""
    query = (
        select(col(ContactRow.id), col(ContactRow.name))
        .join(LinkRow, col(LinkRow.contact_id) == col(ContactRow.id))
        .where(col(LinkRow.connection_id) == xero.connection_id, col(LinkRow.xero_id) == xero.xero_id, syncing())
    )
    found = session.execute(query).first()
    return (found.id, found.name) if found else None


def linked_rows(*columns: Any) -> Rows:
    """Columns of links, their practice contacts, Xero contacts and connections."""
    return (
        select(*columns)
        .select_from(LinkRow)
        .join(ContactRow, SAME_CONTACT)
        .join(XeroContactRow, SAME_XERO_CONTACT)
        .join(ConnectionRow, col(ConnectionRow.id) == col(LinkRow.connection_id))
    )


def sync_state() -> ColumnElement[str]:
    """How a syncing link among `linked_rows` fares: the first that fits of failing, difference, waiting, kept, ok."""
    link, refused, kept = col(LinkRow.id), col(LinkRow.error) != "", col(LinkRow.drift) != ""
    changed = (_is_news(side) & moved for side, _, moved in SIDES)
    waits = or_(link.in_(_planned()), unplanned(), *changed)
    return case((refused, FAILING), (link.in_(_differing()), DIFFERENCE), (waits, WAITING), (kept, KEPT), else_=OK)


def goes_to_xero() -> ColumnElement[bool]:
    """Whether a change of a link among `linked_rows` goes to Xero by itself: not sent yet, or not looked at yet."""
    planned = _planned().where(col(IntentRow.state) == NEW, col(IntentRow.actor) == "")
    practice, _, moved = SIDES[0]
    return or_(col(LinkRow.id).in_(planned), _is_news(practice) & moved)


def delayed_by() -> ColumnElement[str]:
    """Why the write of a link among `linked_rows` has not got through so far; blank unless one is tried again."""
    mine = col(IntentRow.contact_id) == col(LinkRow.contact_id), col(IntentRow.link_id) == col(LinkRow.id)
    why = select(col(IntentRow.error)).where(*mine, col(IntentRow.state).in_(OPEN_STATES)).correlate(LinkRow)
    return func.coalesce(why.scalar_subquery(), "")


def waits_for(session: Session, connection: ConnectionRow, link: LinkRow) -> tuple[str, datetime | None]:
    """What a change of a link waits for, to be said after "A change", and until when, if that is known; "" unless the
    Client List shows it as waiting.
    """
    query = linked_rows(sync_state().label("state"), goes_to_xero().label("goes"))
    found = session.execute(query.where(col(LinkRow.id) == link.id, syncing())).first()
    if found is None or found.state != WAITING:
        return "", None
    opens = opens_at(session, connection.id, now()) if found.goes else None
    return in_hours(waits(connection.state, connection.braked_at), opens)


def in_hours(waits: str, opens: datetime | None) -> tuple[str, datetime | None]:
    """What a change waits for, and until when: `opens` is when the working hours begin, if it has to wait for them."""
    return (WORKING_HOURS, opens) if opens and waits == NEXT_SYNC else (waits, None)


def fares(state: str) -> ColumnElement[bool]:
    """The condition that `sync_state` is `state`, in a form that starts from what is rare.

    Most errors are blank, so the condition is on the length: for that SQLite uses no index, which would be slower here.
    """
    link, other, fine = col(LinkRow.id), aliased(LinkRow), syncing() & (func.length(col(LinkRow.error)) == 0)
    if state == FAILING:
        return link.in_(select(col(other.id)).where(failing(other)))
    if state == DIFFERENCE:
        return fine & link.in_(_differing())
    agreed = fine & link.not_in(_differing())
    if state == WAITING:
        return agreed & link.in_(_waiting())
    kept, quiet = select(col(other.id)).where(kept_apart(other)), agreed & link.not_in(_waiting())
    return quiet & (link.in_(kept) if state == KEPT else link.not_in(kept))


def unarchived() -> ColumnElement[bool]:
    """The condition for an ended link whose contact a person asked to archive in Xero, and Xero refused."""
    everywhere = col(IntentRow.connection_id).in_(select(col(ConnectionRow.id)))
    held = select(col(IntentRow.link_id)).where(
        everywhere, col(IntentRow.state) == HELD, col(IntentRow.kind) == ARCHIVE
    )
    return col(LinkRow.id).in_(held) & (col(LinkRow.state) == BROKEN) & (col(LinkRow.error) > "")


def _differing() -> Select[str]:
    return select(col(DifferenceRow.link_id)).where(col(DifferenceRow.state) == OPEN)


def _waiting() -> CompoundSelect[str | None]:
    """Links with a write to Xero on its way, or a change that the sync has yet to look at, and those to compare."""
    other = aliased(LinkRow)
    return union_all(_planned(), select(col(other.id)).where(unplanned(other)), *(_changed(*side) for side in SIDES))


def _planned() -> Select[str | None]:
    return select(col(IntentRow.link_id)).where(
        col(IntentRow.state).in_(OPEN_STATES), col(IntentRow.link_id).is_not(None)
    )


def _changed(side: Side, pair: ColumnElement[bool], moved: ColumnElement[bool]) -> Select[str]:
    """Links of which one side changed since the sync last looked at all; "" for a change without a link.

    It starts from what changed, an index range; the outer joins keep SQLite to that order.
    """
    mine = and_(pair, col(LinkRow.connection_id) == col(ConnectionRow.id), syncing(), moved)
    changes = select(func.coalesce(col(LinkRow.id), "")).select_from(ConnectionRow)
    return changes.outerjoin(side, _is_news(side)).outerjoin(LinkRow, mine)


def _is_news(side: Side) -> ColumnElement[bool]:
    """A side changed since the sync last looked at all. The first import plans each link as it makes it."""
    looks = and_(col(ConnectionRow.last_sync_at).is_not(None), col(ConnectionRow.state) != DISCONNECTED)
    return looks & (col(side.rev) > col(ConnectionRow.planned_rev))
