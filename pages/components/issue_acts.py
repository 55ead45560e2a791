"""What can be done with match issues from their list: the menu of a row, the bar for several, and the dialogs."""

from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from pages.components import bulk, compare, dialogs, issue_open, notices, table, text, undo_bar
from services import issues
from services.access import Principal
from services.issues import Pairings
from services.links import Report

AREA = "issues"
COMPARE = ":material/compare_arrows: Compare"
CREATE = ":material/person_add: Create New Contact"
IGNORE, UNIGNORE = ":material/visibility_off: Ignore", ":material/visibility: Stop ignoring"
DEFER, BRING_BACK = ":material/snooze: Defer", ":material/alarm_on: Bring back"
MENUS = {
    "open": (COMPARE, CREATE, DEFER, IGNORE),
    "deferred": (COMPARE, CREATE, BRING_BACK, IGNORE),
    "ignored": (COMPARE, UNIGNORE),
}
CONFIRM_MANY, CREATE_MANY, LATER = "issues.confirm", "issues.create", "issues.defer"
SAFEST = (
    "Only the safest kind is confirmed together: the same billing email, and names that are one but for their spelling."
)
AFTERWARDS = (
    "From then on they sync. A blank is filled from the other side; where both say something else and you choose none, "
    "nothing is overwritten: it is listed under Differences. All of it can be undone while nothing has moved on."
)


def menu(state: str) -> tuple[str, ...]:
    """The menu of a row."""
    return MENUS[state]


def in_bulk(person: Principal, state: str, chosen: int) -> list[bulk.Act]:
    """What can be done with all that are chosen; one alone is confirmed below, where it is compared."""
    create: bulk.Act = ("Create New Contact", ":material/person_add:", partial(_ask, CREATE_MANY))
    hide: bulk.Act = ("Ignore", ":material/visibility_off:", partial(ignore, person))
    if state == "ignored":
        return [("Stop ignoring", ":material/visibility:", partial(unignore, person))]
    if state == "deferred":
        return [create, ("Bring back", ":material/alarm_on:", partial(bring_back, person)), hide]
    confirm: list[bulk.Act] = [("Confirm Match", ":material/link:", _ask_confirm)] if chosen > 1 else []
    return [*confirm, create, ("Defer", ":material/snooze:", partial(_ask, LATER)), hide]


def act(person: Principal, label: str, issue_id: str) -> None:
    """Do what was chosen from a row's menu."""
    if label == COMPARE:
        table.choose([issue_id])
        st.rerun()
    elif label in (CREATE, DEFER):
        ask(CREATE_MANY if label == CREATE else LATER, issue_id, issues.get_issue(issue_id).xero.name)
    else:
        acts = {IGNORE: ignore, UNIGNORE: unignore, BRING_BACK: bring_back}
        acts[label](person, [issue_id])


def ask(name: str, issue_id: str, xero_name: str) -> None:
    """Open one of the dialogs for a single issue."""
    dialogs.ask(name, ids=[issue_id], names=[xero_name])


def ignore(person: Principal, ids: list[str]) -> None:
    """Leave them unlinked, and ask no more."""
    _at_once(ids, "ignored", lambda: issues.ignore(person, ids))


def unignore(person: Principal, ids: list[str]) -> None:
    """Ask about ignored ones again."""
    _at_once(ids, "open again", lambda: issues.unignore(person, ids))


def bring_back(person: Principal, ids: list[str]) -> None:
    """Ask at once about what was put off."""
    _at_once(ids, "open again", lambda: issues.bring_back(person, ids))


def go_on(ids: Sequence[str]) -> None:
    """After these were dealt with: they are chosen no more, and the issue after the open one opens by itself."""
    opened = issue_open.current()
    if opened and list(ids) == [opened.issue_id] and set(table.chosen()) <= set(ids):
        queue: Sequence[str] = st.session_state.get(f"{AREA}.queue", [])
        open_at([one for one in queue if one != opened.issue_id], opened.place)
    else:
        table.drop(ids)
        issue_open.forget(ids)


def open_at(queue: Sequence[str], place: int) -> None:
    """Open the issue at a place of the whole list, counted from 0, or the last one; of an empty list, none."""
    place = min(place, len(queue) - 1)
    if opened := issue_open.current():
        issue_open.forget([opened.issue_id])
    table.choose(queue[place : place + 1] if place >= 0 else ())
    table.turn_to(AREA, max(0, place))


