"""What another set-up would lead to, shown before it is saved: how many of each outcome, and the first names."""

import streamlit as st

from pages.components import link_effects, text
from services import setup_preview
from services.connection import ConnectionItem, Setup
from services.reconcile.plan import Step
from services.setup_preview import Group

LINES = {
    "link": (":material/link:", "would be linked", "Full match: same name and billing email as one of your contacts."),
    "create": (":material/person_add:", "would be created here", "No match: each becomes a new contact here."),
    "hold": (":material/pause_circle:", "would be held for review", "No match: each waits in Resolve Match Issues."),
    "ask": (":material/help:", "would wait in Resolve Match Issues", "A partial match, or several: a person decides."),
    "skip": (
        ":material/do_not_disturb_on:",
        "would be taken in no more",
        "Their questions leave Resolve Match Issues; Sync Health lists them under Excluded, and lets single ones in.",
    ),
}
NOTHING = "Nothing for the contacts that Xero holds now; it applies to those that come later. "
KEEPS = "Contacts that sync already keep syncing, whatever their type."


def show(one: ConnectionItem, setup: Setup) -> None:
    """What saving would do, line by line."""
    with st.container(border=True):
        st.markdown("**What saving would do**")
        with st.spinner("Looking through the contacts in Xero…"):
            found = setup_preview.preview_setup(one.id, setup)
        for group in found.groups:
            line(group, *LINES[group.outcome])
            if group.outcome == Step.LINK:
                st.markdown(link_effects.sentence(found.effects))
        nothing = "" if found.groups else NOTHING
        st.caption(
            f"{nothing}{KEEPS} Counted from what Xero said at the last sync, {text.ago(one.last_sync_at)}. "
            "Nothing is done before you save; then the next sync does it."
        )


def line(group: Group, icon: str, words: str, why: str) -> None:
    """To how many contacts the same would happen, and the first of them."""
    more = group.count - len(group.names)
    names = [text.plain(name) for name in group.names] + ([f"and {text.count(more, 'other')}"] if more else [])
    with st.container(gap=None):
        st.markdown(f"{icon} **{text.count(group.count, 'contact')}** {words}", help=why)
        st.caption(", ".join(names))
