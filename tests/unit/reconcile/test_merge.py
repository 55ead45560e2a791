"""The three-way merge: cases as sentences, then what must hold for every base and every pair of sides."""

import pytest
from hypothesis import given

from services.reconcile.contact import Address, Agreed, Base, Contact, Field, Value
from services.reconcile.merge import RULES, Action, FieldStep, Likeness, State, merge
from services.reconcile.normalise import agree, is_blank, same
from services.reconcile.policy import Blanks, Policies, Policy, Wins
from tests.unit.reconcile.strategies import bases, contacts, directions

BOTH_WAYS = Policy()
ONLY_FROM_XERO = Policy(practice_to_xero=False)
ONLY_FROM_PRACTICE = Policy(xero_to_practice=False)
WRITES = {Action.TO_XERO, Action.TO_PRACTICE}


def alike(policy: Policy) -> Policies:
    return dict.fromkeys(Field, policy)


def merge_one(
    field: Field, base: Agreed | None, practice: Value, xero: Value, direction: Policy = BOTH_WAYS
) -> FieldStep:
    blank = Contact("Same")
    steps = merge(
        {} if base is None else {field: base},
        blank.with_values({field: practice}),
        blank.with_values({field: xero}),
        alike(direction),
    )
    return next(step for step in steps if step.field is field)


Case = tuple[str, Field, Agreed | None, Value, Value, Action]
AGREED = Agreed("01 234 567", "01234567")
NAME = Agreed("Acme", "ACME")
CASES: list[Case] = [
    ("never agreed, both blank", Field.PHONE, None, "", " ", Action.SETTLE),
    ("never agreed, same phone written differently", Field.PHONE, None, "01 23", "0123", Action.SETTLE),
    ("never agreed, names in other capitals", Field.NAME, None, "Acme", "ACME", Action.SETTLE),
    ("never agreed, Xero blank", Field.EMAIL, None, "a@x.com", "", Action.TO_XERO),
    ("never agreed, practice blank", Field.EMAIL, None, "", "a@x.com", Action.TO_PRACTICE),
    ("never agreed, different emails", Field.EMAIL, None, "a@x.com", "b@x.com", Action.ASK),
    ("never agreed, an address filled", Field.ADDRESS, None, Address("1 High St"), Address(), Action.TO_XERO),
    ("agreed, nothing changed", Field.PHONE, AGREED, "01 234 567", "01234567", Action.KEEP),
    ("agreed, only reformatted", Field.PHONE, AGREED, "(01) 234-567", "01234567", Action.KEEP),
    ("agreed, practice changed", Field.PHONE, AGREED, "09 999", "01234567", Action.TO_XERO),
    ("agreed, Xero changed", Field.PHONE, AGREED, "01 234 567", "09 999", Action.TO_PRACTICE),
    ("agreed, practice cleared", Field.PHONE, AGREED, "", "01234567", Action.TO_XERO),
    ("agreed, Xero cleared", Field.PHONE, AGREED, "01 234 567", "", Action.TO_PRACTICE),
    ("agreed, both cleared", Field.PHONE, AGREED, "", "", Action.SETTLE),
    ("agreed, both changed to the same", Field.PHONE, AGREED, "09 999", "09999", Action.SETTLE),
    ("agreed, both changed, differently", Field.PHONE, AGREED, "09 999", "08 888", Action.ASK),
    ("agreed, one cleared and one changed", Field.PHONE, AGREED, "", "08 888", Action.ASK),
    ("agreed, a capital corrected", Field.NAME, NAME, "acme", "ACME", Action.TO_XERO),
    ("agreed, practice took over Xero's capitals", Field.NAME, NAME, "ACME", "ACME", Action.SETTLE),
    ("agreed, practice's name cleared", Field.NAME, NAME, "", "ACME", Action.ASK),
    ("agreed, Xero's name cleared", Field.NAME, NAME, "Acme", " ", Action.ASK),
    ("agreed, both names cleared", Field.NAME, NAME, "", "", Action.ASK),
]


