"""The life of a link apart from its fields: it ends when either contact goes, and resumes when it comes back.

A link that resumes keeps its base: nobody let the two drift apart on purpose, so what changed on one side meanwhile
travels, and what changed on both becomes a difference.
"""

from collections.abc import Iterator, Sequence

from sqlalchemy import exists
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from models import link as links
from models import xero_contact
from models.activity import ActivityRow
from models.base import now
from models.contact import ContactRow
from models.link import BROKEN, SYNCING, LinkRow
from models.xero_contact import XeroContactRow
from services.db import read, write
from services.gateways.store import Status
from services.records import creations, drift
from services.records.activity import SYNC, record
from services.records.another_look import once_free
from services.records.connections import reaches_xero
from services.records.intents import drop_open
from services.records.leases import Lease
from services.records.link_state import is_linked
from services.records.listing import LINKS, chunks

CAUSES = {
    Status.ARCHIVED.value: links.ARCHIVED_IN_XERO,
    Status.ERASED.value: links.ERASED,
    xero_contact.GONE: links.GONE,
}
"""The cause for which a link ends, by the status that its Xero contact has now."""

REASONS = {
    links.ARCHIVED_IN_XERO: "The contact was archived in Xero.",
    links.ERASED: "The contact was erased in Xero at the person's request.",
    links.GONE: "The contact is no longer in Xero.",
    links.MERGED: "The contact was merged into another one in Xero.",
    links.ARCHIVED_IN_PRACTICE: "The contact was archived in the practice.",
}
RESUMING = (links.ARCHIVED_IN_XERO, links.ARCHIVED_IN_PRACTICE, links.GONE)
SYNCED = (
    "link.match", "link.rematch", "link.create_practice", "link.create_xero", "link.resumed",
    "link.stopped", "link.broken",
)  # fmt: skip
"""Entries of the log that say that a contact syncs from then on, or did until then: undoing a stop says neither."""
BATCH = 100


def ending_links(session: Session, connection_id: str, since_rev: int) -> list[str]:
    """Syncing links whose Xero contact changed after `since_rev` and is archived, erased, merged or gone now."""
    moved = _moved(connection_id, since_rev).where(col(XeroContactRow.status) != Status.ACTIVE.value)
    return _with_state(session, connection_id, session.exec(moved).all(), SYNCING)


def end_links(link_ids: Sequence[str], lease: Lease) -> None:
    """End links, each for the cause that the mirror gives, in short transactions."""
    for chunk in chunks(link_ids, BATCH):
        with write() as session:
            lease.check(session)
            for link_id in chunk:
                link = session.get_one(LinkRow, link_id)
                xero = session.get_one(XeroContactRow, (link.connection_id, link.xero_id))
                if link.state == SYNCING and (cause := cause_of(xero)):
                    end(session, link, cause, SYNC)


def cause_of(xero: XeroContactRow) -> str:
    """The cause for which a link with this Xero contact has to end; "" while the contact is active."""
    return links.MERGED if xero.merged_into else CAUSES.get(xero.status, "")


def end(session: Session, link: LinkRow, cause: str, actor: str) -> None:
    """End a syncing link because one of its contacts is gone; the other one stays as it is."""
    link.state, link.cause, link.reason = BROKEN, cause, REASONS[cause]
    link.ended_at, link.error = now(), ""
    drift.note(session, link)
    drop_open(session, link.id)
    once_free(session, link.connection_id, link.contact_id)
    name = session.get_one(ContactRow, link.contact_id).name
    record(
        session, actor, "link.broken", f"Stopped syncing {name}. {link.reason}",
        connection_id=link.connection_id, contact_id=link.contact_id, xero_id=link.xero_id,
    )  # fmt: skip


def resume_links(connection_id: str, since_rev: int, lease: Lease) -> None:
    """Resume links whose contact changed after `since_rev`, on either side, and is in use again."""
    with read() as session:
        moved = _moved(connection_id, since_rev).where(col(XeroContactRow.status) == Status.ACTIVE.value)
        broken = list(_restored(session, connection_id, since_rev))
        broken += _with_state(session, connection_id, session.exec(moved).all(), BROKEN)
    for chunk in chunks(broken, BATCH):
        with write() as session:
            lease.check(session)
            for link_id in chunk:
                link = session.get_one(LinkRow, link_id)
                if link.state == BROKEN:
                    resume(session, link, SYNC)


