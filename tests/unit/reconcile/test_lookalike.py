"""Which contacts in Xero stand in the way of creating ours, and what is said about each."""

import pytest

from services.reconcile.lookalike import (
    ASKED,
    DEFERRED,
    ENDED,
    EXCLUDED,
    IGNORED,
    LINKED,
    NEW,
    Lookalike,
    asked,
    counts,
    in_order,
    problem,
    sentence,
    standing,
)

HOME = Lookalike("x1", "@home Interiors", score=100.0, standing=ASKED)


@pytest.mark.parametrize(
    ("one", "stands_in_the_way"),
    [
        (Lookalike("x", "A", score=70.0, standing=ASKED), True),
        (Lookalike("x", "A", score=69.9, standing=DEFERRED), False),
        (Lookalike("x", "A", same_email=True, standing=EXCLUDED), True),
        (Lookalike("x", "A", same_email=True, standing=LINKED), False),
        (Lookalike("x", "A", same_name=True, standing=LINKED), True),
        (Lookalike("x", "A", same_email=True, standing=ENDED), True),
    ],
)
def test_a_name_is_taken_by_anybody_and_all_else_counts_of_those_without_a_partner(
    one: Lookalike, stands_in_the_way: bool
) -> None:
    assert counts(one) is stands_in_the_way


def test_a_taken_name_comes_before_a_score_and_a_score_before_an_email() -> None:
    named, scored, mailed = (
        Lookalike("n", "Name", same_name=True, standing=LINKED),
        Lookalike("s", "Score", score=71.0, standing=ASKED),
        Lookalike("m", "Mail", same_email=True),
    )
    assert in_order([mailed, scored, named, Lookalike("o", "Other")]) == (named, scored, mailed)


@pytest.mark.parametrize(
    ("stands", "where"),
    [
        (ASKED, "waits in Resolve Match Issues"),
        (DEFERRED, "is deferred in Resolve Match Issues"),
        (IGNORED, "is ignored in Resolve Match Issues"),
        (LINKED, "is linked with Jörg Schäfer"),
        (ENDED, "was linked with Jörg Schäfer: see Previously Synced"),
        (EXCLUDED, "is excluded: let it in under Sync Health"),
        (NEW, "the next sync looks at"),
    ],
)
def test_each_says_where_it_is_answered(stands: str, where: str) -> None:
    one = Lookalike("x", "Peak Ltd", same_name=True, standing=stands, with_id="c", with_name="Jörg Schäfer")
    assert sentence(one) == f"Xero has Peak Ltd already, which {where}."
    assert str(problem(one)) == f"Contact name: is that of a contact in Xero, which {where}"


def test_what_speaks_for_it_is_the_field_that_is_named() -> None:
    assert str(problem(HOME)) == "Contact: may be @home Interiors in Xero, which waits in Resolve Match Issues"
    mailed = Lookalike("x", "Home", same_email=True, standing=ASKED)
    assert str(problem(mailed)).startswith("Billing email: is that of Home in Xero")
    assert sentence(mailed).startswith("It may be Home in Xero")


@pytest.mark.parametrize(
    ("syncs", "was_linked", "issue", "inside", "expected"),
    [
        (True, True, "", True, LINKED),
        (False, True, ASKED, True, ENDED),
        (False, False, DEFERRED, False, DEFERRED),
        (False, False, "", False, EXCLUDED),
        (False, False, "", True, NEW),
    ],
)
def test_a_link_says_more_than_an_issue_and_an_issue_more_than_the_filter(
    syncs: bool, was_linked: bool, issue: str, inside: bool, expected: str
) -> None:
    assert standing(syncs=syncs, was_linked=was_linked, asked=issue, inside=inside) == expected


def test_an_issue_that_is_ignored_is_that_whatever_its_day() -> None:
    assert [asked(ignored=i, deferred=d) for i, d in ((True, True), (False, True), (False, False))] == [
        IGNORED, DEFERRED, ASKED,
    ]  # fmt: skip
