"""The note on a match issue: written in place, and never over one that somebody else saved meanwhile."""

import streamlit as st

from pages.components import drawn, notices, text, undo_bar
from services import issue_queue
from services.access import Principal
from services.issue_detail import IssueDetail
from services.issue_queue import LONGEST_NOTE

REFUSED = "issue.note.refused"
SHOWN = "issue.note.shown"


def field(person: Principal, issue: IssueDetail) -> None:
    """The note, saved at once; or what was typed and not saved, beside what somebody else has written.

    What is being typed is in the browser alone, so a page that follows others leaves the box as it was: another key or
    value would empty it.
    """
    issue_id, typed = st.session_state.get(REFUSED, ("", ""))
    if issue_id == issue.issue_id and typed != issue.note:
        _instead(person, issue, typed)
        return
    shown = _shown(issue)
    key = f"{issue.issue_id}.note.{hash(shown)}"  # a note that changed meanwhile shows as it is
    st.text_input(
        "Note",
        value=shown,
        key=key,
        placeholder="A note for whoever comes next, saved at once",
        on_change=_keep,
        args=[person, issue.issue_id, key, shown],
        label_visibility="collapsed",
        icon=":material/sticky_note_2:",
        max_chars=LONGEST_NOTE,
    )
    if shown != issue.note:
        st.caption(f"Changed meanwhile. {_says(issue)}", width="content")


def _shown(issue: IssueDetail) -> str:
    """The note to write over: as it is, or as it was when its person acted last."""
    issue_id, before = st.session_state.get(SHOWN, ("", ""))
    keeps = issue_id == issue.issue_id and drawn.follows_others()
    shown = str(before) if keeps else issue.note
    st.session_state[SHOWN] = issue.issue_id, shown
    return shown


def _says(issue: IssueDetail) -> str:
    return f"It says now: {text.plain(issue.note)}" if issue.note else "It was taken off."


def _instead(person: Principal, issue: IssueDetail, typed: str) -> None:
    """What was typed, still to be changed, and whether to save it over the note of now."""
    key = f"{issue.issue_id}.note.typed"
    with st.container():
        st.warning(
            f"Your note was not saved, since it was changed meanwhile. {_says(issue)}", icon=":material/sticky_note_2:"
        )
        st.text_input("Your note", value=typed, key=key, max_chars=LONGEST_NOTE)
        with st.container(horizontal=True):
            st.button(
                "Save yours instead", key=f"{key}.save", on_click=_keep, args=[person, issue.issue_id, key, issue.note]
            )
            st.button("Leave it", key=f"{key}.leave", type="tertiary", on_click=_forget)


def _keep(person: Principal, issue_id: str, key: str, over: str) -> None:
    """Save what was typed over a note that was seen."""
    typed = st.session_state[key]
    st.session_state[REFUSED] = issue_id, typed
    with notices.toasts():
        undo_bar.offer("Note saved.", issue_queue.set_note(person, issue_id, typed, over))
        _forget()


def _forget() -> None:
    del st.session_state[REFUSED]
