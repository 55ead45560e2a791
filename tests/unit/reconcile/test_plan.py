"""The policy for new Xero contacts, the contact-type filter, and that carrying out a plan ends the work."""

from itertools import product

import pytest
from hypothesis import given

from services.reconcile.contact import Agreed, Base, Contact, Field
from services.reconcile.match import Match, Verdict
from services.reconcile.merge import Action
from services.reconcile.plan import PLAN, LinkPlan, Step, lets_in, plan_link, plan_new
from services.reconcile.policy import Policy
from tests.unit.reconcile.strategies import bases, contacts, directions

ALIKE = dict.fromkeys(Field, Policy())


@pytest.mark.parametrize(
    ("match", "policy", "step"),
    [
        (Match.FULL, "create", Step.LINK),
        (Match.FULL, "hold", Step.LINK),
        (Match.PARTIAL_NAME, "create", Step.ASK),
        (Match.PARTIAL_EMAIL, "hold", Step.ASK),
        (Match.AMBIGUOUS, "create", Step.ASK),
        (Match.NONE, "create", Step.CREATE),
        (Match.NONE, "hold", Step.HOLD),
    ],
)
def test_the_policy_says_what_becomes_of_a_new_contact(match: Match, policy: str, step: Step) -> None:
    assert plan_new(Verdict("x", match, (), ""), policy) is step


def test_the_policy_has_one_row_for_every_case() -> None:
    cases = [(rule.match, rule.policy) for rule in PLAN]
    assert sorted(cases) == sorted(product(Match, ("create", "hold")))


CUSTOMER, SUPPLIER, BOTH, NEITHER = (True, False), (False, True), (True, True), (False, False)


@pytest.mark.parametrize(
    ("type_filter", "include_neither", "kinds"),
    [
        ("customers", False, {CUSTOMER, BOTH}),
        ("customers", True, {CUSTOMER, BOTH, NEITHER}),
        ("suppliers_customers", False, {CUSTOMER, SUPPLIER, BOTH}),
        ("suppliers_customers", True, {CUSTOMER, SUPPLIER, BOTH, NEITHER}),
        ("all", False, {CUSTOMER, SUPPLIER, BOTH, NEITHER}),
        ("all", True, {CUSTOMER, SUPPLIER, BOTH, NEITHER}),
    ],
)
def test_the_filter_lets_in_exactly_the_chosen_types(
    type_filter: str, include_neither: bool, kinds: set[tuple[bool, bool]]
) -> None:
    assert lets_in(type_filter, include_neither) == kinds


def test_a_first_link_fills_blanks_both_ways_and_asks_about_the_rest() -> None:
    practice = Contact("Acme", email="old@acme.com", phone="01234")
    xero = Contact("ACME", email="new@acme.com", address=practice.address)
    plan = plan_link({}, practice, xero, ALIKE)
    assert plan.to_xero == {Field.PHONE: "01234"}
    assert plan.to_practice == {}
    assert plan.settled[Field.NAME] == Agreed("Acme", "ACME")
    assert [step.field for step in plan.differences] == [Field.EMAIL]


def carried_out(plan: LinkPlan, base: Base, practice: Contact, xero: Contact) -> LinkPlan:
    """The plan after the plan: every write done and remembered, nothing else touched."""
    written = plan.to_practice | plan.to_xero
    remembered = {field: Agreed(value, value) for field, value in written.items()}
    new_base = {**base, **plan.settled, **remembered}
    return plan_link(
        new_base,
        practice.with_values(plan.to_practice),
        xero.with_values(plan.to_xero),
        ALIKE,
    )


@given(bases, contacts, contacts)
def test_carrying_out_a_plan_leaves_nothing_to_do_but_the_questions(
    base: Base, practice: Contact, xero: Contact
) -> None:
    plan = plan_link(base, practice, xero, ALIKE)
    again = carried_out(plan, base, practice, xero)
    assert again.differences == plan.differences
    assert all(step.action in (Action.KEEP, Action.ASK) for step in again.steps)


@given(bases, contacts, contacts, directions)
def test_every_field_has_exactly_one_fate(base: Base, practice: Contact, xero: Contact, direction: Policy) -> None:
    plan = plan_link(base, practice, xero, dict.fromkeys(Field, direction))
    kept = [step.field for step in plan.steps if step.action is Action.KEEP]
    asked = [step.field for step in plan.differences + plan.held]
    fates = [*plan.to_practice, *plan.to_xero, *plan.settled, *asked, *kept]
    assert sorted(fates) == sorted(Field)


@given(bases, contacts, contacts, directions)
def test_what_is_held_flows_once_the_direction_is_opened(
    base: Base, practice: Contact, xero: Contact, direction: Policy
) -> None:
    held = {step.field for step in plan_link(base, practice, xero, dict.fromkeys(Field, direction)).held}
    opened = plan_link(base, practice, xero, ALIKE)
    assert held <= opened.to_practice.keys() | opened.to_xero.keys()
