"""What confirming a match leads to, field by field, before anything is written."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from services.reconcile.contact import Agreed, Contact, Field, Value
from services.reconcile.merge import Action, merge_field
from services.reconcile.plan import plan_link
from services.reconcile.policy import Policies

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


Effects = tuple[tuple[Field, Effect], ...]

EFFECTS = {
    (Action.TO_XERO, False): Effect.FILLS_XERO,
    (Action.TO_PRACTICE, False): Effect.FILLS_PRACTICE,
    (Action.TO_XERO, True): Effect.OVERWRITES_XERO,
    (Action.TO_PRACTICE, True): Effect.OVERWRITES_PRACTICE,
    (Action.ASK, False): Effect.ASKS,
}
"""By what is to be done with the field, and whether a policy decided a difference."""


def effects(practice: Contact, xero: Contact, ways: Policies) -> Effects:
    """What linking two contacts for the first time does, field by field; fields it leaves alone are left out."""
    unlike = ((field, practice.get(field), xero.get(field)) for field in Field)
    steps = (merge_field(field, None, ours, theirs, ways[field]) for field, ours, theirs in unlike if ours != theirs)
    found = ((step.field, EFFECTS.get((step.action, step.by_policy))) for step in steps)
    return tuple((field, effect) for field, effect in found if effect)


def outcome(practice: Contact, xero: Contact, ways: Policies, keep: Mapping[Field, str]) -> tuple[FieldOutcome, ...]:
    """What linking two contacts for the first time does; `keep` is field → practice or xero, whose value stays."""
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
