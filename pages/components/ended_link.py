"""A link that ended, on its contact's page: why, in words, and what can be done about it."""

from collections.abc import Callable
from functools import partial
from typing import Literal

import streamlit as st

from pages.components import create_one, dialogs, notices, text, undo_bar
from services import archive, links
from services.access import Principal
from services.clients import Survivor
from services.contacts import ContactDetail
from services.xero_client import XeroClient

APART = "Neither side's changes reach the other."
AFTERWARDS = {
    "archived_in_xero": "Restore it in Xero, and it syncs again by itself.",
    "archived_in_practice": "In Xero it stays as it is until you decide. Restore it here, and it syncs again.",
    "merged": "This contact is kept as it is.",
    "erased": "This contact is kept as it is.",
    "gone": "This contact is kept as it is; if it comes back in Xero, it syncs again.",
}
RETURNING = ("archived_in_xero", "gone")
BACK = "It is in use there again. Restore it here, and it syncs again."
BOTH = "It is archived here too. It syncs again once it is in use on both sides."
AGAIN = "ended.again"
Kind = Literal["primary", "secondary"]


def show(person: Principal, may_act: bool, detail: ContactDetail, one: XeroClient) -> None:
    """Why the link ended, the ways on for those who may act, and the way to the list of all ended ones."""
    st.markdown(sentence(one), help=text.exact(one.ended_at) or None)
    if one.archiving:
        st.status("Archiving in Xero…", state="running")
        if one.delayed_by:
            st.caption(text.not_through(one.delayed_by))
    elif may_act and one.link_id:
        with st.container(horizontal=True):
            _ways(person, detail, one, one.link_id)
    st.page_link(
        "xero/match_issues.py",
        label="Previously Synced",
        icon=":material/arrow_forward:",
        icon_position="right",
        query_params={"tab": "Previously Synced", "previous_search": detail.contact.name},
    )


def sentence(one: XeroClient) -> str:
    """Why a link does not sync, as Markdown."""
    if one.state == "stopped":
        why = f"{text.sentence(one.reason.rstrip('.'))}. " if one.reason else ""
        return f"{why}This contact stopped syncing {text.ago(one.ended_at)}. {APART}"
    settled = one.cause == "archived_in_practice" and not one.active_in_xero
    after = "It is archived in Xero too." if settled else _afterwards(one)
    into = _into(one.survivor, after) if one.survivor else after
    return f"The link broke {text.ago(one.ended_at)}. {text.sentence(one.reason)} {into}"


def _afterwards(one: XeroClient) -> str:
    """What becomes of the two contacts, and what has to be restored where before they sync again."""
    if one.archived_here and one.cause in RETURNING:
        return BACK if one.active_in_xero else BOTH
    return AFTERWARDS.get(one.cause, APART)


def _into(survivor: Survivor, otherwise: str) -> str:
    """What the contact is in Xero since it was merged, and what that leaves of this one."""
    name = f"**{text.plain(survivor.name)}**"
    if survivor.with_id:
        other = text.plain(survivor.with_name)
        return f"In Xero both are {name} now, which is linked with **{other}** here. This contact is left over."
    return f"It is {name} there now{'' if survivor.active else ', which is archived'}. {otherwise}"


def _ways(person: Principal, detail: ContactDetail, one: XeroClient, link_id: str) -> None:
    if one.state == "broken" and one.cause == "archived_in_practice" and detail.archived_at:
        if one.active_in_xero:
            _button("Archive in Xero too", ":material/archive:", _archive, person, link_id)
            _button("Keep in Xero", ":material/bookmark:", _keep, person, link_id)
    elif one.survivor and one.survivor.with_id:
        _left_over(detail, one.survivor.with_id)
    elif detail.archived_at:
        st.caption("Restore the contact first to sync it again.")
    elif one.survivor and one.survivor.is_free:
        label = f"Link with {text.plain(one.survivor.name)}"
        _button(label, ":material/link:", _link, person, link_id, detail.id, one.survivor.xero_id, primary=True)
    elif one.active_in_xero:
        _button("Re-match", ":material/link:", _rematch, person, link_id, one.xero_id, primary=True)
    elif one.state == "broken":
        restorable = one.cause == "archived_in_xero"
        if restorable:
            st.link_button("Open in Xero", one.xero_url, icon=":material/open_in_new:", type="primary")
        kind: Kind = "secondary" if restorable else "primary"
        label = "Create again in Xero"
        if st.button(label, icon=":material/cloud_upload:", key=f"create.{one.connection_id}", type=kind):
            create_one.ask(detail.id, one.connection_id)


def _left_over(detail: ContactDetail, other_id: str) -> None:
    """What is left to do with a contact whose survivor in Xero is linked with another one already."""
    if st.button("Open the other contact", icon=":material/arrow_forward:", key="ended.other", type="primary"):
        st.switch_page("contacts/contact.py", query_params={"id": other_id})
    if not detail.archived_at and st.button("Archive this contact", icon=":material/archive:", key="ended.archive"):
        dialogs.ask("archive")


def _button(label: str, icon: str, act: Callable[..., None], *args: object, primary: bool = False) -> None:
    kind: Kind = "primary" if primary else "secondary"
    st.button(label, icon=icon, key=f"ended.{icon}.{args[1]}", type=kind, on_click=act, args=args)


def _archive(person: Principal, link_id: str) -> None:
    with notices.toasts():
        undo_bar.report(archive.archive_in_xero(person, [link_id]), "to be archived in Xero")


def _keep(person: Principal, link_id: str) -> None:
    with notices.toasts():
        undo_bar.report(archive.keep_in_xero(person, [link_id]), "kept in Xero")


def _link(person: Principal, link_id: str, contact_id: str, xero_id: str) -> None:
    with notices.toasts():
        undo_bar.offer("Linked and syncing again.", links.link_to(person, link_id, contact_id, xero_id))


def _rematch(person: Principal, link_id: str, xero_id: str) -> None:
    with notices.toasts():
        [result] = links.rematch(person, [link_id])
        if result.linked:
            undo_bar.offer(text.sentence(result.message), result.command)
        else:
            dialogs.ask(AGAIN, link=link_id, xero=xero_id, message=result.message)


def dialog(person: Principal, detail: ContactDetail) -> None:
    """After a Re-match that found nothing: offer to link the same two contacts again all the same."""
    about = dialogs.asked(AGAIN)
    if about is None:
        return
    consequences = (
        f"{text.sentence(about['message'])}\n\nYou can link the contact in Xero with "
        f"**{text.plain(detail.contact.name)}** again all the same. Fields that differ become differences to decide; "
        "nothing is overwritten."
    )
    link = partial(_link, person, about["link"], detail.id, about["xero"])
    dialogs.confirm("No match found", consequences, "Link again", link, icon=":material/search_off:")
