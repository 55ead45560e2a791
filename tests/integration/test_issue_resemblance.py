"""A match issue repeats how it resembles its best candidate, whoever writes either, and in whatever order."""

from sqlalchemy import delete, select, update
from sqlmodel import Session, col

from models.issue import IssueRow
from models.suggestion import SuggestionRow
from services.db import read, write
from tests.support.practice import add, run_import
from tests.support.xero import Xero


def repeated() -> str:
    """What the one issue says."""
    with read() as session:
        return session.execute(select(col(IssueRow.resemblance))).scalar_one()


def best(session: Session) -> SuggestionRow:
    return session.execute(select(SuggestionRow).where(col(SuggestionRow.rank) == 1)).scalar_one()


def test_an_issue_says_how_it_resembles_its_best_candidate_after_any_kind_of_write(
    xero: Xero, connection_id: str
) -> None:
    add("Robert Brown", "rob@example.com")
    xero.create("Bob Brown", "rob@example.com")
    run_import(connection_id)
    with read() as session:
        kept = best(session)
        assert repeated() == kept.resemblance != ""
    with write() as session:
        session.execute(update(SuggestionRow).values(resemblance="other"))
    assert repeated() == "other"
    with write() as session:
        session.execute(delete(SuggestionRow))
    assert repeated() == ""
    with write() as session:
        session.add(SuggestionRow(**kept.model_dump()))
    assert repeated() == kept.resemblance


def test_an_issue_that_comes_after_its_candidates_says_it_too(xero: Xero, connection_id: str) -> None:
    add("Robert Brown", "rob@example.com")
    xero.create("Bob Brown", "rob@example.com")
    run_import(connection_id)
    before = repeated()
    with write() as session:
        issue = session.execute(select(IssueRow)).scalar_one().model_dump()
        session.execute(delete(IssueRow))
    with write() as session:
        session.add(IssueRow(**issue | {"resemblance": ""}))
    assert repeated() == before != ""
