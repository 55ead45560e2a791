"""Keeping differences in step with what the merge finds: new ones are stored, answered ones are closed."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from models.base import Json, now
from models.difference import DifferenceRow
from models.link import LinkRow
from services.reconcile.contact import value_to_json
from services.reconcile.merge import FieldStep

OPEN = "open"
CLOSED = "closed"


def keep(session: Session, link: LinkRow, steps: Sequence[FieldStep]) -> None:
    """Make the open differences of a link exactly `steps`; those that resolved themselves are closed."""
    rows = {row.field: row for row in session.exec(select(DifferenceRow).where(col(DifferenceRow.link_id) == link.id))}
    for step in steps:
        row = rows.pop(step.field.value, None)
        if row is None:
            session.flush()  # a link made in this transaction has to stand before what refers to it
            row = DifferenceRow(link_id=link.id, field=step.field.value)
            session.add(row)
        if row.state != OPEN:
            row.created_at = now()
        row.state, row.winner, row.closed_at, row.values = OPEN, "", None, _values(step)
    for row in rows.values():
        if row.state == OPEN:
            row.state, row.closed_at = CLOSED, now()


def _values(step: FieldStep) -> Json:
    return {
        "base": value_to_json(step.base.practice) if step.base else None,
        "practice": value_to_json(step.practice),
        "xero": value_to_json(step.xero),
    }
