"""Settle: remember what became of an intent, in one transaction with everything that follows from it."""

from collections.abc import Mapping

from sqlmodel import Session, col, select

from models.contact import ContactRow
from models.intent import ARCHIVE, CREATE, DONE, DROPPED, HELD, SENT, IntentRow
from models.issue import IGNORED
from models.link import ARCHIVED_IN_PRACTICE, SYNCING, LinkRow
from models.xero_contact import XeroContactRow
from services.db import next_revs
from services.errors import MovedOn, NameTaken, Unavailable
from services.gateways.store import Outcome, Record
from services.reconcile.contact import (
    Agreed,
    Base,
    Contact,
    Field,
    Value,
    values_from_json,
    within_a_sentence,
)
from services.reconcile.marker import agreed_on
from services.reconcile.normalise import key, same
from services.records.activity import SYNC, record
from services.records.creations import ARCHIVED, LINKED, is_renamed, unwanted
from services.records.intents import add, settle, try_again, wake
from services.records.issues import NAME_TAKEN
from services.records.keys import unlinked
from services.records.markers import sent_in
from services.steps.archiving import ask_to_archive
from services.steps.life import cause_of, end
from services.steps.linking import add_link, add_unplanned_link, issue_of
from services.steps.matching import ask
from services.steps.mirror import remember
from services.steps.planning import plan_of, plan_one, remember_agreed
from services.steps.sending import may_be_its_own

PERHAPS_THERE = "Xero's answer was lost, and now Xero refuses it: perhaps the contact is there and does not show yet."
OF_ANOTHER = "It has been linked with another contact since."
LEFT_ALONE = "Somebody has ignored it. Let it in under Sync Health, Excluded."


def settle_create(session: Session, intent: IntentRow, outcome: Outcome) -> None:
    """Settle a creation: the contact was created in Xero, or refused, or is to be sent again.

    If its number is in Xero already, the outcome is the contact that has it. Fields in which that contact has another
    value get no base, since nothing was agreed on.
    """
    if isinstance(outcome, Record) and intent.unanswered:
        settle_found(session, intent, outcome)
    elif isinstance(outcome, Record):
        reply = _agreed(values_from_json(intent.body), outcome.contact)
        base = {field: one for field, one in reply.items() if same(field, one.practice, one.xero)}
        _created(session, intent, outcome, base)
    elif isinstance(outcome, Unavailable):
        try_again(intent, str(outcome))
    elif why := unwanted(session, intent):
        drop_creation(session, intent, why)
    elif may_be_its_own(intent) and not isinstance(outcome, NameTaken):
        try_again(intent, f"{PERHAPS_THERE} {outcome}")
    elif isinstance(outcome, NameTaken) and is_renamed(session, intent):
        _remember_holder(session, intent, outcome)
        _send_by_present_name(session, intent, str(outcome))
    else:
        _refused(session, intent, str(outcome))
        _remember_holder(session, intent, outcome)
        _match_own(session, intent)
        if isinstance(outcome, NameTaken):
            _ask_about_name(session, intent)


def _send_by_present_name(session: Session, intent: IntentRow, why: str) -> None:
    """Drop a creation in favour of another by the same number, so that what this one has sent stays known."""
    settle(intent, DROPPED, why)
    session.flush()
    body, by = dict(intent.body), intent.actor
    anew = add(session, CREATE, intent.connection_id, intent.contact_id, body, actor=by, why=intent.why)
    anew.attempts, anew.unanswered, anew.sent_at = intent.attempts, intent.unanswered, intent.sent_at
    intent.unanswered = 0


def settle_found(session: Session, intent: IntentRow, found: Record) -> None:
    """Settle a creation whose answer was lost, and which landed after all. Where Xero says something else than was
    sent, somebody there has changed it since.
    """
    _created(session, intent, found, agreed_on(sent_in(session, intent, found.contact), found.contact))


def drop_creation(session: Session, intent: IntentRow, why: str) -> None:
    """Drop a creation that is no longer wanted. If it was sent, it may have landed all the same."""
    settle(intent, DROPPED, why)
    _match_own(session, intent)


def settle_update(session: Session, intent: IntentRow, link: LinkRow, outcome: Outcome) -> None:
    """Settle a change: it was made in Xero, or refused, or is to be sent again."""
    if isinstance(outcome, Unavailable):
        try_again(intent, str(outcome))
        return
    if not isinstance(outcome, Record):
        _refused(session, intent, str(outcome))
        _remember_holder(session, intent, outcome)
        if link.state == SYNCING:
            link.error = str(outcome)
            _look_anew(session, intent, link)
        return
    values = values_from_json(intent.body)
    if intent.state == SENT:
        _tell_update(session, link, intent)
        settle(intent, DONE)
    else:
        settle(intent, DROPPED, "Somebody in Xero has written the same.")
    remember(session, link.connection_id, [outcome])
    remember_agreed(link, _agreed(values, outcome.contact))
    link.error = ""
    _plan_on(session, link)


def give_up(session: Session, intent: IntentRow, link: LinkRow, why: str) -> None:
    """Drop a change that does not fit any more, and plan the link again."""
    settle(intent, DROPPED, why)
    session.flush()
    _plan_on(session, link)


