"""What can be done with match issues from their list: the menu of a row, and the bar for several."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import streamlit as st

from pages.components import bulk, dialogs, issue_open, notices, progress, table, undo_bar
from services import issue_answers, issue_likely, issue_queue
from services.access import Principal
from services.reconcile.match import Keys
from services.records.bulk import Report

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
IGNORE_MANY = "issues.ignore"
NAMED = 5


def menu(state: str) -> tuple[str, ...]:
    """The menu of a row."""
    return MENUS[state]


def in_bulk(person: Principal, state: str, chosen: int, shown: Mapping[str, Keys]) -> list[bulk.Act]:
    """What can be done with all that are chosen; one alone is confirmed below, where it is compared.

    `shown` are the Xero contacts of the rows as they were drawn, by the issues' ids.
    """
    create: bulk.Act = ("Create New Contact", ":material/person_add:", partial(ask, CREATE_MANY))
    unasked = partial(ignore, person, shown=shown)
    hide: bulk.Act = ("Ignore", ":material/visibility_off:", partial(ask, IGNORE_MANY) if chosen > 1 else unasked)
    if state == "ignored":
        return [("Stop ignoring", ":material/visibility:", partial(unignore, person))]
    if state == "deferred":
        return [create, ("Bring back", ":material/alarm_on:", partial(bring_back, person)), hide]
    confirm: list[bulk.Act] = [("Confirm Match", ":material/link:", _ask_confirm)] if chosen > 1 else []
    return [*confirm, create, ("Defer", ":material/snooze:", partial(ask, LATER)), hide]


def act(person: Principal, label: str, issue_id: str, shown: Mapping[str, Keys]) -> None:
    """Do what was chosen from a row's menu; `shown` as for `in_bulk`."""
    if label == COMPARE:
        table.choose([issue_id])
        st.rerun()
    elif label in (CREATE, DEFER):
        ask(CREATE_MANY if label == CREATE else LATER, [issue_id])
    elif label == IGNORE:
        ignore(person, [issue_id], shown)
    else:
        acts = {UNIGNORE: unignore, BRING_BACK: bring_back}
        acts[label](person, [issue_id])


def ask(name: str, ids: list[str]) -> None:
    """Open one of the dialogs about these issues; all but the one that changes nothing say whom they likely mean."""
    about = {} if name == LATER else {"found": issue_likely.likely(ids), "seen": issue_likely.who(ids)}
    dialogs.ask(name, ids=ids, names=issue_likely.names(ids[:NAMED]), **about)


def ignore(person: Principal, ids: list[str], shown: Mapping[str, Keys]) -> None:
    """Leave them unlinked, and ask no more; `shown` as for `in_bulk`."""
    _at_once(ids, "ignored", lambda: issue_queue.ignore(person, ids, shown))


def unignore(person: Principal, ids: list[str]) -> None:
    """Ask about ignored ones again."""
    _at_once(ids, "open again", lambda: issue_queue.unignore(person, ids))


def bring_back(person: Principal, ids: list[str]) -> None:
    """Ask at once about what was put off."""
    _at_once(ids, "open again", lambda: issue_queue.bring_back(person, ids))


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


def told(ids: list[str], report: Report, done: str, noun: str = "contact") -> None:
    """Tell how it went, and go on unless nothing was done, as others had answered already."""
    undo_bar.report(report, done, noun)
    if report.done:
        go_on(ids)


def _at_once(ids: list[str], done: str, run: Callable[[], Report]) -> None:
    with notices.sentences(), progress.working():
        told(ids, run(), done)
        st.rerun()


def _ask_confirm(ids: list[str]) -> None:
    with progress.working("Looking whom they mean", aside=""):
        dialogs.ask(CONFIRM_MANY, found=issue_answers.pairings(ids))
