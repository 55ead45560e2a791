"""The Match Issues tab: Xero contacts that may or may not be one of ours, as a queue to work through."""

from collections.abc import Mapping

import streamlit as st

from pages.components import (
    bulk,
    drawn,
    filters,
    first_steps,
    issue_acts,
    issue_detail,
    issue_dialogs,
    issue_open,
    notices,
    table,
    text,
)
from pages.components.queue import Queue
from services import connection, issues
from services.access import Principal, Role
from services.issues import IssueFilter, IssueItem, ReasonCount
from services.reconcile.match import Keys
from services.records.listing import Listing

AREA = issue_acts.AREA
Shown = Mapping[str, Keys]
STATES = {"open": "Open", "deferred": "Deferred", "ignored": "Ignored"}
SCORES = {
    "": "All scores",
    "80": "Score 80 and up",
    "50": "Score 50 to 80",
    "0": "Score below 50",
    "none": "No candidate",
}
SORTS = {
    "name": "Name, A to Z",
    "-name": "Name, Z to A",
    "-score": "Highest score",
    "score": "Lowest score",
    "-created_at": "Newest",
    "created_at": "Oldest",
}
SHOWN_REASONS = 3
FEW_ROWS = 4
"""How many are in sight above the one that is compared; while several are ticked none is, and the list is long."""

OPEN_MARK = "▸"
COLUMNS = {
    OPEN_MARK: st.column_config.TextColumn(width=30, help="The one that is shown below."),
    "Contact in Xero": st.column_config.TextColumn(width=124),
    "Email in Xero": st.column_config.TextColumn(width=112),
    "Why": st.column_config.TextColumn(width=196),
    "Your contact": st.column_config.TextColumn(width=124),
    "Score": st.column_config.ProgressColumn(
        min_value=0, max_value=100, format="%.0f", width=70, help="How alike the two are, of 100."
    ),
    "Since": table.moment(),
}
UNTIL = st.column_config.DateColumn("Deferred until", format="localized", width=118)
WITH_NOTES = {
    "Contact in Xero": st.column_config.TextColumn(width=112),
    "Email in Xero": st.column_config.TextColumn(width=92),
    "Why": st.column_config.TextColumn(width=140),
    "Your contact": st.column_config.TextColumn(width=112),
    "Note": st.column_config.TextColumn(width=100),
}
"""How wide the columns are where there are notes, so that the menu of the rows stays in sight."""


def show(person: Principal) -> None:
    """The list, the comparison of the one that is open, and what can be done."""
    may_act = person.role.includes(Role.EDITOR)
    wanted = _filters()
    before = (wanted, table.place(AREA))
    listing = table.fetch(AREA, lambda page: issues.list_issues(wanted, page, table.size(AREA)))
    ids = [item.issue_id for item in listing.rows]
    shown = drawn.before(AREA, before, {item.issue_id: item.who for item in listing.rows})
    opened = issue_open.choose(before, ids)
    if listing.rows:
        _list(person, may_act, wanted, listing, opened, shown)
    else:
        bulk.unseen()
        _empty(person, wanted)
    if picked := table.picked():
        issue_acts.act(person, *picked, shown)
    if opened:
        queue = Queue(ids, table.place(AREA), listing.total, lambda: issues.issue_ids(wanted))
        issue_detail.show(person, may_act, opened, queue, (wanted, table.place(AREA)))
    issue_dialogs.show(person)


def _list(
    person: Principal, may_act: bool, wanted: IssueFilter, listing: Listing[IssueItem], opened: str, shown: Shown
) -> None:
    if may_act:
        bulk.bar(
            {item.issue_id: item.xero_name for item in listing.rows},
            listing.total,
            lambda: issues.issue_ids(wanted),
            issue_acts.in_bulk(person, wanted.state, len(table.chosen()), shown),
            "issue",
            f"{OPEN_MARK} is shown below. Tick another to see it, or several to act on all of them.",
            drawn_for=f".{opened}" if opened else "",
        )
    rows, looks = _rows(listing.rows, wanted, opened)
    table.show(
        rows,
        [item.issue_id for item in listing.rows],
        looks,
        names=[item.xero_name for item in listing.rows],
        menu=issue_acts.menu(wanted.state) if may_act else (issue_acts.COMPARE,),
        brief=table.OPEN,
        most_rows=FEW_ROWS if opened else table.MOST_ROWS,
        alt="Match Issues",
    )
    table.pager(AREA, listing.total)


