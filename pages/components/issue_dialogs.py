"""What is asked before match issues are answered: the consequences, and which contacts may be here already."""

from collections import Counter
from collections.abc import Mapping
from functools import partial

import streamlit as st

from pages.components import compare, dialogs, notices, progress, table, text, undo_bar
from pages.components.issue_acts import CONFIRM_MANY, CREATE_MANY, IGNORE_MANY, LATER, ask, go_on, told
from services import issue_answers, issue_queue
from services.access import Principal
from services.issue_answers import Pairings
from services.issue_likely import Likely
from services.issue_queue import UNTIL
from services.reconcile.match import Keys

SAFEST = "Only the safest kind is confirmed together: the same billing email, and the same name but for its spelling."
AFTERWARDS = (
    "From then on they sync. A blank is filled from the other side; where both say something else and you choose none, "
    "nothing is overwritten: it is listed under Differences. It can be undone as long as nothing else changes."
)


def show(person: Principal) -> None:
    """The dialog that is open, if one is."""
    if about := dialogs.asked(CREATE_MANY):
        _create_dialog(person, **about)
    if about := dialogs.asked(IGNORE_MANY):
        _ignore_dialog(person, **about)
    if about := dialogs.asked(LATER):
        _defer_dialog(person, **about)
    if about := dialogs.asked(CONFIRM_MANY):
        _confirm_dialog(person, about["found"])


def _create_dialog(
    person: Principal, ids: list[str], names: list[str], found: tuple[Likely, ...], seen: Mapping[str, Keys]
) -> None:
    def create() -> None:
        told(ids, issue_answers.create_contact(person, ids, found, seen), "created and linked")

    if len(ids) == 1:
        made, button = "A new contact is made from Xero's data and linked", "Create New Contact"
        then = "it syncs"
    else:
        then, made = "they sync", f"**{text.figure(len(ids))} new contacts** are made from Xero's data and linked"
        button = f"Create {text.figure(len(ids))} contacts"
    consequences = (
        f"{made}:\n\n{text.listed(names, len(ids))}\n\nFrom then on {then}. Nothing changes in Xero."
        f"{_alike(ids, found)}"
    )
    details = partial(_all_alike, ids, found, others_too=True) if found and len(ids) > 1 else None
    dialogs.confirm("Create New Contact", consequences, button, create, ":material/person_add:", details)


def _ignore_dialog(
    person: Principal, ids: list[str], names: list[str], found: tuple[Likely, ...], seen: Mapping[str, Keys]
) -> None:
    def hide() -> None:
        told(ids, issue_queue.ignore(person, ids, seen), "ignored")

    consequences = (
        f"**{text.count(len(ids), 'contact')}** in Xero are left out of the sync, and asked about no more:\n\n"
        f"{text.listed(names, len(ids))}\n\nThey stay under State: Ignored, from where they can be brought back."
        f"{_alike(ids, found)}"
    )
    button, icon = f"Ignore {text.count(len(ids), 'contact')}", ":material/visibility_off:"
    dialogs.confirm("Ignore", consequences, button, hide, icon, partial(_all_alike, ids, found) if found else None)


def _alike(ids: list[str], found: tuple[Likely, ...]) -> str:
    """How many of them may be a contact that is here already, as Markdown; of a single one, which."""
    if not found:
        return ""
    beginning = "\n\n:orange[:material/warning:] "
    if len(ids) > 1:
        return f"{beginning}**{_share(len(found), len(ids))}** may be a contact that is here already:"
    [one] = found
    name = text.plain(one.contact_name)
    if one.merged:
        return f"{beginning}It may be your **{name}**: what was linked with it was merged into this one in Xero."
    return f"{beginning}It looks like your **{name}**, which is here already: they score {one.score:.0f} of 100."


def _share(part: int, whole: int) -> str:
    """How many of them: 1 of them, both of them, all 3 of them."""
    if part < whole:
        return f"{text.figure(part)} of them"
    return "Both of them" if whole == 2 else f"All {text.figure(whole)} of them"


def _all_alike(ids: list[str], found: tuple[Likely, ...], others_too: bool = False) -> None:
    """Each that may be a contact that is here already; with `others_too` the way to the rest alone."""
    columns = ("Contact in Xero", "Your contact", "Score")
    pairs = ((one.xero_name, one.contact_name, "merged" if one.merged else f"{one.score:.0f}") for one in found)
    table.small([dict(zip(columns, one, strict=True)) for one in pairs], "Contacts that are here already", most_rows=5)
    alike = {one.issue_id for one in found}
    left = [one for one in ids if one not in alike]
    others = "the other one" if len(left) == 1 else f"the {text.figure(len(left))} others"
    if others_too and left and st.button(f"Only {others}", key="issues.others"):
        ask(CREATE_MANY, left)
        st.rerun()


def _defer_dialog(person: Principal, ids: list[str], names: list[str]) -> None:
    @st.dialog("Defer", icon=":material/snooze:", on_dismiss=dialogs.close)
    def body() -> None:
        leave, they, can = ("leaves", "It stays", "it") if len(ids) == 1 else ("leave", "They stay", "they")
        st.markdown(f"{text.count(len(ids), 'issue')} {leave} the open list:\n\n{text.listed(names, len(ids))}")
        until = st.radio("Until when", list(UNTIL), format_func=UNTIL.__getitem__, key="issues.until")
        st.caption(f"{they} under State: Deferred, from where {can} can be brought back. Nothing is linked meanwhile.")
        problem = st.container()
        if dialogs.buttons("Defer"):
            with problem, notices.sentences(), progress.working():
                told(ids, issue_queue.defer(person, ids, str(until)), "deferred", "issue")
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
    each = "each " if len(found.pairs) > 1 else ""
    st.markdown(f"**{text.count(len(found.pairs), 'contact')}** in Xero, {each}linked with yours:")
    rows = [{"Contact in Xero": one.xero_name, "Your contact": one.contact_name} for one in found.pairs]
    table.small(rows, "Contacts to be linked", most_rows=5)
    names = _whose_names() if any(one.names_differ for one in found.pairs) else ""
    st.markdown(AFTERWARDS)
    if found.skipped:
        st.markdown(_left_out(found))
    problem = st.container()
    if dialogs.buttons("Confirm Match"):
        with problem, notices.sentences(), progress.working():
            report = issue_answers.confirm_all(person, found.pairs, names)
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
    """How many are left out, and why: of each reason how many, or the one that it keeps out by its name."""
    named = {one.reason: text.plain(one.name) for one in found.skipped}
    reasons = Counter(one.reason for one in found.skipped).most_common(5)
    several = {why: f"{text.count(count, 'contact')}, each for the same reason" for why, count in reasons if count > 1}
    lines = "\n".join(f"- {(named | several)[reason]}: {text.sentence(reason)}" for reason, _ in reasons)
    return f"**{text.figure(len(found.skipped))} left out**, and not changed:\n\n{lines}"
