"""Two contacts side by side, with what differs marked, and the choice among several candidates."""

from collections.abc import Sequence

import streamlit as st

from pages.components import text
from services import links
from services.links import Candidate
from services.reconcile.contact import Contact, Field


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
        differs = other is not None and _key(one, field) != _key(other, field)
        with st.container(gap=None):
            st.markdown(f":small[:gray[{field.label}]]" + (" :orange-badge[differs]" if differs else ""))
            st.text(str(one.get(field)) or "–")


def _key(contact: Contact, field: Field) -> str:
    return " ".join(str(contact.get(field)).casefold().split())


def candidate(connection_id: str, xero_id: str, suggested: Sequence[Candidate], key: str) -> Candidate | None:
    """Let the person choose one of the suggested contacts, or look for another one."""
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
    chosen = st.radio(
        "Your contact",
        list(by_id),
        format_func=lambda one: _label(by_id[one]),
        captions=[_caption(one) for one in offered],
        key=f"{key}.candidate",
        label_visibility="collapsed",
    )
    return by_id.get(chosen) if chosen else None


def _label(one: Candidate) -> str:
    email = f" · {text.plain(one.contact.email)}" if one.contact.email else ""
    return f"{text.plain(one.contact.name)}{email}"


def _caption(one: Candidate) -> str:
    if one.linked_to:
        return f"Already linked to {text.plain(one.linked_to)}"
    return text.plain(", ".join(one.why)) or text.plain(one.contact_type)
