"""Plan: for each link whose sides changed, decide field by field what should travel, and store it.

What flows to the practice side is written here, in the same transaction as the base that remembers it.
What flows to Xero becomes a stored intent. Nothing is queued when people edit: pushes are derived from
"the practice differs from the base", so no trigger can be lost.
"""

from collections.abc import Callable, Collection, Mapping, Sequence

from sqlmodel import Session, col, select

from models.base import Json, now
from models.connection import ConnectionRow
from models.contact import ContactRow
from models.intent import DROPPED, NEW, UPDATE
from models.link import SYNCING, LinkRow
from models.xero_contact import XeroContactRow
from services.db import write
from services.gateways.contact_book import ContactBook
from services.gateways.store import Change
from services.reconcile.contact import (
    Agreed,
    Field,
    Value,
    base_from_json,
    base_to_json,
    values_to_json,
    within_a_sentence,
)  # fmt: skip
from services.reconcile.merge import Action, FieldStep
from services.reconcile.plan import LinkPlan, plan_link
from services.reconcile.policy import policies
from services.records import differences, drift, entailed
from services.records.activity import SYNC, record
from services.records.intents import add, open_intent, settle, wake
from services.records.leases import Lease
from services.records.values import contact_of
from services.steps.lost_answers import shown
from services.steps.pull import Progress

BATCH = 100


def plan_links(ids: Sequence[str], lease: Lease, progress: Progress, stands: Callable[[Session, str], bool]) -> None:
    """Plan these links, in short transactions. Those that are no longer as they were when they were chosen are left to
    the next tick.
    """
    for start in range(0, len(ids), BATCH):
        with write() as session:
            lease.check(session)
            for link_id in ids[start : start + BATCH]:
                if stands(session, link_id):
                    plan_one(session, link_id)
                elif link := session.get(LinkRow, link_id):
                    link.practice_rev = 0
        progress("Comparing contacts", min(start + BATCH, len(ids)), len(ids))


def plan_one(session: Session, link_id: str) -> None:
    """Compare both sides of one link with its base, write what goes to the practice, store what goes to Xero."""
    link = session.get(LinkRow, link_id)
    if link is None or link.state != SYNCING:
        return
    contact = session.get_one(ContactRow, link.contact_id)
    xero = session.get_one(XeroContactRow, (link.connection_id, link.xero_id))
    if contact.archived_at is None and xero.status == "active":
        plan_pair(session, link, contact, xero)


def plan_pair(session: Session, link: LinkRow, contact: ContactRow, xero: XeroContactRow) -> None:
    """`plan_one` for rows that are loaded already."""
    remember_agreed(link, shown(session, link, xero).base)
    plan = plan_of(session, link, contact, xero)
    drift.store(link, [step.field for step in plan.held])
    _carry_over(session, link, contact, plan)
    if plan.differences or link not in session.new:
        differences.keep(session, link, plan.differences)
    stored = _store_intent(session, link, plan)
    link.practice_rev, link.xero_rev = (contact.rev, xero.rev) if stored else (0, 0)
    if not plan.to_xero:
        link.error = ""  # what Xero refused is no longer to be written
    if not plan.to_xero and not plan.differences:
        link.synced_at = now()


def plan_fields(session: Session, link_id: str, fields: Collection[Field], decided: Collection[Field] = ()) -> None:
    """Carry over some fields of a link, as a person asked, or `decided`. The rest, and what a policy would decide,
    waits for the next tick's brake.
    """
    link = session.get(LinkRow, link_id)
    if link is None or link.state != SYNCING:
        return
    contact = session.get_one(ContactRow, link.contact_id)
    xero = session.get_one(XeroContactRow, (link.connection_id, link.xero_id))
    if contact.archived_at is not None or xero.status != "active":
        return
    remember_agreed(link, shown(session, link, xero, decided).base)
    plan = plan_of(session, link, contact, xero, decided).only(fields).unruled(fields)
    _carry_over(session, link, contact, plan)
    differences.keep(session, link, plan.differences, fields)
    if not _store_intent(session, link, plan):
        link.practice_rev = 0


def plan_of(
    session: Session, link: LinkRow, contact: ContactRow, xero: XeroContactRow, decided: Collection[Field] = ()
) -> LinkPlan:
    """What should travel on a link, of which a person has just `decided` some fields; nothing is written."""
    connection = session.get_one(ConnectionRow, link.connection_id)
    ways = policies(connection.field_rules, connection.blank_policy, link.two_way)
    found = shown(session, link, xero, decided)
    plan = plan_link(base_from_json(link.base) | found.base, contact_of(contact), contact_of(xero), ways)
    return plan.unruled(found.doubtful)


def remember_agreed(link: LinkRow, agreed: Mapping[Field, Agreed]) -> None:
    """Move the base of some fields to the values in `agreed`."""
    link.base = {**link.base, **base_to_json(agreed)}


