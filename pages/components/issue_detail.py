"""One match issue in full: whom it may mean, what confirming does to both sides, and the answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import streamlit as st

from pages.components import (
    candidates,
    compare,
    dialogs,
    drawn,
    issue_acts,
    issue_note,
    issue_open,
    notices,
    text,
    undo_bar,
)
from pages.components.issue_open import List, Opened
from services import issue_answers, issue_detail
from services.access import Principal
from services.candidates import Candidate
from services.errors import MovedOn
from services.issue_detail import IssueDetail, MatchPreview
from services.reconcile.contact import Field
from services.reconcile.outcome import FieldOutcome

UNLIKELY = "issues.unlikely"


@dataclass(frozen=True, slots=True)
class Answer:
    """The contact that is meant, None for nobody; whose values stay; and the versions of both that were shown."""

    whom: Candidate | None
    keep: Mapping[Field, str] = field(default_factory=dict)
    seen: tuple[int, int] | None = None


def show(person: Principal, may_act: bool, issue_id: str, queue: Sequence[str], where: List) -> None:
    """The issue, its place among all that are listed (`queue`), and the way to those beside it."""
    st.session_state[f"{issue_acts.AREA}.queue"] = queue
    with notices.sentences(), st.container(border=True):
        issue = issue_detail.get_issue(issue_id)
        opened = issue_open.keep(issue, where, queue)
        answered = opened.is_answered(issue)
        _head(issue, opened, () if answered else queue)
        whom, what = st.columns([1, 2], gap="medium")
        with whom:
            chosen = candidates.choose(issue.connection_id, issue.xero_id, issue.candidates, issue_id)
            if chosen:
                candidates.score(chosen)
        with what:
            if answered:
                _answered(issue, chosen, opened, queue)
            else:
                _decision(person, may_act, issue, chosen)
        _unlikely(person)


def _answered(issue: IssueDetail, chosen: Candidate | None, opened: Opened, queue: Sequence[str]) -> None:
    """Somebody answered it since it was opened: say so in the place of the answers, and lead on."""
    compare.side_by_side(issue.xero, chosen.contact if chosen else None, issue.xero_type)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.info(issue_open.what_became_of_it(issue), icon=":material/how_to_reg:")
        on, args = f"issue.on.{issue.issue_id}", [queue, opened.place]
        st.button("Next" if queue else "Close", key=on, on_click=issue_acts.open_at, args=args)


def _decision(person: Principal, may_act: bool, issue: IssueDetail, chosen: Candidate | None) -> None:
    """Both sides as they are and as they will be, and the answers."""
    place, decides = st.container(), may_act and issue.state == "open"
    answer = Answer(chosen if chosen and not chosen.linked_to else None)
    outcomes: Sequence[FieldOutcome] = ()
    if decides and answer.whom:
        outcomes, answer = _outcome(issue, answer.whom)
    with place:
        compare.side_by_side(issue.xero, chosen.contact if chosen else None, issue.xero_type, outcomes)
    if may_act:
        with st.container(horizontal=True, gap="small"):
            _buttons(person, issue, answer)
    with st.container(horizontal=True, vertical_alignment="center"):
        if may_act:
            issue_note.field(person, issue)
        st.link_button("Open in Xero", issue.xero_url, icon=":material/open_in_new:", type="tertiary")


def _head(issue: IssueDetail, opened: Opened, queue: Sequence[str]) -> None:
    """What it is about; of a list, its place there and the steps to those beside it."""
    put_off = issue.deferred_until
    why = issue.reason_text + (f" · deferred until {text.exact(put_off)}" if put_off else "")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.html(f'<div class="head"><h2>{text.html(issue.xero.name)}</h2><p>{text.html(why)}</p></div>')
        if not queue:
            return
        place, listed = opened.place, issue.issue_id in queue
        if listed:
            st.caption(f"Resolving {text.figure(place + 1)} of {text.figure(len(queue))}", width="content")
        after = place + 1 if listed else place
        _step("Previous", ":material/chevron_left:", queue, place - 1)
        _step("Next", ":material/chevron_right:", queue, after)


def _step(label: str, icon: str, queue: Sequence[str], place: int) -> None:
    st.button(
        label,
        icon=icon,
        icon_position="right" if label == "Next" else "left",
        key=f"issue.{label}",
        disabled=not 0 <= place < len(queue),
        on_click=issue_acts.open_at,
        args=[queue, place],
    )


def _outcome(issue: IssueDetail, chosen: Candidate) -> tuple[Sequence[FieldOutcome], Answer]:
    """Ask whose value stays, field by field; what comes of it, and the answer as it stands."""
    found: MatchPreview = issue_detail.preview(issue, chosen)
    keep = compare.keep(found.fields, _keep_key(issue.issue_id, chosen))
    fields = (issue_detail.preview(issue, chosen, keep) if keep else found).fields
    return fields, Answer(chosen, keep, found.versions)


def _keep_key(issue_id: str, chosen: Candidate) -> str:
    return f"{issue_id}.{chosen.contact_id}.keep"


def _buttons(person: Principal, issue: IssueDetail, answer: Answer) -> None:
    """The answers, each button its issue's own: a click on one drawn for another issue reaches nothing."""
    issue_id, name = issue.issue_id, issue.xero.name
    shown = drawn.before("issue", issue_id, {issue_id: issue.who})
    if issue.state != "open":
        if st.button("Stop ignoring", icon=":material/visibility:", key=f"issue.unignore.{issue_id}"):
            issue_acts.unignore(person, [issue_id])
        return
    st.button(
        "Confirm Match",
        icon=":material/link:",
        type="primary",
        key=f"issue.confirm.{issue_id}.{answer.whom.contact_id if answer.whom else ''}",
        disabled=not answer.whom,
        on_click=_confirm if answer.whom and answer.whom.plausible else _ask_first,
        args=[person, issue_id, name, answer],
        help="The two are linked and sync from now on.",
    )
    if st.button("Create New Contact", icon=":material/person_add:", key=f"issue.create.{issue_id}"):
        issue_acts.ask(issue_acts.CREATE_MANY, [issue_id])
    if issue.deferred_until:
        if st.button("Bring back", icon=":material/alarm_on:", key=f"issue.bring_back.{issue_id}"):
            issue_acts.bring_back(person, [issue_id])
    elif st.button("Defer", icon=":material/snooze:", key=f"issue.defer.{issue_id}"):
        issue_acts.ask(issue_acts.LATER, [issue_id])
    if st.button("Ignore", icon=":material/visibility_off:", key=f"issue.ignore.{issue_id}"):
        issue_acts.ignore(person, [issue_id], shown)


