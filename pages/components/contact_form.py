"""The form of a contact, in a dialog: to add one or to edit one."""

import streamlit as st

from pages.components import dialogs, notices
from services import contacts
from services.access import Principal
from services.contacts import ContactDetail, ContactForm
from services.reconcile.contact import Address, Contact

KINDS = ("Organisation", "Person")


def contact_form(person: Principal, detail: ContactDetail | None = None) -> None:
    """Ask for all about a new contact, or for changes of an existing one."""
    title, icon = ("Edit contact", ":material/edit:") if detail else ("Add contact", ":material/person_add:")

    @st.dialog(title, width="medium", icon=icon, on_dismiss=dialogs.close)
    def body() -> None:
        form = _fields(detail)
        problem = st.container()
        if dialogs.buttons("Save" if detail else "Add contact"):
            with problem, notices.sentences():
                _save(person, detail, form)

    body()


def _save(person: Principal, detail: ContactDetail | None, form: ContactForm) -> None:
    if detail:
        contacts.edit_contact(person, detail.id, form, detail.rev)
        dialogs.done("Saved.")
    new_id = contacts.add_contact(person, form)
    dialogs.close()
    notices.say("Contact added.")
    st.switch_page("contacts/contact.py", query_params={"id": new_id})


def _fields(detail: ContactDetail | None) -> ContactForm:
    known = detail.contact if detail else Contact("")
    kind = st.segmented_control("Kind", KINDS, default=KINDS[bool(detail and detail.is_person)], required=True)
    name = st.text_input("Contact name", known.name, max_chars=255)
    left, right = st.columns(2)
    email = left.text_input("Billing email", known.email, max_chars=255)
    phone = right.text_input("Primary phone", known.phone, max_chars=50)
    address = _address(known.address)
    contact_type = _contact_type(detail)
    registration = st.text_input(
        "Registration number",
        detail.registration if detail else "",
        max_chars=100,
        help="A company or tax number, or several with commas. It helps to find matches in Xero and is not synced.",
    )
    notes = st.text_area("Notes", detail.notes if detail else "", height=80, help="They are not synced.")
    return ContactForm(Contact(name, email, phone, address), contact_type, kind == "Person", notes, registration)


def _address(known: Address) -> Address:
    street = st.text_area("Street", known.street, height=68, help="Up to four lines.")
    left, right = st.columns(2)
    city = left.text_input("City", known.city)
    region = right.text_input("State or region", known.region)
    postal_code = left.text_input("Postal code", known.postal_code)
    country = right.text_input("Country", known.country)
    return Address(street, city, region, postal_code, country)


def _contact_type(detail: ContactDetail | None) -> str:
    known = [one for one in contacts.contact_types() if one] or ["Client"]
    current = detail.contact_type if detail else known[0]
    options = known if current in known else [current, *known]
    chosen = st.selectbox(
        "Contact type",
        options,
        index=options.index(current),
        accept_new_options=True,
        key=f"contact_form.type.{detail.id if detail else ''}",  # keeps what was chosen while others add types
    )
    return str(chosen or "")
