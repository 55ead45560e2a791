"""The note on a match issue: written in place, and never over one that somebody else saved meanwhile."""

import streamlit as st

from pages.components import notices, text, undo_bar
from services import issues
from services.access import Principal
from services.issues import IssueDetail

REFUSED = "issue.note.refused"
LONGEST = 500


def field(person: Principal, issue: IssueDetail) -> None:
    """The note, saved at once; or what was typed and not saved, beside what somebody else has written."""
    issue_id, typed = st.session_state.get(REFUSED, ("", ""))
    if issue_id == issue.issue_id and typed != issue.note:
        _instead(person, issue, typed)
        return
    key = f"{issue.issue_id}.note.{hash(issue.note)}"  # a note that changed meanwhile shows as it is
    st.text_input(
        "Note",
        value=issue.note,
        key=key,
        placeholder="A note for whoever comes next, saved at once",
        on_change=_keep,
        args=[person, issue, key],
        label_visibility="collapsed",
        icon=":material/sticky_note_2:",
        max_chars=LONGEST,
    )


def _instead(person: Principal, issue: IssueDetail, typed: str) -> None:
    """What was typed, still to be changed, and whether to save it over the note of now."""
    theirs = f"It says now: {text.plain(issue.note)}" if issue.note else "It was taken off."
    key = f"{issue.issue_id}.note.typed"
    with st.container():
        st.warning(
            f"Your note was not saved, since it was changed meanwhile. {theirs}", icon=":material/sticky_note_2:"
        )
        st.text_input("Your note", value=typed, key=key, max_chars=LONGEST)
        with st.container(horizontal=True):
            st.button("Save yours instead", key=f"{key}.save", on_click=_keep, args=[person, issue, key])
            st.button("Leave it", key=f"{key}.leave", type="tertiary", on_click=_forget)


def _keep(person: Principal, issue: IssueDetail, key: str) -> None:
    typed = st.session_state[key]
    st.session_state[REFUSED] = issue.issue_id, typed
    with notices.toasts():
        undo_bar.offer("Note saved.", issues.set_note(person, issue.issue_id, typed, issue.note))
        _forget()


def _forget() -> None:
    del st.session_state[REFUSED]
