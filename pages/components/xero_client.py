"""The Xero Client section of a contact: link, create, hold-ups and the way back, per Xero organisation."""

from functools import partial
from typing import Literal

import streamlit as st

from pages.components import create_one, dialogs, ended_link, first_steps, lookalike, notices, text, two_way, undo_bar
from pages.components.brand import Badge
from services import clients, differences, links, xero_client
from services.access import Principal, Role
from services.contacts import ContactDetail
from services.create_one import drop_create
from services.reconcile.contact import Contact, Field
from services.reconcile.normalise import agree
from services.two_way import kept_here
from services.xero_client import XeroClient

TITLES: dict[str, Badge] = {
    "unlinked": ("Not linked", "gray"),
    "sending": ("Sending", "blue"),
    "held": ("Not created", "red"),
    "syncing": ("Syncing", "green"),
    "stopped": ("Stopped", "gray"),
    "broken": ("Broken", "red"),
}


def xero_client_section(person: Principal, detail: ContactDetail) -> None:
    """A card per connected Xero organisation."""
    st.header("Xero Client", anchor=False)
    known = xero_client.xero_clients(detail.id)
    for one in known:
        with st.container(border=True):
            _head(one)
            _body(person, detail, one)
    if any(_on_its_way(one, detail) for one in known):
        _until_changed(detail.id, known)
    if not known:
        first_steps.none_connected(person)
    _dialogs(person, detail)


def _on_its_way(one: XeroClient, detail: ContactDetail) -> bool:
    """Whether something is being written to Xero: the contact itself, or a change made here."""
    return (
        one.state == "sending"
        or one.archiving
        or (one.state == "syncing" and one.two_way and one.xero != detail.contact)
    )


@st.fragment(run_every="1s")
def _until_changed(contact_id: str, known: list[XeroClient]) -> None:
    """Look every second; when Xero has answered the page runs again."""
    if xero_client.xero_clients(contact_id) != known:
        st.rerun()


def _head(one: XeroClient) -> None:
    label, colour = _badge(one)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{text.plain(one.connection_name)}**")
        st.space("stretch")
        st.badge(label, color=colour)


def _badge(one: XeroClient) -> Badge:
    if _fails(one):
        return "Failing", "red"
    if _kept(one):
        return "Changes kept here", "orange"
    return ("Kept apart", "violet") if one.kept else TITLES[one.state]


def _body(person: Principal, detail: ContactDetail, one: XeroClient) -> None:
    may_act = person.role.includes(Role.EDITOR)
    if one.state == "unlinked":
        _unlinked(may_act, detail, one)
    elif one.state == "sending":
        st.status("Sending to Xero…", state="running")
        if one.error:
            st.caption(text.not_through(one.error))
    elif one.state == "held":
        _held(person, may_act, detail, one)
    elif one.state == "syncing":
        _syncing(person, may_act, detail, one)
    else:
        ended_link.show(person, may_act, detail, one)


def _unlinked(may_act: bool, detail: ContactDetail, one: XeroClient) -> None:
    if detail.archived_at:
        st.caption("An archived contact cannot be created in Xero.")
        return
    known = next(iter(one.may_be), None)
    if known:
        st.markdown(lookalike.sentence(known))
    else:
        st.caption("This contact is not in this Xero organisation.")
    with st.container(horizontal=True):
        if known:
            lookalike.button(known, f"resolve.{one.connection_id}")
        if may_act:
            _ask_create(detail, one)


def _ask_create(detail: ContactDetail, one: XeroClient) -> None:
    """Create Contact; where Xero may have the contact already, that is not what one should do first."""
    label = "Create anyway…" if one.may_be else "Create Contact"
    kind: Literal["primary", "secondary"] = "secondary" if one.may_be else "primary"
    if st.button(label, icon=":material/add:", key=f"create.{one.connection_id}", type=kind):
        create_one.ask(detail.id, one.connection_id)


def _held(person: Principal, may_act: bool, detail: ContactDetail, one: XeroClient) -> None:
    known = next(iter(one.may_be), None)
    st.error(text.sentence(one.error or one.reason or "Xero did not accept this contact."))
    if known:
        st.markdown(lookalike.sentence(known))
    with st.container(horizontal=True):
        if known:
            lookalike.button(known, f"resolve.{one.connection_id}")
        if may_act and one.intent_id:
            if st.button("Retry", icon=":material/refresh:", key=f"again.{one.connection_id}"):
                create_one.ask(detail.id, one.connection_id)
            st.button(
                "Dismiss",
                key=f"drop.{one.connection_id}",
                type="tertiary",
                on_click=_drop,
                args=[person, one.intent_id],
            )


def _drop(person: Principal, intent_id: str) -> None:
    with notices.toasts():
        drop_create(person, intent_id)


