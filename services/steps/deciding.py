"""Deciding differences: one side's value wins and is written to the other side; the losing value is kept."""

from collections.abc import Mapping

from sqlmodel import Session

from models.activity import ActivityRow
from models.connection import ConnectionRow
from models.contact import ContactRow
from models.difference import DifferenceRow
from models.link import LinkRow
from services.errors import MovedOn
from services.reconcile.contact import Agreed, Field, value_from_json
from services.reconcile.merge import WINNERS, Action, FieldStep, held
from services.reconcile.normalise import is_blank
from services.reconcile.policy import Wins, policies
from services.records.activity import record
from services.records.differences import close, find_open
from services.records.undoing import practice_now
from services.steps.planning import plan_fields, remember_agreed

PRACTICE, XERO = "practice", "xero"
SIDES = {PRACTICE: "the practice's", XERO: "Xero's"}
ELSE = "Choose the other one, or ask an admin to change this under Connected Apps, Manage."


def decide(session: Session, row: DifferenceRow, link: LinkRow, winner: str, actor: str) -> ActivityRow:
    """Let `winner`, practice or xero, win an open difference. Returns the log entry.

    The base becomes the loser's value on both sides, so that the winner alone has changed and travels. Only this field
    travels: the next tick, and its brake, look at what else changed on the link.
    Raises: MovedOn if the winner may not travel; the difference stays open.
    """
    field, loser_side = Field(row.field), XERO if winner == PRACTICE else PRACTICE
    practice, xero = (value_from_json(field, row.values[side]) for side in (PRACTICE, XERO))
    loser = xero if winner == PRACTICE else practice
    step = FieldStep(field, WINNERS[Wins(winner)], Agreed(loser, loser), practice, xero, "")
    must_travel(session, link, step, ELSE)
    remember_agreed(link, {field: Agreed(loser, loser)})
    close(row, winner, actor)
    plan_fields(session, link.id, [field], decided=[field])
    name = session.get_one(ContactRow, link.contact_id).name
    return record(
        session, actor, "difference.chosen", f"Chose {SIDES[winner]} {field.label.lower()} for {name}",
        connection_id=link.connection_id, contact_id=link.contact_id, xero_id=link.xero_id,
        before={row.field: row.values[loser_side]}, after={row.field: row.values[winner]},
    )  # fmt: skip


def must_travel(session: Session, link: LinkRow, step: FieldStep, otherwise: str) -> None:
    """Raise MovedOn if a value that a person chose would not reach the other side; `otherwise` tells the person what to
    do instead.
    """
    if step.action is Action.TO_XERO and not link.two_way:
        raise MovedOn("It takes changes from Xero only. Make it two-way first.")
    if step.field is Field.NAME and is_blank(step.written):
        raise MovedOn("A name is never blank. Choose the other value.")
    connection = session.get_one(ConnectionRow, link.connection_id)
    if why := held(step, policies(connection.field_rules, connection.blank_policy, link.two_way)[step.field]):
        raise MovedOn(f"That value would not reach the other side. {why} {otherwise}")


def decide_at_once(session: Session, linked: ActivityRow, keep: Mapping[Field, str]) -> None:
    """Decide differences of a link made in this transaction; `keep` maps each field to its winner, practice or xero.

    `linked` is the link's log entry; undoing it takes these decisions back too.
    Raises: MovedOn if the sides do not differ in one of those fields.
    """
    link = session.get_one(LinkRow, linked.undo["link"])
    for field, winner in keep.items():
        row = find_open(session, link.id, field)
        if row is None:
            raise MovedOn(f"{field.label}: there is no longer anything to choose. Compare the two again.")
        decide(session, row, link, winner, linked.actor)
    linked.undo = linked.undo | practice_now(session.get_one(ContactRow, link.contact_id))


def is_asked(session: Session, link_id: str, field: Field) -> bool:
    """Whether the two sides of a link differ in a field, and nobody has decided that yet."""
    return find_open(session, link_id, field) is not None
