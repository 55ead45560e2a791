"""Notifications: who is told by email or webhook when the sync needs somebody, and of each day."""

from collections.abc import Callable
from datetime import time

import streamlit as st

from pages.components import dialogs, notices, session, text
from pages.components.heading import heading
from pages.components.notice_target import EVENTS, add_dialog, edit_dialog, remove_dialog
from services import notifications
from services.access import Principal, Role
from services.errors import ContactSyncError
from services.notifications import NoticeItem, TargetItem

EDIT, REMOVE = ":material/edit: Edit", ":material/delete: Remove"
DIALOGS = {EDIT: "notifications.edit", REMOVE: "notifications.remove"}
ICONS = {"email": ":material/mail:", "webhook": ":material/webhook:"}
RESULT = "notifications.result"
STATES = {
    "sent": (":material/check_circle:", "sent"),
    "new": (":material/schedule:", "waits"),
    "failed": (":material/error:", "not sent"),
}


def missing(names: tuple[str, ...]) -> None:
    """What to do on the server before email can work."""
    settings = " and ".join(f"`{name}`" for name in names)
    st.info(
        f"No email can be sent yet: whoever runs this server sets {settings} first, as the list of settings says. "
        "Slack and other webhooks work without them.",
        icon=":material/build:",
    )


def card(person: Principal, target: TargetItem) -> None:
    """One target: what it is told, how the last message went, and what can be done."""
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            with st.container(gap=None, width="content"):
                st.markdown(f"{ICONS[target.kind]} **{text.plain(target.name or target.address)}**")
                st.caption(whereto(target))
            st.space("stretch")
            test = st.button("Send a test", icon=":material/send:", key=f"test.{target.id}")
            change = st.menu_button("Change", (EDIT, REMOVE), key=f"change.{target.id}")
        with st.container(horizontal=True, gap="xsmall"):
            for event in target.events:
                st.badge(said_of(target, event), color="blue" if event == "digest" else "gray")
        if test:
            attempt(target.id, lambda: notifications.send_test(person, target.id), "The test was handed over.")
        how_it_went(person, target)
    if change:
        dialogs.ask(DIALOGS[change], target=target)


def whereto(target: TargetItem) -> str:
    """The address, masked where it is a secret."""
    if target.kind == "webhook":
        return f"{text.plain(target.address)}/…"
    return text.plain(target.address) if target.name else "Email"


def said_of(target: TargetItem, event: str) -> str:
    """What is told, in few words."""
    if event != "digest":
        return EVENTS[event]
    names = ", with names" if target.with_names else ""
    return f"Daily digest at {text.clock(time(target.digest_hour))}{names}"


def how_it_went(person: Principal, target: TargetItem) -> None:
    """The result of what was just pressed, or else how the newest message went, with Retry where it did not arrive."""
    about, result = st.session_state.get(RESULT, ("", ""))
    if about == target.id and result:
        st.success(result, icon=":material/check:")
    latest = target.latest
    if latest is None:
        st.caption("Nothing was sent yet.")
    elif latest.error:
        again = ""
        if latest.state == "new":
            again = f" It is tried again {text.ago(latest.not_before)} ({text.exact(latest.not_before)})."
        st.error(f"**{text.sentence(latest.subject)}** did not arrive. {text.sentence(latest.error)}{again}")
        if st.button("Retry", icon=":material/refresh:", key=f"retry.{target.id}"):
            attempt(target.id, lambda: notifications.retry(person, latest.id), "Handed over.")
    elif latest.sent_at:
        st.caption(
            f"Last message {text.ago(latest.sent_at)}: {text.sentence(latest.subject)}", help=text.exact(latest.sent_at)
        )


def attempt(target_id: str, send: Callable[[], str], done: str) -> None:
    """Send something while the person waits, and draw the page anew with the result."""
    with st.spinner("Sending…"):
        try:
            problem = send()
        except ContactSyncError as error:
            notices.say(text.sentence(error), icon=":material/error:")
            problem = str(error)
    st.session_state[RESULT] = (target_id, "" if problem else done)
    st.rerun()


def history(sent: list[NoticeItem]) -> None:
    """The newest messages to anybody."""
    if not sent:
        return
    with st.expander("Latest messages", icon=":material/history:"):
        for one in sent:
            icon, word = STATES[one.state]
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(f"{icon} {text.sentence(one.subject)}")
                st.space("stretch")
                when = text.ago(one.sent_at or one.created_at)
                st.caption(
                    f"{text.plain(one.target)} · {word} · {when}", help=text.exact(one.sent_at or one.created_at)
                )


me = session.guard(Role.ADMIN)
with heading("Notifications"):
    if st.button("Add notification", icon=":material/notification_add:", type="primary"):
        dialogs.ask("notifications.add")
st.caption("Tell people by email or Slack when the sync needs somebody, and once a day what it did.")
targets = notifications.list_targets()
if needed := notifications.missing_settings():
    missing(needed)
if not targets:
    notices.empty(
        "Nobody is told yet. Add an email address or a Slack channel, and choose what it is told.",
        ":material/notifications_off:",
    )
for one_target in targets:
    card(me, one_target)
history(notifications.recent())
st.session_state.pop(RESULT, None)
if dialogs.asked("notifications.add") is not None:
    add_dialog(me)
elif about_one := dialogs.asked("notifications.edit"):
    edit_dialog(me, about_one["target"])
elif about_one := dialogs.asked("notifications.remove"):
    remove_dialog(me, about_one["target"])
