"""The brake on the Manage page: what it holds back, and Release."""

from datetime import timedelta
from functools import partial

import streamlit as st

from pages.components import changes, dialogs, notices, progress, table, text, undo_bar
from services import brake, undo
from services.access import Principal
from services.brake import ALWAYS_ALLOWED, Brake, HeldGroup
from services.connection import ConnectionItem

DIALOG, EACH = "release", "held"
LATELY = timedelta(days=1)


def brake_card(person: Principal, one: ConnectionItem) -> None:
    """What the brake of an organisation holds back; nothing when it is not on."""
    held = brake.get_brake(one.id)
    if held is None:
        return
    with st.container(border=True):
        st.header(":material/front_hand: The brake is on", anchor=False)
        for group in held.groups:
            st.markdown(_told(group))
        st.markdown(
            f"The sync stopped before this {text.ago(held.braked_at)}. If it is what you want, release it. If not, "
            "correct it where it was changed: the brake comes off by itself once nothing is left to stop.",
            help=f"{text.exact(held.braked_at)}. {_rule(held)}",
        )
        st.caption(
            "Until then, changes on either side wait, and none is lost. What you do with single contacts still works."
        )
        with st.container(horizontal=True):
            if st.button("See each one", icon=":material/list:", type="primary"):
                dialogs.ask(EACH)
            if st.button("Release", icon=":material/play_arrow:"):
                dialogs.ask(DIALOG)
            _last_file(person, held)
    if dialogs.asked(DIALOG) is not None:
        _confirm(person, one, held)
    elif dialogs.asked(EACH) is not None:
        _see_each(one, held)


def _last_file(person: Principal, held: Brake) -> None:
    """The way back, if it was a file that changed so much: one that was imported not long before the sync stopped."""
    last = undo.last_import()
    if last and timedelta() <= held.braked_at - last.at < LATELY:
        which = (
            text.plain(f"{last.summary}: {changes.actor(last.actor)}, {text.exact(last.at)}")
            + f". {undo_bar.OF_A_FILE}"
        )
        if st.button("Undo the last file", icon=":material/undo:", key=f"brake.undo_file.{last.command}", help=which):
            with notices.toasts(), progress.working("Undoing"):
                undo_bar.told(undo.undo_command(person, last.command))
            st.rerun()


def _told(group: HeldGroup) -> str:
    """What would happen to how many, field by field, and some of them."""
    parts = [f"**{text.count(one.count, 'contact')}** {one.what}" for one in group.fields or (group,)]
    return ",  \n".join(parts) + ":\n\n" + text.listed(list(group.first), group.count)


def _rule(held: Brake) -> str:
    """From how many on the sync stops, for those who wonder."""
    return (
        f"It stops before more than {ALWAYS_ALLOWED} contacts at once that are more than a tenth of the "
        f"{text.figure(held.links)} that sync, or a quarter of them within a day."
    )


@st.dialog("What the brake holds back", width="large", icon=":material/front_hand:", on_dismiss=dialogs.close)
def _see_each(one: ConnectionItem, held: Brake) -> None:
    rows = brake.list_held(one.id)
    shown = [{"Contact": row.name, "What would happen": row.what, "Change": row.change} for row in rows]
    table.small(shown, "What the brake holds back", most_rows=12)
    if held.count > len(rows):
        st.caption(f"The first {text.figure(len(rows))} of {text.figure(held.count)}, as both sides stand now.")
    with st.container(horizontal=True, horizontal_alignment="right"):
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
