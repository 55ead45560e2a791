"""The brake: a tick may end or overwrite twenty links, or a tenth of them, whichever is more."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reconcile.brake import Met, reason, told, too_many, too_many_a_day
from services.reconcile.contact import Field


@pytest.mark.parametrize(
    ("changes", "links", "stops"),
    [(20, 20, False), (21, 20, True), (21, 209, True), (21, 210, False), (100, 1000, False), (101, 1000, True)],
)
def test_more_than_twenty_and_more_than_a_tenth_is_too_many(changes: int, links: int, stops: bool) -> None:
    assert too_many(changes, links) is stops


@pytest.mark.parametrize(("changes", "links", "stops"), [(20, 20, False), (21, 83, True), (21, 84, False)])
def test_within_a_day_more_than_twenty_and_more_than_a_quarter_is_too_many(
    changes: int, links: int, stops: bool
) -> None:
    assert too_many_a_day(changes, links) is stops


@given(changes=st.integers(0, 10_000), links=st.integers(0, 100_000))
def test_the_rule_is_the_greater_of_the_two_bounds_without_rounding(changes: int, links: int) -> None:
    assert too_many(changes, links) == (changes > max(20, links / 10))


@given(changes=st.integers(0, 10_000), links=st.integers(0, 100_000))
def test_one_change_more_never_lets_go_what_one_less_stopped(changes: int, links: int) -> None:
    assert too_many(changes + 1, links) or not too_many(changes, links)


def test_the_reason_names_only_what_would_happen_field_by_field_and_what_is_lost_first() -> None:
    assert (
        reason(told(30, {}), 100)
        == "Of 100 syncing contacts, 30 would stop syncing, because they were archived, merged or removed in Xero."
    )
    fields = {
        Met("here", Field.EMAIL, cleared=False): 1200,
        Met("in Xero", Field.PHONE, cleared=True): 2,
        Met("in Xero", Field.NAME, cleared=False): 3,
    }
    assert reason(told(0, fields), 2000) == (
        "Of 2,000 syncing contacts, 2 would lose their primary phone in Xero, 1,200 would have their billing email "
        "changed here, and 3 would have their contact name changed in Xero."
    )
