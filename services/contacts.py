"""The practice's own list of contacts: looking at it, adding to it, editing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, exists, func, select
from sqlmodel import col

from models.base import now
from models.contact import ContactRow
from models.link import BROKEN, STOPPED, SYNCING, LinkRow
from services.access import Principal, Role, require
from services.contact_forms import ContactForm, check_change, checked, form_of, others_of, stripped
from services.db import next_revs, read, write
from services.errors import BadInput, MovedOn
from services.gateways.contact_book import add_all
from services.reconcile.contact import Contact, Field, contact_to_json, value_to_json
from services.records.activity import record
from services.records.creations import held_error, is_held, is_sending
from services.records.drift import note_contact
from services.records.intents import wake_all
from services.records.listing import Listing, Rows, found_by_key, occurring, ordered, paged
from services.records.remembered import remembered
from services.records.values import contact_of, contact_row, put

SORTS = {
    "name": ContactRow.name_key,
    "email": ContactRow.email_key,
    "contact_type": ContactRow.contact_type,
    "updated_at": ContactRow.updated_at,
}
SENDING, HELD = "sending", "held"

__all__ = [
    "ContactDetail",
    "ContactFilter",
    "ContactForm",
    "ContactItem",
    "add_contact",
    "contact_ids",
    "contact_types",
    "edit_contact",
    "get_contact",
    "list_contacts",
]


@dataclass(frozen=True, slots=True)
class ContactFilter:
    """What to list. Blank means any; `kind` is person or organisation.

    `linked` is linked, unlinked, sending (being created in Xero) or held (some organisation refused to create it, even
    if another one has it).
    """

    search: str = ""
    contact_type: str = ""
    kind: str = ""
    linked: str = ""
    archived: bool = False
    sort: str = "name"
    descending: bool = False


@dataclass(frozen=True, slots=True)
class ContactItem:
    """A row of the list. `link_state` is blank, syncing, sending, held, stopped or broken.

    `problem` is why an organisation refused to create it, even if another one has it or is about to get it.
    """

    id: str
    name: str
    email: str
    phone: str
    address: str
    contact_type: str
    is_person: bool
    archived: bool
    link_state: str
    problem: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class ContactDetail:
    """Everything about one contact; `rev` goes back with an edit, so that a stale one is refused."""

    id: str
    contact: Contact
    contact_type: str
    is_person: bool
    external_id: str | None
    notes: str
    registration: str
    rev: int
    created_at: datetime
    updated_at: datetime
    archived_at: datetime | None


@remembered
def list_contacts(f: ContactFilter, page: int = 1, size: int = 100) -> Listing[ContactItem]:
    """One page of the contacts that match a filter."""
    with read() as session:
        return paged(session, contacts_query(f), col(ContactRow.id), _item, page, size)


def contact_ids(f: ContactFilter) -> list[str]:
    """The ids of all contacts that match a filter, in its order."""
    with read() as session:
        return list(session.scalars(contacts_query(f).with_only_columns(col(ContactRow.id))))


def contacts_query(f: ContactFilter) -> Rows:
    """All contacts that match a filter, each with its link state and why it is held, in order."""
    is_active = col(ContactRow.archived_at).is_(None)
    query = select(ContactRow, _link_state(), func.coalesce(held_error(), ""))
    if f.search.strip():
        query = query.where(found_by_key(f.search, ContactRow.name_key, ContactRow.email_key, ContactRow.phone))
        is_active = is_active.is_(True)  # keeps SQLite from using an index that lacks the searched columns
    query = query.where(~is_active if f.archived else is_active)
    if f.contact_type:
        query = query.where(col(ContactRow.contact_type) == f.contact_type)
    if f.kind:
        query = query.where(col(ContactRow.is_person) == (f.kind == "person"))
    if f.linked:
        query = query.where(_standing(f.linked))
    return ordered(query, SORTS.get(f.sort, ContactRow.name_key), f.descending, col(ContactRow.id))


def get_contact(contact_id: str) -> ContactDetail:
    """One contact. Raises: NotFound."""
    with read() as session:
        row = contact_row(session, contact_id)
        return ContactDetail(
            id=row.id,
            contact=contact_of(row),
            contact_type=row.contact_type,
            is_person=row.is_person,
            external_id=row.external_id,
            notes=row.notes,
            registration=row.registration,
            rev=row.rev,
            created_at=row.created_at,
            updated_at=row.updated_at,
            archived_at=row.archived_at,
        )


@remembered
def contact_types() -> tuple[str, ...]:
    """The contact types in use, in alphabetical order."""
    with read() as session:
        return tuple(sorted({*session.scalars(occurring(col(ContactRow.contact_type))), "Client"}))


def add_contact(actor: Principal, form: ContactForm) -> str:
    """Add a contact to the book. Returns its id. Raises: BadInput, Forbidden."""
    require(actor, Role.EDITOR)
    form = checked(form)
    with write() as session:
        [contact_id] = add_all(session, [(form.contact, others_of(form))])
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
        row = contact_row(session, contact_id)
        if row.rev != rev:
            raise MovedOn(
                f"{row.name} has changed while you were editing. Nothing was saved: look at it again, then edit."
            )
        problems = check_change(form_of(row), form)
        if problems:
            raise BadInput(problems)
        before = contact_of(row)
        changed = [field for field in Field if before.get(field) != form.contact.get(field)]
        put(row, form.contact)
        for column, value in others_of(form).items():
            setattr(row, column, value)
        row.rev, row.updated_at = next_revs(session)[0], now()
        note_contact(session, row.id)
        record(
            session, actor.username, "contact.edited", f"Edited {row.name}", contact_id=row.id,
            before={field.value: value_to_json(before.get(field)) for field in changed},
            after={field.value: value_to_json(form.contact.get(field)) for field in changed},
        )  # fmt: skip
        wake_all(session)


def _item(row: Any) -> ContactItem:
    contact, state, refusal = row
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
        problem=refusal,
        updated_at=contact.updated_at,
    )


def _link_state() -> ColumnElement[str]:
    """A contact's state in Xero. A creation under way or refused takes precedence over a link that ended."""
    ended = ((_linked(state), state) for state in (STOPPED, BROKEN))
    return case((_linked(SYNCING), SYNCING), (is_sending(), SENDING), (is_held(), HELD), *ended, else_="")


def _standing(wanted: str) -> ColumnElement[bool]:
    """The condition of the filter `linked`."""
    if wanted == SENDING:
        return is_sending()
    if wanted == HELD:
        return is_held()
    return _linked(SYNCING) if wanted == "linked" else ~_linked(SYNCING)


def _linked(state: str) -> ColumnElement[bool]:
    return exists().where(col(LinkRow.contact_id) == col(ContactRow.id), col(LinkRow.state) == state)
