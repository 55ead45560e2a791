"""The dialogs about one notification target: adding and changing it, removing it."""

from datetime import time
from functools import partial

import streamlit as st

from pages.components import dialogs, notices, text
from services import notifications, practice_settings
from services.access import Principal
from services.notifications import TargetForm, TargetItem

KINDS = {"email": "Email", "webhook": "Webhook, such as Slack"}
EVENTS = {
    "sign_in": "Xero has to be connected again, or no sync gets through",
    "brake": "The sync stopped before a mass change",
    "failing": "Contacts fail to sync",
    "over": "One of these problems is solved",
    "digest": "Daily digest",
}
NEW = TargetItem("", "email", "", "", ("sign_in", "brake", "failing", "digest"), 8, False, None)
EXAMPLES = {"email": "office@example.com", "webhook": "https://hooks.slack.com/services/…"}


def ask(target: TargetItem, kind: str) -> TargetForm:
    """The questions, with the answers so far."""
    if kind == "email":
        address = st.text_input("Email address", target.address, placeholder=EXAMPLES[kind], autocomplete="off")
    else:
        address = st.text_input(
            "Webhook address",
            type="password",
            placeholder=f"{target.address}/…  (kept as it is)" if target.id else EXAMPLES[kind],
            autocomplete="off",
            help="From Slack's “Incoming Webhooks”, or of any program that takes the same messages. It is kept "
            "encrypted and not shown again.",
        )
    name = st.text_input("Name", target.name, placeholder="What you call it, such as “Accounts team”")
    st.markdown("**What to tell**")
    with st.container(gap="xsmall"):
        ticked = {event: st.checkbox(label, event in target.events) for event, label in EVENTS.items()}
    hour, with_names = target.digest_hour, target.with_names
    if ticked["digest"]:
        hour, with_names = ask_digest(target)
    return TargetForm(kind, name, address, tuple(event for event in EVENTS if ticked[event]), hour, with_names)


def ask_digest(target: TargetItem) -> tuple[int, bool]:
    """When the digest is sent, and whether it names contacts."""
    zone = practice_settings.get_settings().time_zone
    hour = st.selectbox(
        "Time of the digest", range(24), target.digest_hour, format_func=lambda hour: text.clock(time(hour)),
        help=f"On the practice's clock ({zone}); an admin sets it under Practice.",
    )  # fmt: skip
    with_names = st.checkbox(
        "Name up to five contacts in each line of the digest",
        target.with_names,
        help="Off, no message ever names a contact: mails and chats are kept where the practice cannot delete them.",
    )
    return hour, with_names


@st.dialog("Add notification", icon=":material/notification_add:", on_dismiss=dialogs.close)
def add_dialog(person: Principal) -> None:
    """Ask whom to tell, and what."""
    kind = st.segmented_control("By", list(KINDS), format_func=KINDS.__getitem__, default="email", required=True)
    form = ask(NEW, kind)
    problem = st.container()
    if dialogs.buttons("Add notification"):
        with problem, notices.sentences():
            notifications.add_target(person, form)
            dialogs.done("Added. Send a test to see whether it arrives.")


@st.dialog("Edit notification", icon=":material/edit:", on_dismiss=dialogs.close)
def edit_dialog(person: Principal, target: TargetItem) -> None:
    """Ask what is to be different."""
    form = ask(target, target.kind)
    problem = st.container()
    if dialogs.buttons("Save"):
        with problem, notices.sentences():
            notifications.edit_target(person, target.id, form, target.changed_at)
            dialogs.done("Saved.")


def remove_dialog(person: Principal, target: TargetItem) -> None:
    """Ask before telling somebody nothing any more."""
    label = text.plain(target.name or target.address)
    consequences = f"**{label}** is no longer notified. Messages still waiting to be sent there are dropped."
    run = partial(_remove, person, target)
    dialogs.confirm("Remove notification", consequences, "Remove", run, icon=":material/delete:")


def _remove(person: Principal, target: TargetItem) -> None:
    notifications.remove_target(person, target.id, target.changed_at)
    notices.say(f"{text.plain(target.name or target.address)} is no longer notified.")
