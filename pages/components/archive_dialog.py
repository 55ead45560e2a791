"""Archiving a contact: what becomes of it here, and whether it is archived in Xero too."""

import streamlit as st

from pages.components import dialogs, drawn, notices, table, text
from services import archive, contacts, xero_client
from services.access import Principal


def ask_to_archive_one(contact_id: str) -> None:
    """Open the dialog of the contact list about one contact, by the name it has when it is asked about."""
    with notices.sentences():
        dialogs.ask("archive", contact_id=contact_id, name=contacts.get_contact(contact_id).contact.name)


@st.dialog("Archive contact", icon=":material/archive:", on_dismiss=dialogs.close)
def archive_dialog(person: Principal, contact_id: str, name: str) -> None:
    """Ask before archiving a contact; for one that syncs, ask about Xero too."""
    st.markdown(f"**{text.plain(name)}** leaves the list; you can restore it later.")
    with notices.sentences():
        _ask(person, contact_id, name)


def _ask(person: Principal, contact_id: str, name: str) -> None:
    linked = [one for one in xero_client.xero_clients(contact_id) if one.state == "syncing"]
    seen = drawn.before("archive", contact_id, [one.connection_id for one in linked])
    in_xero = False
    if linked:
        where = ", ".join(text.plain(one.connection_name) for one in linked)
        st.markdown(
            f"It stops syncing with **{where}**. If you restore it, it syncs again. "
            "In Xero it stays as it is, unless you archive it there too; only a person can restore it in Xero."
        )
        in_xero = st.checkbox("Archive it in Xero too")
    problem = st.container()
    if dialogs.buttons("Archive"):
        with problem, notices.sentences():
            archive.archive_contact(person, contact_id, in_xero, seen)
            table.drop([contact_id])
            dialogs.done(f"Archived {text.plain(name)}.")
