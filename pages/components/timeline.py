"""A contact's timeline: what changed, from where, and why, newest first.

It is one list of HTML, since a timeline needs what Markdown lacks: times that say the exact one under the pointer,
deleted and inserted values, a line along the side. Nothing foreign gets in but by `text.html`, `text.breakable` and
`_sentence`.
"""

from html import escape

import streamlit as st

from pages.components import changes, text
from services import timeline
from services.foreign_text import one_line
from services.reconcile.contact import Field
from services.timeline import Change, TimelineEntry

SIZE = 20
ALL = "All changes"
SHOWN = "timeline.shown"
WAYS = {
    timeline.EDITED: ("In the practice", "#3b82f6"),
    timeline.FROM_XERO: ("Xero → practice", "#14b8a6"),
    timeline.TO_XERO: ("Practice → Xero", "#14b8a6"),
    timeline.ASKED: ("Question", "#f59e0b"),
    timeline.DECIDED: ("Decision", "#8b5cf6"),
    timeline.LINK: ("Link", "#64748b"),
    timeline.PROBLEM: ("Problem", "#ef4444"),
    timeline.OTHER: ("", "#64748b"),
}
BLANK = "<i>blank</i>"
LIST = "list-style:none;margin:0;padding:0;font-size:1rem;line-height:1.5"
ITEM = "position:relative;margin:0;padding:0 0 1.1rem 1.4rem;border-left:1px solid rgba(128,140,160,.35);"
DOT = "position:absolute;left:-5px;top:.4rem;width:9px;height:9px;border-radius:50%;background:"
QUIET = "opacity:.75;font-size:.9em"
VALUE = "overflow-wrap:anywhere;margin-top:.3rem"


def show(contact_id: str) -> None:
    """The timeline with its filter, twenty entries at a time."""
    st.header("Timeline", anchor=False)
    field = _chosen()
    found = timeline.get_timeline(contact_id, field, _shown(contact_id))
    if found.entries:
        st.html(f'<ol style="{LIST}">{"".join(_entry(one) for one in found.entries)}</ol>')
    elif field is None:
        st.caption("Nothing has happened to this contact since it was added.")
    else:
        st.caption(f"Nothing has happened to the {field.label.lower()} since the contact was added.")
    if found.more:
        st.button("Show older", icon=":material/expand_more:", key="timeline.older", on_click=_more, args=[contact_id])


def _chosen() -> Field | None:
    labels = {field.label: field for field in Field}
    chosen = st.pills(
        "Field",
        [ALL, *labels],
        default=ALL,
        required=True,
        key="timeline_field",
        label_visibility="collapsed",
        wrap=True,
    )
    return labels.get(chosen or ALL)


def _shown(contact_id: str) -> int:
    whose, size = st.session_state.get(SHOWN, ("", SIZE))
    return int(size) if whose == contact_id else SIZE


def _more(contact_id: str) -> None:
    st.session_state[SHOWN] = (contact_id, _shown(contact_id) + SIZE)


def _entry(one: TimelineEntry) -> str:
    way, colour = WAYS[one.way]
    about = " · ".join(part for part in (way, text.html(changes.actor(one.actor)), text.ago_with_exact(one.at)) if part)
    body = "".join(_change(change, one.way) for change in one.changes)
    why = f'<div style="{QUIET}">{_sentence(one.why)}</div>' if one.why else ""
    return (
        f'<li style="{ITEM}"><span style="{DOT}{colour}"></span>'
        f'<div style="overflow-wrap:anywhere"><b>{_sentence(one.summary)}</b></div>'
        f'<div style="{QUIET}">{about}</div>{body}{why}</li>'
    )


def _change(change: Change, way: str) -> str:
    why = f'<div style="{QUIET}">{_sentence(change.why)}</div>' if change.why else ""
    values = _question(change) if way == timeline.ASKED else _step(change)
    return f'<div style="{VALUE}"><span style="{QUIET}">{change.field.label}</span><br>{values}{why}</div>'


def _step(change: Change) -> str:
    after = f'<ins style="text-decoration:none">{text.breakable(change.after) or BLANK}</ins>'
    if change.before is None:
        return after
    before = f"<del>{text.breakable(change.before)}</del>" if change.before else BLANK
    return f'<span style="opacity:.75">{before}</span> → {after}'


def _question(change: Change) -> str:
    ours, theirs = text.breakable(change.before or "") or BLANK, text.breakable(change.after) or BLANK
    return f"Practice: {ours}<br>Xero: {theirs}"


def _sentence(foreign: str) -> str:
    """A sentence with foreign values in it, in which none of them acts as markup."""
    return escape(text.isolated_within(one_line(foreign)))
