"""The brake on the Manage page: what it holds back, and Release."""

from functools import partial

import streamlit as st

from pages.components import dialogs, notices, table, text
from services import brake
from services.access import Principal
from services.brake import Brake
from services.connection import ConnectionItem

DIALOG, EACH = "release", "held"


def brake_card(person: Principal, one: ConnectionItem) -> None:
    """What the brake of an organisation holds back; nothing when it is not on."""
    held = brake.get_brake(one.id)
    if held is None:
        return
    with st.container(border=True):
        st.header(":material/front_hand: The brake is on", anchor=False)
        st.markdown(
            f"The sync stopped {text.ago(held.braked_at)}, before a mass change: more than 20 contacts, and more than "
            f"a tenth of the {text.count(held.links, 'contact')} that sync at once, or a quarter of them within a day. "
            "If this is what you want, release it. If not, put it right where it was changed first.",
            help=text.exact(held.braked_at),
        )
        for group in held.groups:
            st.markdown(f"**{text.count(group.count, 'contact')}** {group.what}:")
            st.markdown(text.listed(list(group.first), group.count))
        st.caption(
            "Until then changes of either side wait, and none is lost. What you do with single contacts works as ever."
        )
        with st.container(horizontal=True):
            if st.button("Release", icon=":material/play_arrow:", type="primary"):
                dialogs.ask(DIALOG)
            if held.groups and st.button("See each one", icon=":material/list:"):
                dialogs.ask(EACH)
    if dialogs.asked(DIALOG) is not None:
        _confirm(person, one, held)
    elif dialogs.asked(EACH) is not None:
        _see_each(one, held)


@st.dialog("What the brake holds back", width="large", icon=":material/front_hand:", on_dismiss=dialogs.close)
def _see_each(one: ConnectionItem, held: Brake) -> None:
    rows = brake.list_held(one.id)
    shown = [{"Contact": row.name, "What would happen": row.what, "Change": row.change} for row in rows]
    table.small(shown, "What the brake holds back", most_rows=12)
    if held.count > len(rows):
        st.caption(f"The first {text.figure(len(rows))} of {text.figure(held.count)}, as both sides stand now.")
    if st.button("Close", key="brake.each.close"):
        dialogs.done()


def _confirm(person: Principal, one: ConnectionItem, held: Brake) -> None:
    consequences = (
        f"The next sync with **{text.plain(one.name)}** does what it stopped before. {text.sentence(held.reason)} "
        "What came after that is not released, and the brake watches again."
    )
    dialogs.confirm(
        "Release the brake",
        consequences,
        "Release and sync",
        partial(_release, person, one, held),
        icon=":material/front_hand:",
    )


def _release(person: Principal, one: ConnectionItem, held: Brake) -> None:
    brake.release(person, one.id, held)
    notices.say("Released. The sync goes on now.")
