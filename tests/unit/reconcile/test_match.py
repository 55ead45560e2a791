"""Which practice contact a Xero contact is: cases as sentences, then compared with a slow, plain search."""

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reconcile.match import CANDIDATES_KEPT, Index, Keys, Match, Verdict, classify
from tests.unit.reconcile.strategies import keys_lists

ACME = Keys("p1", "acme", "bill@acme.com")


def verdict(xero: Keys, *practice: Keys, taken: tuple[str, ...] = ()) -> Verdict:
    return classify([xero], Index(practice, taken))[0]


def test_a_unique_equal_name_and_email_is_a_full_match() -> None:
    found = verdict(Keys("x", "acme", "bill@acme.com"), ACME, Keys("p2", "acme", "other@acme.com"))
    assert found.match is Match.FULL
    assert found.contact_ids == ("p1",)


@pytest.mark.parametrize(
    ("name", "email", "match"),
    [
        ("acme", "other@acme.com", Match.PARTIAL_NAME),
        ("acme", "", Match.PARTIAL_NAME),
        ("beta", "bill@acme.com", Match.PARTIAL_EMAIL),
        ("", "bill@acme.com", Match.PARTIAL_EMAIL),
        ("beta", "other@acme.com", Match.NONE),
        ("beta", "", Match.NONE),
        ("", "", Match.NONE),
    ],
)
def test_one_equal_key_is_a_partial_match_and_none_is_none(name: str, email: str, match: Match) -> None:
    found = verdict(Keys("x", name, email), ACME)
    assert found.match is match
    assert len(found.contact_ids) == (0 if match is Match.NONE else 1)


def test_two_blank_emails_are_not_equal() -> None:
    assert verdict(Keys("x", "acme", ""), Keys("p", "acme", "")).match is Match.PARTIAL_NAME


def test_two_blank_contacts_have_nothing_in_common() -> None:
    assert verdict(Keys("x", "", ""), Keys("p", "", "")).match is Match.NONE


def test_two_practice_contacts_with_the_same_name_and_email_are_a_question() -> None:
    found = verdict(Keys("x", "acme", "bill@acme.com"), ACME, Keys("p2", "acme", "bill@acme.com"))
    assert found.match is Match.AMBIGUOUS
    assert "Several practice contacts" in found.why


def created_for(ours: str, *practice: Keys, taken: tuple[str, ...] = (), xero: Keys | None = None) -> Verdict:
    return classify([xero or Keys("x", "other", "other@else.com")], Index(practice, taken), {"x": ours})[0]


def test_what_was_created_for_a_contact_is_that_contact_whatever_it_says_by_now() -> None:
    found = created_for("p1", ACME, Keys("p2", "other", "p2@else.com"))
    assert (found.match, found.contact_ids) == (Match.OURS, ("p1",))


def test_what_was_created_for_one_of_two_that_say_the_same_is_that_one() -> None:
    found = created_for("p2", ACME, Keys("p2", "acme", "bill@acme.com"), xero=Keys("x", "acme", "bill@acme.com"))
    assert (found.match, found.contact_ids) == (Match.OURS, ("p2",))


@pytest.mark.parametrize(
    ("practice", "taken", "why"),
    [
        ((), (), "archived"),
        ((ACME,), ("p1",), "linked with another"),
        ((ACME, Keys("p2", "other", "other@else.com")), (), "of another"),
    ],
)
def test_what_was_created_for_a_contact_that_it_may_not_be_any_more_is_a_question(
    practice: tuple[Keys, ...], taken: tuple[str, ...], why: str
) -> None:
    found = created_for("p1", *practice, taken=taken)
    assert found.match is Match.OURS_IN_DOUBT
    assert why in found.why
    assert found.contact_ids[0] == "p1"


def test_two_that_were_created_for_the_same_contact_are_a_question() -> None:
    both = [Keys("x1", "one", ""), Keys("x2", "two", "")]
    found = classify(both, Index([ACME]), {"x1": "p1", "x2": "p1"})
    assert [one.match for one in found] == [Match.OURS_IN_DOUBT, Match.OURS_IN_DOUBT]


def test_a_full_match_for_whom_another_was_created_is_a_question_and_the_other_is_that_contact() -> None:
    both = [Keys("x1", "acme", "bill@acme.com"), Keys("x2", "other", "other@else.com")]
    full, ours = classify(both, Index([ACME]), {"x2": "p1"})
    assert (full.match, ours.match) == (Match.AMBIGUOUS, Match.OURS)
    assert "Another Xero contact was created" in full.why


def survivor(keys: Keys, *merged: str) -> Verdict:
    return classify([keys], Index([ACME, Keys("p2", "beta", "beta@beta.com")]), merged={"x": merged})[0]


def test_what_a_linked_contact_was_merged_into_is_a_question_first_about_whom_that_was_linked_with() -> None:
    found = survivor(Keys("x", "beta", "beta@beta.com"), "p1")
    assert (found.match, found.contact_ids) == (Match.SURVIVOR, ("p1", "p2"))


def test_what_a_linked_contact_was_merged_into_is_whom_that_was_linked_with_if_they_say_the_same() -> None:
    found = survivor(Keys("x", "acme", "bill@acme.com"), "p2", "p1")
    assert (found.match, found.contact_ids) == (Match.FULL, ("p1",))


