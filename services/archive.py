"""Archiving a contact on our side, bringing it back, and what then becomes of its contact in Xero.

Archiving ends the contact's links. Whether the contact in Xero is archived too is a person's decision: asked for at
once or later, and until then nothing is written there. When the contact is restored, its link resumes.
"""

from collections.abc import Collection, Sequence

from sqlmodel import Session, col, select

from models.base import now
from models.contact import ContactRow
from models.intent import ARCHIVE, SENT
from models.link import ARCHIVED_IN_PRACTICE, BROKEN, STOPPED, SYNCING, LinkRow
from models.xero_contact import XeroContactRow
from services.access import Principal, Role, require
from services.db import next_revs, write
from services.errors import MovedOn
from services.gateways.store import Status
from services.records.activity import record
from services.records.bulk import Report, each
from services.records.connections import NOT_CONNECTED, reaches_xero
from services.records.creations import drop_held, note_wish
from services.records.intents import drop_open, latest_intent, open_intent, unwish, wake_all
from services.records.links import contact_name
from services.records.values import contact_row, name_of
from services.steps.archiving import ask_to_archive
from services.steps.life import end, resume_in_use

LINKED = "It has started to sync with Xero since it was shown. Check it, then try again."


def archive_contact(
    actor: Principal, contact_id: str, in_xero: bool = False, seen: Collection[str] | None = None
) -> None:
    """Archive a contact and end its links; with `in_xero`, its contacts in Xero are archived too.

    `seen`: the organisations with which it was shown to sync. Raises: Forbidden, NotFound; MovedOn when it syncs with
    another one since.
    """
    require(actor, Role.EDITOR)
    with write() as session:
        row = contact_row(session, contact_id)
        if row.archived_at is None:
            if seen is not None and not {link.connection_id for link in _links(session, row.id, SYNCING)} <= set(seen):
                raise MovedOn(LINKED)
            _archive(session, actor, row, in_xero)


def archive_contacts(
    actor: Principal, contact_ids: Sequence[str], in_xero: bool = False, seen: Collection[str] | None = None
) -> Report:
    """`archive_contact` for many, each on its own; `seen` are those that were shown to sync. Raises: Forbidden."""
    require(actor, Role.EDITOR)

    def act(session: Session, contact_id: str) -> None:
        row = contact_row(session, contact_id)
        if row.archived_at is not None:
            raise MovedOn("It is already archived.")
        if seen is not None and contact_id not in seen and _links(session, contact_id, SYNCING):
            raise MovedOn(LINKED)
        _archive(session, actor, row, in_xero)

    return each(contact_ids, act, name_of)


def restore_contact(actor: Principal, contact_id: str) -> None:
    """Bring an archived contact back; links that ended because it was archived resume. Raises: Forbidden, NotFound."""
    require(actor, Role.EDITOR)
    with write() as session:
        row = contact_row(session, contact_id)
        if row.archived_at is not None:
            _restore(session, actor, row)


def restore_contacts(actor: Principal, contact_ids: Sequence[str]) -> Report:
    """`restore_contact` for many, each on its own. Raises: Forbidden."""
    require(actor, Role.EDITOR)

    def act(session: Session, contact_id: str) -> None:
        row = contact_row(session, contact_id)
        if row.archived_at is None:
            raise MovedOn("It is no longer archived.")
        _restore(session, actor, row)

    return each(contact_ids, act, name_of)


def archive_in_xero(actor: Principal, link_ids: Sequence[str]) -> Report:
    """Archive in Xero the contacts whose practice contacts were archived. Raises: Forbidden."""
    require(actor, Role.EDITOR)

    def act(session: Session, link_id: str) -> None:
        link = _offered(session, link_id)
        xero = session.get_one(XeroContactRow, (link.connection_id, link.xero_id))
        if xero.status != Status.ACTIVE.value:
            raise MovedOn("It is no longer active in Xero.")
        if not reaches_xero(session, link.connection_id):
            raise MovedOn(NOT_CONNECTED)
        if session.get_one(ContactRow, link.contact_id).archived_at is None:
            raise MovedOn("The contact is in use again.")
        if _is_asked(session, link):
            raise MovedOn("It is already being archived in Xero.")
        ask_to_archive(session, actor.username, link)

    return each(link_ids, act, contact_name)


def keep_in_xero(actor: Principal, link_ids: Sequence[str]) -> Report:
    """Leave contacts in Xero although archived in the practice; their links count as stopped. Raises: Forbidden.

    One whose archiving may be on the wire is skipped: it may be too late to keep it.
    """
    require(actor, Role.EDITOR)

    def act(session: Session, link_id: str) -> None:
        link = _offered(session, link_id)
        under_way = open_intent(session, link.connection_id, link.contact_id)
        if under_way is not None and (under_way.link_id, under_way.kind, under_way.state) == (link.id, ARCHIVE, SENT):
            raise MovedOn("It may have been archived in Xero already. Look again in a minute.")
        link.state = STOPPED
        drop_open(session, link.id)
        record(
            session, actor.username, "link.kept", f"Kept {contact_name(session, link_id)} in Xero",
            connection_id=link.connection_id, contact_id=link.contact_id, xero_id=link.xero_id,
        )  # fmt: skip

    return each(link_ids, act, contact_name)


def _archive(session: Session, actor: Principal, row: ContactRow, in_xero: bool) -> None:
    row.archived_at = row.updated_at = now()
    row.rev = next_revs(session)[0]
    record(session, actor.username, "contact.archived", f"Archived {row.name}", contact_id=row.id)
    drop_held(session, row.id)
    note_wish(session, row.id, actor.username if in_xero else "")
    for link in _links(session, row.id, SYNCING):
        end(session, link, ARCHIVED_IN_PRACTICE, actor.username)
        if in_xero and reaches_xero(session, link.connection_id):
            ask_to_archive(session, actor.username, link)


def _restore(session: Session, actor: Principal, row: ContactRow) -> None:
    row.archived_at, row.updated_at, row.rev = None, now(), next_revs(session)[0]
    record(session, actor.username, "contact.restored", f"Restored {row.name}", contact_id=row.id)
    unwish(session, row.id)
    for link in _links(session, row.id, BROKEN):
        resume_in_use(session, link, actor.username)
    wake_all(session)


def _offered(session: Session, link_id: str) -> LinkRow:
    link = session.get(LinkRow, link_id)
    if link is None or link.state != BROKEN or link.cause != ARCHIVED_IN_PRACTICE:
        raise MovedOn("Somebody has decided this in the meantime.")
    return link


def _links(session: Session, contact_id: str, state: str) -> Sequence[LinkRow]:
    mine = select(LinkRow).where(col(LinkRow.contact_id) == contact_id, col(LinkRow.state) == state)
    return session.exec(mine).all()


def _is_asked(session: Session, link: LinkRow) -> bool:
    latest = latest_intent(session, link.connection_id, link.contact_id)
    return latest is not None and latest.kind == ARCHIVE and latest.settled_at is None
