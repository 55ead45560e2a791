"""The practice's own list of contacts: look, add, edit, archive."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, exists, select
from sqlmodel import Session, col

from models.base import now
from models.contact import ContactRow
from models.link import BROKEN, STOPPED, SYNCING, LinkRow
from services.access import Principal, Role, require
from services.db import next_revs, read, write
from services.errors import BadInput, MovedOn, NotFound, Problem
from services.gateways.contact_book import add_all
from services.reconcile.contact import Address, Contact, Field, contact_to_json, value_to_json
from services.reconcile.rules import check_contact
from services.records.activity import record
from services.records.intents import wake_all
from services.records.links import stop_link
from services.records.listing import Listing, Rows, found_in, ordered, paged
from services.records.values import contact_of, put

SORTS = {
    "name": ContactRow.name_key,
    "email": ContactRow.email_key,
    "contact_type": ContactRow.contact_type,
    "updated_at": ContactRow.updated_at,
}
LONGEST_TYPE, LONGEST_NOTES = 50, 4000


@dataclass(frozen=True, slots=True)
class ContactFilter:
    """What to list. Blank means any; `kind` is person or organisation, `linked` linked or unlinked."""

    search: str = ""
    contact_type: str = ""
    kind: str = ""
    linked: str = ""
    archived: bool = False
    sort: str = "name"
    descending: bool = False


@dataclass(frozen=True, slots=True)
class ContactItem:
    """A row of the list. `link_state` is blank, syncing, stopped or broken."""

    id: str
    name: str
    email: str
    phone: str
    address: str
    contact_type: str
    is_person: bool
    archived: bool
    link_state: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class ContactForm:
    """What a person types about a contact."""

    contact: Contact
    contact_type: str
    is_person: bool
    notes: str = ""


@dataclass(frozen=True, slots=True)
class ContactDetail:
    """Everything about one contact; `rev` goes back with an edit, so that a stale one is refused."""

    id: str
    contact: Contact
    contact_type: str
    is_person: bool
    external_id: str | None
    notes: str
    rev: int
    created_at: datetime
    updated_at: datetime
    archived_at: datetime | None


def list_contacts(f: ContactFilter, page: int = 1, size: int = 100) -> Listing[ContactItem]:
    """One page of the contacts that match a filter."""
    with read() as session:
        return paged(session, contacts_query(f), col(ContactRow.id), _item, page, size)


def contacts_query(f: ContactFilter) -> Rows:
    """All contacts that match a filter, each with its link state, in order."""
    archived_at = col(ContactRow.archived_at)
    query = select(ContactRow, _link_state())
    query = query.where(archived_at.is_not(None) if f.archived else archived_at.is_(None))
    if f.search.strip():
        query = query.where(found_in(f.search, ContactRow.name, ContactRow.email, ContactRow.phone))
    if f.contact_type:
        query = query.where(col(ContactRow.contact_type) == f.contact_type)
    if f.kind:
        query = query.where(col(ContactRow.is_person) == (f.kind == "person"))
    if f.linked:
        query = query.where(_linked(SYNCING) if f.linked == "linked" else ~_linked(SYNCING))
    return ordered(query, SORTS.get(f.sort, ContactRow.name_key), f.descending, col(ContactRow.id))


def get_contact(contact_id: str) -> ContactDetail:
    """One contact. Raises: NotFound."""
    with read() as session:
        row = _row(session, contact_id)
        return ContactDetail(
            id=row.id,
            contact=contact_of(row),
            contact_type=row.contact_type,
            is_person=row.is_person,
            external_id=row.external_id,
            notes=row.notes,
            rev=row.rev,
            created_at=row.created_at,
            updated_at=row.updated_at,
            archived_at=row.archived_at,
        )


def contact_types() -> list[str]:
    """The contact types in use, in alphabetical order."""
    with read() as session:
        types = session.scalars(select(col(ContactRow.contact_type)).distinct())
        return sorted({*types, "Client"})


def check_form(form: ContactForm) -> tuple[Problem, ...]:
    """The rules a form breaks; none means it can be saved."""
    problems = list(check_contact(form.contact))
    if not 0 < len(form.contact_type) <= LONGEST_TYPE:
        problems.append(Problem("Contact type", f"must have 1 to {LONGEST_TYPE} characters"))
    if len(form.notes) > LONGEST_NOTES:
        problems.append(Problem("Notes", f"must not be longer than {LONGEST_NOTES} characters"))
    return tuple(problems)


def stripped(form: ContactForm) -> ContactForm:
    """The form without the white space that fingers leave at either end of a field."""
    contact, address = form.contact, form.contact.address
    parts = (address.street, address.city, address.region, address.postal_code, address.country)
    tidy = Contact(
        contact.name.strip(),
        contact.email.strip(),
        contact.phone.strip(),
        Address(*(part.strip() for part in parts)),
    )
    return replace(form, contact=tidy, contact_type=form.contact_type.strip(), notes=form.notes.strip())


def add_contact(actor: Principal, form: ContactForm) -> str:
    """Add a contact to the book. Returns its id. Raises: BadInput, Forbidden."""
    require(actor, Role.EDITOR)
    form = _checked(form)
    with write() as session:
        others = {"contact_type": form.contact_type, "is_person": form.is_person, "notes": form.notes}
        [contact_id] = add_all(session, [(form.contact, others)])
        record(
            session, actor.username, "contact.added", f"Added {form.contact.name}",
            contact_id=contact_id, after=contact_to_json(form.contact),
        )  # fmt: skip
        wake_all(session)
        return contact_id


def edit_contact(actor: Principal, contact_id: str, form: ContactForm, rev: int) -> None:
    """Change a contact as of version `rev`. Raises: BadInput, Forbidden, NotFound, MovedOn."""
    require(actor, Role.EDITOR)
    form = stripped(form)
    with write() as session:
        row = _row(session, contact_id)
        if row.rev != rev:
            raise MovedOn(f"{row.name} changed while you were editing. Look at it again, then edit.")
        _refuse_new_problems(row, form)
        before = contact_of(row)
        changed = [field for field in Field if before.get(field) != form.contact.get(field)]
        put(row, form.contact)
        row.contact_type, row.is_person, row.notes = form.contact_type, form.is_person, form.notes
        row.rev, row.updated_at = next_revs(session)[0], now()
        record(
            session, actor.username, "contact.edited", f"Edited {row.name}", contact_id=row.id,
            before={field.value: value_to_json(before.get(field)) for field in changed},
            after={field.value: value_to_json(form.contact.get(field)) for field in changed},
        )  # fmt: skip
        wake_all(session)


def archive_contact(actor: Principal, contact_id: str) -> None:
    """Archive a contact; a link of it stops, and its Xero contact stays as it is."""
    require(actor, Role.EDITOR)
    with write() as session:
        row = _row(session, contact_id)
        if row.archived_at is not None:
            return
        row.archived_at = row.updated_at = now()
        row.rev = next_revs(session)[0]
        _stop_links(session, actor, row)
        record(session, actor.username, "contact.archived", f"Archived {row.name}", contact_id=row.id)


def restore_contact(actor: Principal, contact_id: str) -> None:
    """Bring an archived contact back; a link that stopped then stays stopped until someone re-matches it."""
    require(actor, Role.EDITOR)
    with write() as session:
        row = _row(session, contact_id)
        row.archived_at, row.updated_at, row.rev = None, now(), next_revs(session)[0]
        record(session, actor.username, "contact.restored", f"Restored {row.name}", contact_id=row.id)
        wake_all(session)


def _stop_links(session: Session, actor: Principal, row: ContactRow) -> None:
    syncing = select(LinkRow).where(col(LinkRow.contact_id) == row.id, col(LinkRow.state) == SYNCING)
    for link in session.scalars(syncing):
        stop_link(session, actor.username, link, row.name, "The contact was archived in the practice.")


def _checked(form: ContactForm) -> ContactForm:
    form = stripped(form)
    problems = check_form(form)
    if problems:
        raise BadInput(problems)
    return form


def _refuse_new_problems(row: ContactRow, form: ContactForm) -> None:
    """What came from Xero may break rules of ours; a person answers only for what they change."""
    old = check_form(ContactForm(contact_of(row), row.contact_type, row.is_person, row.notes))
    problems = [problem for problem in check_form(form) if problem not in old]
    if problems:
        raise BadInput(problems)


def _row(session: Session, contact_id: str) -> ContactRow:
    row = session.get(ContactRow, contact_id)
    if row is None:
        raise NotFound("This contact is not in the contact book.")
    return row


def _item(row: Any) -> ContactItem:
    contact, state = row
    return ContactItem(
        id=contact.id,
        name=contact.name,
        email=contact.email,
        phone=contact.phone,
        address=str(contact_of(contact).address),
        contact_type=contact.contact_type,
        is_person=contact.is_person,
        archived=contact.archived_at is not None,
        link_state=state,
        updated_at=contact.updated_at,
    )


def _link_state() -> ColumnElement[str]:
    return case(*((_linked(state), state) for state in (SYNCING, STOPPED, BROKEN)), else_="")


def _linked(state: str) -> ColumnElement[bool]:
    return exists().where(col(LinkRow.contact_id) == col(ContactRow.id), col(LinkRow.state) == state)
