"""Candidates are worked out ahead of any page, kept in step with both sides, and never acted on without a person."""

import pytest
from sqlalchemy import func, select, update
from sqlmodel import Session, col

from models.contact import ContactRow
from models.match_index import PRACTICE, MatchEntryRow
from models.suggestion import SuggestionRow
from services import archive, contact_files, contacts, issue_answers, issue_likely, issues, links, sync, undo
from services.access import SYSTEM
from services.candidates import candidates, likeliest, to_begin_with
from services.db import next_revs, read, write
from services.errors import NotFound
from services.issues import IssueFilter
from services.reconcile.contact import Address
from services.steps import suggesting
from tests.support.practice import add, edit, run_import, synced, tick
from tests.support.questions import suggest
from tests.support.xero import Xero


def stored(xero_id: str) -> list[tuple[str, str]]:
    """The stored candidates of a Xero contact: contact id and how the two differ."""
    query = select(col(SuggestionRow.contact_id), col(SuggestionRow.resemblance)).order_by(col(SuggestionRow.rank))
    with read() as session:
        return [(row[0], row[1]) for row in session.execute(query.where(col(SuggestionRow.xero_id) == xero_id))]


@pytest.fixture
def asked(xero: Xero, connection_id: str) -> tuple[str, str]:
    """A match issue: the practice contact in question, and the Xero contact."""
    contact_id = add("Robert Brown", "rob@example.com", "+44 20 7946 0958", Address("1 High Street", "Leeds"))
    add("Zoltan Quux", "zoltan@other.example")
    xero_id = xero.create("Bob Brown", "rob@example.com")
    run_import(connection_id)
    return contact_id, xero_id


def test_candidates_of_an_issue_are_stored_with_their_parts(connection_id: str, asked: tuple[str, str]) -> None:
    suggest(connection_id)
    assert stored(asked[1]) == [(asked[0], "email_equal_name_nickname")]
    [found] = candidates(connection_id, asked[1])
    assert {part.label for part in found.parts} == {"same billing email", "same name with a nickname"}
    assert found.score == pytest.approx(sum(part.points for part in found.parts), abs=0.06)
    assert synced() == [] or asked[1] not in {row.xero_id for row in synced()}


def test_a_fresh_issue_is_answered_on_the_spot_as_it_will_be_later(connection_id: str, asked: tuple[str, str]) -> None:
    fresh = candidates(connection_id, asked[1])
    suggest(connection_id)
    assert [one.contact_id for one in fresh] == [one.contact_id for one in candidates(connection_id, asked[1])]


def test_nothing_is_due_when_nothing_changed(connection_id: str, asked: tuple[str, str]) -> None:
    add("Somebody Else")
    assert suggesting.due(connection_id)
    suggest(connection_id)
    assert not suggesting.due(connection_id)


def test_a_new_practice_contact_that_fits_better_comes_first(connection_id: str, asked: tuple[str, str]) -> None:
    suggest(connection_id)
    better = add("Bob Brown", phone="+44 20 7946 0958")
    suggest(connection_id)
    assert {contact_id for contact_id, _ in stored(asked[1])} == {asked[0], better}


def test_a_change_in_xero_makes_its_candidates_due_again(
    xero: Xero, connection_id: str, asked: tuple[str, str]
) -> None:
    suggest(connection_id)
    xero.change(asked[1], Name="Zoltan Quuz", EmailAddress="zoltan.q@other.example")
    sync.tick(connection_id)
    suggest(connection_id)
    names = [found.contact.name for found in candidates(connection_id, asked[1])]
    assert "Robert Brown" not in names


def test_an_archived_contact_is_no_candidate(connection_id: str, asked: tuple[str, str]) -> None:
    suggest(connection_id)
    with write() as session:
        _archive(session, asked[0])
    assert candidates(connection_id, asked[1]) == []
    suggest(connection_id)
    assert stored(asked[1]) == []


def imported(text: str) -> str:
    """Import a file. Returns the command to undo."""
    return contact_files.import_file(SYSTEM, ("id,name,billing_email\n" + text).encode()).command


def test_a_contact_of_a_file_that_was_undone_is_no_candidate_and_the_next_ones_are_looked_for(
    connection_id: str, asked: tuple[str, str]
) -> None:
    command = imported("1,Bob Brown,\n")
    suggest(connection_id)
    assert len(stored(asked[1])) == 2
    undo.undo_command(SYSTEM, command)
    assert suggesting.due(connection_id)
    assert [one.contact_id for one in candidates(connection_id, asked[1])] == [asked[0]]
    suggest(connection_id)
    assert [contact_id for contact_id, _ in stored(asked[1])] == [asked[0]]
    assert not suggesting.due(connection_id)
    with read() as session:
        assert session.scalar(select(func.count()).where(col(MatchEntryRow.scope) == PRACTICE)) == 2


