"""Changes whose answers were lost: what they may have done in Xero, as far as the mirror tells.

Such a change stays open until Xero shows what became of it. If it is given up meanwhile, because it is no longer to be
written, it may still show later: Xero's lists were behind, or Xero carried it out late.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from itertools import takewhile

from sqlalchemy import bindparam
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from models.base import now
from models.intent import DONE, OPEN_STATES, SENT, UPDATE, IntentRow
from models.link import LinkRow
from models.xero_contact import XeroContactRow
from services.reconcile.contact import Agreed, Base, Contact, Field, Value, base_from_json, values_from_json
from services.reconcile.normalise import same
from services.records.listing import place_in
from services.records.values import contact_of

LATEST = timedelta(hours=2)
"""How long after it was given up a change may show: an hour until Xero is believed, and one for clocks that differ."""
NOTHING = Contact("")


@dataclass(frozen=True, slots=True)
class Shown:
    """What belongs into the base of a link because Xero shows what was sent without an answer.

    While the change is open, its values are `agreed` on, whatever was edited here since. If it was given up, somebody
    in Xero may just as well have written the same: that is `doubtful`, a base from which both sides count as changed,
    and a person is asked whatever the policy.
    """

    agreed: dict[Field, Agreed] = field(default_factory=dict)
    doubtful: dict[Field, Agreed] = field(default_factory=dict)

    @property
    def base(self) -> dict[Field, Agreed]:
        """Both together."""
        return self.doubtful | self.agreed


def shown(session: Session, link: LinkRow, xero: XeroContactRow, decided: Collection[Field] = ()) -> Shown:
    """What Xero shows of the changes of a link that were sent without an answer, but for the fields of which a person
    has just `decided`: they saw what Xero has.
    """
    found = Shown()
    if link in session.new:
        return found
    there, before = contact_of(xero), base_from_json(link.base)
    for intent in session.scalars(_unanswered(), {"link": link.id}):
        if intent.state in OPEN_STATES:
            found.agreed.update(landed(intent, there))
        else:
            in_time = xero.updated_at is None or xero.updated_at <= (intent.settled_at or now()) + LATEST
            found.doubtful.update(_shown_late(_given_up(session, intent), there, before, in_time))
    for one in decided:
        found.agreed.pop(one, None)
        found.doubtful.pop(one, None)
    return found


def landed(intent: IntentRow, there: Contact) -> dict[Field, Agreed]:
    """Of a change that was sent and has no answer yet, the fields in which Xero already has the new values."""
    if intent.state != SENT:
        return {}
    pairs = {field: (value, there.get(field)) for field, value in values_from_json(intent.body).items()}
    return {field: Agreed(*pair) for field, pair in pairs.items() if same(field, *pair)}


def _given_up(session: Session, intent: IntentRow) -> dict[Field, Value]:
    """What a settled change has sent and may still show unasked. If a repetition of it was answered, that is only what
    we may have replaced by a later change: somebody in Xero may well return to what they once saw there.
    """
    values = values_from_json(intent.body)
    if intent.state != DONE:
        return values
    mine = col(IntentRow.link_id) == intent.link_id, col(IntentRow.kind) == UPDATE
    may_have_landed = (col(IntentRow.state) == DONE) | (col(IntentRow.unanswered) > 0)
    newest_first = session.scalars(select(IntentRow).where(*mine, may_have_landed).order_by(place_in(IntentRow).desc()))
    later = takewhile(lambda one: one.id != intent.id, newest_first)
    replaced = {one for change in later for one in values_from_json(change.body)}
    return {one: value for one, value in values.items() if one in replaced}


def _shown_late(sent: Mapping[Field, Value], there: Contact, before: Base, in_time: bool) -> dict[Field, Agreed]:
    """The fields in which Xero has what was sent, and did not have it when the two sides last agreed. One that was
    doubtful before stays so after the time is over.
    """
    known = {one: before[one].xero if one in before else NOTHING.get(one) for one in sent}
    return {
        one: doubtful
        for one, xero in known.items()
        if same(one, sent[one], there.get(one)) and not same(one, sent[one], xero)
        for doubtful in [Agreed(there.get(one), xero)]
        if in_time or before.get(one) == doubtful
    }


@cache
def _unanswered() -> SelectOfScalar[IntentRow]:
    """Built once, because comparing a contact asks for it several times."""
    mine = col(IntentRow.link_id) == bindparam("link"), col(IntentRow.kind) == UPDATE
    query = select(IntentRow).where(*mine, col(IntentRow.unanswered) > 0)
    return query.order_by(place_in(IntentRow))