def resume(session: Session, link: LinkRow, actor: str) -> bool:
    """Let a broken link sync again, if both contacts are in use and the practice's has synced by no other since.

    Returns whether it syncs again.
    """
    contact = session.get_one(ContactRow, link.contact_id)
    xero = session.get_one(XeroContactRow, (link.connection_id, link.xero_id))
    both_there = contact.archived_at is None and xero.status == Status.ACTIVE.value
    reachable = reaches_xero(session, link.connection_id)
    busy = is_linked(session, link.connection_id, link.contact_id) or _is_followed(session, link)
    if link.cause not in RESUMING or not both_there or not reachable or busy:
        return False
    link.state, link.cause, link.reason, link.error = SYNCING, "", "", ""
    link.ended_at, link.practice_rev, link.xero_rev = None, 0, 0
    link.drift = ""
    drop_open(session, link.id)
    creations.forget(session, link.connection_id, link.contact_id)
    record(
        session, actor, "link.resumed", f"{contact.name} is back on both sides and syncs again",
        connection_id=link.connection_id, contact_id=link.contact_id, xero_id=link.xero_id,
    )  # fmt: skip
    return True


def resume_in_use(session: Session, link: LinkRow, actor: str) -> None:
    """Let a broken link sync again, if it can, whose practice contact is in use again."""
    if link.state == BROKEN and not resume(session, link, actor):
        link.error = ""  # if Xero refused to archive it, that no longer matters


def _is_followed(session: Session, link: LinkRow) -> bool:
    """Whether the contact synced by another link after this one broke, leaving out what was undone. The log's order
    tells, since clocks are put back and a link may be another contact's by now.
    """
    undoing = aliased(ActivityRow)
    stands = ~exists().where(col(undoing.undoes) == col(ActivityRow.id))
    mine = col(ActivityRow.contact_id) == link.contact_id, col(ActivityRow.connection_id) == link.connection_id
    told = select(func.max(col(ActivityRow.id))).where(*mine, stands)
    this, another = col(ActivityRow.xero_id) == link.xero_id, col(ActivityRow.xero_id) != link.xero_id
    broke = session.exec(told.where(this, col(ActivityRow.action) == "link.broken")).one() or 0
    return (session.exec(told.where(another, col(ActivityRow.action).in_(SYNCED))).one() or 0) > broke


def _restored(session: Session, connection_id: str, since_rev: int) -> Iterator[str]:
    """Broken links that may resume because their practice contact changed after `since_rev` and is in use: it was
    restored while the organisation was not connected.

    A connection without broken links costs one look-up.
    """
    mine = select(LinkRow.id).where(col(LinkRow.connection_id) == connection_id, col(LinkRow.state) == BROKEN)
    if session.exec(mine.limit(1)).first() is None:
        return
    resuming = mine.where(col(LinkRow.cause).in_(RESUMING))
    in_use = select(ContactRow.id).where(col(ContactRow.rev) > since_rev, col(ContactRow.archived_at).is_(None))
    for chunk in chunks(session.exec(in_use).all()):
        yield from session.exec(resuming.where(col(LinkRow.contact_id).in_(chunk))).all()


def _moved(connection_id: str, since_rev: int) -> SelectOfScalar[str]:
    return select(XeroContactRow.xero_id).where(
        col(XeroContactRow.connection_id) == connection_id, col(XeroContactRow.rev) > since_rev
    )


def _with_state(session: Session, connection_id: str, xero_ids: Sequence[str], state: str) -> list[str]:
    mine = select(LinkRow.id).where(col(LinkRow.connection_id) == connection_id, col(LinkRow.state) == state)
    return [
        id_ for chunk in chunks(xero_ids, LINKS) for id_ in session.exec(mine.where(col(LinkRow.xero_id).in_(chunk)))
    ]
