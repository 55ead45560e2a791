"""Contacts: the practice's own list, with add, import and export, and what can be done to many at once."""

from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.components import bulk, contact_bulk, create_many, filters, notices, progress, session, table, views
from pages.components.archive_dialog import archive_dialog, ask_to_archive_one
from pages.components.contact_form import contact_form
from pages.components.dialogs import ask, asked
from pages.components.heading import heading
from pages.components.import_file import import_dialog
from services import contact_files, contacts
from services.access import Principal, Role
from services.contacts import ContactFilter, ContactItem
from services.records.listing import Listing

AREA = "contacts"
LINKED = {
    "": "Linked or not",
    "linked": "Linked",
    "unlinked": "Not linked",
    "sending": "Being created in Xero",
    "held": "Refused by Xero",
}
SORTS = {
    "name": "Name, A to Z",
    "-name": "Name, Z to A",
    "-updated_at": "Changed last",
    "email": "Billing email",
    "contact_type": "Contact type",
}
STATES = {
    "syncing": "Syncing",
    "sending": "Sending",
    "held": "Not created",
    "stopped": "Stopped",
    "broken": "Broken",
}
COLOURS = ["green", "blue", "red", "gray", "red"]
OPEN, ARCHIVE = ":material/open_in_full: Open contact", ":material/archive: Archive"
RESTORE = ":material/unarchive: Restore"
COLUMNS = {
    "Contact name": st.column_config.TextColumn(width=140),
    "Billing email": st.column_config.TextColumn(width=138),
    "Primary phone": st.column_config.TextColumn(width=122),
    "Contact type": st.column_config.TextColumn(width=85),
    "Kind": st.column_config.TextColumn(width=85),
    "Xero": st.column_config.MultiselectColumn(options=list(STATES.values()), color=COLOURS, width=85),
    "Changed": table.moment(),
}
WHY = {"Why Xero refused": st.column_config.TextColumn(width=220)}


def head(person: Principal) -> DeltaGenerator:
    """The title and what one can do to the whole list; gives the place for the export."""
    with heading("Contacts"):
        place = st.container(horizontal=True, width="content")
        if person.role.includes(Role.EDITOR):
            if st.button("Import CSV", icon=":material/upload:"):
                ask("import")
            if st.button("Add contact", icon=":material/add:", type="primary"):
                ask("add")
    return place


def wanted() -> ContactFilter:
    """The filters as the person set them."""
    first, second = st.container(), st.container(horizontal=True, vertical_alignment="center")
    with first:
        search = filters.search(AREA, "Name, email or phone")
    with second:
        contact_type = filters.contact_type(AREA, contacts.contact_types())
        kind = filters.kind(AREA)
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
        "Why Xero refused": item.problem,
    }


def act(person: Principal, label: str, contact_id: str) -> None:
    """Do what was chosen from a row's menu."""
    if label == OPEN:
        st.switch_page(bulk.CONTACT_PAGE, query_params={"id": contact_id})
    if label == ARCHIVE:
        ask_to_archive_one(contact_id)
    if label == RESTORE:
        contact_bulk.restore(person, [contact_id])


def bulk_acts(person: Principal, shown: ContactFilter) -> list[bulk.Act]:
    """What can be done to the chosen contacts; for one alone, all that its row's menu offers."""
    acts = bulk.opening({one: one for one in table.chosen()})
    if shown.archived:
        return [*acts, ("Restore", ":material/unarchive:", partial(contact_bulk.restore, person))]
    if shown.linked == "held":
        acts.append(("Dismiss", ":material/close:", partial(contact_bulk.dismiss, person)))
    if create_many.organisations():
        acts.append(("Create Contact in Xero", ":material/cloud_upload:", contact_bulk.asking("create")))
    return [
        *acts,
        ("Change contact type", ":material/label:", contact_bulk.asking("type")),
        ("Archive", ":material/archive:", contact_bulk.ask_to_archive),
    ]


def rows(person: Principal, shown: ContactFilter, listing: Listing[ContactItem]) -> None:
    """The table with its bar above and its pages below."""
    items, may_act = {item.id: item for item in listing.rows}, person.role.includes(Role.EDITOR)
    names = {one: item.name for one, item in items.items()}
    if may_act:
        bulk.bar(names, listing.total, lambda: contacts.contact_ids(shown), bulk_acts(person, shown))
    else:
        bulk.open_bar({one: one for one in items})
    acts = (RESTORE if shown.archived else ARCHIVE,) if may_act else ()
    table.show(
        [row(item) for item in items.values()],
        list(items),
        columns | (WHY if shown.linked == "held" else {}),
        names=list(names.values()),
        menu=(OPEN, *acts),
        brief=table.OPEN,
        alt="Contacts",
    )
    table.pager(AREA, listing.total)


def empty(shown: ContactFilter) -> None:
    """What to do when there is nothing to list."""
    if shown == ContactFilter(sort=shown.sort, descending=shown.descending):
        notices.empty("No contacts yet. Add one, import a CSV file, or connect Xero and import them from there.")
    else:
        filters.none_match(AREA, "No contact matches these filters.")


def dialogs(person: Principal) -> None:
    """Whichever dialog is open."""
    if asked("add") is not None:
        contact_form(person)
    elif asked("import") is not None:
        import_dialog(person)
    elif about := asked("archive"):
        archive_dialog(person, **about)
    elif about := asked("create"):
        create_many.dialog(person, about)
    elif about := asked("type"):
        contact_bulk.type_dialog(person, about["ids"], about["names"])
    elif about := asked("archive_many"):
        contact_bulk.archive_dialog(person, about["ids"], about["names"])


me = session.guard()
beside_title = head(me)
progress.everything()
create_many.status(filters.chosen(AREA, "linked", LINKED) == "held")
chosen = wanted()
with beside_title:
    views.show(me, "contacts")
    columns = views.columns(AREA, COLUMNS)
listing = table.fetch(AREA, lambda page: contacts.list_contacts(chosen, page))
beside_title.download_button(
    "Export CSV",
    session.guarded(me, lambda: contact_files.export_csv(chosen)),
    file_name="contacts.csv",
    mime="text/csv",
    icon=":material/download:",
    on_click="ignore",
    disabled=not listing.total,
)
if listing.rows:
    rows(me, chosen, listing)
else:
    bulk.unseen()
    empty(chosen)
if picked := table.picked():
    act(me, *picked)
dialogs(me)