def test_two_xero_contacts_with_the_same_name_and_email_are_a_question() -> None:
    twins = [Keys("x1", "acme", "bill@acme.com"), Keys("x2", "acme", "bill@acme.com")]
    found = classify(twins, Index([ACME]))
    assert [one.match for one in found] == [Match.AMBIGUOUS] * 2
    assert "Several Xero contacts" in found[0].why


def test_a_full_match_that_is_linked_already_is_a_question() -> None:
    found = verdict(Keys("x", "acme", "bill@acme.com"), ACME, taken=("p1",))
    assert found.match is Match.AMBIGUOUS
    assert "linked with another" in found.why


def test_a_partial_match_that_is_linked_already_stays_one_and_says_so() -> None:
    found = verdict(Keys("x", "acme", ""), ACME, taken=("p1",))
    assert found.match is Match.PARTIAL_NAME
    assert "linked with another" in found.why


def test_the_name_of_one_and_the_email_of_another_is_a_question_about_both() -> None:
    found = verdict(Keys("x", "acme", "b@beta.com"), ACME, Keys("p0", "beta", "b@beta.com"))
    assert found.match is Match.AMBIGUOUS
    assert found.contact_ids == ("p1", "p0")


@pytest.mark.parametrize("email", ["", "new@new.com"])
def test_two_xero_contacts_that_cannot_be_told_apart_are_not_both_created(email: str) -> None:
    found = classify([Keys("x1", "new", email), Keys("x2", "new", email)], Index([ACME]))
    assert [one.match for one in found] == [Match.AMBIGUOUS] * 2
    assert "duplicates" in found[0].why


def test_two_new_xero_contacts_of_one_name_and_different_emails_are_two_people() -> None:
    found = classify([Keys("x1", "new", "a@new.com"), Keys("x2", "new", "b@new.com")], Index([ACME]))
    assert [one.match for one in found] == [Match.NONE] * 2


def test_a_mailbox_shared_by_many_lists_only_the_first_candidates_and_says_how_many_there_are() -> None:
    practice = [Keys(f"p{i:03}", f"client {i}", "office@agency.com") for i in range(50)]
    found = verdict(Keys("x", "new", "office@agency.com"), *practice)
    assert found.contact_ids == tuple(f"p{i:03}" for i in range(CANDIDATES_KEPT))
    assert found.why.startswith("50 ")


def expected_match(keys: Keys, xero: list[Keys], practice: list[Keys], taken: set[str]) -> Match:
    """The rules said plainly, comparing every pair."""

    def named(other: Keys) -> bool:
        return keys.name != "" and keys.name == other.name

    def mailed(other: Keys) -> bool:
        return keys.email != "" and keys.email == other.email

    alike = [x for x in xero if x.id != keys.id and (x.name, x.email) == (keys.name, keys.email)]
    full = [p for p in practice if named(p) and mailed(p)]
    partial = [p for p in practice if named(p) != mailed(p)]
    if full:
        free = len(full) == 1 and full[0].id not in taken and not alike
        return Match.FULL if free else Match.AMBIGUOUS
    if len(partial) > 1:
        return Match.AMBIGUOUS
    if partial:
        return Match.PARTIAL_NAME if named(partial[0]) else Match.PARTIAL_EMAIL
    return Match.AMBIGUOUS if alike and keys.name else Match.NONE


taken_ids = st.sets(st.sampled_from([f"p{i}" for i in range(8)]), max_size=3)


@given(keys_lists("x"), keys_lists("p"), taken_ids)
def test_look_ups_answer_as_a_search_through_every_pair(
    xero: list[Keys], practice: list[Keys], taken: set[str]
) -> None:
    found = [one.match for one in classify(xero, Index(practice, taken))]
    assert found == [expected_match(keys, xero, practice, taken) for keys in xero]


@given(keys_lists("x"), keys_lists("p"), taken_ids)
def test_candidates_share_a_key_that_is_not_blank(xero: list[Keys], practice: list[Keys], taken: set[str]) -> None:
    known = {keys.id: keys for keys in practice}
    for keys, found in zip(xero, classify(xero, Index(practice, taken)), strict=True):
        for contact_id in found.contact_ids:
            other = known[contact_id]
            assert keys.name == other.name != "" or keys.email == other.email != ""


@given(keys_lists("x"), keys_lists("p"), taken_ids)
def test_a_practice_contact_is_linked_at_most_once_and_never_if_taken(
    xero: list[Keys], practice: list[Keys], taken: set[str]
) -> None:
    found = classify(xero, Index(practice, taken))
    linked = Counter(one.contact_ids[0] for one in found if one.match is Match.FULL)
    assert all(count == 1 for count in linked.values())
    assert not linked.keys() & taken


@given(keys_lists("x"), keys_lists("p"), taken_ids, st.randoms(use_true_random=False))
def test_the_order_in_which_contacts_arrive_does_not_matter(
    xero: list[Keys], practice: list[Keys], taken: set[str], rng: random.Random
) -> None:
    before = {one.xero_id: one for one in classify(xero, Index(practice, taken))}
    rng.shuffle(xero)
    rng.shuffle(practice)
    assert {one.xero_id: one for one in classify(xero, Index(practice, taken))} == before