def _plan_on(session: Session, link: LinkRow) -> None:
    """Plan a link after a write. If by now more is to be written on either side, that is left to the next tick and its
    brake: somebody may have changed many contacts while this tick was writing.
    """
    contact = session.get_one(ContactRow, link.contact_id)
    xero = session.get_one(XeroContactRow, (link.connection_id, link.xero_id))
    plan = plan_of(session, link, contact, xero)
    if plan.to_practice or plan.to_xero:
        link.practice_rev = 0
        wake(session, link.connection_id)
    else:
        plan_one(session, link.id)


def _created(session: Session, intent: IntentRow, found: Record, base: Base) -> None:
    """Link what was created. If one of the two contacts is gone by now, the link is made all the same and ended at
    once: then the other contact can be archived too, and the link resumes if the missing one comes back. What a person
    ignored is not linked: it showed while the creation was given up.
    """
    remember(session, intent.connection_id, [found])
    xero = session.get_one(XeroContactRow, (intent.connection_id, found.id))
    settle(intent, DONE)
    holder = _linked_with(session, xero)
    if holder == intent.contact_id:
        return
    issue, why = issue_of(session, xero), unwanted(session, intent)
    apart = OF_ANOTHER if holder else LEFT_ALONE if issue and issue.state == IGNORED else ""
    cause = ARCHIVED_IN_PRACTICE if why == ARCHIVED else "" if why else cause_of(xero)
    if cause and not apart:
        link = add_unplanned_link(session, xero, intent.contact_id, intent.actor, base)
        end(session, link, cause, SYNC)
        if why == ARCHIVED and intent.why.get(ARCHIVE):
            ask_to_archive(session, intent.why[ARCHIVE], link)
        return
    if refused := apart or (LINKED if why == LINKED else _refused_link(session, intent, xero, base)):
        settle(intent, DROPPED if why else HELD, f"The contact was created in Xero, but not linked. {refused}")
        [xero.rev] = next_revs(session)  # matching skipped it while its creation was under way


def _refused_link(session: Session, intent: IntentRow, xero: XeroContactRow, base: Base) -> str:
    """Link what was created. Returns why the two cannot be linked, or "" if they were."""
    try:
        add_link(session, xero, intent.contact_id, intent.actor, origin="create_xero", two_way=False, base=base)
    except MovedOn as error:
        return str(error)
    return ""


def _refused(session: Session, intent: IntentRow, why: str) -> None:
    settle(intent, HELD, why)
    contact = session.get_one(ContactRow, intent.contact_id)
    record(
        session, SYNC, "xero.refused", f"Xero refused {contact.name}: {why}",
        connection_id=intent.connection_id, contact_id=intent.contact_id, after=intent.body, why=intent.why,
    )  # fmt: skip


def _look_anew(session: Session, intent: IntentRow, link: LinkRow) -> None:
    """After a refusal, plan the link again if other values are to be written by now: edits had to wait while the write
    may have been on the wire. The same values are not sent again, since Xero would refuse them again.
    """
    contact = session.get_one(ContactRow, link.contact_id)
    xero = session.get_one(XeroContactRow, (link.connection_id, link.xero_id))
    if plan_of(session, link, contact, xero).to_xero != values_from_json(intent.body):
        link.practice_rev = 0
        wake(session, link.connection_id)


def _remember_holder(session: Session, intent: IntentRow, outcome: Outcome) -> None:
    """Remember at once which contact has the name that is taken: it may have got the name after Xero was last read, and
    may lose it again before the next read.
    """
    if isinstance(outcome, NameTaken) and isinstance(outcome.holder, Record):
        remember(session, intent.connection_id, [outcome.holder])


def _match_own(session: Session, intent: IntentRow) -> None:
    """Have what carries the number of a refused or dropped creation matched: matching skipped it while that was under
    way. It is there if the creation had landed, and did not show yet when it was looked up.
    """
    number = str(intent.body["number"])
    query = select(XeroContactRow).where(
        col(XeroContactRow.connection_id) == intent.connection_id, col(XeroContactRow.number) == number
    )
    for xero in session.exec(query).all():
        [xero.rev] = next_revs(session)


def _ask_about_name(session: Session, intent: IntentRow) -> None:
    """A taken name is a question about the contact that has it, never a reason to rename."""
    name = str(intent.body[Field.NAME.value])
    query = select(XeroContactRow).where(*unlinked(intent.connection_id), col(XeroContactRow.name_key) == key(name))
    holder = session.exec(query).first()
    if holder is not None:
        ask(session, holder, NAME_TAKEN, [intent.contact_id])


def _agreed(values: Mapping[Field, Value], reply: Contact) -> dict[Field, Agreed]:
    return {field: Agreed(value, reply.get(field)) for field, value in values.items()}


def _linked_with(session: Session, xero: XeroContactRow) -> str | None:
    """The practice contact of the one link that a Xero contact may have, whatever its state."""
    query = select(LinkRow.contact_id).where(
        col(LinkRow.connection_id) == xero.connection_id, col(LinkRow.xero_id) == xero.xero_id
    )
    return session.exec(query).first()


def _tell_update(session: Session, link: LinkRow, intent: IntentRow) -> None:
    """Log a change made in Xero. Its `before` is what it was planned to replace: the base may hold the new values by
    now.
    """
    xero = session.get_one(XeroContactRow, (link.connection_id, link.xero_id))
    fields = within_a_sentence(values_from_json(intent.body))
    record(
        session, SYNC, "xero.updated", f"Updated {fields} of {xero.name} in Xero",
        connection_id=link.connection_id, contact_id=link.contact_id, xero_id=link.xero_id,
        before=intent.expected, after=intent.body, why=intent.why,
    )  # fmt: skip
