"""What confirming a match leads to, field by field, before anything is written."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from services.reconcile.contact import Agreed, Base, Contact, Field, Value
from services.reconcile.merge import Action, merge_field
from services.reconcile.normalise import is_blank
from services.reconcile.plan import plan_link
from services.reconcile.policy import Policies

NEVER_AGREED: Base = {}
PRACTICE, XERO = "practice", "xero"
CHOSEN = {PRACTICE: "The practice's value stays.", XERO: "Xero's value stays."}
ASKED = "Both stay; asked under Differences."


@dataclass(frozen=True, slots=True)
class FieldOutcome:
    """One field of both sides, now and afterwards. `asks` says that a person may choose which value stays."""

    field: Field
    practice: Value
    xero: Value
    practice_after: Value
    xero_after: Value
    asks: bool
    why: str


class Effect(StrEnum):
    """What linking does to a field in which the two sides are not alike."""

    FILLS_XERO = "fills_xero"
    FILLS_PRACTICE = "fills_practice"
    OVERWRITES_XERO = "overwrites_xero"
    OVERWRITES_PRACTICE = "overwrites_practice"
    ASKS = "asks"
    KEPT = "kept"


Effects = tuple[tuple[Field, Effect], ...]

EFFECTS = {
    Action.TO_XERO: (Effect.FILLS_XERO, Effect.OVERWRITES_XERO),
    Action.TO_PRACTICE: (Effect.FILLS_PRACTICE, Effect.OVERWRITES_PRACTICE),
    Action.ASK: (Effect.ASKS, Effect.ASKS),
    Action.HOLD: (Effect.KEPT, Effect.KEPT),
}
"""By action, the effect if the value to be replaced is blank, and the effect if it is not."""


def effects(practice: Contact, xero: Contact, ways: Policies, base: Base = NEVER_AGREED) -> Effects:
    """What linking two contacts for the first time does, field by field; fields that are alike are left out.

    `base` is what they agreed on, where one was created for the other.
    """
    unlike = [field for field in Field if practice.get(field) != xero.get(field)]
    steps = (merge_field(one, base.get(one), practice.get(one), xero.get(one), ways[one]) for one in unlike)
    return tuple(
        (step.field, EFFECTS[step.action][not is_blank(step.overwritten)]) for step in steps if step.action in EFFECTS
    )


def outcome(practice: Contact, xero: Contact, ways: Policies, keep: Mapping[Field, str]) -> tuple[FieldOutcome, ...]:
    """What linking two contacts for the first time does. `keep` maps a field to the side whose value stays, practice
    or xero; it counts only for fields that a person is asked about.
    """
    asked = {step.field for step in plan_link({}, practice, xero, ways).differences}
    losers = {field: (xero if keep[field] == PRACTICE else practice).get(field) for field in keep if field in asked}
    plan = plan_link({field: Agreed(loser, loser) for field, loser in losers.items()}, practice, xero, ways)
    ours, theirs = practice.with_values(plan.to_practice), xero.with_values(plan.to_xero)
    return tuple(
        FieldOutcome(
            field=step.field,
            practice=step.practice,
            xero=step.xero,
            practice_after=ours.get(step.field),
            xero_after=theirs.get(step.field),
            asks=step.field in asked,
            why=_why(step.action, step.why, keep.get(step.field, "") if step.field in asked else ""),
        )
        for step in plan.steps
    )


def _why(action: Action, why: str, winner: str) -> str:
    if action is Action.ASK:
        return ASKED
    return CHOSEN[winner] if winner and action is not Action.HOLD else why
