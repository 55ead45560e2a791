"""What should happen: to a Xero contact that has no link yet, and to the two sides of a link.

The table `PLAN` decides; the page docs/sync-rules.md is made from it.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum

from services.reconcile.contact import Agreed, Base, Contact, Field, Value
from services.reconcile.match import Match, Verdict
from services.reconcile.merge import Action, FieldStep, merge
from services.reconcile.policy import Policies


class Step(StrEnum):
    """What should happen to a Xero contact without a link."""

    LINK = "link"
    CREATE = "create"
    HOLD = "hold"
    ASK = "ask"
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class PlanRule:
    """One row of the policy: what such a match leads to under a connection's no-match policy."""

    match: Match
    policy: str
    step: Step
    why: str


OURS = "Its marker names the practice contact it was created for, so the two are linked, whatever their names are now."
OURS_IN_DOUBT = "Its marker names a practice contact, but linking the two may be wrong, so a person decides."
MERGED = "A contact that was linked here was merged into it in Xero, so a person decides."
LINKED = "They are the same contact, so they are linked at once."
DOUBTFUL = "Only the name or only the billing email is equal, so a person decides."
UNCLEAR = "It is not clear which contact it is, so a person decides."
CREATED = "No contact has this name or billing email, so a practice contact is created and linked."
HELD = "No contact has this name or billing email, so a person looks at it before anything is created."

PLAN = (
    PlanRule(Match.OURS, "create", Step.LINK, OURS),
    PlanRule(Match.OURS, "hold", Step.LINK, OURS),
    PlanRule(Match.OURS_IN_DOUBT, "create", Step.ASK, OURS_IN_DOUBT),
    PlanRule(Match.OURS_IN_DOUBT, "hold", Step.ASK, OURS_IN_DOUBT),
    PlanRule(Match.SURVIVOR, "create", Step.ASK, MERGED),
    PlanRule(Match.SURVIVOR, "hold", Step.ASK, MERGED),
    PlanRule(Match.FULL, "create", Step.LINK, LINKED),
    PlanRule(Match.FULL, "hold", Step.LINK, LINKED),
    PlanRule(Match.PARTIAL_NAME, "create", Step.ASK, DOUBTFUL),
    PlanRule(Match.PARTIAL_NAME, "hold", Step.ASK, DOUBTFUL),
    PlanRule(Match.PARTIAL_EMAIL, "create", Step.ASK, DOUBTFUL),
    PlanRule(Match.PARTIAL_EMAIL, "hold", Step.ASK, DOUBTFUL),
    PlanRule(Match.AMBIGUOUS, "create", Step.ASK, UNCLEAR),
    PlanRule(Match.AMBIGUOUS, "hold", Step.ASK, UNCLEAR),
    PlanRule(Match.NONE, "create", Step.CREATE, CREATED),
    PlanRule(Match.NONE, "hold", Step.HOLD, HELD),
)
_STEPS = {(rule.match, rule.policy): rule.step for rule in PLAN}


def plan_new(verdict: Verdict, no_match: str) -> Step:
    """The step for a Xero contact without a link, inside the filter. `no_match` is create or hold."""
    return _STEPS[verdict.match, no_match]


@dataclass(frozen=True, slots=True)
class FilterRule:
    """Which Xero contacts a contact-type filter lets in. Xero sets both flags from invoices and bills."""

    type_filter: str
    customers: bool
    suppliers: bool
    neither: bool
    why: str


FILTERS = (
    FilterRule("customers", True, False, False, "Contacts that have had an invoice."),
    FilterRule("suppliers_customers", True, True, False, "Contacts that have had an invoice or a bill."),
    FilterRule("all", True, True, True, "Every contact."),
)
_FILTERS = {rule.type_filter: rule for rule in FILTERS}


def lets_in(type_filter: str, include_neither: bool) -> frozenset[tuple[bool, bool]]:
    """Which (is customer, is supplier) are imported; others are skipped. One that is both counts as either."""
    rule = _FILTERS[type_filter]
    sides = {
        (True, False): rule.customers,
        (False, True): rule.suppliers,
        (True, True): rule.customers or rule.suppliers,
    }
    kinds = sides | {(False, False): rule.neither or include_neither}
    return frozenset(kind for kind, inside in kinds.items() if inside)


@dataclass(frozen=True, slots=True)
class LinkPlan:
    """What should happen to the two sides of a link, one step per field."""

    steps: tuple[FieldStep, ...]

    @property
    def to_practice(self) -> dict[Field, Value]:
        """Xero's values to write to the practice contact."""
        return {step.field: step.xero for step in self._doing(Action.TO_PRACTICE)}

    @property
    def to_xero(self) -> dict[Field, Value]:
        """The practice's values to write to the Xero contact."""
        return {step.field: step.practice for step in self._doing(Action.TO_XERO)}

    @property
    def settled(self) -> dict[Field, Agreed]:
        """Fields with nothing to write: the base to remember, each side in its own wording."""
        return {step.field: Agreed(step.practice, step.xero) for step in self._doing(Action.SETTLE)}

    @property
    def differences(self) -> tuple[FieldStep, ...]:
        """Fields a person has to decide on."""
        return self._doing(Action.ASK)

    @property
    def decided(self) -> tuple[FieldStep, ...]:
        """Differences that a policy decides: one side is overwritten, and its value has to be kept."""
        return tuple(step for step in self.steps if step.by_policy)

    @property
    def overwriting(self) -> set[Field]:
        """The fields whose writing overwrites something: agreed on before, or decided by a policy."""
        writing = (*self._doing(Action.TO_PRACTICE), *self._doing(Action.TO_XERO))
        return {step.field for step in writing if step.base is not None or step.by_policy}

    @property
    def held(self) -> tuple[FieldStep, ...]:
        """Fields whose change waits until its direction is opened."""
        return self._doing(Action.HOLD)

    def only(self, fields: Collection[Field]) -> "LinkPlan":
        """The same plan for some fields alone."""
        return LinkPlan(tuple(step for step in self.steps if step.field in fields))

    def unruled(self, fields: Collection[Field]) -> "LinkPlan":
        """The same plan, asking about what a policy would decide in some fields."""
        ruled = {step.field for step in self.steps if step.by_policy and step.field in fields}
        asking = (replace(one, action=Action.ASK, by_policy=False) if one.field in ruled else one for one in self.steps)
        return LinkPlan(tuple(asking)) if ruled else self

    def _doing(self, action: Action) -> tuple[FieldStep, ...]:
        return tuple(step for step in self.steps if step.action is action)


def plan_link(base: Base, practice: Contact, xero: Contact, policies: Policies) -> LinkPlan:
    """What should happen to a linked pair; an empty base means that the link is just being made."""
    return LinkPlan(merge(base, practice, xero, policies))
