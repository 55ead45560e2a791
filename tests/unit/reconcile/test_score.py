"""Candidates for a person to look at: in a sensible order, each with parts that add up and words that are true."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reconcile.contact import Address, Contact
from services.reconcile.score import CUTOFF, Part, Ranked, best, frequencies_of, plausible, score, traits_of
from tests.unit.reconcile.strategies import contacts

HOME = Address("12 Market Street", "Leeds", "", "LS1 1AA")
ACME = Contact("Acme Widgets Ltd", "bill@acme.com", "+44 20 7946 0958", HOME)


def rank(xero: Contact, practice: list[tuple[str, Contact]], limit: int = 5) -> list[Ranked]:
    """The best candidates for a Xero contact in a book of these (id, contact)."""
    pool = [(contact_id, traits_of(contact)) for contact_id, contact in practice]
    return best(traits_of(xero), pool, frequencies_of(traits for _, traits in pool), limit)


def reasons(xero: Contact, practice: Contact) -> tuple[str, ...]:
    ranked = rank(xero, [("p", practice)])
    return ranked[0].why if ranked else ()


@pytest.mark.parametrize(
    ("practice", "reason"),
    [
        (Contact("ACME  widgets ltd"), "same name"),
        (Contact("Acme Widgets Limited"), "name differs only by company suffix"),
        (Contact("Widgets, Acme"), "same name in another order"),
        (Contact("Acme Wigdets"), "name differs by one letter"),
        (Contact("Acme Widget Ltd"), "name differs by one letter"),
        (Contact("Acme Widgets Leeds"), "name in part the same"),
        (Contact("Quite Other", "BILL@acme.com"), "same billing email"),
        (Contact("Acme Widgets", "bil@acme.com"), "email differs by one letter"),
        (Contact("Quite Other", phone="020 7946 0958"), "same phone"),
        (Contact("Acme Widgets", phone="020 7946 0985"), "phone differs by one digit"),
        (Contact("Acme Widgets", "anna@acme.com"), "same email domain"),
        (Contact("Acme Widgets", "anna@other.com"), "different billing email"),
        (Contact("Acme Widgets", address=HOME), "same address"),
        (Contact("Acme Widgets", address=Address("12 Market St", "LEEDS", "", "ls11aa")), "same address"),
        (Contact("Acme Widgets", address=Address(postal_code="ls11aa")), "same postal code"),
        (Contact("Acme Widgets", address=Address("9 Other Road", "Bath", "", "BA1 1AA")), "different address"),
    ],
)
def test_what_two_contacts_have_in_common_is_said_in_words(practice: Contact, reason: str) -> None:
    assert reason in reasons(ACME, practice)


def test_a_mailbox_at_a_public_provider_is_no_common_domain() -> None:
    found = reasons(Contact("Ann Lee", "ann@gmail.com"), Contact("Ann Lee", "zoe.q@gmail.com"))
    assert found == ("same name", "different billing email")


@pytest.mark.parametrize("practice", [Contact("Quite Other"), Contact("", "", ""), Contact("Other", "a@other.com")])
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
        ("other form", Contact("Acme Widgets GmbH")),
    ]
    assert [one.contact_id for one in rank(ACME, practice, limit=3)] == ["everything", "same name", "other form"]


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (Contact("Ann Lee", "ann@lee.com"), Contact("Ann Lee", "zoe@other.com")),
        (Contact("Ann Lee", phone="+44 20 7946 0958"), Contact("Ann Lee", phone="+44 20 1111 2222")),
    ],
)
def test_what_contradicts_is_shown_and_takes_away(ours: Contact, theirs: Contact) -> None:
    [plain] = rank(Contact("Ann Lee"), [("p", Contact("Ann Lee"))])
    [contradicted] = rank(ours, [("p", theirs)])
    assert min(part.points for part in contradicted.parts) < 0
    assert contradicted.score < plain.score


@pytest.mark.parametrize(
    ("ours", "theirs", "label", "speaks_for"),
    [
        ("ABN 51 824 753 556", "51824753556", "same registration number", True),
        ("824 753 556, GB1", "51824753556", "same registration number", True),
        ("51824753556", "51824753565", "registration number differs by one digit", True),
        ("51824753556", "99824700000", "different registration number", False),
    ],
)
def test_a_registration_number_speaks_for_or_against(ours: str, theirs: str, label: str, speaks_for: bool) -> None:
    known = frequencies_of([])
    ranked = score("p", traits_of(Contact("A"), ours), traits_of(Contact("B"), theirs), known)
    [part] = [part for part in ranked.parts if part.about == "registration"]
    assert (part.label, part.points > 0) == (label, speaks_for)


def test_a_rare_name_says_more_than_a_common_one() -> None:
    book = [(f"p{n}", Contact(f"Name{n}x Smith")) for n in range(300)] + [("rare", Contact("Ada Wrzosek"))]
    [rare] = rank(Contact("Wrzosek"), book, limit=1)
    common = rank(Contact("Smith"), book, limit=1)
    assert not common or rare.score > common[0].score


@given(contacts, st.lists(contacts, max_size=8), st.integers(0, 5))
def test_every_candidate_is_worth_showing_and_its_parts_add_up(
    xero: Contact, practice: list[Contact], limit: int
) -> None:
    ranked = rank(xero, [(str(i), contact) for i, contact in enumerate(practice)], limit)
    assert len(ranked) <= limit
    assert [one.points for one in ranked] == sorted((one.points for one in ranked), reverse=True)
    for one in ranked:
        assert CUTOFF <= one.score <= 100
        assert one.points == pytest.approx(sum(part.points for part in one.parts))
        assert one.score == pytest.approx(min(one.points, 100), abs=0.051) or (one.score, one.points > 99) == (99, True)


@given(contacts, contacts)
def test_likeness_does_not_depend_on_who_is_compared_with_whom(a: Contact, b: Contact) -> None:
    known = frequencies_of([traits_of(a), traits_of(b)])
    there, back = (score("p", traits_of(x), traits_of(y), known) for x, y in ((a, b), (b, a)))
    assert there.points == pytest.approx(back.points)


@pytest.mark.parametrize(
    ("score", "parts", "same_name", "same_email", "expected"),
    [
        (50.0, (), False, False, True),
        (49.9, (Part("phone", "same phone", 20.0),), False, False, False),
        (8.0, (Part("email", "different billing email", -3.0),), True, False, True),
        (8.0, (Part("name", "name similar", 2.0),), False, True, True),
        (67.0, (Part("name", "different name", -16.0),), False, True, False),
        (67.0, (Part("name", "different name", -16.0),), False, False, False),
        (99.0, (Part("name", "name in part another", 12.0),), False, True, False),
    ],
)
def test_what_is_equal_speaks_for_a_candidate_but_nothing_that_people_of_other_names_share(
    score: float, parts: tuple[Part, ...], same_name: bool, same_email: bool, expected: bool
) -> None:
    assert plausible(score, parts, same_name=same_name, same_email=same_email) is expected
