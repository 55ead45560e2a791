"""The Match Issues tab: Xero contacts that may or may not be one of ours."""

from functools import partial

import streamlit as st

from pages.components import bulk, compare, dialogs, filters, notices, table, text
from services import connection, issues
from services.access import Principal, Role
from services.issues import IssueDetail, IssueFilter, IssueItem

AREA = "issues"
STATES = {"open": "Open", "ignored": "Ignored"}
SORTS = {"name": "Name, A to Z", "-name": "Name, Z to A", "-created_at": "Newest", "created_at": "Oldest"}
COMPARE = ":material/compare_arrows: Compare"
CREATE = ":material/person_add: Create New Contact"
IGNORE, UNIGNORE = ":material/visibility_off: Ignore", ":material/visibility: Stop ignoring"
COLUMNS = {
    "Contact in Xero": st.column_config.TextColumn(width=150),
    "Email in Xero": st.column_config.TextColumn(width=140),
    "Why": st.column_config.TextColumn(width=245),
    "Your contact": st.column_config.TextColumn(width=145),
    "Since": st.column_config.DatetimeColumn(format="distance", width=95),
}


def show(person: Principal) -> None:
    """The list, the comparison of the one chosen, and what can be done."""
    may_act = person.role.includes(Role.EDITOR)
    wanted = _filters()
    listing = table.fetch(AREA, lambda page: issues.list_issues(wanted, page))
    ids = [item.issue_id for item in listing.rows]
    if not listing.rows:
        _empty(wanted)
        return
    if may_act:
        bulk.bar(
            {item.issue_id: item.xero_name for item in listing.rows},
            listing.total,
            lambda: issues.issue_ids(wanted),
            _bulk_acts(person, wanted),
            "issue",
            "The first is shown below. Tick another to see it, or several to act on all of them.",
        )
    table.show(
        [_row(item) for item in listing.rows],
        ids,
        COLUMNS,
        names=[item.xero_name for item in listing.rows],
        menu=_menu(wanted) if may_act else (COMPARE,),
        most_rows=8,
        alt="Match Issues",
    )
    table.pager(AREA, listing.total)
    if picked := table.picked():
        _act(person, *picked)
    chosen = list(table.chosen()) or ids[:1]
    if len(chosen) == 1:
        _detail(person, may_act, chosen[0], ids)
    if about := dialogs.asked("issues.create"):
        _create_dialog(person, about["ids"], about["names"])


def _filters() -> IssueFilter:
    known = {one.id: one.name for one in connection.list_connections()}
    with st.container(horizontal=True):
        search = filters.search(AREA, "Name or email")
        reason = filters.choice(AREA, "reason", "Reason", {"": "All reasons"} | issues.REASONS)
        state = filters.choice(AREA, "state", "State", STATES)
        sort, descending = filters.order(AREA, SORTS)
        organisation = filters.organisation(AREA, known)
    return IssueFilter(organisation, search, reason, state, sort, descending)


def _row(item: IssueItem) -> dict[str, object]:
    several = text.count(item.candidate_count, "candidate") if item.candidate_count > 1 else item.candidate_name
    return {
        "Contact in Xero": item.xero_name,
        "Email in Xero": item.xero_email,
        "Why": item.reason_text,
        "Your contact": several,
        "Since": item.created_at,
    }


def _menu(wanted: IssueFilter) -> tuple[str, ...]:
    return (COMPARE, CREATE, IGNORE if wanted.state == "open" else UNIGNORE)


def _bulk_acts(person: Principal, wanted: IssueFilter) -> list[bulk.Act]:
    ignoring: bulk.Act = ("Ignore", ":material/visibility_off:", partial(_ignore, person))
    if wanted.state != "open":
        ignoring = ("Stop ignoring", ":material/visibility:", partial(_unignore, person))
    return [("Create New Contact", ":material/person_add:", _ask_create), ignoring]


def _act(person: Principal, label: str, issue_id: str) -> None:
    if label == COMPARE:
        table.choose([issue_id])
        st.rerun()
    elif label == CREATE:
        dialogs.ask("issues.create", ids=[issue_id], names=[issues.get_issue(issue_id).item.xero_name])
    elif label == IGNORE:
        _ignore(person, [issue_id])
    elif label == UNIGNORE:
        _unignore(person, [issue_id])


def _ignore(person: Principal, ids: list[str]) -> None:
    with notices.sentences():
        notices.report(issues.ignore(person, ids), "ignored")
        table.drop(ids)
        st.rerun()


def _unignore(person: Principal, ids: list[str]) -> None:
    with notices.sentences():
        notices.report(issues.unignore(person, ids), "open again")
        table.drop(ids)
        st.rerun()


def _ask_create(ids: list[str]) -> None:
    dialogs.ask("issues.create", ids=ids, names=[name for name in table.chosen().values() if name])


def _create_dialog(person: Principal, ids: list[str], names: list[str]) -> None:
    def create() -> None:
        notices.report(issues.create_contact(person, ids), "created and linked")
        table.drop(ids)

    made = (
        "A new contact is made from Xero's data and linked"
        if len(ids) == 1
        else (f"**{len(ids):,} new contacts** are made from Xero's data and linked")
    )
    consequences = f"{made}:\n\n{text.listed(names, len(ids))}\n\nFrom then on they sync. Nothing changes in Xero."
    dialogs.confirm("Create New Contact", consequences, "Create New Contact", create, icon=":material/person_add:")


def _detail(person: Principal, may_act: bool, issue_id: str, ids: list[str]) -> None:
    with notices.sentences(), st.container(border=True):
        issue = issues.get_issue(issue_id)
        st.subheader(text.plain(issue.xero.name), anchor=False)
        st.markdown(text.plain(issue.item.reason_text))
        chosen = compare.candidate(issue.item.connection_id, issue.item.xero_id, issue.candidates, issue_id)
        compare.side_by_side(issue.xero, chosen.contact if chosen else None, issue.xero_type)
        with st.container(horizontal=True, vertical_alignment="center"):
            if may_act:
                _buttons(person, issue, chosen.contact_id if chosen and not chosen.linked_to else None, ids)
            st.space("stretch")
            st.link_button("Open in Xero", issue.xero_url, icon=":material/open_in_new:", type="tertiary")


def _buttons(person: Principal, issue: IssueDetail, contact_id: str | None, ids: list[str]) -> None:
    issue_id, name = issue.item.issue_id, issue.item.xero_name
    st.button(
        "Confirm Match",
        icon=":material/link:",
        type="primary",
        disabled=contact_id is None,
        on_click=_confirm,
        args=[person, issue_id, contact_id, name, ids],
        help="The two are linked and sync from now on. What differs is shown under Differences.",
    )
    if st.button("Create New Contact", icon=":material/person_add:", key="issue.create"):
        dialogs.ask("issues.create", ids=[issue_id], names=[name])
    if issue.item.state == "open" and st.button("Ignore", icon=":material/visibility_off:", key="issue.ignore"):
        _ignore(person, [issue_id])


def _confirm(person: Principal, issue_id: str, contact_id: str, name: str, ids: list[str]) -> None:
    with notices.toasts():
        issues.confirm(person, issue_id, contact_id)
        notices.say(f"{text.plain(name)} is linked.")
        after = ids[ids.index(issue_id) + 1 :] if issue_id in ids else []
        table.choose(after[:1])


def _empty(wanted: IssueFilter) -> None:
    if wanted == IssueFilter():
        notices.empty(
            "No match issues. Every contact in Xero is linked, created, or left out.",
            ":material/check_circle:",
        )
    else:
        notices.empty("No match issue fits these filters.", ":material/search_off:")
