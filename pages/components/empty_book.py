"""What whoever connects Xero to a practice without contacts should know before everything is created from there."""

import streamlit as st

from pages.components import text
from services import contacts
from services.contacts import ContactFilter

NONE_YET = "**You have no contacts here yet**, so"
FIRST = (
    "If yours are in another system, import them first and come back; otherwise each that is in both would be here "
    "twice."
)


def hint(coming: int | None = None) -> None:
    """Say that nothing can be matched, while that is so. `coming` is how many would come in, once that is known."""
    if contacts.list_contacts(ContactFilter(), size=1).total or coming == 0:
        return
    those = "none of those in Xero" if coming is None else f"none of the {text.count(coming, 'contact')} in Xero"
    with st.container(border=True):
        st.markdown(f":material/group_off: {NONE_YET} {those} can be matched. {FIRST}")
        st.page_link("contacts/contacts.py", label="Import CSV in Contacts", icon=":material/upload:")
