"""What confirming a match leads to, shown before anything is written."""

from services.reconcile.contact import Agreed, Contact, Field
from services.reconcile.outcome import ASKED, Effect, effects, outcome
from services.reconcile.policy import policies

OURS = Contact("Acme", "acme@example.com", "")
THEIRS = Contact("Acme Ltd", "acme@example.com", "555 0101")


def after(keep: dict[Field, str], rules: dict[str, dict[str, str]] | None = None) -> dict[Field, tuple[object, ...]]:
    found = outcome(OURS, THEIRS, policies(rules or {}), keep)
    return {one.field: (one.practice_after, one.xero_after, one.asks) for one in found}


def test_what_differs_stays_until_it_is_decided_and_blanks_are_filled() -> None:
    assert after({})[Field.NAME] == ("Acme", "Acme Ltd", True)
    assert after({})[Field.PHONE] == ("555 0101", "555 0101", False)
    assert [one.why for one in outcome(OURS, THEIRS, policies({}), {}) if one.asks] == [ASKED]


def test_the_side_that_stays_is_on_both_sides_afterwards() -> None:
    assert after({Field.NAME: "practice"})[Field.NAME] == ("Acme", "Acme", True)
    assert after({Field.NAME: "xero"})[Field.NAME] == ("Acme Ltd", "Acme Ltd", True)


def test_a_field_that_does_not_differ_has_nothing_to_choose() -> None:
    assert after({Field.EMAIL: "xero", Field.PHONE: "practice"}) == after({})


def test_a_choice_waits_where_its_direction_is_closed() -> None:
    [name] = [
        one
        for one in outcome(OURS, THEIRS, policies({"name": {"way": "to_practice"}}), {Field.NAME: "practice"})
        if one.field is Field.NAME
    ]
    assert (name.practice_after, name.xero_after) == ("Acme", "Acme Ltd")
    assert "Held" in name.why


def test_what_a_policy_decides_is_not_asked() -> None:
    assert after({}, {"name": {"wins": "xero"}})[Field.NAME] == ("Acme Ltd", "Acme Ltd", False)


def effect_of(rules: dict[str, dict[str, str]] | None = None) -> dict[Field, Effect]:
    return dict(effects(OURS, THEIRS, policies(rules or {})))


def test_linking_fills_blanks_asks_about_what_differs_and_leaves_the_rest_alone() -> None:
    assert effect_of() == {Field.NAME: Effect.ASKS, Field.PHONE: Effect.FILLS_PRACTICE}
    assert dict(effects(THEIRS, OURS, policies({}))) == {Field.NAME: Effect.ASKS, Field.PHONE: Effect.FILLS_XERO}
    assert effects(OURS, OURS, policies({})) == ()


def test_what_is_equal_but_for_its_wording_is_left_alone() -> None:
    assert effects(Contact("Acme", phone="+64 9 555 0101"), Contact("ACME", phone="09 5550101"), policies({})) == ()


def test_a_policy_overwrites_and_a_closed_direction_holds() -> None:
    assert effect_of({"name": {"wins": "xero"}})[Field.NAME] is Effect.OVERWRITES_PRACTICE
    assert effect_of({"name": {"wins": "practice"}})[Field.NAME] is Effect.OVERWRITES_XERO
    assert effect_of({"phone": {"way": "to_xero"}})[Field.PHONE] is Effect.KEPT


def test_what_one_side_changed_since_both_agreed_is_carried_over_or_kept_as_the_link_is_one_way() -> None:
    base = {field: Agreed(OURS.get(field), OURS.get(field)) for field in Field}
    one_way = policies({}, two_way=False)
    assert dict(effects(OURS, THEIRS, one_way, base)) == {
        Field.NAME: Effect.OVERWRITES_PRACTICE, Field.PHONE: Effect.FILLS_PRACTICE,
    }  # fmt: skip
    assert dict(effects(THEIRS, OURS, one_way, base)) == {Field.NAME: Effect.KEPT, Field.PHONE: Effect.KEPT}
