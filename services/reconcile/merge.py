"""The three-way merge: what should happen to each field of a linked pair.

Each side is compared with its own wording in the base. What the comparison finds is looked up in
`RULES`, top to bottom, and the first row that fits decides; the same rows are printed in the docs.
What the rules leave to a person, a policy may decide. Nothing is ever lost: a change is carried over, or asked
about, or held until its direction is opened; and what a policy overwrites is kept.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from services.reconcile.contact import Agreed, Base, Contact, Field, Value
from services.reconcile.normalise import agree, is_blank, same
from services.reconcile.policy import Blanks, Policies, Policy, Wins


class Action(StrEnum):
    """What should happen to one field."""

    KEEP = "keep"
    SETTLE = "settle"
    TO_XERO = "to_xero"
    TO_PRACTICE = "to_practice"
    ASK = "ask"
    HOLD = "hold"


@dataclass(frozen=True, slots=True)
class FieldStep:
    """What should happen to one field, with the values it was decided on and the reason as a sentence.

    `base` is what the sides last agreed on, None if they never did. KEEP, ASK and HOLD leave it as it is.
    With `by_policy` it overwrites the losing side of a difference, whose value has to be kept.
    """

    field: Field
    action: Action
    base: Agreed | None
    practice: Value
    xero: Value
    why: str
    by_policy: bool = False

    @property
    def written(self) -> Value:
        """The value that a write carries to the other side."""
        return self.practice if self.action is Action.TO_XERO else self.xero

    @property
    def overwritten(self) -> Value:
        """The value that a write replaces."""
        return self.xero if self.action is Action.TO_XERO else self.practice


class State(StrEnum):
    """What one side did to a field, compared with its base; without a base, whether the side has a value."""

    BLANK = "blank"
    SET = "set"
    UNCHANGED = "unchanged"
    CHANGED = "changed"
    NAME_CLEARED = "name cleared"


class Likeness(StrEnum):
    """How the two sides compare with each other now."""

    SAME = "the same"
    AGREE = "equal but written differently"
    DIFFER = "different"


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the decision table. None, or an empty `likeness`, means it does not matter."""

    has_base: bool
    practice: State | None
    xero: State | None
    likeness: tuple[Likeness, ...]
    action: Action
    why: str

    def fits(self, has_base: bool, practice: State, xero: State, likeness: Likeness) -> bool:
        """Whether this row decides the case."""
        return (
            self.has_base is has_base
            and self.practice in (None, practice)
            and self.xero in (None, xero)
            and (not self.likeness or likeness in self.likeness)
        )


ANY = ()
EQUAL = (Likeness.SAME, Likeness.AGREE)
ALREADY = (Likeness.SAME,)

RULES = (
    Rule(False, State.BLANK, State.BLANK, ANY, Action.SETTLE, "Both sides are blank."),
    Rule(False, State.SET, State.BLANK, ANY, Action.TO_XERO, "Xero is blank: filled from the practice."),
    Rule(False, State.BLANK, State.SET, ANY, Action.TO_PRACTICE, "The practice is blank: filled from Xero."),
    Rule(False, State.SET, State.SET, EQUAL, Action.SETTLE, "Both sides already agree."),
    Rule(False, State.SET, State.SET, ANY, Action.ASK, "The sides differ and have never agreed."),
    Rule(True, State.NAME_CLEARED, None, ANY, Action.ASK, "The practice cleared the name, which must not be blank."),
    Rule(True, None, State.NAME_CLEARED, ANY, Action.ASK, "Xero cleared the name, which must not be blank."),
    Rule(True, State.UNCHANGED, State.UNCHANGED, ANY, Action.KEEP, "Nothing changed."),
    Rule(True, State.CHANGED, State.UNCHANGED, ALREADY, Action.SETTLE, "The practice changed to Xero's value."),
    Rule(True, State.UNCHANGED, State.CHANGED, ALREADY, Action.SETTLE, "Xero changed to the practice's value."),
    Rule(True, State.CHANGED, State.UNCHANGED, ANY, Action.TO_XERO, "Only the practice changed."),
    Rule(True, State.UNCHANGED, State.CHANGED, ANY, Action.TO_PRACTICE, "Only Xero changed."),
    Rule(True, State.CHANGED, State.CHANGED, EQUAL, Action.SETTLE, "Both sides changed to the same value."),
    Rule(True, State.CHANGED, State.CHANGED, ANY, Action.ASK, "Both sides changed, to different values."),
)
"""Read from top to bottom; the first row that fits decides."""

