"""One match issue in full: whom it may mean, what confirming does to both sides, and the answers."""

from collections.abc import Sequence

import streamlit as st

from pages.components import compare, issue_acts, notices, text, undo_bar
from services import issues
from services.access import Principal
from services.issues import IssueDetail, MatchPreview
from services.reconcile.contact import Field


def show(person: Principal, may_act: bool, issue_id: str, queue: Sequence[str]) -> None:
    """The issue, its place among all that are listed (`queue`), and the way to those beside it."""
    st.session_state[f"{issue_acts.AREA}.queue"] = list(queue)
    with notices.sentences(), st.container(border=True):
        issue = issues.get_issue(issue_id)
        _head(issue, queue)
        chosen = compare.candidate(issue.item.connection_id, issue.item.xero_id, issue.candidates, issue_id)
        compare.side_by_side(issue.xero, chosen.contact if chosen else None, issue.xero_type)
        contact_id = chosen.contact_id if chosen and not chosen.linked_to else ""
        keep: dict[Field, str] = {}
        seen = None
        if may_act and contact_id and issue.item.state == "open":
            keep, seen = _outcome(issue_id, contact_id)
        with st.container(horizontal=True, vertical_alignment="center"):
            if may_act:
                _buttons(person, issue, contact_id, keep, seen)
            st.space("stretch")
            st.link_button("Open in Xero", issue.xero_url, icon=":material/open_in_new:", type="tertiary")
        if may_act:
            _note(person, issue)


def _head(issue: IssueDetail, queue: Sequence[str]) -> None:
    place = queue.index(issue.item.issue_id) if issue.item.issue_id in queue else -1
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(text.plain(issue.xero.name), anchor=False, width="content")
        st.space("stretch")
        if place >= 0:
            st.caption(f"Resolving {place + 1:,} of {len(queue):,}", width="content")
        _step("Previous", ":material/chevron_left:", queue, place - 1, place > 0)
        _step("Next", ":material/chevron_right:", queue, place + 1, 0 <= place < len(queue) - 1)
    put_off = issue.item.deferred_until
    st.markdown(text.sentence(issue.item.reason_text) + (f" · deferred until {text.exact(put_off)}" if put_off else ""))


def _step(label: str, icon: str, queue: Sequence[str], place: int, possible: bool) -> None:
    st.button(
        label,
        icon=icon,
        icon_position="right" if label == "Next" else "left",
        key=f"issue.{label}",
        disabled=not possible,
        on_click=issue_acts.open_at,
        args=[queue, place],
    )


def _outcome(issue_id: str, contact_id: str) -> tuple[dict[Field, str], tuple[int, int]]:
    """What stays, field by field, and the result on both sides. Returns the choices, and the versions shown."""
    found: MatchPreview = issues.preview(issue_id, contact_id)
    keep = compare.keep(found.fields, f"{issue_id}.{contact_id}.keep")
    compare.result((issues.preview(issue_id, contact_id, keep) if keep else found).fields)
    return keep, found.versions


def _buttons(
    person: Principal, issue: IssueDetail, contact_id: str, keep: dict[Field, str], seen: tuple[int, int] | None
) -> None:
    issue_id, name = issue.item.issue_id, issue.item.xero_name
    if issue.item.state != "open":
        if st.button("Stop ignoring", icon=":material/visibility:", key="issue.unignore"):
            issue_acts.unignore(person, [issue_id])
        return
    st.button(
        "Confirm Match",
        icon=":material/link:",
        type="primary",
        disabled=not contact_id,
        on_click=_confirm,
        args=[person, issue_id, contact_id, name, keep, seen],
        help="The two are linked and sync from now on.",
    )
    if st.button("Create New Contact", icon=":material/person_add:", key="issue.create"):
        issue_acts.ask(issue_acts.CREATE_MANY, issue_id, name)
    if issue.item.deferred_until:
        if st.button("Bring back", icon=":material/alarm_on:", key="issue.bring_back"):
            issue_acts.bring_back(person, [issue_id])
    elif st.button("Defer", icon=":material/snooze:", key="issue.defer"):
        issue_acts.ask(issue_acts.LATER, issue_id, name)
    if st.button("Ignore", icon=":material/visibility_off:", key="issue.ignore"):
        issue_acts.ignore(person, [issue_id])


def _confirm(
    person: Principal, issue_id: str, contact_id: str, name: str, keep: dict[Field, str], seen: tuple[int, int] | None
) -> None:
    with notices.toasts():
        command = issues.confirm(person, issue_id, contact_id, keep, seen)
        undo_bar.offer(f"{text.plain(name)} is linked.", command)
        issue_acts.go_on([issue_id])


def _note(person: Principal, issue: IssueDetail) -> None:
    key = f"{issue.item.issue_id}.note"
    st.text_input(
        "Note",
        value=issue.item.note,
        key=key,
        placeholder="A note for whoever comes next; it is saved at once",
        on_change=_keep_note,
        args=[person, issue.item.issue_id, key],
        label_visibility="collapsed",
        icon=":material/sticky_note_2:",
        max_chars=500,
    )


def _keep_note(person: Principal, issue_id: str, key: str) -> None:
    with notices.toasts():
        issues.set_note(person, issue_id, st.session_state[key])
        notices.say("Note saved.")
