"""Archiving contacts in Xero, as a person asked after archiving them in the practice.

A contact that was restored in the practice meanwhile is left alone; one that is archived in Xero already is done.
"""

from collections.abc import Mapping, Sequence
from functools import partial

from sqlalchemy import Select
from sqlmodel import Session, col, select

from models.contact import ContactRow
from models.intent import ARCHIVE, DONE, DROPPED, HELD, LATER, OPEN_STATES, SENT, IntentRow
from models.link import SYNCING, LinkRow
from models.xero_contact import XeroContactRow
from services.db import read, write
from services.errors import Gone, Unavailable
from services.gateways.store import IDS_A_CALL, Outcome, Record, Status, Store
from services.records import intents
from services.records.activity import record
from services.records.intents import settle, try_again
from services.records.keys import same_xero_contact
from services.records.leases import Lease
from services.records.listing import chunks
from services.steps.dividing import Divided
from services.steps.mirror import ACTIVE, behind, mark_gone, remember
from services.steps.sending import (
    answered,
    any_told,
    call,
    leave,
    links_of,
    mark_sent,
    may_be_its_own,
    may_have_landed,
    still_open,
    without_late,
)

BATCH = 100
IN_USE = "The contact is in use again."
NOT_IN_USE = "Somebody in Xero has archived, merged or erased it."
PERHAPS_DONE = "Xero's answer was lost, and now Xero refuses it: perhaps it is archived and does not show so yet."
BACK = "Xero's answer was lost, and the contact has changed in Xero since: somebody may have restored it."


def ask_to_archive(session: Session, actor: str, link: LinkRow) -> None:
    """Store a person's wish to archive the Xero contact of an ended link; this also answers an earlier refusal."""
    link.error = ""
    intents.add(session, ARCHIVE, link.connection_id, link.contact_id, {}, link_id=link.id, actor=actor)
    name = session.get_one(ContactRow, link.contact_id).name
    record(
        session, actor, "xero.archive_asked", f"Asked to archive {name} in Xero",
        connection_id=link.connection_id, contact_id=link.contact_id, xero_id=link.xero_id,
    )  # fmt: skip
    intents.wake(session, link.connection_id)


def bring_forward(connection_id: str, lease: Lease) -> None:
    """Open the wishes that waited until another intent of their contact was settled.

    A contact that is archived in Xero by now counts as archived, and nothing is sent: if it were sent later, it would
    overrule a person who has restored the contact in Xero.
    """
    with read() as session:
        done = [intent.id for intent, _, _ in session.execute(_seen_archived(connection_id))]
        if not done and not intents.waits(session, connection_id):
            return
    for chunk in chunks(done, BATCH):
        with write() as session:
            lease.check(session)
            still = _seen_archived(connection_id).where(col(IntentRow.id).in_(chunk))
            for intent, link, xero in session.execute(still).all():
                _tell_archived(session, intent, link, xero.name)
    with write() as session:
        lease.check(session)
        intents.bring_forward(session, connection_id)


def send_archives(store: Store, lease: Lease, batch: Sequence[IntentRow]) -> None:
    """Archive the contacts of these intents, each settled on its own. Raises: SyncError."""
    send = partial(_send, store, lease)
    Divided(send, partial(leave, lease)).begin(batch, lambda: send(batch))


def _send(store: Store, lease: Lease, batch: Sequence[IntentRow]) -> bool:
    """Look at these contacts and archive them in one call, as a part in `Divided`."""
    links = links_of(batch)
    ids = [link.xero_id for link in links.values()]
    records = {one.id: one for part in chunks(ids, IDS_A_CALL) for one in store.by_ids(part)}
    with write() as session:
        lease.check(session)
        late = behind(session, batch[0].connection_id, ids, list(records.values()))
        ready = without_late(still_open(session, batch), links, late)
        wanted = [i for i in ready if _still_wanted(session, i, records.get(links[i.id].xero_id))]
        sending = mark_sent(wanted, {i.id: records[links[i.id].xero_id] for i in wanted})
    if not sending:
        return True
    outcomes = call(lambda: store.archive([links[intent.id].xero_id for intent in sending]), sending, lease)
    with write() as session:
        lease.check(session)
        _settle(session, sending, dict(zip((intent.id for intent in sending), outcomes, strict=True)))
    return any_told(outcomes)


def _seen_archived(connection_id: str) -> Select[IntentRow, LinkRow, XeroContactRow]:
    """Archivings that people asked for and whose contact is, as the mirror says, no longer in use in Xero anyway."""
    asked = col(IntentRow.kind) == ARCHIVE, col(IntentRow.state).in_((*OPEN_STATES, LATER))
    return (
        select(IntentRow, LinkRow, XeroContactRow)
        .join(LinkRow, col(LinkRow.id) == col(IntentRow.link_id))
        .join(XeroContactRow, same_xero_contact(LinkRow))
        .where(col(IntentRow.connection_id) == connection_id, *asked, col(XeroContactRow.status) != ACTIVE)
    )


def _still_wanted(session: Session, intent: IntentRow, found: Record | None) -> bool:
    link = session.get_one(LinkRow, intent.link_id)
    in_use = link.state == SYNCING or session.get_one(ContactRow, link.contact_id).archived_at is None
    if in_use or intent.why.get(intents.UNWANTED):
        settle(intent, DROPPED, IN_USE)
        link.practice_rev = 0  # what had to wait for this intent is planned by the next tick
        return False
    if found is None:
        mark_gone(session, link.connection_id, [link.xero_id])
        settle(intent, DONE)
        return False
    if found.status is not Status.ACTIVE:
        _archived(session, intent, link, found)
        return False
    if may_have_landed(intent, found):
        _hold(intent, link, BACK)
        return False
    return True


def _hold(intent: IntentRow, link: LinkRow, why: str) -> None:
    settle(intent, HELD, why)
    link.error = f"It was not archived in Xero. {why}"


def _settle(session: Session, sending: Sequence[IntentRow], outcomes: Mapping[str, Outcome]) -> None:
    for intent in answered(session, sending):
        link, outcome = session.get_one(LinkRow, intent.link_id), outcomes[intent.id]
        if isinstance(outcome, Record):
            _archived(session, intent, link, outcome)
        elif isinstance(outcome, Unavailable):
            try_again(intent, str(outcome))
        elif isinstance(outcome, Gone):
            settle(intent, DONE)
        elif may_be_its_own(intent):
            try_again(intent, f"{PERHAPS_DONE} {outcome}")
        else:
            _hold(intent, link, str(outcome))


def _archived(session: Session, intent: IntentRow, link: LinkRow, found: Record) -> None:
    remember(session, link.connection_id, [found])
    _tell_archived(session, intent, link, found.contact.name)


def _tell_archived(session: Session, intent: IntentRow, link: LinkRow, name: str) -> None:
    """Settle the wish: the contact is not in use in Xero any more, by our call or by an earlier act there."""
    link.error = ""
    if intent.state != SENT:
        settle(intent, DROPPED, NOT_IN_USE)
        return
    settle(intent, DONE)
    record(
        session, intent.actor, "xero.archived", f"Archived {name} in Xero",
        connection_id=link.connection_id, contact_id=link.contact_id, xero_id=link.xero_id,
    )  # fmt: skip
