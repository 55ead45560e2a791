"""Keeping differences in step with what the merge finds: new ones are stored, answered ones are closed and kept."""

from collections.abc import Collection, Sequence

from sqlmodel import Session, col, select

from models.base import Json, now
from models.difference import CLOSED, OPEN, DifferenceRow
from models.link import LinkRow
from services.reconcile.contact import Field, value_to_json
from services.reconcile.merge import FieldStep


def keep(session: Session, link: LinkRow, steps: Sequence[FieldStep], among: Collection[Field] = tuple(Field)) -> None:
    """Make the open differences of a link, `among` these fields, exactly `steps`; the others are closed, since they
    went away by themselves.

    A difference is a question about the values it was stored with. Other values make another question, with another id,
    so that a choice made on an older page never decides about values that were not on it.
    """
    asked = {step.field.value: _values(step) for step in steps}
    for row in _open(session, link):
        if asked.get(row.field) == row.values:
            del asked[row.field]
        elif row.field in among:
            close(row)
    for step in steps:
        if step.field.value in asked:
            _new(session, link, step)


def decide(session: Session, link: LinkRow, step: FieldStep, winner: str, actor: str) -> None:
    """Store a difference as answered at once, or close the open one, so that the loser is kept."""
    row = find_open(session, link.id, step.field) or _new(session, link, step)
    row.values = _values(step)
    close(row, winner, actor)


def close(row: DifferenceRow, winner: str = "", actor: str = "") -> None:
    """Close a difference; without a winner it went away by itself."""
    row.state, row.winner, row.actor, row.closed_at = CLOSED, winner, actor, now()


def reopen(row: DifferenceRow) -> None:
    """Ask again about a difference that was decided."""
    row.state, row.winner, row.actor, row.closed_at = OPEN, "", "", None


def part(session: Session, link: LinkRow) -> None:
    """Close the open differences of a link that is about to get another contact: they were about the one it has."""
    for row in _open(session, link):
        close(row)
    session.flush()


def find_open(session: Session, link_id: str, field: str) -> DifferenceRow | None:
    """The open difference of a field of a link; there is at most one."""
    mine = select(DifferenceRow).where(col(DifferenceRow.link_id) == link_id, col(DifferenceRow.state) == OPEN)
    return session.exec(mine.where(col(DifferenceRow.field) == field)).first()


def _open(session: Session, link: LinkRow) -> Sequence[DifferenceRow]:
    mine = select(DifferenceRow).where(col(DifferenceRow.link_id) == link.id, col(DifferenceRow.state) == OPEN)
    return session.exec(mine).all()


def _new(session: Session, link: LinkRow, step: FieldStep) -> DifferenceRow:
    session.flush()  # a link made in this transaction has to stand before what refers to it
    row = DifferenceRow(link_id=link.id, contact_id=link.contact_id, field=step.field.value, values=_values(step))
    session.add(row)
    return row


def _values(step: FieldStep) -> Json:
    return {
        "base": value_to_json(step.base.practice) if step.base else None,
        "practice": value_to_json(step.practice),
        "xero": value_to_json(step.xero),
    }
