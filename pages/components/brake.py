"""The brake on the Manage page: what it holds back, and Release."""

from functools import partial

import streamlit as st

from pages.components import dialogs, notices, text
from services import brake
from services.access import Principal
from services.brake import Brake
from services.connection import ConnectionItem

DIALOG = "release"


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
        if st.button("Release", icon=":material/play_arrow:", type="primary"):
            dialogs.ask(DIALOG)
    if dialogs.asked(DIALOG) is not None:
        _confirm(person, one, held)


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