def _carry_over(session: Session, link: LinkRow, contact: ContactRow, plan: LinkPlan) -> None:
    """Do all of a plan except what goes to Xero and what a person is asked."""
    rev = contact.rev
    remember_agreed(link, plan.settled)
    _overrule(session, link, contact, plan.decided)
    _write_to_practice(session, link, contact, plan)
    if plan.decided and contact.rev != rev:
        entailed.note(session, link, contact, rev)


def _overrule(session: Session, link: LinkRow, contact: ContactRow, steps: Sequence[FieldStep]) -> None:
    """Keep the value that a policy is about to overwrite, and make it the base: then only the winner has changed."""
    for step in steps:
        winner = "practice" if step.action is Action.TO_XERO else "xero"
        differences.decide(session, link, step, winner, SYNC)
        remember_agreed(link, {step.field: Agreed(step.overwritten, step.overwritten)})
        side = {"practice": "The practice", "xero": "Xero"}[winner]
        record(
            session, SYNC, "difference.by_policy",
            f"{side} won: {step.field.label.lower()} of {contact.name}",
            connection_id=link.connection_id, contact_id=link.contact_id, xero_id=link.xero_id,
            before=values_to_json({step.field: step.overwritten}), after=values_to_json({step.field: step.written}),
            why={step.field.value: step.why},
        )  # fmt: skip


def _write_to_practice(session: Session, link: LinkRow, contact: ContactRow, plan: LinkPlan) -> None:
    if not plan.to_practice:
        return
    before = contact_of(contact)
    ContactBook(session).update([Change(contact.id, plan.to_practice)])
    _wake_others(session, link)
    remember_agreed(link, {field: Agreed(value, value) for field, value in plan.to_practice.items()})
    fields = within_a_sentence(plan.to_practice)
    record(
        session, SYNC, "contact.updated_from_xero", f"Updated {fields} of {before.name} from Xero",
        connection_id=link.connection_id, contact_id=link.contact_id, xero_id=link.xero_id,
        before=values_to_json({field: before.get(field) for field in plan.to_practice}),
        after=values_to_json(plan.to_practice), why=_reasons(plan, Action.TO_PRACTICE),
    )  # fmt: skip


def _reasons(plan: LinkPlan, action: Action) -> dict[str, str]:
    """For each field written to one side, the merge's sentence that says why."""
    return {step.field.value: step.why for step in plan.steps if step.action is action}


def _wake_others(session: Session, link: LinkRow) -> None:
    """Have the other organisations that the contact syncs with look at what this one changed."""
    others = select(LinkRow.connection_id).where(
        col(LinkRow.contact_id) == link.contact_id,
        col(LinkRow.connection_id) != link.connection_id,
        col(LinkRow.state) == SYNCING,
    )
    for connection_id in session.exec(others):
        wake(session, connection_id)


def _store_intent(session: Session, link: LinkRow, plan: LinkPlan) -> bool:
    """Store what is to be written to Xero. An intent on the wire stays as it is: when it settles, the link is planned
    again. An intent that was not sent yet is replaced, but keeps its fields that are not in the plan.

    Returns False when another intent of the contact is in the way (its creation, its archiving, a write for a link
    that ended). Nothing leads back to this link when that one settles, so the caller must have it compared again.
    """
    body, why = values_to_json(plan.to_xero), _reasons(plan, Action.TO_XERO)
    if not body and link in session.new:
        return True
    expected = _expected(link, plan.to_xero)
    waiting = open_intent(session, link.connection_id, link.contact_id)
    if waiting is not None and (waiting.link_id != link.id or waiting.kind != UPDATE):
        return not body
    if waiting is not None and waiting.state == NEW:
        body, why = _others(waiting.body, plan) | body, _others(waiting.why, plan) | why
        expected = _others(waiting.expected, plan) | expected
    if waiting is not None and (waiting.state != NEW or (waiting.body, waiting.expected) == (body, expected)):
        return True
    if waiting is not None:
        settle(waiting, DROPPED, "A newer change has replaced this one.")
        session.flush()
    if body:
        link.error = ""  # an earlier refusal says nothing about what waits to be sent now
        add(
            session, UPDATE, link.connection_id, link.contact_id, body,
            link_id=link.id, expected=expected, why=why,
        )  # fmt: skip
    return True


def _expected(link: LinkRow, values: Mapping[Field, Value]) -> Json:
    """What a write replaces in Xero, by field. One without a base is left out: it is only written over a blank."""
    base = base_from_json(link.base)
    return values_to_json({field: base[field].xero for field in values if field in base})


def _others(by_field: Json, plan: LinkPlan) -> Json:
    """The entries of an intent for fields that the plan does not cover."""
    planned = {step.field.value for step in plan.steps}
    return {name: value for name, value in by_field.items() if name not in planned}
