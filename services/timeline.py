"""A contact's timeline: every change of each synced field, by whom or from which side, and why.

It is read from the activity log, and from the differences that came up, since questions are not in the log. What
happened to Xero contacts that it was ever linked with is part of it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlmodel import Session, col

from models.activity import ActivityRow
from models.base import Json
from models.difference import DifferenceRow
from models.link import DISCONNECTED, LinkRow
from services.db import read
from services.reconcile.contact import Field, value_from_json
from services.reconcile.merge import why_asked
from services.reconcile.plan import CREATED, LINKED
from services.records.activity import SYNC

EDITED, FROM_XERO, TO_XERO, ASKED, DECIDED, LINK, PROBLEM, OTHER = (
    "edited", "from_xero", "to_xero", "asked", "decided", "link", "problem", "other",
)  # fmt: skip
WAYS = {
    "contact.added": EDITED,
    "contact.edited": EDITED,
    "contact.imported": EDITED,
    "contact.created_from_xero": FROM_XERO,
    "contact.updated_from_xero": FROM_XERO,
    "xero.updated": TO_XERO,
    "xero.archived": TO_XERO,
    "link.create_xero": TO_XERO,
    "difference.by_policy": DECIDED,
    "difference.chosen": DECIDED,
    "difference.restored": DECIDED,
    "issue.raised": ASKED,
    "xero.refused": PROBLEM,
    "link.broken": PROBLEM,
    "connection.disconnected": LINK,
}
REASONS = {"link.match": LINKED, "contact.created_from_xero": CREATED}
"""Why the sync did something, for actions whose log entries hold no reasons by field."""


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to one field. Values are text, "" for a blank; `before` is None if nothing was replaced."""

    field: Field
    before: str | None
    after: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One thing that happened. `actor` is a username or "sync"; `way` one of the constants above.

    A question (`way` is asked) has the practice's value in `before` and Xero's in `after`.
    """

    at: datetime
    actor: str
    way: str
    summary: str
    changes: tuple[Change, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Timeline:
    """The newest entries first, and whether there are older ones."""

    entries: tuple[TimelineEntry, ...]
    more: bool


def get_timeline(contact_id: str, field: Field | None = None, size: int = 20) -> Timeline:
    """The last `size` entries of a contact; with `field`, only those about that field."""
    with read() as session:
        found = [_entry(row, field) for row in session.scalars(_log(contact_id, field).limit(size + 1))]
        found += [_question(row) for row in _questions(session, contact_id, field)]
        if field is None:
            found += [_entry(row, None) for row in _disconnections(session, contact_id)]
    found.sort(key=lambda entry: entry.at, reverse=True)
    shown = (entry for entry in found[:size] if field is None or entry.changes)
    return Timeline(tuple(shown), len(found) > size)


def _log(contact_id: str, field: Field | None) -> Any:
    mine = col(LinkRow.contact_id) == contact_id
    of_its_xero_contacts = and_(
        col(ActivityRow.contact_id).is_(None),
        col(ActivityRow.xero_id).in_(select(col(LinkRow.xero_id)).where(mine)),
        col(ActivityRow.connection_id).in_(select(col(LinkRow.connection_id)).where(mine)),
    )
    query = select(ActivityRow).where(or_(col(ActivityRow.contact_id) == contact_id, of_its_xero_contacts))
    if field is not None:
        query = query.where(or_(_names(ActivityRow.before, field), _names(ActivityRow.after, field)))
    return query.order_by(col(ActivityRow.id).desc())


def _names(column: Any, field: Field) -> ColumnElement[bool]:
    return func.json_type(col(column), f"$.{field.value}").is_not(None)


def _questions(session: Session, contact_id: str, field: Field | None) -> Sequence[DifferenceRow]:
    """The differences of a contact that were left to a person, also those answered since."""
    query = select(DifferenceRow).where(col(DifferenceRow.contact_id) == contact_id, col(DifferenceRow.actor) != SYNC)
    if field is not None:
        query = query.where(col(DifferenceRow.field) == field.value)
    return session.scalars(query).all()


def _disconnections(session: Session, contact_id: str) -> Iterable[ActivityRow]:
    """The disconnections that ended links of a contact: the log has one entry for all the contacts that synced."""
    ended = select(col(LinkRow.connection_id), col(LinkRow.ended_at)).where(
        col(LinkRow.contact_id) == contact_id, col(LinkRow.cause) == DISCONNECTED
    )
    for connection_id, at in session.execute(ended):
        told = select(ActivityRow).where(
            col(ActivityRow.at) >= at,
            col(ActivityRow.connection_id) == connection_id,
            col(ActivityRow.action) == "connection.disconnected",
        )
        yield from session.scalars(told.order_by(col(ActivityRow.at)).limit(1))


def _entry(row: ActivityRow, field: Field | None) -> TimelineEntry:
    fields = [one for one in Field if one.value in {**row.before, **row.after} and field in (None, one)]
    return TimelineEntry(
        at=row.at,
        actor=row.actor,
        way=_way(row),
        summary=row.summary,
        changes=tuple(_changes(row, fields)),
        why=REASONS.get(row.action, "") if row.actor == SYNC else "",
    )


def _way(row: ActivityRow) -> str:
    """The `way` of an entry. A link that ended because a person archived the contact does not count as a problem."""
    by_person = row.action == "link.broken" and row.actor != SYNC
    other = LINK if row.action.startswith("link.") else OTHER
    return LINK if by_person else WAYS.get(row.action, other)


def _changes(row: ActivityRow, fields: Iterable[Field]) -> Iterable[Change]:
    for field in fields:
        before = _text(field, row.before[field.value]) if field.value in row.before else None
        after = _text(field, row.after.get(field.value))
        if before or after:
            yield Change(field, before, after, row.why.get(field.value, ""))


def _question(row: DifferenceRow) -> TimelineEntry:
    field = Field(row.field)
    practice, xero = (_text(field, row.values[side]) for side in ("practice", "xero"))
    change = Change(field, practice, xero, _asked_because(field, row.values))
    return TimelineEntry(row.created_at, SYNC, ASKED, f"{field.label} differs between the two sides", (change,))


def _asked_because(field: Field, values: Json) -> str:
    """Why the decision table asks, given the values of a stored difference."""
    practice, xero = (value_from_json(field, values[side]) for side in ("practice", "xero"))
    return why_asked(field, values["base"] is not None, practice, xero)


def _text(field: Field, stored: Any) -> str:
    return "" if stored is None else str(value_from_json(field, stored))
