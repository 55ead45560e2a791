"""Contacts: the practice's own list, with add, import and export."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.components import filters, notices, session, table, text
from pages.components.contact_form import contact_form
from pages.components.dialogs import ask, asked, confirm
from pages.components.heading import heading
from pages.components.import_file import import_dialog
from services import contact_files, contacts
from services.access import Principal, Role
from services.contacts import ContactFilter, ContactItem

AREA = "contacts"
KINDS = {"": "People and organisations", "person": "People", "organisation": "Organisations"}
LINKED = {"": "Linked or not", "linked": "Linked", "unlinked": "Not linked"}
SORTS = {
    "name": "Name, A to Z",
    "-name": "Name, Z to A",
    "-updated_at": "Changed last",
    "email": "Billing email",
    "contact_type": "Contact type",
}
STATES = {"syncing": "Syncing", "stopped": "Stopped", "broken": "Broken"}
OPEN, ARCHIVE = ":material/open_in_full: Open", ":material/archive: Archive"
RESTORE = ":material/unarchive: Restore"
COLUMNS = {
    "Contact name": st.column_config.TextColumn(width=170),
    "Billing email": st.column_config.TextColumn(width=165),
    "Primary phone": st.column_config.TextColumn(width=125),
    "Contact type": st.column_config.TextColumn(width=85),
    "Kind": st.column_config.TextColumn(width=85),
    "Xero": st.column_config.MultiselectColumn(options=list(STATES.values()), color=["green", "gray", "red"], width=80),
    "Changed": st.column_config.DatetimeColumn(format="distance", width=95),
}


def head(person: Principal) -> DeltaGenerator:
    """The title and what one can do to the whole list; gives the place for the export."""
    with heading("Contacts"):
        place = st.container(width="content")
        if person.role.includes(Role.EDITOR):
            if st.button("Import CSV", icon=":material/upload:"):
                ask("import")
            if st.button("Add contact", icon=":material/add:", type="primary"):
                ask("add")
    return place


def wanted() -> ContactFilter:
    """The filters as the person set them."""
    types = {"": "All contact types"} | {one: one for one in contacts.contact_types() if one}
    first, second = st.container(), st.container(horizontal=True, vertical_alignment="center")
    with first:
        search = filters.search(AREA, "Name, email or phone")
    with second:
        contact_type = filters.choice(AREA, "type", "Contact type", types)
        kind = filters.choice(AREA, "kind", "Kind", KINDS)
        linked = filters.choice(AREA, "linked", "Linked", LINKED)
        sort, descending = filters.order(AREA, SORTS)
        archived = filters.toggle(AREA, "archived", "Archived")
    return ContactFilter(search, contact_type, kind, linked, archived, sort, descending)


def row(item: ContactItem) -> dict[str, object]:
    """A contact as the table shows it."""
    return {
        "Contact name": item.name,
        "Billing email": item.email,
        "Primary phone": item.phone,
        "Contact type": item.contact_type,
        "Kind": "Person" if item.is_person else "Organisation",
        "Xero": [STATES[item.link_state]] if item.link_state else [],
        "Changed": item.updated_at,
    }


def act(person: Principal, label: str, contact_id: str) -> None:
    """Do what was chosen from a row's menu."""
    if label == OPEN:
        st.switch_page("contacts/contact.py", query_params={"id": contact_id})
    if label == ARCHIVE:
        ask("archive", id=contact_id)
    if label == RESTORE:
        with notices.sentences():
            contacts.restore_contact(person, contact_id)
            notices.say("Restored.")
            st.rerun()


def archive_dialog(person: Principal, contact_id: str) -> None:
    """Ask before archiving a contact."""
    name = text.plain(contacts.get_contact(contact_id).contact.name)

    def archive() -> None:
        contacts.archive_contact(person, contact_id)
        notices.say(f"Archived {name}.")

    confirm(
        "Archive contact",
        f"**{name}** leaves the list; you can restore it later. If it is linked to Xero it stops syncing, "
        "and nothing changes in Xero.",
        "Archive",
        archive,
        icon=":material/archive:",
    )


def dialogs(person: Principal) -> None:
    """Whichever dialog is open."""
    if asked("add") is not None:
        contact_form(person)
    elif asked("import") is not None:
        import_dialog(person)
    elif about := asked("archive"):
        archive_dialog(person, about["id"])


me = session.guard()
beside_title = head(me)
chosen = wanted()
listing = table.fetch(AREA, lambda page: contacts.list_contacts(chosen, page))
beside_title.download_button(
    "Export CSV",
    lambda: contact_files.export_csv(chosen),
    file_name="contacts.csv",
    mime="text/csv",
    icon=":material/download:",
    on_click="ignore",
    disabled=not listing.total,
)
if listing.rows:
    acts = (RESTORE if chosen.archived else ARCHIVE,) if me.role.includes(Role.EDITOR) else ()
    ids = [item.id for item in listing.rows]
    table.show([row(item) for item in listing.rows], ids, COLUMNS, menu=(OPEN, *acts), alt="Contacts")
    table.pager(AREA, listing.total)
elif chosen == ContactFilter():
    notices.empty("No contacts yet. Add one, import a CSV file, or connect Xero and import them from there.")
else:
    notices.empty("No contact matches these filters.", ":material/search_off:")
if picked := table.picked():
    act(me, *picked)
dialogs(me)
