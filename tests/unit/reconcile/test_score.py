"""Candidates for a person to look at: in a sensible order, each with reasons that are true."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reconcile.contact import Address, Contact
from services.reconcile.score import CUTOFF, rank
from tests.unit.reconcile.strategies import contacts

ACME = Contact("Acme Widgets Ltd", "bill@acme.com", "+44 20 7946 0958", Address(postal_code="LS1 1AA"))


def reasons(xero: Contact, practice: Contact) -> tuple[str, ...]:
    ranked = rank(xero, [("p", practice)])
    return ranked[0].why if ranked else ()


@pytest.mark.parametrize(
    ("practice", "reason"),
    [
        (Contact("ACME  widgets ltd"), "same name"),
        (Contact("Acme Widgets Limited"), "same name but for word order, punctuation or company form"),
        (Contact("Widgets, Acme"), "same name but for word order, punctuation or company form"),
        (Contact("Acme Wigdets"), "name differs by one letter"),
        (Contact("Acme Widget Ltd"), "name differs by one letter"),
        (Contact("Acme Widgets Leeds"), "similar name (80 %)"),
        (Contact("Quite Other", "BILL@acme.com"), "same billing email"),
        (Contact("Quite Other", phone="020 7946 0958"), "same phone"),
        (Contact("Acme Widgets", "anna@acme.com"), "same email domain"),
        (Contact("Acme Widgets", address=Address(postal_code="ls11aa")), "same postal code"),
    ],
)
def test_what_two_contacts_have_in_common_is_said_in_words(practice: Contact, reason: str) -> None:
    assert reason in reasons(ACME, practice)


def test_a_mailbox_at_a_public_provider_is_no_common_domain() -> None:
    found = reasons(Contact("Ann Lee", "ann@gmail.com"), Contact("Ann Lee", "lee@gmail.com"))
    assert found == ("same name",)


@pytest.mark.parametrize(
    "practice", [Contact("Quite Other"), Contact("Quite Other", "anna@acme.com"), Contact("", "", "")]
)
def test_too_little_in_common_is_not_shown(practice: Contact) -> None:
    assert rank(ACME, [("p", practice)]) == []


def test_two_blank_contacts_are_not_alike() -> None:
    assert rank(Contact(""), [("p", Contact(""))]) == []


def test_candidates_come_best_first_and_no_more_than_asked_for() -> None:
    practice = [
        ("similar", Contact("Acme Widgets Leeds")),
        ("same name", Contact("Acme Widgets Ltd")),
        ("everything", ACME),
        ("nothing", Contact("Zulu")),
        ("same email", Contact("Zulu", "bill@acme.com")),
    ]
    assert [one.contact_id for one in rank(ACME, practice, limit=3)] == [
        "everything",
        "same email",
        "same name",
    ]


@given(contacts, st.lists(contacts, max_size=8), st.integers(0, 5))
def test_every_candidate_is_worth_showing_and_says_why(xero: Contact, practice: list[Contact], limit: int) -> None:
    ranked = rank(xero, [(str(i), contact) for i, contact in enumerate(practice)], limit)
    assert len(ranked) <= limit
    assert [one.score for one in ranked] == sorted((one.score for one in ranked), reverse=True)
    assert all(CUTOFF <= one.score <= 100 and one.why for one in ranked)
