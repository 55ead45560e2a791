"""Which match issue is open: the one that was drawn, whatever others do, until its person goes on.

Open pages follow others within seconds. If the open issue followed as well, a click would answer another one.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import streamlit as st

from pages.components import changes, table, text
from services import issue_detail
from services.issue_detail import IssueDetail
from services.issues import IssueFilter

List = tuple[IssueFilter, int]
"""What is listed, and the place of the first row of its page."""

Standing = tuple[str, datetime | None]


@dataclass(frozen=True, slots=True)
class Opened:
    """The open issue, its place in the list it was opened from, and how it stood when it was drawn first."""

    issue_id: str
    where: List
    place: int
    standing: Standing

    def is_answered(self, issue: IssueDetail) -> bool:
        """Whether the issue does not stand any more as it did."""
        return self.standing != _standing(issue)


def choose(where: List, ids: Sequence[str]) -> str:
    """The issue to show: the one ticked, else the one that is open in this list, else its first; "" for none."""
    ticked, kept = list(table.chosen()), current()
    if kept and kept.where == where and (ticked in ([], [kept.issue_id])):
        return kept.issue_id
    shown = (ticked or list(ids[:1])) if ids else []
    return shown[0] if len(shown) == 1 else ""


def keep(issue: IssueDetail, where: List, queue: Sequence[str]) -> Opened:
    """The issue is drawn: keep it, with its place, or the one it had if it is listed no more."""
    known = current()
    kept = known if known and known.issue_id == issue.issue_id else Opened(issue.issue_id, where, 0, _standing(issue))
    listed = not kept.is_answered(issue) and issue.issue_id in queue
    place = queue.index(issue.issue_id) if listed else kept.place
    st.session_state[table.OPENED] = found = Opened(issue.issue_id, where, place, kept.standing)
    return found


def current() -> Opened | None:
    """What was drawn last."""
    found: Opened | None = st.session_state.get(table.OPENED)
    return found


def forget(ids: Collection[str]) -> None:
    """Keep the open issue no more if it is one of these: its person has dealt with it."""
    kept = current()
    if kept and kept.issue_id in ids:
        del st.session_state[table.OPENED]


def what_became_of_it(issue: IssueDetail) -> str:
    """Who answered it meanwhile, when and how, as Markdown."""
    found = issue_detail.last_answer(issue.issue_id)
    if found is None:
        return "It is closed: since you opened it, it was answered, left out of the sync, or archived in Xero."
    actor = text.plain(changes.actor(found.actor))
    return f"**{actor}** answered it {text.ago(found.at)}: {text.sentence(found.summary)}."


def _standing(issue: IssueDetail) -> Standing:
    return issue.state, issue.deferred_until