def dialog(person: Principal) -> None:
    """The dialog that is open, if one is."""
    if about := dialogs.asked(CREATE_MANY):
        _create_dialog(person, about["ids"], about["names"])
    if about := dialogs.asked(LATER):
        _defer_dialog(person, about["ids"], about["names"])
    if about := dialogs.asked(CONFIRM_MANY):
        _confirm_dialog(person, about["found"])


def _at_once(ids: list[str], done: str, run: Callable[[], Report]) -> None:
    with notices.sentences():
        _told(ids, run(), done)
        st.rerun()


def _told(ids: list[str], report: Report, done: str, noun: str = "contact") -> None:
    """Tell how it went, and go on unless nothing was done, as others had answered already."""
    undo_bar.report(report, done, noun)
    if report.done:
        go_on(ids)


def _ask(name: str, ids: list[str]) -> None:
    dialogs.ask(name, ids=ids, names=[name for name in table.chosen().values() if name])


def _ask_confirm(ids: list[str]) -> None:
    dialogs.ask(CONFIRM_MANY, found=issues.pairings(ids))


def _create_dialog(person: Principal, ids: list[str], names: list[str]) -> None:
    def create() -> None:
        _told(ids, issues.create_contact(person, ids), "created and linked")

    made = (
        "A new contact is made from Xero's data and linked"
        if len(ids) == 1
        else (f"**{text.figure(len(ids))} new contacts** are made from Xero's data and linked")
    )
    consequences = f"{made}:\n\n{text.listed(names, len(ids))}\n\nFrom then on they sync. Nothing changes in Xero."
    dialogs.confirm("Create New Contact", consequences, "Create New Contact", create, icon=":material/person_add:")


def _defer_dialog(person: Principal, ids: list[str], names: list[str]) -> None:
    @st.dialog("Defer", icon=":material/snooze:", on_dismiss=dialogs.close)
    def body() -> None:
        leave = "1 issue leaves" if len(ids) == 1 else f"{text.figure(len(ids))} issues leave"
        st.markdown(f"{leave} the open list:\n\n{text.listed(names, len(ids))}")
        until = st.radio("Until when", list(issues.UNTIL), format_func=issues.UNTIL.__getitem__, key="issues.until")
        st.caption("They stay under State: Deferred, from where they can be brought back. Nothing is linked meanwhile.")
        problem = st.container()
        if dialogs.buttons("Defer"):
            with problem, notices.sentences():
                _told(ids, issues.defer(person, ids, str(until)), "deferred", "issue")
                dialogs.done()

    body()


def _confirm_dialog(person: Principal, found: Pairings) -> None:
    @st.dialog("Confirm Match", icon=":material/link:", on_dismiss=dialogs.close, width="medium")
    def body() -> None:
        if found.pairs:
            _confirm_pairs(person, found)
            return
        st.markdown(f"{SAFEST}\n\n{_left_out(found)}")
        with st.container(horizontal=True, horizontal_alignment="right"):
            if st.button("Close", key="issues.confirm.close"):
                dialogs.done()

    body()


def _confirm_pairs(person: Principal, found: Pairings) -> None:
    """All that would be linked, whose names stay, what is left out, and the button that does it."""
    st.markdown(f"**{text.count(len(found.pairs), 'contact')}** in Xero, each linked with yours:")
    rows = [{"Contact in Xero": one.xero_name, "Your contact": one.contact_name} for one in found.pairs]
    table.small(rows, "Contacts to be linked", most_rows=5)
    names = _whose_names() if any(one.names_differ for one in found.pairs) else ""
    st.markdown(AFTERWARDS)
    if found.skipped:
        st.markdown(_left_out(found))
    problem = st.container()
    if dialogs.buttons("Confirm Match"):
        with problem, notices.sentences():
            report = issues.confirm_all(person, {one.issue_id: one.contact_id for one in found.pairs}, names)
            undo_bar.report(report, "linked")
            go_on([one.issue_id for one in found.pairs])
            dialogs.done()


def _whose_names() -> str:
    """Whose name stays where the two are spelt differently; "" to be asked about each later."""
    chosen = st.segmented_control(
        "Where names differ: which stays?",
        list(compare.KEEP),
        format_func=compare.KEEP.__getitem__,
        default="",
        required=True,
        key="issues.confirm.names",
    )
    return chosen or ""


def _left_out(found: Pairings) -> str:
    reasons = Counter(one.reason for one in found.skipped).most_common(5)
    lines = "\n".join(f"- {text.figure(count)}: {text.sentence(reason)}" for reason, count in reasons)
    return f"**{text.figure(len(found.skipped))} left out**, and not changed:\n\n{lines}"
