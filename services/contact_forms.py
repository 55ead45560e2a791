"""What a person types about a contact, and the rules it has to satisfy before it is written."""

from dataclasses import dataclass, replace
from typing import Any

from services.errors import BadInput, Problem
from services.reconcile.contact import Address, Contact
from services.reconcile.rules import TEXTS, check_contact
from services.records.values import contact_of

LONGEST_TYPE, LONGEST_NOTES, LONGEST_REGISTRATION = 50, 4000, 100
TYPE, NOTES, REGISTRATION = "Contact type", "Notes", "Registration number"


@dataclass(frozen=True, slots=True)
class ContactForm:
    """What a person types about a contact. `registration` is a company or tax number, or several between commas."""

    contact: Contact
    contact_type: str
    is_person: bool
    notes: str = ""
    registration: str = ""


def check_form(form: ContactForm) -> tuple[Problem, ...]:
    """The rules a form breaks; none means it can be saved."""
    problems = [*check_contact(form.contact), *check_type(form.contact_type)]
    if len(form.notes) > LONGEST_NOTES:
        problems.append(Problem(NOTES, f"must not be longer than {LONGEST_NOTES} characters"))
    if len(form.registration) > LONGEST_REGISTRATION:
        problems.append(Problem(REGISTRATION, f"must not be longer than {LONGEST_REGISTRATION} characters"))
    return tuple(problems)


def check_change(before: ContactForm, after: ContactForm) -> tuple[Problem, ...]:
    """The rules that a change breaks. Unchanged fields are let pass: what came from Xero may not fit our own rules."""
    problems = check_form(after)
    if not problems:
        return ()
    old, new = _texts(before), _texts(after)
    return tuple(problem for problem in problems if old[problem.field] != new[problem.field])


def _texts(form: ContactForm) -> dict[str, str]:
    """A form's texts as they would be saved, by the labels that problems use."""
    form = stripped(form)
    others = {TYPE: form.contact_type, NOTES: form.notes, REGISTRATION: form.registration}
    return {label: text(form.contact) for label, text, _ in TEXTS} | others


def check_type(contact_type: str) -> tuple[Problem, ...]:
    """The rules that a contact type breaks."""
    fits = 0 < len(contact_type) <= LONGEST_TYPE and contact_type.isprintable()
    return () if fits else (Problem(TYPE, f"must have 1 to {LONGEST_TYPE} characters, all on one line"),)


def stripped(form: ContactForm) -> ContactForm:
    """The form without white space at either end of a field."""
    contact, address = form.contact, form.contact.address
    parts = (address.street, address.city, address.region, address.postal_code, address.country)
    tidy = Contact(
        contact.name.strip(),
        contact.email.strip(),
        contact.phone.strip(),
        Address(*(part.strip() for part in parts)),
    )
    kind, notes, registration = (text.strip() for text in (form.contact_type, form.notes, form.registration))
    return replace(form, contact=tidy, contact_type=kind, notes=notes, registration=registration)


def checked(form: ContactForm) -> ContactForm:
    """The form without needless white space. Raises: BadInput with every rule it breaks."""
    form = stripped(form)
    problems = check_form(form)
    if problems:
        raise BadInput(problems)
    return form


def others_of(form: ContactForm) -> dict[str, Any]:
    """A form's values other than the four synced fields, by column."""
    names = ("contact_type", "is_person", "notes", "registration")
    return {name: getattr(form, name) for name in names}


def form_of(row: Any) -> ContactForm:
    """A contact as a form would hold it, from its row or a result row with the same column names."""
    return ContactForm(contact_of(row), row.contact_type, row.is_person, row.notes, row.registration)