def _syncing(person: Principal, may_act: bool, detail: ContactDetail, one: XeroClient) -> None:
    if one.xero:
        _values(one.xero, detail.contact)
    if kept := _kept(one):
        st.markdown(f":orange[:material/edit_off: Changed here only: {', '.join(kept)}.]")
    elif one.kept:
        fields = ", ".join(field.label.lower() for field in one.kept)
        st.markdown(f":violet[:material/edit_off: Kept apart, as set under Connected Apps: {fields}.]")
    if one.waits:
        st.markdown(f":blue[:material/schedule: A change {one.waits}{text.until(one.waits_until)}.]")
    if one.delayed_by:
        st.caption(text.not_through(one.delayed_by))
    _differences(detail, one)
    direction = "Changes go both ways." if one.two_way else "Changes in Xero come here; changes here stay here."
    agreed = f" Last in sync {text.ago(one.synced_at)}." if one.synced_at else ""
    st.caption(f"{direction}{agreed}", help=text.exact(one.synced_at) or None)
    if _fails(one):
        _failing(person, may_act, one)
    with st.container(horizontal=True, vertical_alignment="center"):
        kind: Literal["primary", "secondary"] = "secondary" if _fails(one) else "primary"
        st.link_button("Open in Xero", one.xero_url, icon=":material/open_in_new:", type=kind)
        if may_act and one.link_id and not one.two_way:
            st.button(
                "Make two-way",
                icon=":material/sync_alt:",
                key=f"two-way.{one.link_id}",
                on_click=partial(two_way.ask, one.link_id, detail.id, detail.contact.name),
                help="From then on changes here are also written to Xero.",
            )
        if may_act and one.link_id and st.button("Stop Syncing Contact", icon=":material/sync_disabled:"):
            dialogs.ask("unsync", link=one.link_id, name=one.connection_name)


def _fails(one: XeroClient) -> bool:
    """Whether Xero refused the last change of a contact that syncs."""
    return one.state == "syncing" and bool(one.error)


def _failing(person: Principal, may_act: bool, one: XeroClient) -> None:
    """What Xero refused and what waits for that, who has the name if it is taken, and the ways on."""
    st.error(f"{text.sentence(one.error)} Nothing that changed here is written to Xero until that is corrected.")
    holder = next(iter(one.may_be), None)
    if holder:
        st.markdown(lookalike.sentence(holder))
    with st.container(horizontal=True):
        if holder:
            lookalike.button(holder, f"resolve.{one.connection_id}")
        if may_act and one.link_id:
            if st.button("Edit", icon=":material/edit:", key=f"edit.{one.link_id}"):
                dialogs.ask("edit")
            retry = partial(_retry, person, one.link_id)
            st.button("Retry", icon=":material/refresh:", key=f"retry.{one.link_id}", on_click=retry)


def _retry(person: Principal, link_id: str) -> None:
    with notices.toasts():
        undo_bar.report(clients.retry(person, [link_id]), "retried")


def _differences(detail: ContactDetail, one: XeroClient) -> None:
    """The way to choose a side, where both sides changed a field."""
    fields = [field.label.lower() for field in differences.fields_in_question(one.link_id or "")]
    if fields:
        st.page_link(
            "xero/match_issues.py",
            label=f":orange[Both sides differ in {', '.join(fields)}: choose which one stays]",
            icon=":material/difference:",
            query_params={"tab": "Differences", "differences_search": detail.contact.name},
        )


def _values(xero: Contact, ours: Contact) -> None:
    for field in Field:
        with st.container(gap=None):
            with st.container(horizontal=True, gap="small", vertical_alignment="center"):
                st.caption(f"{field.label} in Xero", width="content")
                if not agree(field, xero.get(field), ours.get(field)):
                    st.badge("differs", color="orange")
            st.html(text.block(str(xero.get(field))))


def _kept(one: XeroClient) -> list[str]:
    """The fields that were changed here and not written to Xero, since the link takes changes from Xero only."""
    if one.state != "syncing" or one.two_way or one.link_id is None:
        return []
    return [write.field.label.lower() for write in kept_here((one.link_id,)).first]


def _dialogs(person: Principal, detail: ContactDetail) -> None:
    create_one.dialog(person)
    if about := dialogs.asked("unsync"):
        name = text.plain(detail.contact.name)
        dialogs.confirm(
            "Stop Syncing Contact",
            f"**{name}** stops syncing with **{text.plain(about['name'])}**. It stays as it is here and in Xero, "
            "and later changes on one side do not reach the other. You can sync it again from Previously Synced.",
            "Unsync",
            partial(_stop, person, about["link"], detail.id),
            icon=":material/sync_disabled:",
        )
    two_way.dialog(person)
    ended_link.dialog(person, detail)


def _stop(person: Principal, link_id: str, contact_id: str) -> None:
    undo_bar.report(links.stop(person, [link_id], {link_id: contact_id}), "stopped syncing")