@pytest.mark.parametrize(
    ("field", "base", "practice", "xero", "action"),
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_a_field_is_merged_by_what_each_side_did(
    field: Field, base: Agreed | None, practice: Value, xero: Value, action: Action
) -> None:
    assert merge_one(field, base, practice, xero).action is action


HELD: list[tuple[Policy, Agreed | None, str, str]] = [
    (ONLY_FROM_XERO, AGREED, "09 999", "01234567"),
    (ONLY_FROM_XERO, None, "09 999", ""),
    (ONLY_FROM_PRACTICE, AGREED, "01 234 567", "09 999"),
    (ONLY_FROM_PRACTICE, None, "", "09 999"),
]


@pytest.mark.parametrize(("direction", "base", "practice", "xero"), HELD)
def test_a_change_against_a_closed_direction_is_held_and_flows_when_it_is_opened(
    direction: Policy, base: Agreed | None, practice: str, xero: str
) -> None:
    held = merge_one(Field.PHONE, base, practice, xero, direction)
    assert held.action is Action.HOLD
    assert "Held" in held.why
    assert merge_one(Field.PHONE, base, practice, xero).action in WRITES


def test_a_held_change_that_xero_then_contradicts_is_asked_about() -> None:
    assert merge_one(Field.PHONE, AGREED, "09 999", "08 888", ONLY_FROM_XERO).action is Action.ASK


def test_there_is_one_step_for_each_field_in_the_order_of_screens() -> None:
    steps = merge({}, Contact("Acme"), Contact("Acme"), alike(BOTH_WAYS))
    assert [step.field for step in steps] == list(Field)


def test_every_row_of_the_table_can_decide_a_case() -> None:
    def first(has_base: bool, practice: State, xero: State, likeness: Likeness) -> int:
        return next(i for i, rule in enumerate(RULES) if rule.fits(has_base, practice, xero, likeness))

    states = {False: (State.BLANK, State.SET), True: (State.UNCHANGED, State.CHANGED, State.NAME_CLEARED)}
    reached = {
        first(has_base, practice, xero, likeness)
        for has_base, sides in states.items()
        for practice in sides
        for xero in sides
        for likeness in Likeness
    }
    assert reached == set(range(len(RULES)))


def changed(step: FieldStep) -> tuple[bool, bool]:
    assert step.base is not None
    practice = not same(step.field, step.base.practice, step.practice)
    return practice, not same(step.field, step.base.xero, step.xero)


@given(bases, contacts, contacts, directions)
def test_a_change_is_never_overwritten_by_a_side_that_did_not_change(
    base: Base, practice: Contact, xero: Contact, direction: Policy
) -> None:
    for step in merge(base, practice, xero, alike(direction)):
        overwritten = {Action.TO_XERO: step.xero, Action.TO_PRACTICE: step.practice}.get(step.action)
        if overwritten is None:
            continue
        if step.base is None:
            assert is_blank(overwritten)
        else:
            assert changed(step) == (step.action is Action.TO_XERO, step.action is Action.TO_PRACTICE)


@given(bases, contacts, contacts, directions)
def test_a_field_is_left_alone_only_if_nothing_changed_or_both_sides_say_the_same(
    base: Base, practice: Contact, xero: Contact, direction: Policy
) -> None:
    for step in merge(base, practice, xero, alike(direction)):
        if step.action is Action.KEEP:
            assert changed(step) == (False, False)
        if step.action is Action.SETTLE:
            blank = is_blank(step.practice) and is_blank(step.xero)
            assert blank or agree(step.field, step.practice, step.xero)


@given(bases, contacts, contacts, directions)
def test_a_blank_name_is_never_written(base: Base, practice: Contact, xero: Contact, direction: Policy) -> None:
    for step in merge(base, practice, xero, alike(direction)):
        if step.field is Field.NAME and step.action in WRITES:
            assert not is_blank(step.practice if step.action is Action.TO_XERO else step.xero)


@given(bases, contacts, contacts, directions)
def test_a_closed_direction_is_never_written_and_only_turns_writes_into_holds(
    base: Base, practice: Contact, xero: Contact, direction: Policy
) -> None:
    open_ways = {
        Action.TO_XERO: direction.practice_to_xero,
        Action.TO_PRACTICE: direction.xero_to_practice,
    }
    opened = merge(base, practice, xero, alike(BOTH_WAYS))
    for step, free in zip(merge(base, practice, xero, alike(direction)), opened, strict=True):
        assert open_ways.get(step.action, True)
        if step.action is Action.HOLD:
            assert not open_ways[free.action]
        else:
            assert step == free


MIRRORED = {Action.TO_XERO: Action.TO_PRACTICE, Action.TO_PRACTICE: Action.TO_XERO}


@given(bases, contacts, contacts, directions)
def test_neither_side_is_favoured(base: Base, practice: Contact, xero: Contact, direction: Policy) -> None:
    turned_base = {field: Agreed(agreed.xero, agreed.practice) for field, agreed in base.items()}
    turned_way = Policy(direction.xero_to_practice, direction.practice_to_xero)
    turned = merge(turned_base, xero, practice, alike(turned_way))
    expected = [MIRRORED.get(step.action, step.action) for step in merge(base, practice, xero, alike(direction))]
    assert [step.action for step in turned] == expected


XERO_WINS, PRACTICE_WINS = Policy(wins=Wins.XERO), Policy(wins=Wins.PRACTICE)


@pytest.mark.parametrize("base", [AGREED, None])
@pytest.mark.parametrize(
    ("policy", "action", "lost"), [(XERO_WINS, Action.TO_PRACTICE, "09 999"), (PRACTICE_WINS, Action.TO_XERO, "08 888")]
)
def test_a_policy_decides_a_difference_and_names_what_is_overwritten(
    policy: Policy, action: Action, lost: str, base: Agreed | None
) -> None:
    step = merge_one(Field.PHONE, base, "09 999", "08 888", policy)
    assert (step.action, step.by_policy, step.overwritten) == (action, True, lost)


@pytest.mark.parametrize("policy", [XERO_WINS, Policy(xero_to_practice=False, wins=Wins.XERO)])
def test_a_policy_never_lets_a_blank_name_win_nor_writes_against_a_closed_direction(policy: Policy) -> None:
    xero = "" if policy.xero_to_practice else "Acme Two"
    assert merge_one(Field.NAME, NAME, "Acme One", xero, policy).action is Action.ASK


def test_a_cleared_value_is_kept_on_the_other_side_where_blanks_do_not_travel() -> None:
    kept = Policy(blanks=Blanks.KEEP)
    assert merge_one(Field.PHONE, AGREED, "", "01234567", kept).action is Action.HOLD
    assert merge_one(Field.PHONE, AGREED, "09 999", "01234567", kept).action is Action.TO_XERO
    assert merge_one(Field.PHONE, None, "09 999", "", kept).action is Action.TO_XERO
