"""Sending changes to Xero: each contact is read just before it is written, and only written if it is as planned.

Xero takes 50 contacts in one write and answers 40 ids in one read. So reading runs one call ahead of writing, and no
further: the shorter the time between the two, the smaller the chance that somebody edits the same field in between.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from sqlmodel import Session

from models.contact import ContactRow
from models.intent import DROPPED, NEW, IntentRow
from models.link import SYNCING, LinkRow
from models.xero_contact import XeroContactRow
from services.db import write
from services.gateways.store import IDS_A_CALL, WRITES_A_CALL, Change, Record, Status, Store
from services.reconcile.contact import Agreed, Contact, Field, Value, base_from_json, values_from_json
from services.reconcile.merge import Action
from services.reconcile.normalise import is_blank, same
from services.records import drift
from services.records.intents import settle
from services.records.leases import Lease
from services.steps.dividing import Divided
from services.steps.lost_answers import landed
from services.steps.mirror import NOT_THERE, behind, mark_gone, remember
from services.steps.planning import plan_of, remember_agreed
from services.steps.sending import (
    answered,
    any_told,
    call,
    leave,
    links_of,
    mark_sent,
    may_have_landed,
    still_open,
    without_late,
)
from services.steps.settle import give_up, settle_update

NOTHING = Contact("")


@dataclass(frozen=True, slots=True)
class Ready:
    """An intent that fits what Xero just said about its contact."""

    intent: IntentRow
    record: Record


def send_updates(store: Store, lease: Lease, batch: Sequence[IntentRow]) -> None:
    """Send these changes; settle, drop or plan again those that do not fit any more. Raises: SyncError."""
    ready: list[Ready] = []
    for start in range(0, len(batch), IDS_A_CALL):
        ready += _look(store, lease, batch[start : start + IDS_A_CALL])
        while len(ready) >= WRITES_A_CALL:
            divided = _send_or_divide(store, lease, ready[:WRITES_A_CALL])
            ready = ready[WRITES_A_CALL:]
            if divided:  # which took many calls
                ready = _look(store, lease, [one.intent for one in ready])
    if ready:
        _send_or_divide(store, lease, ready)


def _send_or_divide(store: Store, lease: Lease, ready: Sequence[Ready]) -> bool:
    """Send changes in one call, or in parts if Xero refuses that. Returns whether that was needed."""
    parts = Divided(lambda part: _send(store, lease, _look(store, lease, part)), partial(leave, lease))
    return parts.begin([one.intent for one in ready], lambda: _send(store, lease, ready))


def _look(store: Store, lease: Lease, part: Sequence[IntentRow]) -> list[Ready]:
    links = links_of(part)
    answered = store.by_ids([link.xero_id for link in links.values()])
    records = {item.id: item for item in answered}
    found = {intent_id: records.get(link.xero_id) for intent_id, link in links.items()}
    with write() as session:
        lease.check(session)
        late = behind(session, part[0].connection_id, [link.xero_id for link in links.values()], answered)
        return [
            Ready(intent, record)
            for intent in without_late(still_open(session, part), links, late)
            if _still_fits(session, intent, record := found[intent.id]) and record
        ]


def _send(store: Store, lease: Lease, ready: Sequence[Ready]) -> bool:
    """Send changes in one call, as a part in `Divided`. Refusals are settled first: if another change of the same call
    gave up the name that was refused, settling that change then finds the refused link and has it planned again.
    """
    records = {one.intent.id: one.record for one in ready}
    with write() as session:
        lease.check(session)
        meant = [i for i in still_open(session, [one.intent for one in ready]) if _still_meant(session, i)]
        sending = mark_sent(meant, records)
    if not sending:
        return True
    changes = [Change(records[i.id].id, values_from_json(i.body), records[i.id]) for i in sending]
    outcomes = dict(zip((i.id for i in sending), call(lambda: store.update(changes), sending, lease), strict=True))
    with write() as session:
        lease.check(session)
        for intent in sorted(answered(session, sending), key=lambda one: isinstance(outcomes[one.id], Record)):
            settle_update(session, intent, session.get_one(LinkRow, intent.link_id), outcomes[intent.id])
    return any_told(outcomes.values())


def _still_meant(session: Session, intent: IntentRow) -> bool:
    """Whether the contact still syncs; what was to be written for it is dropped otherwise."""
    if session.get_one(LinkRow, intent.link_id).state == SYNCING:
        return True
    settle(intent, DROPPED, "The contact stopped syncing.")
    return False


def _still_fits(session: Session, intent: IntentRow, found: Record | None) -> bool:
    """Whether to send, given what Xero says at this moment. An intent that is not sent is settled, dropped or planned
    again here.
    """
    link = session.get_one(LinkRow, intent.link_id)
    doubtful = found is not None and _note_landed(session, intent, link, found)
    if not _still_meant(session, intent):
        return False
    if found is None:
        settle(intent, DROPPED, NOT_THERE)
        mark_gone(session, link.connection_id, [link.xero_id])
        return False
    values = values_from_json(intent.body)
    if _arrived(values, found.contact):
        intent.unanswered = max(0, intent.unanswered - 1)  # of several sendings, the others may land yet
        settle_update(session, intent, link, found)
        return False
    remember(session, link.connection_id, [found])
    if doubtful or found.status is not Status.ACTIVE or not _untouched(intent, found.contact):
        give_up(session, intent, link, "The contact changed in Xero in the meantime.")
        return False
    if not _follows(session, intent, link):
        give_up(session, intent, link, "This change is no longer to be written.")
        return False
    return True


def _follows(session: Session, intent: IntentRow, link: LinkRow) -> bool:
    """Whether comparing both sides as they are now still leads to this write.

    A write that was on the wire before may be out of date: the practice, a person who chose, or an admin may have
    changed their mind since; or it landed, and somebody in Xero has put the old value back.
    """
    contact = session.get_one(ContactRow, link.contact_id)
    xero = session.get_one(XeroContactRow, (link.connection_id, link.xero_id))
    values = values_from_json(intent.body)
    steps = [step for step in plan_of(session, link, contact, xero).steps if step.field in values]
    return all(
        step.action is Action.TO_XERO and (intent.state == NEW or same(step.field, step.practice, values[step.field]))
        for step in steps
    )


def _note_landed(session: Session, intent: IntentRow, link: LinkRow, found: Record) -> bool:
    """Remember which fields of a change have landed after all: they were agreed on, even if the rest is dropped.
    Otherwise a link that resumes later would take our own value for somebody's edit in Xero.

    Returns whether there are fields of which that is in doubt.
    """
    doubtful = _in_doubt(intent, link, found)
    if agreed := landed(intent, found.contact) | doubtful:
        remember(session, link.connection_id, [found])
        remember_agreed(link, agreed)
        drift.note(session, link)
    return bool(doubtful)


def _in_doubt(intent: IntentRow, link: LinkRow, found: Record) -> dict[Field, Agreed]:
    """The fields of a change that may have landed, and of which somebody in Xero may have put the old value back; each
    with a base from which both sides count as changed, so that a person is asked, or the policy decides.

    So it may be if Xero says the old value, and the contact has changed there since the change was sent. In Xero the
    value is then no longer what was sent, and here no longer what was agreed on before.
    """
    if not may_have_landed(intent, found):
        return {}
    before, sent = base_from_json(link.base), values_from_json(intent.body)
    return {
        field: Agreed(before[field].practice if field in before else NOTHING.get(field), value)
        for field, value in sent.items()
        if not same(field, value, found.contact.get(field)) and _untouched(intent, found.contact, field)
    }


def _untouched(intent: IntentRow, now_in_xero: Contact, *fields: Field) -> bool:
    """Whether Xero still says, for the fields to be written or those given, what it said when the write was planned.

    The base of the link cannot tell: a choice or a policy may have moved it since.
    """
    expected = values_from_json(intent.expected)
    return all(
        same(field, now_in_xero.get(field), expected[field]) if field in expected else is_blank(now_in_xero.get(field))
        for field in fields or values_from_json(intent.body)
    )


def _arrived(values: Mapping[Field, Value], now_in_xero: Contact) -> bool:
    """Whether Xero already says what was to be written."""
    return all(same(field, value, now_in_xero.get(field)) for field, value in values.items())