def _filters() -> IssueFilter:
    known = {one.id: one.name for one in connection.list_connections()}
    state = filters.chosen(AREA, "state", STATES) or "open"
    chosen = filters.chosen_organisation(AREA, known)
    counts = issues.reason_counts(IssueFilter(chosen, state=state))
    with st.container(horizontal=True):
        search = filters.search(AREA, "Name or email")
        reason = filters.choice(AREA, "reason", "Reason", _reasons(counts))
        score = filters.choice(AREA, "score", "Score", SCORES)
        state = filters.choice(AREA, "state", "State", STATES)
        sort, descending = filters.order(AREA, SORTS)
        organisation = filters.organisation(AREA, known)
    if len(counts) > 1:
        _frequent(counts, reason)
    return IssueFilter(organisation, search, reason, state, sort, descending, score)


def _reasons(counts: tuple[ReasonCount, ...]) -> dict[str, str]:
    """The reasons to choose from: those that occur, and the one that is chosen."""
    safest = {issues.SAFE: issues.SAFE_WORDS}
    chosen = filters.chosen(AREA, "reason", safest)
    if chosen != issues.SAFE and not any(one.safe for one in counts):
        safest = {}
    kept = {chosen: _name_first(issues.words_of(chosen))} if chosen and chosen != issues.SAFE else {}
    return {"": "All reasons"} | safest | {one.key: _name_first(one.text) for one in counts} | kept


def _name_first(words: str) -> str:
    """What the name says before what the email says: most have the same email, and a choice shows how words begin."""
    email, _, name = words.partition("; ")
    return f"{name[0].upper()}{name[1:]}; {email[0].lower()}{email[1:]}" if name else words


def _frequent(counts: tuple[ReasonCount, ...], chosen: str) -> None:
    """The safest issues, and the reasons that most have, with how many: each a button that shows those alone.

    That of the reason that is chosen stands out; it shows all again.
    """
    safest = [one for one in counts if one.safe]
    together = ReasonCount(issues.SAFE, "Safest to confirm together", sum(one.count for one in safest), True)
    with st.container(horizontal=True, gap="small", key="issues_frequent"):
        for one in (((together,) if len(safest) > 1 else ()) + counts)[:SHOWN_REASONS]:
            st.button(
                f"{one.text}: {text.figure(one.count)}",
                icon=":material/verified:" if one.safe else None,
                type="secondary" if one.key == chosen else "tertiary",
                key=f"{AREA}.only.{one.key}",
                on_click=_only,
                args=[one.key],
            )


def _only(reason: str) -> None:
    """Show the issues with this reason alone, or all again."""
    key = f"{AREA}_reason"
    st.session_state[key] = "" if st.session_state.get(key) == reason else reason
    table.first_page(AREA)
    table.clear()


def _rows(
    items: tuple[IssueItem, ...], wanted: IssueFilter, opened: str
) -> tuple[list[dict[str, object]], dict[str, object]]:
    """The rows and the columns they need: of notes only where there are any, and of what was put off until when."""
    looks: dict[str, object] = dict(COLUMNS)
    if any(item.note for item in items):
        looks |= WITH_NOTES
    if wanted.state == "deferred":
        del looks["Since"]
        looks["Until"] = UNTIL
    return [{OPEN_MARK: OPEN_MARK if item.issue_id == opened else "", **_row(item)} for item in items], looks


def _row(item: IssueItem) -> dict[str, object]:
    taken = " (linked already)" if item.candidate_linked else ""
    return {
        "Contact in Xero": item.xero_name,
        "Email in Xero": item.xero_email,
        "Why": item.reason_text,
        "Your contact": f"{item.candidate_name}{taken}",
        "Score": item.score,
        "Since": item.created_at,
        "Until": item.deferred_until.astimezone(text.zone()).date() if item.deferred_until else None,
        "Note": item.note,
    }


def _empty(person: Principal, wanted: IssueFilter) -> None:
    if first_steps.come_first(person):
        return
    if wanted != IssueFilter(state=wanted.state, sort=wanted.sort, descending=wanted.descending):
        filters.none_match(AREA, "No match issue matches these filters.", ["state"])
    elif wanted.state == "open":
        notices.empty("No match issues. Xero contacts that may be one of yours wait here.", ":material/check_circle:")
    else:
        notices.empty(f"Nothing is {STATES[wanted.state].lower()}.", ":material/check_circle:")