WINNERS = {Wins.PRACTICE: Action.TO_XERO, Wins.XERO: Action.TO_PRACTICE}
"""What a policy turns a question into."""

DECIDED = {
    Wins.PRACTICE: "The practice wins by the policy for this field.",
    Wins.XERO: "Xero wins by the policy for this field.",
}
HELD: dict[Action, tuple[Callable[[Policy], bool], str]] = {
    Action.TO_XERO: (lambda policy: policy.practice_to_xero, "Held: nothing goes from the practice to Xero."),
    Action.TO_PRACTICE: (lambda policy: policy.xero_to_practice, "Held: nothing goes from Xero to the practice."),
}
HELD_BLANK = "Held: what one side cleared is kept on the other."


def merge(base: Base, practice: Contact, xero: Contact, policies: Policies) -> tuple[FieldStep, ...]:
    """One step per field, in the order of `Field`. Fields absent from `base` have never been agreed on."""
    return tuple(merge_field(f, base.get(f), practice.get(f), xero.get(f), policies[f]) for f in Field)


def merge_field(field: Field, base: Agreed | None, practice: Value, xero: Value, policy: Policy) -> FieldStep:
    """The step of one field, whose `base` is None if the sides have never agreed on it."""
    rule = _rule_for(field, base, practice, xero)
    step = FieldStep(field, rule.action, base, practice, xero, rule.why)
    if step.action is Action.ASK:
        return _decided(step, policy)
    why = held(step, policy)
    return replace(step, action=Action.HOLD, why=f"{step.why} {why}") if why else step


def why_asked(field: Field, has_base: bool, practice: Value, xero: Value) -> str:
    """Why the decision table asks about a field, for a question that is stored already: its two values are known, but
    of its base only whether there was one.
    """
    ours, theirs = (_when_asked(field, has_base, value) for value in (practice, xero))
    asking = (rule for rule in RULES if rule.action is Action.ASK)
    return next(rule.why for rule in asking if rule.fits(has_base, ours, theirs, Likeness.DIFFER))


def _when_asked(field: Field, has_base: bool, value: Value) -> State:
    if not has_base:
        return State.SET
    return State.NAME_CLEARED if field is Field.NAME and is_blank(value) else State.CHANGED


def _decided(step: FieldStep, policy: Policy) -> FieldStep:
    """A question as the policy answers it; one the policy cannot answer stays a question."""
    if policy.wins is Wins.ASK:
        return step
    why = f"{step.why} {DECIDED[policy.wins]}"
    decided = replace(step, action=WINNERS[policy.wins], why=why, by_policy=True)
    blank_name = step.field is Field.NAME and is_blank(decided.written)
    return step if blank_name or held(decided, policy) else decided


def held(step: FieldStep, policy: Policy) -> str:
    """Why a write has to wait; "" if it need not."""
    if step.action not in HELD:
        return ""
    is_open, why = HELD[step.action]
    if not is_open(policy):
        return why
    kept = policy.blanks is Blanks.KEEP and step.base is not None and is_blank(step.written)
    return HELD_BLANK if kept else ""


def _rule_for(field: Field, base: Agreed | None, practice: Value, xero: Value) -> Rule:
    ours = _state(field, base.practice if base else None, practice)
    theirs = _state(field, base.xero if base else None, xero)
    likeness = _likeness(field, practice, xero)
    return next(rule for rule in RULES if rule.fits(base is not None, ours, theirs, likeness))


def _state(field: Field, before: Value | None, now: Value) -> State:
    if before is None:
        return State.BLANK if is_blank(now) else State.SET
    if same(field, before, now):
        return State.UNCHANGED
    return State.NAME_CLEARED if field is Field.NAME and is_blank(now) else State.CHANGED


def _likeness(field: Field, practice: Value, xero: Value) -> Likeness:
    if same(field, practice, xero):
        return Likeness.SAME
    return Likeness.AGREE if agree(field, practice, xero) else Likeness.DIFFER
