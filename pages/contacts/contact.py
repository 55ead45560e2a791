"""One contact: details, its Xero Client section, and its timeline."""

import streamlit as st

from pages.components import brand, notices, session, text, timeline, way_back
from pages.components.archive_dialog import archive_dialog
from pages.components.contact_form import contact_form
from pages.components.dialogs import ask, asked
from pages.components.heading import heading
from pages.components.xero_client import xero_client_section
from services import archive, contacts
from services.access import Principal, Role
from services.contacts import ContactDetail
from services.errors import NotFound
from services.reconcile.contact import Field


def find(contact_id: str) -> ContactDetail:
    """The contact asked for; the page ends here when there is none."""
    try:
        return contacts.get_contact(contact_id)
    except NotFound:
        brand.entitle("Contact")
        st.title("Contact")
        notices.empty("There is no such contact. Choose one from the list.", ":material/search_off:")
        way_back.link()
        st.stop()


def head(person: Principal, detail: ContactDetail) -> None:
    """The name and what can be done to the contact."""
    way_back.link()
    with heading(text.plain(detail.contact.name)):
        if person.role.includes(Role.EDITOR) and detail.archived_at:
            st.button("Restore", icon=":material/unarchive:", on_click=restore, args=[person, detail])
        elif person.role.includes(Role.EDITOR):
            if st.button("Archive", icon=":material/archive:"):
                ask("archive")
            if st.button("Edit", icon=":material/edit:", type="primary"):
                ask("edit")
    if detail.archived_at:
        when = f"{text.ago(detail.archived_at)} ({text.exact(detail.archived_at)})"
        st.info(f"Archived {when}. It does not sync.", icon=":material/archive:")


def restore(person: Principal, detail: ContactDetail) -> None:
    """Bring an archived contact back."""
    with notices.toasts():
        archive.restore_contact(person, detail.id)
        notices.say("Restored.")


def details(detail: ContactDetail) -> None:
    """All that is known about the contact."""
    st.header("Details", anchor=False)
    kind = "Person" if detail.is_person else "Organisation"
    pairs = [(field.label, str(detail.contact.get(field))) for field in Field]
    pairs += [("Kind", kind), ("Contact type", detail.contact_type)]
    pairs += [("Registration number", detail.registration), ("Notes", detail.notes)]
    if detail.external_id:
        pairs.append(("Id in the imported file", detail.external_id))
    with st.container(border=True):
        for label, value in pairs:
            with st.container(gap=None):
                st.caption(label)
                st.html(text.block(value))
        st.caption(f"Changed {text.ago(detail.updated_at)}", help=text.exact(detail.updated_at))


me = session.guard()
contact = find(st.query_params.get("id", ""))
brand.entitle(contact.contact.name)
head(me, contact)
left, right = st.columns(2, gap="large")
with left:
    details(contact)
with right:
    xero_client_section(me, contact)
    timeline.show(contact.id)
if asked("edit") is not None:
    contact_form(me, contact)
elif asked("archive") is not None:
    archive_dialog(me, contact.id, contact.contact.name)
