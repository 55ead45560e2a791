"""Resolve Match Issues: the questions about Xero contacts, in a list that can be filtered.

One in full is in `services.issue_detail`, the answers in `services.issue_answers`, what puts a question off in
`services.issue_queue`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial

from sqlalchemy import Select, func, select
from sqlmodel import Session

from models.base import this_minute
from services.db import read
from services.reconcile.resemblance import SAFE_KEYS
from services.records.issue_list import (
    REASONS,
    SAFE,
    SAFE_WORDS,
    IssueFilter,
    IssueItem,
    asked,
    issue_items,
    issue_query,
    reason_of,
    words_of,
)
from services.records.listing import Listing, page_of
from services.records.remembered import remembered

__all__ = [
    "REASONS", "SAFE", "SAFE_WORDS", "IssueFilter", "IssueItem", "ReasonCount", "issue_ids", "list_issues",
    "reason_counts", "words_of",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class ReasonCount:
    """A reason that occurs: its key and words, how many issues have it, and whether it is of the safest kind."""

    key: str
    text: str
    count: int
    safe: bool


def list_issues(f: IssueFilter, page: int = 1, size: int = 100) -> Listing[IssueItem]:
    """One page of the issues that match a filter; one put off returns with the minute in which its time comes."""
    return _listed(f, page, size, this_minute())


def issue_ids(f: IssueFilter) -> list[str]:
    """The ids of all issues that match a filter, in order."""
    return list(_all_ids(f, this_minute()))


def reason_counts(f: IssueFilter) -> tuple[ReasonCount, ...]:
    """The reasons that occur in the state and organisation of a filter: the safest first, then the most frequent."""
    return _counted(IssueFilter(f.connection_id, state=f.state), this_minute())


@remembered
def _listed(f: IssueFilter, page: int, size: int, moment: datetime) -> Listing[IssueItem]:
    with read() as session:
        ids, total = page_of(session, partial(issue_query, f), page, size, _count(f, moment), {"moment": moment})
        return Listing(tuple(issue_items(session, ids)), total)


@remembered
def _all_ids(f: IssueFilter, moment: datetime) -> tuple[str, ...]:
    with read() as session:
        return tuple(session.scalars(issue_query(f), {"moment": moment}))


@remembered
def _counted(f: IssueFilter, moment: datetime) -> tuple[ReasonCount, ...]:
    with read() as session:
        rows = session.execute(_counting(f), {"moment": moment}).all()
    found = [ReasonCount(key, words_of(key), count, key in SAFE_KEYS) for key, count in rows]
    return tuple(sorted(found, key=lambda one: (not one.safe, -one.count, one.text)))


def _count(f: IssueFilter, moment: datetime) -> Callable[[Session], int] | None:
    """A quick way to count a filter's issues: from the counts by reason, if it filters by nothing they leave out."""
    if f.search.strip() or f.reason or f.score:
        return None
    return lambda _: sum(one.count for one in _counted(IssueFilter(f.connection_id, state=f.state), moment))


@lru_cache
def _counting(f: IssueFilter) -> Select[str, int]:
    """Built once for each filter, because every look at the list asks."""
    return select(reason_of(), func.count()).where(*asked(f)).group_by(reason_of())