def test_a_file_that_is_undone_while_candidates_are_looked_for_stops_nothing(
    xero: Xero, connection_id: str, asked: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    command = imported("1,Rita Reed,\n2,Bob Brown,\n")
    xero.create("Rita Reed", "rita@example.com")
    tick(connection_id)
    monkeypatch.setattr(suggesting, "BATCH", 1)

    def taken_back(*_: object) -> None:
        undo.undo_command(SYSTEM, command)

    suggesting.suggest(connection_id, taken_back)
    suggest(connection_id)
    assert not suggesting.due(connection_id)


def _archive(session: Session, contact_id: str) -> None:
    row = session.get_one(ContactRow, contact_id)
    row.archived_at, row.rev = row.created_at, next_revs(session)[0]


def test_candidates_that_are_linked_come_last_and_say_with_whom(
    xero: Xero, connection_id: str, asked: tuple[str, str]
) -> None:
    issue_answers.confirm(SYSTEM, issues.list_issues(IssueFilter()).rows[0].issue_id, asked[0])
    add("Bobbie Brown")
    second = xero.create("Robert Browne", "rob@example.com")
    sync.tick(connection_id)
    suggest(connection_id)
    found = candidates(connection_id, second)
    assert [(one.contact.name, one.linked_to) for one in found][-1] == ("Robert Brown", "Bob Brown")
    assert all(not one.linked_to for one in found[:-1])


def test_none_is_chosen_beforehand_when_the_likeliest_is_linked_already(
    xero: Xero, connection_id: str, asked: tuple[str, str]
) -> None:
    assert to_begin_with(candidates(connection_id, asked[1])).contact_id == asked[0]  # type: ignore[union-attr]
    issue_answers.confirm(SYSTEM, issues.list_issues(IssueFilter()).rows[0].issue_id, asked[0])
    add("Robert Browne")
    second = xero.create("Robert Brown", "rob@example.com")
    sync.tick(connection_id)
    suggest(connection_id)
    found = candidates(connection_id, second)
    assert [one.contact.name for one in found if not one.linked_to] == ["Robert Browne"]
    assert likeliest(found) == found[-1]
    assert to_begin_with(found) is None
    assert to_begin_with([]) is None


def test_an_answered_issue_keeps_no_candidates(connection_id: str, asked: tuple[str, str]) -> None:
    suggest(connection_id)
    issue_answers.confirm(SYSTEM, issues.list_issues(IssueFilter()).rows[0].issue_id, asked[0])
    suggest(connection_id)
    assert stored(asked[1]) == []
    assert not suggesting.due(connection_id)


def test_any_other_contact_can_be_searched_for(connection_id: str, asked: tuple[str, str]) -> None:
    [found] = candidates(connection_id, asked[1], "quux")
    assert found.contact.name == "Zoltan Quux"
    assert candidates(connection_id, asked[1], "100%") == []


def test_re_match_has_candidates_too(xero: Xero, connection_id: str) -> None:
    contact_id = add("Ada Archer", "ada@example.com")
    xero_id = xero.create("Ada Archer", "ada@example.com")
    run_import(connection_id)
    links.stop(SYSTEM, [synced()[0].link_id])
    edit(contact_id, name="Ada Archers", email="ada@else.example")
    suggest(connection_id)
    assert stored(xero_id) == [(contact_id, "email_other_name_letter")]


def test_registration_numbers_find_what_nothing_else_would(xero: Xero, connection_id: str) -> None:
    contact_id = add("Alpha Holdings", "a@alpha.example")
    with write() as session:
        rev = next_revs(session)[0]
        session.execute(update(ContactRow).values(registration="51 824 753 556", rev=rev))
    xero_id = xero.create("Omega Trading", "alpha@mail.example", CompanyNumber="824753556")
    add("Omega Trading", "other@mail.example")
    run_import(connection_id)
    suggest(connection_id)
    assert contact_id in {one.contact_id for one in candidates(connection_id, xero_id)}
    assert contacts.get_contact(contact_id).contact.name == "Alpha Holdings"


def test_a_xero_contact_nobody_knows_has_no_candidates(connection_id: str) -> None:
    with pytest.raises(NotFound):
        candidates(connection_id, "unknown")


def test_which_issues_likely_mean_somebody_here_is_said_fresh_or_stored_and_of_nobody_archived(
    connection_id: str, asked: tuple[str, str]
) -> None:
    [issue_id] = issues.issue_ids(IssueFilter())
    fresh = issue_likely.likely([issue_id])
    suggest(connection_id)
    assert issue_likely.likely([issue_id]) == fresh
    assert [(one.xero_name, one.contact_name) for one in fresh] == [("Bob Brown", "Robert Brown")]
    archive.archive_contact(SYSTEM, asked[0])
    assert issue_likely.likely([issue_id]) == ()
