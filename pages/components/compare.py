"""Two contacts side by side, with what differs marked, and the choice among several candidates."""

from collections.abc import Sequence

import streamlit as st

from pages.components import table, text
from services import links
from services.links import Candidate
from services.reconcile.contact import Contact, Field
from services.reconcile.normalise import agree
from services.reconcile.outcome import FieldOutcome

FULL_BAR = 45.0
"""The points at which a part's bar is full: an equal name of rare words."""

KEEP = {"": "Ask later", "practice": "Practice", "xero": "Xero"}


def side_by_side(xero: Contact, practice: Contact | None, kind: str = "") -> None:
    """The contact in Xero and ours, field by field. `kind` says what it is in Xero, such as Customer."""
    left, right = st.columns(2)
    with left, st.container(border=True, height="stretch"):
        st.markdown("**In Xero**" + (f" · {kind}" if kind else ""))
        _fields(xero, practice)
    with right, st.container(border=True, height="stretch"):
        st.markdown("**Your contact**")
        if practice:
            _fields(practice, xero)
        else:
            st.caption("None chosen.")


def _fields(one: Contact, other: Contact | None) -> None:
    for field in Field:
        differs = other is not None and not agree(field, one.get(field), other.get(field))
        with st.container(gap=None):
            st.markdown(f":small[:gray[{field.label}]]" + (" :orange-badge[differs]" if differs else ""))
            st.text(str(one.get(field)) or "–")


def candidate(connection_id: str, xero_id: str, suggested: Sequence[Candidate], key: str) -> Candidate | None:
    """Let the person choose one of the suggested contacts, or look for another one; the score of the one chosen."""
    sought = st.text_input(
        "Look for another contact",
        key=f"{key}.search",
        type="search",
        placeholder="Look for another contact",
        label_visibility="collapsed",
        live="400ms",
    )
    offered = links.candidates(connection_id, xero_id, sought) if sought else list(suggested)
    if not offered:
        st.caption("No contact of yours comes close." if not sought else "No contact is called that.")
        return None
    by_id = {one.contact_id: one for one in offered}
    left, right = st.columns([3, 2])
    chosen = left.radio(
        "Your contact",
        list(by_id),
        format_func=lambda one: _label(by_id[one]),
        captions=[_caption(one) for one in offered],
        key=f"{key}.candidate",
        label_visibility="collapsed",
    )
    if chosen is None or chosen not in by_id:
        return None
    with right:
        _bars(by_id[chosen])
    return by_id[chosen]


def keep(fields: Sequence[FieldOutcome], key: str) -> dict[Field, str]:
    """Ask for each field in which the two differ whose value stays: practice or xero. What waits is left out."""
    chosen: dict[Field, str] = {}
    asked = [one for one in fields if one.asks]
    if asked:
        st.markdown("**Which value stays?**")
    with st.container(horizontal=True, gap="large"):
        for one in asked:
            side = st.segmented_control(
                one.field.label,
                list(KEEP),
                format_func=KEEP.__getitem__,
                default="",
                required=True,
                key=f"{key}.{one.field.value}",
                width="content",
            )
            if side:
                chosen[one.field] = side
    return chosen


def result(fields: Sequence[FieldOutcome]) -> None:
    """Both sides as they will be, and what happens to each field."""
    st.markdown("**After Confirm Match**")
    rows = [
        {
            "Field": one.field.label,
            "Practice after": str(one.practice_after),
            "Xero after": str(one.xero_after),
            "What happens": one.why,
        }
        for one in fields
    ]
    table.small(rows, "After Confirm Match")


def _bars(one: Candidate) -> None:
    """What the score is made of: a small bar for each part, those that speak against it in red words."""
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"**Score {one.score:.0f} of 100**" if one.parts else "**Nothing in common**")
        for part in one.parts:
            words = f"{part.label} ({part.points:+.0f})"
            share = min(1.0, abs(part.points) / FULL_BAR)
            st.progress(share, text=f":red[{words}]" if part.points < 0 else words)


def _label(one: Candidate) -> str:
    email = f" · {text.plain(one.contact.email)}" if one.contact.email else ""
    return f"{text.plain(one.contact.name)}{email}"


def _caption(one: Candidate) -> str:
    if one.linked_to:
        return f"Already linked to {text.plain(one.linked_to)}"
    reasons = ", ".join(part.label for part in one.parts if part.points > 0)
    return f"{one.score:.0f} of 100" + (f" · {reasons}" if reasons else "")
