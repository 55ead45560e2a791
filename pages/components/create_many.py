"""Create Contact in Xero for many: what would be sent and what not, and how far the sending is."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.components import cards, dialogs, drawn, lookalike, notices, progress, table, text, undo_bar
from services import connection, create_many
from services.access import Principal
from services.connection import ConnectionItem
from services.create_many import CreationPlan, CreationProgress, Refusal
from services.foreign_text import one_line
from services.reconcile.contact import Contact, Field

SHOWN_PROBLEMS = 1000
SEE = "See"
MOST_WAITING = "create_many.most_waiting"
PLAN = "create_many.plan"


def organisations() -> list[ConnectionItem]:
    """The organisations that something can be sent to now."""
    return [one for one in connection.list_connections() if one.state == "connected"]


@st.dialog("Create Contact in Xero", width="large", icon=":material/cloud_upload:", on_dismiss=dialogs.close)
def dialog(person: Principal, about: dict[str, Any]) -> None:
    """Say which of the chosen contacts (`ids`) can be sent and which cannot, show both, and ask."""
    ids, known = about["ids"], {one.id: one.name for one in organisations()}
    organisation = _organisation(about, known)
    if organisation is None:
        st.error("The organisation this was for is not connected any more, so nothing can be sent. Connect it again.")
        if st.button("Close"):
            dialogs.done()
        return
    with st.spinner("Checking against Xero's rules…"):
        plan = create_many.plan_creation(organisation, tuple(ids))
    seen = drawn.before(PLAN, (organisation, *ids), plan)
    _counts(plan)
    _refused(plan)
    _preview(plan, known[organisation])
    problem = st.container()
    if dialogs.buttons(f"Send {text.count(len(plan.ready), 'contact')}", disabled=not plan.ready):
        with problem, notices.sentences(), progress.working("Storing what is to be sent"):
            result = create_many.create_many(person, organisation, seen.ready, seen.first)
            undo_bar.report(result, "on the way to Xero")
            table.drop(ids)
            dialogs.done()


def _organisation(about: dict[str, Any], known: Mapping[str, str]) -> str | None:
    """The organisation that was chosen, of those `known` (id → name); None once it is not among them.

    Another one never takes its place: what is sent goes where the person looked.
    """
    kept = about.get("organisation")
    if not known or (kept and kept not in known):
        return None
    if len(known) > 1 or kept:
        about["organisation"] = st.selectbox(
            "Xero organisation",
            list(known),
            format_func=lambda one: one_line(known[one]),
            key="create_many.organisation",  # keeps the one that was chosen when others come
        )
    else:
        about["organisation"] = next(iter(known))
    return str(about["organisation"])


def status(held_is_shown: bool) -> None:
    """Above the list: how far sending is, and what Xero refused. `held_is_shown`: the list shows just those."""
    progress = create_many.creation_progress()
    if progress.waiting:
        _watch()
    else:
        st.session_state.pop(MOST_WAITING, None)
    if progress.held and not held_is_shown:
        with _told(progress):
            st.button("Show them", key="create_many.held", icon=":material/filter_alt:", on_click=_show_held)


def refused() -> bool:
    """For lists of links, where those that Xero refused to create cannot be: how many they are, and the way to them.

    Whether there are any.
    """
    progress = create_many.creation_progress()
    if progress.held:
        with _told(progress):
            st.page_link(
                "contacts/contacts.py",
                label="Show them",
                icon=":material/arrow_forward:",
                icon_position="right",
                query_params={"contacts_linked": "Refused by Xero"},
            )
    return bool(progress.held)


def _told(progress: CreationProgress) -> DeltaGenerator:
    """How many Xero refused, in a box with room for the way to them."""
    box = st.container(border=True, horizontal=True, vertical_alignment="center")
    box.markdown(f":red[:material/error:] {_were(progress)} not created: Xero refused.")
    box.space("stretch")
    return box


@st.fragment(run_every="2s")
def _watch() -> None:
    """Look every two seconds; the page runs again once all are sent."""
    progress = create_many.creation_progress()
    if not progress.waiting:
        st.rerun()
    most = max(progress.waiting, st.session_state.get(MOST_WAITING, 0))
    st.session_state[MOST_WAITING] = most
    sent = most - progress.waiting
    st.progress(sent / most, f"Creating in Xero: {text.figure(sent)} of {text.count(most, 'contact')}, 50 at a time")


def _counts(plan: CreationPlan) -> None:
    numbers = [
        ("Can be sent", len(plan.ready), "They keep all rules of Xero that can be checked here."),
        ("Cannot be sent", len(plan.refused), "They stay here; each is listed below with the reason."),
        ("Linked already", plan.linked, "They have a link with this organisation, or had one until it was stopped."),
        ("Under way", plan.under_way, "Something is being written to Xero for them just now."),
        ("Archived", plan.archived, "Restore them first."),
    ]
    shown = [one for one in numbers if one[1] or one[0] == "Can be sent"]
    with st.grid(len(shown), min_column_width=cards.CARD_WIDTH):
        for label, number, why in shown:
            st.metric(label, text.figure(number), border=True, height="stretch", help=why)


def _refused(plan: CreationPlan) -> None:
    if not plan.refused:
        return
    rows = [
        {"Contact": one.name or "(no name)", "Field": problem.field, "Why": problem.rule, SEE: way}
        for one in plan.refused[:SHOWN_PROBLEMS]
        for problem, way in zip(one.problems, _ways(one), strict=True)
    ]
    looks = {SEE: st.column_config.LinkColumn(display_text="Open", width=60)}
    st.markdown(
        "**Cannot be sent.** Correct these contacts. Where one may be in Xero already, or was there before, **Open** "
        "leads to where you decide. If it is somebody else, create it from its own page."
    )
    table.small(rows, "Contacts that cannot be sent", most_rows=3, looks=looks)
    if len(plan.refused) > SHOWN_PROBLEMS:
        st.caption(f"The first {text.figure(SHOWN_PROBLEMS)} of {text.figure(len(plan.refused))}.")


def _ways(one: Refusal) -> list[str | None]:
    """Where each problem is answered: only the last one can be about a contact in Xero, now or before."""
    last = lookalike.address(one.may_be) if one.may_be else None
    if one.was_there:
        last = f"contact?{urlencode({'id': one.contact_id})}"
    return [None] * (len(one.problems) - 1) + [last]


def _preview(plan: CreationPlan, organisation: str) -> None:
    if not plan.ready:
        st.info("None of the chosen contacts can be sent to this organisation.")
        return
    st.markdown(f"This is what **{text.plain(organisation)}** will get:")
    table.small([_row(contact) for contact in plan.first.values()], "Contacts to be sent", most_rows=4)
    more = len(plan.ready) - len(plan.first)
    others = f"And {text.count(more, 'other')}. " if more else ""
    st.caption(
        f"{others}They go in {text.count(plan.calls, 'call')} to Xero. Later changes in Xero will come here. Changes "
        "here stay here until you make the link two-way."
    )
    st.warning("What is created in Xero cannot be undone from here, only archived.", icon=":material/warning:")


def _row(contact: Contact) -> dict[str, object]:
    return {field.label: str(contact.get(field)) for field in Field}


def _were(progress: CreationProgress) -> str:
    return f"**{text.count(progress.held, 'contact')}** {'was' if progress.held == 1 else 'were'}"


def _show_held() -> None:
    st.session_state["contacts_linked"] = "held"
    table.first_page("contacts")
    table.clear()