def _confirm(person: Principal, issue_id: str, name: str, answer: Answer) -> None:
    with notices.toasts():
        _must_be_as_drawn(issue_id, answer)
        _link(person, issue_id, name, answer)


def _ask_first(_person: Principal, issue_id: str, name: str, answer: Answer) -> None:
    with notices.toasts():
        _must_be_as_drawn(issue_id, answer)
        dialogs.ask(UNLIKELY, issue=issue_id, name=name, answer=answer)


def _must_be_as_drawn(issue_id: str, answer: Answer) -> None:
    """A press may come before the page shows what was chosen just now. Raises: MovedOn."""
    if answer.whom is None:
        return
    keep = compare.kept(_keep_key(issue_id, answer.whom))
    if (candidates.chosen(issue_id), keep) != (answer.whom.contact_id, answer.keep):
        raise MovedOn("Your last choice was not shown yet. Check the result, then confirm.")


def _link(person: Principal, issue_id: str, name: str, answer: Answer) -> None:
    if answer.whom is None:
        return
    command = issue_answers.confirm(person, issue_id, answer.whom.contact_id, answer.keep, answer.seen)
    undo_bar.offer(f"{text.plain(name)} is linked with **{text.plain(answer.whom.contact.name)}**.", command)
    issue_acts.go_on([issue_id])


def _unlikely(person: Principal) -> None:
    """Before two are linked that may not be one: say so, and ask."""
    about = dialogs.asked(UNLIKELY)
    if about is None:
        return
    whom: Candidate = about["answer"].whom
    consequences = (
        f"It is not certain that **{text.plain(about['name'])}** in Xero is your "
        f"**{text.plain(whom.contact.name)}**: they score {whom.score:.0f} of 100.\n\nFrom then on the two sync. A "
        "blank is filled from the other side, and what changes on one side changes on the other."
    )
    link = partial(_link, person, about["issue"], about["name"], about["answer"])
    dialogs.confirm("Confirm Match", consequences, "Link them all the same", link, icon=":material/link:")
